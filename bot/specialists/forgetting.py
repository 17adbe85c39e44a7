"""The specialists' part of "forget me": drafts, places that are over, and copies of their messages."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.messages import Who
from bot.specialists.tables import JobPost, LiveMessage, Wait, WaitState

_LASTS = (WaitState.WAITING.value, WaitState.ACCEPTED.value)


async def forget(session: AsyncSession, who: Who) -> None:
    """Delete what is kept of a person. A place they still have, and a talk (a ticket), stay."""
    posts = await session.scalars(
        delete(JobPost)
        .where(col(JobPost.team) == who.team, col(JobPost.person) == who.user)
        .returning(col(JobPost.id))
        .execution_options(synchronize_session=False)
    )
    waits = await session.scalars(
        delete(Wait)
        .where(col(Wait.team) == who.team, col(Wait.person) == who.user, col(Wait.state).not_in(_LASTS))
        .returning(col(Wait.id))
        .execution_options(synchronize_session=False)
    )
    names = [f"job_post:{post}:{side}" for post in posts.all() for side in ("person", "card")]
    names += [f"wait:{wait}:{side}" for wait in waits.all() for side in ("person", "card")]
    await session.execute(
        delete(LiveMessage)
        .where(col(LiveMessage.name).in_(names))
        .execution_options(synchronize_session=False)
    )
