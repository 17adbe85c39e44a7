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
    is_of,
)
from bot.store.kept import Kept, rows

_PROOF = ("nonce", "digest")  # what proves a code is for the house alone


async def kept(session: AsyncSession, who: Who) -> Kept:
    """Rows by table. A record in a database or behind an endpoint of the operator's is not kept here."""
    freelancer = await session.scalar(select(col(Link.freelancer_id)).where(*is_of(Link, who)))
    found = {
        **await rows(session, Link, *is_of(Link, who)),
        **await rows(session, LinkCode, *is_of(LinkCode, who), without=_PROOF),
        **await rows(session, LinkRequest, *is_of(LinkRequest, who)),
        **await rows(session, DeclaredFact, *is_of(DeclaredFact, who)),
        **await rows(session, Download, *is_of(Download, who)),
        **await rows(session, Reminder, *is_of(Reminder, who)),
        **await rows(session, EarningsLedger, *is_of(EarningsLedger, who)),
        **await rows(session, Freelancer, col(Freelancer.id) == freelancer, without=("record",)),
        **await rows(session, ReferralRow, col(ReferralRow.referrer_id) == freelancer),
        **await rows(session, RecordView, col(RecordView.freelancer_id) == freelancer),
        **await rows(session, History, col(History.freelancer_id) == freelancer),
    }
    packed = await session.scalar(select(col(Freelancer.record)).where(col(Freelancer.id) == freelancer))
    for row in found["freelancers"]:
        row["record"] = None if packed is None else json.loads(unpack(packed))
    return found
