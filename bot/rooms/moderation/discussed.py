"""Questions before the community as rows: put there, solved, taught or dismissed, forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.messages import Who
from bot.rooms.moderation.tables import CommunityQuestion
from bot.store.types import fitted
from bot.store.upsert import insert

AFTER = timedelta(days=1)
"""A question that is open for so long is shown to the moderators."""
LISTED = 5  # of each kind that are shown: a tab takes 100 blocks


class Fate(StrEnum):
    """What became of a question. A moderator teaches its solution, or dismisses it at any time."""

    OPEN = "open"
    SOLVED = "solved"
    TAUGHT = "taught"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a moderator: solutions to teach, and what nobody has solved, the oldest first."""

    solved: Sequence[CommunityQuestion]
    open: Sequence[CommunityQuestion]

    def __bool__(self) -> bool:
        return bool(self.solved or self.open)


async def put(
    session: AsyncSession, who: Who, *, origin: str, channel: str, text: str, now: datetime
) -> CommunityQuestion | None:
    """A new question; None where the one of that origin was put before the community already."""
    row = {"team": who.team, "person": who.user, "channel": channel, "text": text}
    added = await session.scalar(
        insert(session, CommunityQuestion)
        .values(origin=fitted(origin), state=Fate.OPEN.value, asked_at=now, **row)
        .on_conflict_do_nothing(index_elements=["origin"])
        .returning(col(CommunityQuestion.id))
    )
    return None if added is None else await session.get(CommunityQuestion, added)


async def by_origin(session: AsyncSession, who: Who, origin: str) -> CommunityQuestion | None:
    """Somebody's question of that origin."""
    found = await session.scalars(
        select(CommunityQuestion).where(
            col(CommunityQuestion.origin) == fitted(origin),
            col(CommunityQuestion.team) == who.team,
            col(CommunityQuestion.person) == who.user,
        )
    )
    return found.one_or_none()


async def by_id(session: AsyncSession, team: str, number: int) -> CommunityQuestion | None:
    """The question with that id."""
    found = await session.get(CommunityQuestion, number)
    return found if found is not None and found.team == team else None


async def at(
    session: AsyncSession, team: str, channel: str, ts: str, *, lock: bool = False
) -> CommunityQuestion | None:
    """The question that stands there; `lock`: nobody else changes it until the transaction ends."""
    wanted = select(CommunityQuestion).where(
        col(CommunityQuestion.team) == team,
        col(CommunityQuestion.channel) == channel,
        col(CommunityQuestion.ts) == ts,
    )
    return (await session.scalars(wanted.with_for_update() if lock else wanted)).one_or_none()


async def has_open(session: AsyncSession, who: Who) -> bool:
    """Whether somebody waits for a solution."""
    found = await session.scalars(
        select(col(CommunityQuestion.id))
        .where(
            col(CommunityQuestion.team) == who.team,
            col(CommunityQuestion.state) == Fate.OPEN.value,
            col(CommunityQuestion.person) == who.user,
        )
        .limit(1)
    )
    return found.one_or_none() is not None


async def decide(session: AsyncSession, team: str, number: int, fate: Fate) -> None:
    """Take a question off the moderators' list."""
    await session.execute(
        update(CommunityQuestion)
        .where(col(CommunityQuestion.id) == number, col(CommunityQuestion.team) == team)
        .values(state=fate.value)
        .execution_options(synchronize_session=False)
    )


async def waiting(session: AsyncSession, team: str, now: datetime) -> Waiting:
    """What waits for a moderator. A solution whose author is forgotten is none any more."""
    solved = select(CommunityQuestion).where(
        col(CommunityQuestion.team) == team,
        col(CommunityQuestion.state) == Fate.SOLVED.value,
        col(CommunityQuestion.solver).is_not(None),
    )
    unsolved = select(CommunityQuestion).where(
        col(CommunityQuestion.team) == team,
        col(CommunityQuestion.state) == Fate.OPEN.value,
        col(CommunityQuestion.asked_at) <= now - AFTER,
    )
    found = []
    for wanted in (solved, unsolved):
        rows = await session.scalars(wanted.order_by(col(CommunityQuestion.id)).limit(LISTED))
        found.append(rows.all())
    return Waiting(*found)


async def teams(session: AsyncSession) -> Sequence[str]:
    """The workspaces in which something was put before the community."""
    return (await session.scalars(select(col(CommunityQuestion.team)).distinct())).all()


async def forget(session: AsyncSession, who: Who) -> None:
    """Drop a person's questions, and what they solved of others'."""
    team = col(CommunityQuestion.team) == who.team
    await session.execute(
        delete(CommunityQuestion)
        .where(team, col(CommunityQuestion.person) == who.user)
        .execution_options(synchronize_session=False)
    )
    solution = ("solver", "solver_name", "solution", "solution_ts", "solution_link")
    await session.execute(
        update(CommunityQuestion)
        .where(team, col(CommunityQuestion.solver) == who.user)
        .values(dict.fromkeys(solution))
        .execution_options(synchronize_session=False)
    )


async def purge(session: AsyncSession, before: datetime) -> None:
    """Drop what was asked before that moment."""
    await session.execute(
        delete(CommunityQuestion)
        .where(col(CommunityQuestion.asked_at) < before)
        .execution_options(synchronize_session=False)
    )
