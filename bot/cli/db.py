"""`laurel db`: the schema of the database."""

import typer

from bot.cli.common import run, settings
from bot.store import migrate


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="The database's schema.", no_args_is_help=True)
    app.add_typer(group, name="db")

    @group.command()
    def upgrade() -> None:
        """Bring the schema of LAUREL_DATABASE_URL to this release."""
        run(migrate(settings(level="warning").database_url))
        typer.echo("The schema is up to date.")

    @group.callback()
    def _group() -> None:
        """The database's schema."""
