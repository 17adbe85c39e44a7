"""What was asked and how it went, by topic and by week; `/laurel topics` shows it to moderators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.asking.missed import Reason
from bot.asking.surface import answer_command
from bot.asking.tables import AnswerGiven, MissedQuestion
from bot.rooms.moderation import unanswered
from bot.rooms.moderation.room import Moderation
from bot.surfaces import Commanded, Surfaces
from intents.model import Tier

SPANS: Mapping[str, int] = {"": 4, "week": 1, "month": 4, "quarter": 13, "year": 52}
"""Words behind the command, and how many whole weeks back they mean."""
TOPICS = 15  # rows of the message's table; a file holds all
TAUGHT_FIRST = 10  # groups that would help most if they were taught


@dataclass(slots=True)
class Tally:
    """Counts of questions.

    `asked` had some reply, `answered` a sure or hedged answer, `helped` and `doubted` were pressed below it;
    `unanswered` were not understood, or none of the choices was it; `ticketed` led to a ticket or a human
    after an answer.
    """

    asked: int = 0
    answered: int = 0
    helped: int = 0
    doubted: int = 0
    unanswered: int = 0
    ticketed: int = 0

    @property
    def deflection(self) -> float | None:
        """The share 0..1 of what was answered and needed no person afterwards; None without answers."""
        return None if not self.answered else max(0.0, 1 - self.ticketed / self.answered)


@dataclass(frozen=True, slots=True)
class Topics:
    """Everything that was counted: in all, by intent (most asked first), by week (the oldest first)."""

    since: datetime
    until: datetime
    total: Tally
    by_intent: Mapping[str, Tally] = field(default_factory=dict)
    by_week: Mapping[date, Tally] = field(default_factory=dict)


async def count(
    session: AsyncSession, team: str | None, until: datetime, weeks: int, zone: ZoneInfo
) -> Topics:
    """Questions of a team (None: of all) in the `weeks` up to `until`; a week begins on Monday in `zone`."""
    since = until - timedelta(weeks=weeks)
    total, intents, by_week = Tally(), dict[str, Tally](), dict[date, Tally]()
    monday = _monday(since.astimezone(zone).date())
    while monday <= until.astimezone(zone).date():
        by_week[monday] = Tally()
        monday += timedelta(weeks=1)
    found = await session.execute(
        select(
            col(AnswerGiven.at), col(AnswerGiven.intent), col(AnswerGiven.tier), col(AnswerGiven.helpful)
        ).where(col(AnswerGiven.at) > since, col(AnswerGiven.at) <= until, *_of(AnswerGiven, team))
    )
    for at, intent, tier, helpful in found.all():
        for tally in _tallies(total, intents, by_week, at.astimezone(zone).date(), intent):
            tally.asked += 1
            tally.answered += tier == Tier.ANSWER.value
            tally.unanswered += tier == Tier.UNSURE.value
            tally.helped += helpful is True
            tally.doubted += helpful is False
    missed = await session.execute(
        select(col(MissedQuestion.at), col(MissedQuestion.intent), col(MissedQuestion.reason)).where(
            col(MissedQuestion.at) > since, col(MissedQuestion.at) <= until, *_of(MissedQuestion, team)
        )
    )
    for at, intent, reason in missed.all():
        for tally in _tallies(total, intents, by_week, at.astimezone(zone).date(), intent):
            tally.unanswered += reason == Reason.NONE.value
            tally.ticketed += reason in {Reason.HUMAN.value, Reason.TICKET.value}
    ranked = dict(sorted(intents.items(), key=lambda pair: (-pair[1].asked, pair[0])))
    return Topics(since, until, total, ranked, by_week)


def _monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def _of(table: type[AnswerGiven | MissedQuestion], team: str | None) -> Sequence[ColumnElement[bool]]:
    return () if team is None else (col(table.team) == team,)


def _tallies(
    total: Tally, intents: dict[str, Tally], weeks: dict[date, Tally], day: date, intent: str | None
) -> list[Tally]:
    """Where a question of a day and an intent counts."""
    found = [total, weeks.setdefault(_monday(day), Tally())]
    return [*found, intents.setdefault(intent, Tally())] if intent else found


class TopicsSurface:
    """Takes the command `topics`."""

    def __init__(self, room: Moderation) -> None:
        self._room = room

    def surfaces(self) -> Surfaces:
        """What this part takes."""
        return Surfaces(commands={"topics": self._asked})

    async def _asked(self, session: AsyncSession, command: Commanded, now: datetime) -> None:
        room = self._room
        if await room.may(command.who):
            template, context = "moderation/topics.j2", await self._context(session, command, now)
        else:
            template, context = "moderation/refused.j2", {"words": ""}
        message = room.renderer.message(template, context)
        await answer_command(session, command, message, now, name="topics")

    async def _context(self, session: AsyncSession, command: Commanded, now: datetime) -> dict[str, Any]:
        resources, team = self._room.conversation.resources, command.who.team
        span = SPANS.get(command.words.strip().lower(), SPANS[""])
        await unanswered.sort(session, team, now)
        groups = await unanswered.listed(session, team)
        found = await count(session, team, now, span, resources.zone)
        return {
            "topics": found,
            "shown": list(found.by_intent.items())[:TOPICS],
            "titles": resources.catalogue.titles(),
            "zone": resources.zone,
            "groups": sorted(groups, key=lambda group: -group.count)[:TAUGHT_FIRST],
            "spans": [name for name in SPANS if name],
        }
