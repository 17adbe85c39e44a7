"""`laurel ask`: one question, one answer; or a file of questions at the price of one start."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bot.app import Laurel
from bot.asking.answered import Answered
from bot.cli.common import (
    CommandError,
    day_of,
    house,
    read_lines,
    run,
    write_json,
)
from bot.messages import Asked, Surface, Where, Who
from bot.playground.drawing import draw
from bot.rooms.people.facade import People

TERMINAL = Where("terminal", Surface.TERMINAL)


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def ask(
        question: Annotated[
            str | None, typer.Argument(help="What you want to know, in your own words.")
        ] = None,
        as_id: Annotated[
            str | None, typer.Option("--as", metavar="ID", help="Ask as this freelancer.")
        ] = None,
        on: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Answer as of this day.")] = None,
        batch: Annotated[
            Path | None,
            typer.Option(metavar="FILE", help="Ask every line of a JSON Lines file: say, on, as."),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a question.")] = False,
    ) -> None:
        """Answer a question once, or each question of a file."""
        if (question is None) == (batch is None):
            raise CommandError("name a question, or a file of questions with --batch; not both")
        lines = [Line(str(question), as_id, day_of(on))] if batch is None else _lines(batch, as_id, on)
        run(_ask(lines, as_json=as_json, one=batch is None))


@dataclass(frozen=True, slots=True)
class Line:
    """One question of a batch: what is said, by whom (a record's id) and as of which day."""

    say: str
    as_id: str | None
    on: date | None


def _lines(batch: Path, as_id: str | None, on: str | None) -> list[Line]:
    """The questions of a file; `as_id` and `on` hold where a line names none. Raises CommandError."""
    found = []
    for number, item in enumerate(read_lines(batch, key="say"), 1):
        day = item.get("on", on)
        named = item.get("as", as_id)
        texts = (item["say"], day or "", named or "")
        if not all(isinstance(text, str) for text in texts):
            raise CommandError(f"{batch}: question {number}: say, on and as are texts; mend the line")
        found.append(Line(item["say"], named, day_of(day, f"{batch}: question {number}: on")))
    return found


async def _ask(lines: Sequence[Line], *, as_json: bool, one: bool) -> None:
    async with house() as laurel:
        for line in lines:
            answered = await answer(laurel, line.say, line.as_id, line.on)
            if as_json and one:
                write_json(as_dict(answered))
            elif as_json:
                typer.echo(json.dumps(as_dict(answered), ensure_ascii=False, default=str))
            elif answered.message is not None:
                draw(Console(), answered.message["blocks"])


async def answer(laurel: Laurel, question: str, as_id: str | None, day: date | None) -> Answered:
    """The answer to one question. Raises CommandError for a freelancer who is not there."""
    if as_id is not None and await laurel.of(People).record(as_id) is None:
        raise CommandError(f"--as {as_id}: no such freelancer; `laurel import` brings records in")
    asked = Asked(question, Who("terminal", "terminal"), TERMINAL, "ask", laurel.clock(), freelancer=as_id)
    return await laurel.conversation.answer(asked, None, asked.at, day=day)


def as_dict(answered: Answered) -> dict[str, Any]:
    """What `--json` prints."""
    first = answered.first
    ticket = None if answered.offers_ticket is None else {"offered": answered.offers_ticket}
    result: dict[str, Any] = {
        "tier": answered.tier.value,
        "intent": first.intent if first else None,
        "slots": first.slots.as_dict() if first else {},
        "confidence": first.confidence if first else 0.0,
        "choices": [
            {"intent": choice.intent, "confidence": choice.confidence}
            for choice in (first.choices if first else ())
        ],
        "reply": dict(answered.message) if answered.message else None,
        "sources": list(answered.sources),
        "ticket": ticket,
    }
    if first is not None and first.hedged:
        result["hedged"] = True
    if first is not None and first.point is not None:
        result["point"] = first.point
    if len(answered.understood) > 1:
        result["questions"] = [one.as_dict() for one in answered.understood]
    return result
