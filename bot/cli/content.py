"""`laurel content`: what moderators changed, and the way of it into the files."""

import csv
import sys
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cli.common import CommandError, now, run, settings, write_json
from bot.rooms.moderation import exporting, revisions, topics
from bot.rooms.moderation.content import Body, ConflictError, State, body_of
from bot.rooms.moderation.export_error import ExportError
from bot.rooms.moderation.revisions import ChangedError
from bot.rooms.moderation.showing import diff
from bot.rooms.moderation.tables import ContentItem
from bot.store import Store
from knowledge.changing import Change

OPERATOR = "operator"
"""Whom a change by command is told of."""
ROOT = Path(__file__).resolve().parents[2]

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The item's number, as `list` prints it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="What moderators changed.", no_args_is_help=True)
    app.add_typer(group, name="content")

    group.command("list")(list_items)
    group.command()(show)
    group.command("diff")(differences)
    group.command()(export)
    group.command()(withdraw)
    group.command()(stats)


def list_items(as_json: AsJson = False) -> None:
    """Print all items, the latest change first."""
    items = run(_read(_listed))
    if as_json:
        write_json([item.model_dump() for item in items])
        return
    for item in items:
        live = "said" if item.live else "    "
        typer.echo(f"{item.id:>5}  {item.state:<9}  {live}  v{item.version:<3}  {_line(item)}")
    if not items:
        typer.echo("Nothing was taught yet.")


def show(number: Number) -> None:
    """Print an item and its history as JSON."""
    item, history = run(_read(lambda session: _one(session, number)))
    write_json({"item": item.model_dump(), "history": [one.model_dump() for one in history]})


def differences(number: Number) -> None:
    """Print what each change of an item changed, the latest first."""
    _, history = run(_read(lambda session: _one(session, number)))
    for one, before in zip(history, [*history[1:], None], strict=True):
        why = f": {one.reason}" if one.reason else ""
        typer.echo(f"{one.version}. {one.state} by {one.actor}, {one.at:%Y-%m-%d %H:%M} UTC{why}")
        for sign, line in diff(before, one):
            typer.echo(f"    {sign} {line}")


def export(
    into: Annotated[Path, typer.Option(help="The repository to write to.")] = ROOT,
) -> None:
    """Write what is published into the YAML, comments kept."""
    bodies = run(_read(_published))
    try:
        changed = exporting.export(into, bodies)
    except (ExportError, OSError) as error:
        raise CommandError(str(error)) from error
    for path in changed:
        typer.echo(into / path)
    if not changed:
        typer.echo("The files hold all that is published.")


def stats(
    weeks: Annotated[int, typer.Option(min=1, max=520, help="How many weeks back.")] = 4,
    team: Annotated[str | None, typer.Option(help="Of one workspace alone.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print what was asked and how it went, by topic."""
    zone = settings(level="warning").zone
    found = run(_read(lambda session: topics.count(session, team, now(), weeks, zone)))
    rows = [("(all)", found.total), *found.by_intent.items()]
    if as_json:
        write_json([{"topic": name, **asdict(tally)} for name, tally in rows])
        return
    names = [one.name for one in fields(topics.Tally)]
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(["topic", *names])
        writer.writerows([name, *(getattr(tally, one) for one in names)] for name, tally in rows)
        return
    for name, tally in rows:
        typer.echo(f"{name:<32}" + "  ".join(f"{one} {getattr(tally, one)}" for one in names))


def withdraw(number: Number, reason: Annotated[str, typer.Option(help="Why, for its history.")] = "") -> None:
    """Have an item said no more, in every process within seconds."""
    run(_withdrawn(number, reason, now()))
    typer.echo(f"{number}: not said any more.")


def _line(item: ContentItem) -> str:
    """An item in a few words."""
    body = item.body
    if item.kind == "answer":
        return str(body.get("title"))
    if item.kind == "fact":
        change = body_of(item.kind, body)
        assert isinstance(change, Change), "its kind is fact"
        return f"{change.path}: {'ends' if change.statement is None else change.statement.value}"
    texts = body.get("texts") or [""]
    return f"{body.get('point') or body.get('intent')}: {texts[0]}" + (" …" if len(texts) > 1 else "")


async def _read(ask: Any) -> Any:
    """What `ask` reads in one session."""
    async with Store.opened(settings(level="warning").database_url) as store, store.read() as session:
        return await ask(session)


async def _listed(session: AsyncSession) -> list[ContentItem]:
    return list(await revisions.listed(session))


async def _one(session: AsyncSession, number: int) -> tuple[ContentItem, Any]:
    item = await session.get(ContentItem, number)
    if item is None:
        raise CommandError(f"{number}: no such item; `laurel content list` prints them")
    return item, await revisions.history(session, item)


async def _published(session: AsyncSession) -> list[Body]:
    """The bodies that are said. Raises CommandError for one that cannot be read."""
    found = []
    for item in await revisions.said(session):
        try:
            found.append(body_of(item.kind, (item.live or {}).get("body") or {}))
        except ConflictError as error:
            raise CommandError(f"{item.id}: it cannot be read any more; withdraw it") from error
    return found


async def _withdrawn(number: int, reason: str, at: datetime) -> None:
    try:
        async with Store.opened(settings(level="warning").database_url) as store, store.write() as session:
            item, _ = await _one(session, number)
            if item.live is None and item.state == State.WITHDRAWN:
                raise CommandError(f"{number}: it is not said; nothing to do")
            origin = f"{OPERATOR}:{number}:{item.version}"
            await revisions.change(
                session,
                item,
                origin=origin,
                seen=item.version,
                state=State.WITHDRAWN,
                actor=OPERATOR,
                reason=reason,
                now=at,
            )
    except ChangedError as error:
        raise CommandError(f"{number}: somebody changed it just now; look again") from error
