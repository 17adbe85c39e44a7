"""`laurel serve`: run in Slack."""

from typing import Annotated

import typer

from bot.cli.common import run, settings


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def serve(
        host: Annotated[str, typer.Option(help="Address to listen on (HTTP).")] = "127.0.0.1",
        port: Annotated[int, typer.Option(help="Port to listen on (HTTP); 0 takes a free one.")] = 3000,
    ) -> None:
        """Run in Slack: Socket Mode when SLACK_APP_TOKEN is set, else HTTP at /slack/events.

        With SLACK_CLIENT_ID every workspace that Laurel is installed in from /slack/install is served.
        """
        from bot.workspaces.serving import serve as run_houses

        run(run_houses(settings(), host=host, port=port))
