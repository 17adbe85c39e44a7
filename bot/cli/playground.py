"""`laurel playground`: all of Laurel in a browser, without a Slack workspace."""

import asyncio
from typing import Annotated

import typer

from bot.cli.common import CommandError

PORT = 3030


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def playground(
        port: Annotated[int, typer.Option(help="Port of the loopback; 0 takes a free one.")] = PORT,
        opens: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = True,
    ) -> None:
        """Show all of Laurel in a browser: a small Slack with sample people, on this machine alone."""
        from bot import logs
        from bot.playground.browser.server import PortTakenError, play

        logs.set_up("error")
        try:
            asyncio.run(play(port, opens=opens, says=typer.echo))
        except PortTakenError as error:
            raise CommandError(f"--port {port}: it is taken; choose another, or 0 for a free one") from error
