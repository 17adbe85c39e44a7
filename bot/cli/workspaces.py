"""`laurel workspaces` and `laurel keys`: where Laurel is installed from a link, and what seals the tokens."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import CommandError, now, run, settings
from bot.settings import Settings
from bot.store import Store, parts
from bot.store.sealing import Seal, new_key

if TYPE_CHECKING:
    from bot.slack.tables import Workspace


def register(app: typer.Typer) -> None:
    """Add the groups."""
    keys = typer.Typer(help="Keys that seal the workspaces' tokens.", no_args_is_help=True)
    keys.command("new")(new)
    keys.command("rotate")(rotate)
    app.add_typer(keys, name="keys")
    places = typer.Typer(help="The workspaces that Laurel is installed in from a link.", no_args_is_help=True)
    places.command("list")(listed)
    places.command("forget")(forget)
    app.add_typer(places, name="workspaces")


def new() -> None:
    """Print a new key for LAUREL_KEYS."""
    typer.echo(new_key())


def rotate() -> None:
    """Seal every token with the first of LAUREL_KEYS; the others may go afterwards."""
    count = run(_sealed_anew(settings(level="warning", whole=True)))
    typer.echo(f"{count} tokens are sealed with the first key. The others are needed no more.")


def listed() -> None:
    """Each workspace: its id, its name, since when, and whether it is gone."""
    for row in run(_rows(settings(level="warning", whole=True))):
        gone = f", uninstalled {row.gone_at:%Y-%m-%d}" if row.gone_at else ""
        typer.echo(f"{row.id:<14}{row.name}, since {row.installed_at:%Y-%m-%d}{gone}")


def forget(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Its id (T… or E…).")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="All that it said is deleted for good.")] = False,
) -> None:
    """Delete all that is kept of a workspace that uninstalled Laurel, before its time of grace is over."""
    if not yes:
        raise CommandError(f"{workspace}: all that it said would be deleted for good; add --yes")
    run(_forgotten(settings(level="warning", whole=True), workspace))
    typer.echo(f"{workspace} is forgotten.")


async def _sealed_anew(read: Settings) -> int:
    from bot.slack.installations import Installations

    if not read.keys:
        raise CommandError("LAUREL_KEYS is not set; `laurel keys new` makes a key")
    async with Store.opened(read.database_url) as store, store.write() as session:
        installations = Installations(read.slack_client_id or "", store.writing, Seal(read.keys))
        return await installations.seal_anew(session)


async def _rows(read: Settings) -> Sequence["Workspace"]:
    from bot.slack.tables import listed as all_of

    async with Store.opened(read.database_url) as store, store.read() as session:
        return await all_of(session)


async def _forgotten(read: Settings, workspace: str) -> None:
    from bot.slack.tables import Workspace

    async with Store.opened(read.database_url) as store:
        async with store.write() as session:
            row = await session.get(Workspace, workspace)
            if row is None:
                raise CommandError(f"{workspace}: no such workspace; `laurel workspaces list` prints them")
            if row.gone_at is None or row.gone_at > now():
                raise CommandError(f"{workspace}: Laurel is installed there; uninstall it in Slack first")
            await session.delete(row)
        await parts.drop(read.database_url, workspace)
