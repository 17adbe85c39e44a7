"""What the desk keeps of one person: their tickets and what was said in them, waits, drafts, duties.

The desk's own remarks on a ticket are not the person's to read and are left out.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.messages import Who
from bot.rooms.desk.specialists.tables import Duty, JobPost, JobPostVersion, Wait
from bot.rooms.desk.tables import ReadyReply, Ticket, TicketEvent, TicketMessage, TicketRating
from bot.store.kept import Kept, rows


async def kept(session: AsyncSession, who: Who) -> Kept:
    """Rows by table."""
    mine = (col(Ticket.team) == who.team, col(Ticket.person) == who.user)
    tickets = select(col(Ticket.id)).where(*mine)
    waits = (col(Wait.team) == who.team, col(Wait.person) == who.user)
    drafts = (col(JobPost.team) == who.team, col(JobPost.person) == who.user)
    posts = select(col(JobPost.id)).where(*drafts)
    return {
        **await rows(session, Ticket, *mine),
        **await rows(
            session, TicketEvent, col(TicketEvent.ticket_id).in_(tickets), without=("reason", "detail")
        ),
        **await rows(
            session,
            TicketMessage,
            col(TicketMessage.ticket_id).in_(tickets),
            col(TicketMessage.shared).is_(True),
        ),
        **await rows(session, TicketRating, col(TicketRating.ticket_id).in_(tickets)),
        **await rows(session, Wait, *waits, without=("note",)),
        **await rows(session, JobPost, *drafts),
        **await rows(session, JobPostVersion, col(JobPostVersion.job_post_id).in_(posts)),
        **await rows(
            session, ReadyReply, col(ReadyReply.team) == who.team, col(ReadyReply.saved_by) == who.user
        ),
        **await rows(session, Duty, col(Duty.team) == who.team, col(Duty.member) == who.user),
    }
