"""How the desk stands, for whoever watches."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.rooms.desk.states import State
from bot.rooms.desk.tables import Ticket
from bot.watch.metrics import Gauge


async def gauges(session: AsyncSession) -> list[Gauge]:
    """Tickets by state, and how many missed which target."""
    counted = await session.execute(select(col(Ticket.state), func.count()).group_by(col(Ticket.state)))
    tickets = {str(state): int(count) for state, count in counted}
    missed = (
        await session.execute(
            select(
                func.count(col(Ticket.first_reply_breached_at)),
                func.count(col(Ticket.resolution_breached_at)),
            )
        )
    ).one()
    return [
        *(
            Gauge("laurel_tickets", "Tickets by state.", tickets.get(state.value, 0), {"state": state.value})
            for state in State
        ),
        *(
            Gauge("laurel_sla_breaches", "Tickets that missed a target.", count, {"target": target})
            for target, count in zip(("first_reply", "resolution"), missed, strict=True)
        ),
    ]
