"""`laurel db`: the schema of the database, and moving it to another one."""

from typing import Annotated

import typer

from bot.cli.common import CommandError, run, settings
from bot.store import Store, migrate, parts
from bot.store.copying import CopyError, copy


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="The database's schema.", no_args_is_help=True)
    app.add_typer(group, name="db")

    @group.command()
    def upgrade() -> None:
        """Bring the schema of LAUREL_DATABASE_URL to this release, and that of each workspace in it."""
        run(_upgraded(settings(level="warning").database_url))
        typer.echo("The schema is up to date.")

    @group.command(name="copy")
    def copy_to(
        url: Annotated[
            str,
            typer.Argument(metavar="URL", envvar="LAUREL_COPY_TO", help="The other database, an empty one."),
        ],
    ) -> None:
        """Copy all of LAUREL_DATABASE_URL to another database, such as SQLite to PostgreSQL.

        Stop `laurel serve` first. An address with a password is better given as LAUREL_COPY_TO.
        """
        rows = run(_copied(settings(level="warning").database_url, url))
        typer.echo(f"{sum(rows.values())} rows of {sum(map(bool, rows.values()))} tables copied.")

    @group.callback()
    def _group() -> None:
        """The database's schema."""


async def _upgraded(url: str) -> None:
    from bot.slack.tables import listed

    await migrate(url)
    async with Store.opened(url) as store, store.read() as session:
        workspaces = await listed(session)
    for workspace in workspaces:
        await parts.make(url, workspace.id)


async def _copied(whence: str, to: str) -> dict[str, int]:
    """Rows by table. Raises CommandError."""
    import bot.app  # noqa: F401 - imports every room, so that all tables are known

    try:
        await migrate(to)
        async with Store.opened(whence) as source, Store.opened(to) as target:
            return await copy(source, target)
    except (CopyError, ValueError) as error:
        raise CommandError(str(error)) from error
