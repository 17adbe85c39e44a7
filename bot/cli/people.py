"""`laurel import`, `check`, `link` and `recheck`: freelancers' records, and whose they are.

Nothing here loads the matcher or Slack's packages: an import stays small in memory, and a check is quick.
"""

import csv
import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from sqlalchemy import func, select
from sqlmodel import col

from bot.cli.common import CommandError, day_of, now, run, settings, write_json
from bot.messages import Who
from bot.render import Renderer
from bot.rooms.people.card import cards
from bot.rooms.people.checking import Checker
from bot.rooms.people.finding import NotFoundError, find_record
from bot.rooms.people.importing import ImportFileError, import_files, size_of
from bot.rooms.people.links import How, Links
from bot.rooms.people.recheck import CHUNK, Recheck
from bot.rooms.people.records import RecordSource, SourceUnreachableError
from bot.rooms.people.sources import open_source
from bot.rooms.people.tables import Link, Run
from bot.settings import Settings
from bot.store import Store
from knowledge.case import Case
from knowledge.eligibility import check as check_one
from knowledge.eligibility import check_all
from knowledge.load import DIRECTORY, load
from knowledge.record import Record, RecordError
from knowledge.rules import Rulebook
from knowledge.what_if import WhatIfError, parse_changes, what_if

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("import")(import_)
    app.command()(check)
    app.command()(link)
    app.command()(recheck)


def import_(
    files: Annotated[list[Path], typer.Argument(help="JSON, JSON Lines, or a folder of CSV files.")],
    report: Annotated[Path, typer.Option(metavar="CSV", help="Where to list what was refused.")] = Path(
        "laurel-import-refused.csv"
    ),
) -> None:
    """Bring freelancers' records in: what is known is updated, what is wrong is listed, the rest is kept."""
    run(_import(files, report))


def check(
    freelancer: Annotated[str | None, typer.Argument(metavar="[ID]", help="A freelancer's id.")] = None,
    *,
    records: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Read the record from this file, not from the source.")
    ] = None,
    identity: Annotated[str | None, typer.Option("--id", metavar="ID", help="Whose record.")] = None,
    program: Annotated[
        list[str] | None, typer.Option(help="A program's id, such as top_rated; all by default.")
    ] = None,
    on: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="As of this day.")] = None,
    imagined: Annotated[
        list[str] | None,
        typer.Option("--what-if", metavar="NAME=VALUE", help="Such as earnings=500 or jss=88."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdicts as JSON.")] = False,
    statement: Annotated[
        list[Path] | None,
        typer.Option(metavar="CSV", help="An earnings report or transaction history; instead of a record."),
    ] = None,
    jss: Annotated[
        float | None, typer.Option(help="Your score; this and the next instead of a record.")
    ] = None,
    weeks: Annotated[int | None, typer.Option(help="How many of the latest weeks count.")] = None,
    earnings: Annotated[str | None, typer.Option(help="Earned in 12 months, in dollars.")] = None,
    contract: Annotated[str | None, typer.Option(help="Your largest contract, in dollars.")] = None,
    category: Annotated[str | None, typer.Option(help="Its category, such as writing.")] = None,
    profile: Annotated[float | None, typer.Option(help="How complete the profile is, in percent.")] = None,
    first_contract: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="It began then.")] = None,
    availability: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Last set then.")] = None,
    active: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Last active then.")] = None,
    badge: Annotated[list[str] | None, typer.Option(help="A badge that is held, such as top_rated.")] = None,
    no_holds: Annotated[bool, typer.Option("--no-holds", help="Nothing is against the account.")] = False,
) -> None:
    """Check a freelancer's record, or downloads and figures, against the rules in force on a day."""
    read = settings(level="warning")
    day = day_of(on) or now().astimezone(read.zone).date()
    wanted = identity or freelancer
    named: dict[str, Any] = {
        "statements": tuple(statement or ()),
        "jss": jss,
        "weeks": weeks,
        "earnings": earnings,
        "contract": contract,
        "category": category,
        "profile": profile,
        "first_contract": first_contract,
        "availability": availability,
        "active": active,
        "badges": tuple(badge or ()),
        "no_holds": no_holds,
    }
    if any(value not in (None, (), False) for value in named.values()):
        if records or wanted or imagined:
            raise CommandError("name a record, or --statement and figures of your own; not both")
        from bot.cli.figures import Figures, check_figures

        check_figures(Figures(**named), program or [], day, as_json=as_json)
        return
    try:
        record = find_record(records, wanted) if records else run(_record(read, wanted))
    except (NotFoundError, ImportFileError) as error:
        raise CommandError(str(error)) from error
    except RecordError as error:
        raise CommandError("\n".join(f"{records}: {problem}" for problem in error.problems)) from error
    _show(record, program or [], day, imagined or [], as_json=as_json)


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


def recheck(
    processes: Annotated[
        int | None, typer.Option(help="Processes to check with; one a core by default.")
    ] = None,
) -> None:
    """Check every linked freelancer now. What there is to tell leaves with `laurel serve`."""
    run(_recheck(processes))


