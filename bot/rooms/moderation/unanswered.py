"""What went unanswered, sorted into groups of questions that are alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rapidfuzz import fuzz, process, utils
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.asking.tables import MissedQuestion
from bot.messages import Who
from bot.rooms.moderation.tables import MissedGroup

ALIKE = 78.0  # of 100: from here on two questions are one; of one intent less will do
ALIKE_WITHIN = 62.0
AT_ONCE = 500  # questions that are sorted in one go
GROUPS = 2000  # groups that a question is compared with, the newest
WORDINGS = 3  # that a row shows


class Decision(StrEnum):
    """What a moderator made of a group."""

    TAUGHT = "taught"
    OUT_OF_SCOPE = "out_of_scope"
    DISMISSED = "dismissed"


RETURNS = {Decision.TAUGHT: 1, Decision.OUT_OF_SCOPE: 5, Decision.DISMISSED: 3}
"""A decided group is listed again once so many have asked since."""


@dataclass(frozen=True, slots=True)
class Row:
    """A group as it is listed: how many asked and how many people they were, since the last decision."""

    id: int
    count: int
    people: int
    newest: datetime
    wordings: tuple[str, ...]
    intent: str | None
    reasons: tuple[str, ...]
    decided: str | None


async def sort(session: AsyncSession, team: str, now: datetime) -> int:
    """Put questions that have no group yet into one; how many there were. Serialise it: one at a time."""
    found = await session.scalars(
        select(MissedQuestion)
        .where(col(MissedQuestion.team) == team, col(MissedQuestion.group_id).is_(None))
        .order_by(col(MissedQuestion.id))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    fresh = found.all()
    if not fresh:
        return 0
    known = await session.scalars(
        select(MissedGroup)
        .where(col(MissedGroup.team) == team)
        .order_by(col(MissedGroup.id).desc())
        .limit(GROUPS)
    )
    groups = list(known.all())
    for question in fresh:
        group = _like(question, groups)
        if group is None:
            group = MissedGroup(team=team, wording=question.text, intent=question.intent, created_at=now)
            session.add(group)
            await session.flush()
            groups.append(group)
        question.group_id = group.key
    return len(fresh)


def _like(question: MissedQuestion, groups: Sequence[MissedGroup]) -> MissedGroup | None:
    """The group whose first question is most like this one, if it is like it at all."""
    ranked = process.extract(
        question.text,
        [group.wording for group in groups],
        scorer=fuzz.token_sort_ratio,
        processor=utils.default_process,
        limit=5,
        score_cutoff=ALIKE_WITHIN,
    )
    for _, likeness, at in ranked:
        same = question.intent is not None and groups[at].intent == question.intent
        if likeness >= ALIKE or same:
            return groups[at]
    return None


async def listed(session: AsyncSession, team: str, *, since: datetime | None = None) -> list[Row]:
    """The groups that wait for a moderator, the most asked first; `since`: only those asked from then on."""
    counted = (
        select(
            col(MissedGroup.id),
            func.count(col(MissedQuestion.id)),
            func.count(func.distinct(col(MissedQuestion.person))),
            func.max(col(MissedQuestion.at)),
        )
        .join(MissedQuestion, col(MissedQuestion.group_id) == col(MissedGroup.id))
        .where(
            col(MissedGroup.team) == team,
            col(MissedGroup.decided_at).is_(None) | (col(MissedQuestion.at) > col(MissedGroup.decided_at)),
        )
        .group_by(col(MissedGroup.id))
    )
    rows = []
    for group_id, count, people, newest in (await session.execute(counted)).all():
        group = await session.get(MissedGroup, group_id)
        assert group is not None, "it was counted"
        enough = RETURNS[Decision(group.decision)] if group.decision else 1
        if people < enough or (since is not None and newest < since):
            continue
        rows.append(await _row(session, group, count, people, newest))
    return sorted(rows, key=lambda row: (-row.people, -row.count, -row.newest.timestamp()))


async def _row(session: AsyncSession, group: MissedGroup, count: int, people: int, newest: datetime) -> Row:
    reasons = await session.scalars(
        select(col(MissedQuestion.reason)).where(col(MissedQuestion.group_id) == group.key).distinct()
    )
    return Row(
        id=group.key,
        count=count,
        people=people,
        newest=newest,
        wordings=tuple(await wordings(session, group.team, group.key)),
        intent=group.intent,
        reasons=tuple(sorted(reasons.all())),
        decided=group.decision,
    )


async def wordings(session: AsyncSession, team: str, group: int) -> Sequence[str]:
    """Up to three wordings of a group, the newest first, each once."""
    found = await session.scalars(
        select(col(MissedQuestion.text))
        .where(col(MissedQuestion.team) == team, col(MissedQuestion.group_id) == group)
        .order_by(col(MissedQuestion.id).desc())
        .limit(10 * WORDINGS)
    )
    return list(dict.fromkeys(found.all()))[:WORDINGS]


async def decide(session: AsyncSession, who: Who, group: int, decision: Decision, now: datetime) -> bool:
    """Take a group off the list; False where there is none."""
    changed = await session.execute(
        update(MissedGroup)
        .where(col(MissedGroup.id) == group, col(MissedGroup.team) == who.team)
        .values(decision=decision.value, decided_by=who.user, decided_at=now)
        .returning(col(MissedGroup.id))
    )
    return changed.scalar_one_or_none() is not None
