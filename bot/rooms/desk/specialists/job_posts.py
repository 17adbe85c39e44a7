"""Job posts drafted by a person and a specialist in turns: every version is kept, stale edits are refused.

The draft is the person's until they ask for a specialist; then it is the specialists' until it is handed
back (or the person takes it back). Finishing hands it over as text.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.messages import Who
from bot.rooms.desk.specialists import drafts, posts
from bot.rooms.desk.specialists.posts import Drafting, Turn
from bot.rooms.desk.specialists.room import SpecialistsError
from bot.rooms.desk.specialists.tables import JobPost, JobPostVersion
from bot.store.upsert import insert


async def create(
    session: AsyncSession, drafting: Drafting, *, key: str, who: Who, fields: Mapping[str, Any], now: datetime
) -> JobPost | None:
    """A new draft with its first version, shown to the person; None when `key` was heard before."""
    added = await session.scalar(
        insert(session, JobPost)
        .values(origin=key, team=who.team, person=who.user, turn=Turn.PERSON.value, version=0, opened_at=now)
        .on_conflict_do_nothing(index_elements=["origin"])
        .returning(col(JobPost.id))
    )
    if added is None:
        return None
    post = await posts.by_id(session, added, who.team)
    await _add(session, drafting, post, key=key, author=who.user, fields=fields, now=now)
    await posts.show(session, drafting, post, now)
    return post


async def edit(
    session: AsyncSession,
    drafting: Drafting,
    post_id: int,
    who: Who,
    *,
    key: str,
    base: int,
    fields: Mapping[str, Any],
    now: datetime,
) -> bool:
    """Add a version that was made from version `base`; False when `key` was heard before.

    Raises SpecialistsError: "stale" (somebody else changed it meanwhile), "turn", "over" or "unknown".
    """
    post = await posts.by_id(session, post_id, who.team)
    known = await session.scalar(select(col(JobPostVersion.id)).where(col(JobPostVersion.origin) == key))
    if known is not None:
        return False
    await check_edit(session, post, who, base)
    await _add(session, drafting, post, key=key, author=who.user, fields=fields, now=now)
    await posts.show(session, drafting, post, now)
    return True


async def check_edit(session: AsyncSession, post: JobPost, who: Who, base: int | None = None) -> None:
    """Whether `who` may edit now, from version `base`. Raises SpecialistsError as `edit` does."""
    if who.user not in {post.person, post.specialist}:
        raise SpecialistsError("unknown")
    if post.turn == Turn.OVER:
        raise SpecialistsError("over")
    if post.turn != _side(post, who):
        raise SpecialistsError("turn", by=post.specialist if post.turn == Turn.SPECIALIST else post.person)
    if base is not None and base != post.version:
        raise SpecialistsError("stale", by=(await posts.version(session, post, post.version)).author)


async def may_edit(session: AsyncSession, post: JobPost, who: Who) -> bool:
    """Whether `who` may edit now."""
    try:
        await check_edit(session, post, who)
    except SpecialistsError:
        return False
    return True


async def ask(
    session: AsyncSession, drafting: Drafting, post_id: int, who: Who, *, key: str, now: datetime
) -> bool:
    """Give the draft to the specialists; False when they have it. Raises "unknown", "over", "no_channel"."""
    post = await _own(session, post_id, who)
    if drafting.room.channel is None:
        raise SpecialistsError("no_channel")
    if post.turn == Turn.SPECIALIST:
        return False
    post.turn = Turn.SPECIALIST.value
    await posts.show(session, drafting, post, now)
    if post.specialist is not None:  # they know it already: a change in place would go unseen
        await posts.tell(
            session,
            drafting,
            post,
            to=post.specialist,
            template="desk/specialists/job_post_again.j2",
            key=key,
            now=now,
        )
    return True


async def take(
    session: AsyncSession, drafting: Drafting, post_id: int, by: Who, now: datetime
) -> JobPost | None:
    """A specialist takes the draft on; None when it is theirs. Raises "taken", "over", "unknown"."""
    post = await posts.by_id(session, post_id, by.team)
    if post.turn == Turn.OVER:
        raise SpecialistsError("over")
    if post.specialist == by.user:
        return None
    if post.specialist is not None:
        raise SpecialistsError("taken", by=post.specialist)
    if post.person == by.user:
        raise SpecialistsError("own")
    post.specialist = by.user
    await posts.show(session, drafting, post, now)
    return post


async def hand_back(
    session: AsyncSession, drafting: Drafting, post_id: int, who: Who, *, key: str, now: datetime
) -> bool:
    """Give the draft to the person, by the specialist who has it or by the person; False when they have it.

    Raises SpecialistsError: "unknown" or "over".
    """
    post = await posts.by_id(session, post_id, who.team)
    if who.user not in {post.person, post.specialist}:
        raise SpecialistsError("unknown")
    if post.turn == Turn.OVER:
        raise SpecialistsError("over")
    if post.turn == Turn.PERSON:
        return False
    post.turn = Turn.PERSON.value
    await posts.show(session, drafting, post, now)
    if who.user == post.specialist:
        await posts.tell(
            session,
            drafting,
            post,
            to=post.person,
            template="desk/specialists/job_post_back.j2",
            key=key,
            now=now,
        )
    return True


async def finish(session: AsyncSession, drafting: Drafting, post_id: int, who: Who, now: datetime) -> bool:
    """Hand the text over to the person, who may do so at any time; False when it was. Raises "unknown"."""
    post = await posts.by_id(session, post_id, who.team)
    if post.person != who.user:
        raise SpecialistsError("unknown")
    if post.turn == Turn.OVER:
        return False
    post.turn, post.finished_at = Turn.OVER.value, now
    await posts.show(session, drafting, post, now)
    await posts.tell(
        session,
        drafting,
        post,
        to=post.person,
        template="desk/specialists/job_post_final.j2",
        key="final",
        now=now,
    )
    return True


async def _add(
    session: AsyncSession,
    drafting: Drafting,
    post: JobPost,
    *,
    key: str,
    author: str,
    fields: Mapping[str, Any],
    now: datetime,
) -> None:
    post.version += 1
    given = drafts.read(drafting.room.content.job_post, fields)
    session.add(
        JobPostVersion(
            job_post_id=post.key, version=post.version, origin=key, author=author, at=now, fields=given
        )
    )
    await session.flush()


async def _own(session: AsyncSession, post_id: int, who: Who) -> JobPost:
    post = await posts.by_id(session, post_id, who.team)
    if post.person != who.user:
        raise SpecialistsError("unknown")
    if post.turn == Turn.OVER:
        raise SpecialistsError("over")
    return post


def _side(post: JobPost, who: Who) -> Turn:
    return Turn.SPECIALIST if who.user == post.specialist else Turn.PERSON