@asynccontextmanager
async def _source(read: Settings) -> AsyncIterator[tuple[Store, RecordSource]]:
    store = await Store.open(read.database_url)
    try:
        source = open_source(read, store)
        try:
            yield store, source
        finally:
            await source.close()
    finally:
        await store.close()


async def _import(files: Sequence[Path], report: Path) -> None:
    read = settings(level="warning")
    try:
        total = size_of(files)
    except ImportFileError as error:
        raise CommandError(str(error)) from error
    store = await Store.open(read.database_url)
    bar = Progress(
        TextColumn("Importing"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    try:
        with bar:
            task = bar.add_task("", total=total)
            summary = await import_files(
                store, files, report=report, now=now(), progress=lambda size: bar.advance(task, size)
            )
    finally:
        await store.close()
    typer.echo(
        f"{summary.added} added, {summary.updated} updated, {summary.older} older than what is known, "
        f"{summary.referrals} referrals, {summary.refused} refused."
    )
    if summary.report is not None:
        typer.echo(f"What was refused, and why: {summary.report}", err=True)
        if not summary.added + summary.updated + summary.older + summary.referrals:
            raise typer.Exit(1)


async def _record(read: Settings, freelancer: str | None) -> Record:
    """The record from the source of the settings; one that says nothing where the source is out of reach."""
    if freelancer is None:
        raise CommandError("name a freelancer: laurel check ID, or --records FILE --id ID")
    async with _source(read) as (_, source):
        try:
            record = await source.record(freelancer)
        except SourceUnreachableError as error:
            typer.echo(f"The record cannot be reached, so nothing is known: {error}", err=True)
            return Record(id=freelancer)
    if record is None:
        raise CommandError(f"{freelancer}: no such freelancer; `laurel import` brings records in")
    return record


def _show(
    record: Record, programs: Sequence[str], day: dt.date, imagined: Sequence[str], *, as_json: bool
) -> None:
    rulebook = Rulebook(load())
    known = rulebook.knowledge.programs
    for name in programs:
        if name not in known:
            raise CommandError(f"--program {name}: no such program; choose one of {', '.join(known)}")
    try:
        changed = what_if(record, parse_changes(imagined), day)
    except WhatIfError as error:
        raise CommandError(f"--what-if: {error}") from error
    if as_json:
        verdicts = (
            [check_one(changed, rulebook, name, day) for name in programs]
            if programs
            else check_all(changed, rulebook, day)
        )
        write_json([verdict.as_dict() for verdict in verdicts])
        return
    from bot.playground.drawing import draw

    drawn = cards(Case.of(changed, rulebook, day), programs)
    context = {"cards": drawn, "viewed": None, "changes": list(imagined)}
    draw(Console(), Renderer(TEMPLATES).message("people/check.j2", context)["blocks"])


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
    async with _source(read) as (store, source):
        documents = await source.documents([freelancer for _, freelancer, _ in pairs])
        wrong = [
            f"{place}: {freelancer}: "
            + ("no such freelancer" if freelancer in documents else "the source is out of reach")
            for _, freelancer, place in pairs
            if documents.get(freelancer) is None
        ]
        if wrong:
            raise CommandError("\n".join(wrong))
        links = Links(store, source, read.key)
        async with store.write() as session:
            for who, freelancer, _ in pairs:
                await links.link(session, who, freelancer, How.ADMIN, now())
    typer.echo(f"{len(pairs)} linked.")


async def _unlink(who: Who) -> None:
    read = settings(level="warning")
    async with _source(read) as (store, source):
        links = Links(store, source, read.key)
        async with store.write() as session:
            ended = await links.unlink(session, who, now())
    typer.echo("Unlinked." if ended else "There was no link.")


async def _recheck(processes: int | None) -> None:
    from bot.delivery.workers import Delivery

    read = settings(level="warning")
    async with _source(read) as (store, source):
        checker = Checker(DIRECTORY, processes=processes)
        name = f"by hand {now():%Y-%m-%dT%H:%M:%S}"
        async with store.read() as session:
            total = await session.scalar(
                select(func.count()).select_from(Link).where(col(Link.freelancer_id).is_not(None))
            )
        bar = Progress(
            TextColumn("Checking"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        with bar:
            task = bar.add_task("", total=total)
            work = Recheck(
                store,
                source,
                checker,
                zone=read.zone,
                clock=now,
                progress=lambda count: bar.advance(task, count),
            )
            async with store.write() as session:
                await work.start(session, name, now())
            delivery = Delivery(store)
            delivery.send(CHUNK, work.chunk)
            await delivery.drain()
        checker.rest()
        async with store.read() as session:
            done = await session.get(Run, name)
    assert done is not None, "it was started here"
    told = f"{done.changed} changed, {done.told} to be told, {done.unreachable} out of reach"
    typer.echo(f"{done.checked} checked, {told}.")
