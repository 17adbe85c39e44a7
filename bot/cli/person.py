"""`laurel forget` and `laurel export-person`: what is kept of one person, for whoever answers for it."""

from typing import Annotated

import typer

from bot.cli.common import house, run, write_json
from bot.messages import Who

_USER = typer.Argument(metavar="USER", help="The person's id in Slack.")
_TEAM = typer.Option(metavar="T…", help="The workspace's id.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(forget)
    app.command()(export_person)


def forget(user: Annotated[str, _USER], *, team: Annotated[str, _TEAM]) -> None:
    """Forget somebody, as their own button "Forget me" does; tickets stay with the desk."""
    run(_forget(Who(team, user)))
    typer.echo("Forgotten. Tickets stay with the support team, and so does the note of who looked.")


def export_person(user: Annotated[str, _USER], *, team: Annotated[str, _TEAM]) -> None:
    """All that is kept about somebody, as JSON: table by table."""
    write_json(run(_kept(Who(team, user))))


async def _forget(who: Who) -> None:
    async with house() as laurel, laurel.store.write() as session:
        for room in laurel.rooms:
            if room.forget is not None:
                await room.forget(session, who)


async def _kept(who: Who) -> dict[str, object]:
    found: dict[str, object] = {"team": who.team, "user": who.user}
    async with house() as laurel, laurel.store.read() as session:
        for room in laurel.rooms:
            if room.kept is not None:
                found |= await room.kept(session, who)
    return found
