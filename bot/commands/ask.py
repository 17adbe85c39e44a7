"""`laurel ask`: one question, one answer."""

from datetime import date
from typing import Annotated, Any

import typer
from rich.console import Console

from bot.app import Laurel
from bot.commands.common import CommandError, day_of, house, now, run, write_json
from bot.conversation import Answered
from bot.messages import Asked, Surface, Where, Who
from bot.playground.drawing import draw

TERMINAL = Where("terminal", Surface.TERMINAL)


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def ask(
        question: Annotated[str, typer.Argument(help="What you want to know, in your own words.")],
        as_id: Annotated[
            str | None, typer.Option("--as", metavar="ID", help="Ask as this freelancer.")
        ] = None,
        on: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Answer as of this day.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    ) -> None:
        """Answer a question once."""
        run(_ask(question, as_id, day_of(on), as_json=as_json))


async def _ask(question: str, as_id: str | None, day: date | None, *, as_json: bool) -> None:
    async with house() as laurel:
        answered = await answer(laurel, question, as_id, day)
    if as_json:
        write_json(as_dict(answered))
    elif answered.message is not None:
        draw(Console(), answered.message["blocks"])


async def answer(laurel: Laurel, question: str, as_id: str | None, day: date | None) -> Answered:
    """The answer to one question. Raises CommandError for a freelancer who is not there."""
    if as_id is not None and await laurel.people.record(as_id) is None:
        raise CommandError(f"--as {as_id}: no such freelancer; `laurel import` brings records in")
    asked = Asked(question, Who("terminal", "terminal"), TERMINAL, "ask", now(), freelancer=as_id)
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
