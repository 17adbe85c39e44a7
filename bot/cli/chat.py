"""`laurel chat`: talk to Laurel in the terminal, through the real Bolt app and Slack's stand-in."""

from typing import Annotated

import typer

from bot import logs
from bot.cli.common import run


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def chat(
        as_id: Annotated[
            str | None,
            typer.Option("--as", metavar="ID", help="Who is asking: one of the sample freelancers."),
        ] = None,
    ) -> None:
        """Talk to Laurel in the terminal, on SQLite and with sample freelancers."""
        from bot.playground.chat import chat as talk

        logs.set_up("error")
        run(talk(as_id))
