"""Which freelancer a Slack user is.

Proved by a one-time code (link_codes.py), brought by an admin, or matched by e-mail.
"""

import datetime as dt
from collections.abc import Awaitable, Callable
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.messages import Who
from bot.rooms.people.records import RecordSource
from bot.rooms.people.tables import History, Link, LinkCode, LinkRequest, is_of
from bot.store.engine import Store
from bot.store.upsert import insert


class How(StrEnum):
    """How a link came about."""

    CODE = "code"
    ADMIN = "admin"
    EMAIL = "email"
    REFUSED = "refused"


OnMoved = Callable[[AsyncSession, Who, dt.datetime], Awaitable[None]]
"""Called inside the transaction that takes a link from somebody because somebody else proved to be them."""


class Links:
    """The links of all workspaces."""

    def __init__(self, store: Store, source: RecordSource) -> None:
        self._store = store
        self._source = source
        self._moved: OnMoved | None = None

    def on_moved(self, moved: OnMoved) -> None:
        """Have `moved` told who lost a link to a better proof."""
        self._moved = moved

    async def freelancer_of(self, who: Who) -> str | None:
        """The freelancer that `who` is linked to."""
        async with self._store.read() as session:
            return await session.scalar(select(col(Link.freelancer_id)).where(*is_of(Link, who)))

    async def user_of(self, team: str, freelancer_id: str) -> Who | None:
        """The user in `team` who is this freelancer."""
        async with self._store.read() as session:
            user = await session.scalar(
                select(col(Link.user_id)).where(
                    col(Link.team) == team, col(Link.freelancer_id) == freelancer_id
                )
            )
        return None if user is None else Who(team, user)

    async def match_email(self, who: Who, address: str, now: dt.datetime) -> str | None:
        """Link `who` by an address that Slack has confirmed, if exactly one freelancer has it.

        Somebody who is linked, or wanted no link, is left as they are, and so is a freelancer who is somebody
        else already. Raises SourceUnreachableError.
        """
        ids = await self._source.ids_by_email(address)
        if len(ids) != 1:
            return None
        async with self._store.write() as session:
            taken = await session.scalar(
                select(func.count())
                .select_from(Link)
                .where(
                    col(Link.team) == who.team,
                    (col(Link.user_id) == who.user) | (col(Link.freelancer_id) == ids[0]),
                )
            )
            if taken:
                return None
            await self.link(session, who, ids[0], How.EMAIL, now)
        return ids[0]

    async def link(
        self, session: AsyncSession, who: Who, freelancer_id: str, how: How, now: dt.datetime
    ) -> None:
        """Make `who` this freelancer, and nobody else in their workspace."""
        before = await session.scalars(
            select(col(Link.user_id)).where(
                col(Link.team) == who.team,
                col(Link.freelancer_id) == freelancer_id,
                col(Link.user_id) != who.user,
            )
        )
        for user in before.all():
            await session.execute(delete(Link).where(*is_of(Link, Who(who.team, user))))
            if self._moved is not None:
                await self._moved(session, Who(who.team, user), now)
        fresh = {"freelancer_id": freelancer_id, "how": how.value, "linked_at": now}
        # Another freelancer's standing must not be compared with this one's.
        await session.execute(
            insert(session, Link)
            .values(team=who.team, user_id=who.user, opted_out=False, **fresh)
            .on_conflict_do_update(
                index_elements=["team", "user_id"], set_={**fresh, "baseline": None, "told_at": None}
            )
        )

    async def unlink(self, session: AsyncSession, who: Who, now: dt.datetime) -> bool:
        """End the link, and remember only that none is wanted; False where there was none."""
        link = await session.scalar(select(Link).where(*is_of(Link, who)).with_for_update())
        if link is None or link.freelancer_id is None:
            return False
        await session.delete(link)
        await session.flush()
        session.add(Link(team=who.team, user_id=who.user, how=How.REFUSED.value, linked_at=now))
        await session.execute(delete(LinkCode).where(*is_of(LinkCode, who)))
        return True

    async def forget(self, session: AsyncSession, who: Who, now: dt.datetime) -> None:
        """Delete the link, its codes and requests, and the verdicts kept, unless somebody else has them."""
        freelancer_id = await session.scalar(select(col(Link.freelancer_id)).where(*is_of(Link, who)))
        for table in (Link, LinkCode, LinkRequest):
            await session.execute(delete(table).where(*is_of(table, who)))
        session.add(Link(team=who.team, user_id=who.user, how=How.REFUSED.value, linked_at=now))
        if freelancer_id is not None:
            others = await session.scalar(
                select(func.count()).select_from(Link).where(col(Link.freelancer_id) == freelancer_id)
            )
            if not others:
                await session.execute(delete(History).where(col(History.freelancer_id) == freelancer_id))
