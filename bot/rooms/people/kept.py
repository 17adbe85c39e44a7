"""What this room keeps of one person: the link, the imported record and its verdicts, and who looked."""

import json

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.messages import Who
from bot.rooms.people.store_source import unpack
from bot.rooms.people.tables import (
    DeclaredFact,
    Download,
    EarningsLedger,
    Freelancer,
    History,
    Link,
    LinkCode,
    LinkRequest,
    RecordView,
    ReferralRow,
    Reminder,
)
from bot.store.kept import Kept, rows

_PROOF = ("nonce", "digest")  # what proves a code is for the house alone


async def kept(session: AsyncSession, who: Who) -> Kept:
    """Rows by table. A record in a database or behind an endpoint of the operator's is not kept here."""
    freelancer = await session.scalar(
        select(col(Link.freelancer_id)).where(col(Link.team) == who.team, col(Link.user_id) == who.user)
    )
    found = {
        **await rows(session, Link, col(Link.team) == who.team, col(Link.user_id) == who.user),
        **await rows(
            session,
            LinkCode,
            col(LinkCode.team) == who.team,
            col(LinkCode.user_id) == who.user,
            without=_PROOF,
        ),
        **await rows(
            session, LinkRequest, col(LinkRequest.team) == who.team, col(LinkRequest.user_id) == who.user
        ),
        **await rows(
            session, DeclaredFact, col(DeclaredFact.team) == who.team, col(DeclaredFact.user_id) == who.user
        ),
        **await rows(session, Download, col(Download.team) == who.team, col(Download.user_id) == who.user),
        **await rows(session, Reminder, col(Reminder.team) == who.team, col(Reminder.user_id) == who.user),
        **await rows(
            session,
            EarningsLedger,
            col(EarningsLedger.team) == who.team,
            col(EarningsLedger.user_id) == who.user,
        ),
        **await rows(session, Freelancer, col(Freelancer.id) == freelancer, without=("record",)),
        **await rows(session, ReferralRow, col(ReferralRow.referrer_id) == freelancer),
        **await rows(session, RecordView, col(RecordView.freelancer_id) == freelancer),
        **await rows(session, History, col(History.freelancer_id) == freelancer),
    }
    packed = await session.scalar(select(col(Freelancer.record)).where(col(Freelancer.id) == freelancer))
    for row in found["freelancers"]:
        row["record"] = None if packed is None else json.loads(unpack(packed))
    return found
