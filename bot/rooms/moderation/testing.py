"""Tested before it is published: every labelled question is read with the candidate and without it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.asking.conversations import Line
from bot.asking.layer import Layer
from bot.asking.tables import AnswerGiven
from bot.messages import Asked, Surface, Where, Who
from intents.model import Catalogue, Tier, Understood
from knowledge.model import Knowledge

AT_ONCE = 500  # cases between two words on how far it is
SHOWN = 10  # cases of a report that are named
PAST = 500  # past answers that are asked again, the latest
NOBODY = Who("", "")


@dataclass(frozen=True, slots=True)
class Case:
    """A question and the intents that serve; none where it is out of scope."""

    text: str
    accept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A question that is read otherwise with the candidate; intents by id, None where nothing is answered."""

    text: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """What a test came to. The lists name the first few; `breaks` counts all that it makes wrong."""

    asked: int
    breaks: int
    improves: int
    changes: int
    worse: tuple[Difference, ...]
    better: tuple[Difference, ...]
    other: tuple[Difference, ...]

    def as_dict(self) -> dict[str, Any]:
        """Every field as JSON types."""
        return asdict(self)


def cases(catalogue: Catalogue, knowledge: Knowledge) -> Iterator[Case]:
    """All that is labelled in the files: what people asked, the examples, and the wordings of points."""
    yield from (Case(question.text, question.accept) for question in catalogue.questions())
    yield from (Case(text, (intent,)) for text, intent in catalogue.examples())
    for point in knowledge.points.values():
        yield from (Case(ask, (point.intent,)) for ask in point.asks)


async def past(session: AsyncSession, team: str) -> Sequence[Case]:
    """The latest answers that their askers found helpful, while their words are still known."""
    found = await session.execute(
        select(col(Line.text), col(AnswerGiven.intent))
        .join(AnswerGiven, col(AnswerGiven.key) == col(Line.key))
        .where(
            col(AnswerGiven.team) == team,
            col(AnswerGiven.helpful).is_(True),
            col(AnswerGiven.intent).is_not(None),
        )
        .order_by(col(AnswerGiven.id).desc())
        .limit(PAST)
    )
    return [Case(text, (intent,)) for text, intent in found.all() if intent is not None]


async def compare(
    before: Layer,
    after: Layer,
    asked: Sequence[Case],
    now: datetime,
    tell: Callable[[int], Awaitable[None]],
) -> Report:
    """Ask all of them both ways, away from the loop; `tell` hears the percentage every now and then."""
    worse: list[Difference] = []
    better: list[Difference] = []
    other: list[Difference] = []
    for start in range(0, len(asked), AT_ONCE):
        await tell(100 * start // len(asked))
        part = asked[start : start + AT_ONCE]
        for verdict, difference in await asyncio.to_thread(_differences, before, after, part, now):
            {"worse": worse, "better": better}.get(verdict, other).append(difference)
    return Report(
        asked=len(asked),
        breaks=len(worse),
        improves=len(better),
        changes=len(other),
        worse=tuple(worse[:SHOWN]),
        better=tuple(better[:SHOWN]),
        other=tuple(other[:SHOWN]),
    )


def _differences(
    before: Layer, after: Layer, part: Sequence[Case], now: datetime
) -> list[tuple[str, Difference]]:
    found = []
    for case in part:
        if after.taught is None or after.taught.nearest(case.text) is None:
            continue  # no lesson is near: it is read as before
        was, now_is = _read(before, case.text, now), _read(after, case.text, now)
        if was == now_is:
            continue
        difference = Difference(case.text, was, now_is)
        if _right(now_is, case) and not _right(was, case):
            found.append(("better", difference))
        elif _right(was, case) and not _right(now_is, case):
            found.append(("worse", difference))
        else:
            found.append(("other", difference))
    return found


def _read(layer: Layer, text: str, now: datetime) -> str | None:
    """The intent that a text is answered by; None where it is not answered."""
    where = Where("D0TEST", Surface.DM)
    asked = Asked(text=text, who=NOBODY, where=where, key="test", at=now)
    item: Understood = layer.read(asked, None, now, now.date())[0]
    return item.intent if item.tier is Tier.ANSWER else None


def _right(answered: str | None, case: Case) -> bool:
    return answered in case.accept if case.accept else answered is None
