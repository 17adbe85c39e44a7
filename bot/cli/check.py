"""`laurel check`: a record, or downloads and figures, against the rules in force on a day.

Nothing here loads the matcher or Slack's packages, so that it stays quick and small in memory.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bot.cli.common import CommandError, day_of, now, run, settings, write_json
from bot.cli.source import opened
from bot.render import Renderer
from bot.rooms.people.card import cards
from bot.rooms.people.card_view import checked
from bot.rooms.people.finding import NotFoundError, find_record
from bot.rooms.people.importing import ImportFileError
from bot.rooms.people.records import SourceUnreachableError
from bot.settings import Settings
from knowledge.case import Case
from knowledge.eligibility import verdict
from knowledge.load import load
from knowledge.record import Record, RecordError
from knowledge.rules import Rulebook
from knowledge.way import plan
from knowledge.what_if import WhatIfError, parse_changes, what_if

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)


# size: each option says for itself what it is; the work is in the functions below
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
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the verdicts, each with its plan, as JSON.")
    ] = False,
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


async def _record(read: Settings, freelancer: str | None) -> Record:
    """The record from the source of the settings; one that says nothing where the source is out of reach."""
    if freelancer is None:
        raise CommandError("name a freelancer: laurel check ID, or --records FILE --id ID")
    async with opened(read) as (_, source):
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
    case = Case.of(changed, rulebook, day)
    if as_json:
        names = programs or [one.id for one in rulebook.programs(record.audience)]
        write_json([verdict(case, name).as_dict() | {"plan": plan(case, name)} for name in names])
        return
    from bot.playground.drawing import draw

    drawn = cards(case, programs)
    context = {**checked(drawn), "viewed": None, "changes": list(imagined)}
    draw(Console(), Renderer(TEMPLATES).message("people/check.j2", context)["blocks"])
