"""What this room keeps of one person: for export-person, and to be forgotten."""

from sqlalchemy import delete, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.messages import Who
from bot.rooms.moderation import discussed
from bot.rooms.moderation.tables import (
    CommunityQuestion,
    ContentItem,
    ContentRevision,
    MissedGroup,
    Suggestion,
)
from bot.store.kept import Kept, rows


async def kept(session: AsyncSession, who: Who) -> Kept:
    """What somebody wrote or decided as a moderator, and suggestions for their own questions.

    And what they asked the community, or solved for others in it.
    """
    theirs = (col(ContentItem.team) == who.team, col(ContentItem.author) == who.user)
    return {
        **await rows(session, ContentItem, *theirs),
        **await rows(session, ContentRevision, col(ContentRevision.actor) == who.user),
        **await rows(
            session,
            MissedGroup,
            col(MissedGroup.team) == who.team,
            col(MissedGroup.decided_by) == who.user,
        ),
        **await rows(
            session,
            Suggestion,
            col(Suggestion.team) == who.team,
            or_(col(Suggestion.person) == who.user, col(Suggestion.actor) == who.user),
        ),
        **await rows(
            session,
            CommunityQuestion,
            col(CommunityQuestion.team) == who.team,
            or_(col(CommunityQuestion.person) == who.user, col(CommunityQuestion.solver) == who.user),
        ),
    }


async def forget(session: AsyncSession, who: Who) -> None:
    """Drop suggestions for somebody's questions, and what they asked the community or solved in it.

    What they wrote as a moderator is the house's and stays.
    """
    await discussed.forget(session, who)
    await session.execute(
        delete(Suggestion).where(col(Suggestion.team) == who.team, col(Suggestion.person) == who.user)
    )
