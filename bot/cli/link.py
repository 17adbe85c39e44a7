"""`laurel link`: whose records they are, on an administrator's word.

Nothing here loads the matcher or Slack's packages, so that it stays quick and small in memory.
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import CommandError, now, run, settings
from bot.cli.source import opened
from bot.messages import Who
from bot.rooms.people.links import How, Links


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(link)


def link(
    file: Annotated[
        Path | None, typer.Argument(metavar="[CSV]", help="A CSV with the columns user and freelancer.")
    ] = None,
    *,
    team: Annotated[str | None, typer.Option(metavar="T…", help="The workspace's id.")] = None,
    user: Annotated[str | None, typer.Option(metavar="U…", help="One Slack user.")] = None,
    freelancer: Annotated[str | None, typer.Option(metavar="ID", help="The freelancer this user is.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="End this user's link.")] = False,
) -> None:
    """Link Slack users to freelancers on an administrator's word."""
    if file is not None:
        run(_link_many(_pairs(file, team)))
    elif user is not None and team is not None and (freelancer is not None or remove):
        run(
            _unlink(Who(team, user))
            if remove
            else _link_many([(Who(team, user), freelancer or "", "--freelancer")])
        )
    else:
        raise CommandError("name a CSV file, or --team and --user with --freelancer or --remove")


def _pairs(file: Path, team: str | None) -> list[tuple[Who, str, str]]:
    """The links in a CSV, each with its line. Raises CommandError."""
    found = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text)
            if not {"user", "freelancer"} <= set(reader.fieldnames or ()):
                raise CommandError(
                    f"{file}:1: name the columns user and freelancer (and team, if there are several)"
                )
            for row in reader:
                place, user, freelancer = row.get("team") or team, row["user"], row["freelancer"]
                if not place:
                    raise CommandError(
                        f"{file}:{reader.line_num}: no workspace; give --team or a column team"
                    )
                if not user or not freelancer:
                    raise CommandError(f"{file}:{reader.line_num}: user or freelancer is empty; fill it in")
                who = Who(place.strip(), user.strip())
                found.append((who, freelancer.strip(), f"{file}:{reader.line_num}"))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{file}: cannot be read; give a CSV file in UTF-8") from error
    return found


async def _link_many(pairs: Sequence[tuple[Who, str, str]]) -> None:
    """Link all, or none where a freelancer is not there."""
    read = settings(level="warning")
    async with opened(read) as (store, source):
        documents = await source.documents([freelancer for _, freelancer, _ in pairs])
        wrong = [
            f"{place}: {freelancer}: "
            + ("no such freelancer" if freelancer in documents else "the source is out of reach")
            for _, freelancer, place in pairs
            if documents.get(freelancer) is None
        ]
        if wrong:
            raise CommandError("\n".join(wrong))
        links = Links(store, source)
        async with store.write() as session:
            for who, freelancer, _ in pairs:
                await links.link(session, who, freelancer, How.ADMIN, now())
    typer.echo(f"{len(pairs)} linked.")


async def _unlink(who: Who) -> None:
    read = settings(level="warning")
    async with opened(read) as (store, source):
        links = Links(store, source)
        async with store.write() as session:
            ended = await links.unlink(session, who, now())
    typer.echo("Unlinked." if ended else "There was no link.")
