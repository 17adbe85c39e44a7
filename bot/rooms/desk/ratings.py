"""CSAT: when a ticket is resolved the person is asked once, and may answer once, from 1 to 5 and in words."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.rooms.desk.tables import Ticket, TicketRating

SCORES = range(1, 6)


async def ask(session: AsyncSession, ticket: Ticket, now: datetime) -> bool:
    """Whether to ask now: only the first time a ticket is resolved."""
    if await session.get(TicketRating, ticket.key) is not None:
        return False
    session.add(TicketRating(ticket_id=ticket.key, asked_at=now))
    return True


async def rate(session: AsyncSession, ticket: Ticket, score: int, now: datetime) -> bool:
    """Keep the person's score; False when there is one already, or nobody asked. Raises ValueError."""
    if score not in SCORES:
        raise ValueError("a score is 1 to 5")
    rating = await session.get(TicketRating, ticket.key)
    if rating is None or rating.score is not None:
        return False
    rating.score = score
    rating.rated_at = now
    return True


async def comment(session: AsyncSession, ticket: Ticket, words: str) -> bool:
    """Keep the person's words about it; False when there are some already, or no score yet."""
    rating = await session.get(TicketRating, ticket.key)
    if rating is None or rating.score is None or rating.comment is not None or not words.strip():
        return False
    rating.comment = words.strip()
    return True
