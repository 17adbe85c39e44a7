"""A job post's draft as it stands: whose turn it is, what its versions say, and showing it to both sides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.delivery.outbox import enqueue
from bot.rooms.desk.specialists import drafts, live
from bot.rooms.desk.specialists.content import CHAT
from bot.rooms.desk.specialists.drafts import Draft
from bot.rooms.desk.specialists.room import Specialists, SpecialistsError
from bot.rooms.desk.specialists.tables import JobPost, JobPostVersion

Categories = Mapping[str, str]
"""The marketplace's categories: id -> title."""


class Turn(StrEnum):
    """Whose turn it is."""

    PERSON = "person"
    SPECIALIST = "specialist"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Drafting:
    """The room and the categories that a draft may name."""

    room: Specialists
    categories: Categories

    def draft(self, version: JobPostVersion) -> Draft:
        """A version as text with its hints."""
        room = self.room
        return drafts.compose(room.renderer, room.content.job_post, version.fields, self.categories)


def is_shared(post: JobPost) -> bool:
    """Whether the specialists have been asked to go over it."""
    return post.turn == Turn.SPECIALIST or post.specialist is not None


async def version(session: AsyncSession, post: JobPost, number: int) -> JobPostVersion:
    """One version. Raises SpecialistsError("unknown")."""
    found: JobPostVersion | None = await session.scalar(
        select(JobPostVersion).where(
            col(JobPostVersion.job_post_id) == post.key, col(JobPostVersion.version) == number
        )
    )
    if found is None:
        raise SpecialistsError("unknown")
    return found


async def versions(session: AsyncSession, post: JobPost, *, limit: int = 100) -> Sequence[JobPostVersion]:
    """The versions, the latest first."""
    found = await session.scalars(
        select(JobPostVersion)
        .where(col(JobPostVersion.job_post_id) == post.key)
        .order_by(col(JobPostVersion.version).desc())
        .limit(limit)
    )
    return found.all()


async def history(
    session: AsyncSession, drafting: Drafting, post: JobPost, *, shown: int | None, base: int | None
) -> dict[str, Any]:
    """What desk/specialists/versions_modal.j2 shows: a version (the latest by default) beside an earlier one.

    Raises SpecialistsError("unknown") for a version that is none.
    """
    found = {v.version: v for v in await versions(session, post)}
    shown = shown or post.version
    other = base or shown - 1 or None
    if shown not in found or (other is not None and other not in found):
        raise SpecialistsError("unknown")
    room = drafting.room
    local = room.calendar(CHAT).local
    older = None if other is None else found[other].fields
    return {
        "post": post,
        "version": found[shown],
        "at": local(found[shown].at),
        "draft": drafting.draft(found[shown]),
        "base": other,
        "changes": ()
        if older is None
        else drafts.changes(room.content.job_post, older, found[shown].fields, drafting.categories),
        "versions": [{"number": v.version, "at": local(v.at)} for v in found.values()],
    }


async def by_id(session: AsyncSession, post_id: int, team: str) -> JobPost:
    """The draft, locked until the transaction ends. Raises SpecialistsError("unknown")."""
    post: JobPost | None = await session.scalar(
        select(JobPost)
        .where(col(JobPost.id) == post_id, col(JobPost.team) == team)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if post is None:
        raise SpecialistsError("unknown")
    return post


async def show(session: AsyncSession, drafting: Drafting, post: JobPost, now: datetime) -> None:
    """Show the draft in place: to the person, and to the specialists once they were asked."""
    room = drafting.room
    context = await _context(session, drafting, post)
    message = room.renderer.message("desk/specialists/job_post.j2", context)
    await live.show(session, f"job_post:{post.key}:person", message, user=post.person, now=now)
    if is_shared(post) and room.channel is not None:
        card = room.renderer.message("desk/specialists/job_post_card.j2", context)
        await live.show(session, f"job_post:{post.key}:card", card, channel=room.channel, now=now)


async def tell(
    session: AsyncSession,
    drafting: Drafting,
    post: JobPost,
    *,
    to: str,
    template: str,
    key: str,
    now: datetime,
) -> None:
    """Write to one side, in the order of what happened. `key` names it."""
    message = drafting.room.renderer.message(template, await _context(session, drafting, post))
    await enqueue(
        session,
        key=f"job_post:{post.key}:{key}",
        kind="slack.dm",
        payload={"user": to, **message},
        lane=f"job_post:{post.key}:{to}",
        now=now,
    )


async def _context(session: AsyncSession, drafting: Drafting, post: JobPost) -> dict[str, Any]:
    room = drafting.room
    found = await versions(session, post, limit=room.content.job_post.turns_shown)
    local = room.calendar(CHAT).local
    return {
        "post": post,
        "draft": drafting.draft(found[0]),
        "turns": [{"version": v.version, "author": v.author, "at": local(v.at)} for v in found],
        "helps": room.channel is not None,
    }
