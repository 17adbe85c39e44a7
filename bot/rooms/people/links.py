"""Which freelancer a Slack user is: proved by a one-time code, brought by an admin, or matched by e-mail.

Whether a freelancer exists is told to nobody who cannot read the freelancer's mail: a request for an unknown
id or address is answered like any other.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.delivery.outbox import enqueue
from bot.messages import Who
from bot.rooms.people.codes import code_of, digest_of, is_code, new_nonce
from bot.rooms.people.records import RecordSource
from bot.rooms.people.tables import History, Link, LinkCode, LinkRequest, is_of
from bot.store.engine import Store
from bot.store.types import storable
from bot.store.upsert import insert

SEND_CODE = "people.link_code"
"""The kind of job that mails a code; `Links.mail_of` says what the mail holds."""

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


class How(StrEnum):
    """How a link came about."""

    CODE = "code"
    ADMIN = "admin"
    EMAIL = "email"
    REFUSED = "refused"


class Requested(StrEnum):
    """What came of asking for a code. `SENT` holds also where nobody was found."""

    SENT = "sent"
    TOO_MANY = "too_many"
    UNREACHABLE = "unreachable"
    NO_MAIL = "no_mail"


class Redeemed(StrEnum):
    """What came of typing a code."""

    LINKED = "linked"
    WRONG = "wrong"
    USED_UP = "used_up"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class CodePolicy:
    """How long a code lives, how often it may be tried, and how many may be asked for, by one or for one."""

    lifetime: dt.timedelta = dt.timedelta(minutes=10)
    tries: int = 5
    an_hour: int = 3
    a_day: int = 10


@dataclass(frozen=True, slots=True)
class CodeMail:
    """What the mail with a code says. It lives in memory alone, from the job to the mail server."""

    to: str
    code: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of typing a code, the freelancer if it was right, and the tries left if not."""

    outcome: Redeemed
    freelancer_id: str | None = None
    tries_left: int = 0


OnMoved = Callable[[AsyncSession, Who, dt.datetime], Awaitable[None]]
"""Called inside the transaction that takes a link from somebody because somebody else proved to be them."""


class Links:
    """The links of all workspaces."""

    def __init__(
        self,
        store: Store,
        source: RecordSource,
        secret: bytes,
        *,
        policy: CodePolicy | None = None,
    ) -> None:
        self._store = store
        self._source = source
        self._secret = secret
        self._policy = policy or CodePolicy()
        self._moved: OnMoved | None = None

    def on_moved(self, moved: OnMoved) -> None:
        """Have `moved` told who lost a link to a better proof."""
        self._moved = moved

    @property
    def code_minutes(self) -> int:
        """How long a code holds."""
        return int(self._policy.lifetime.total_seconds() // 60)

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

    async def find(self, given: str) -> str | None:
        """The one freelancer with that id or address to whom a code can be mailed.

        Raises SourceUnreachableError.
        """
        given = storable(given.strip())
        ids: Sequence[str] = await self._source.ids_by_email(given) if "@" in given else [given]
        if len(ids) != 1 or not ids[0]:
            return None
        record = await self._source.record(ids[0])
        return record.id if record is not None and record.email and "@" in record.email else None

    async def issue(
        self, session: AsyncSession, who: Who, found: str | None, *, key: str, now: dt.datetime
    ) -> Requested | None:
        """Have a code mailed to whom `find` found; None if the request `key` was heard before."""
        counted = await session.execute(
            insert(session, LinkRequest)
            .values(key=key, team=who.team, user_id=who.user, freelancer_id=found, at=now)
            .on_conflict_do_nothing(index_elements=["key"])
            .returning(col(LinkRequest.id))
        )
        if counted.scalar_one_or_none() is None:
            return None
        if await self._above(session, *is_of(LinkRequest, who), now=now):
            return Requested.TOO_MANY
        if found is not None and not await self._above(
            session, col(LinkRequest.freelancer_id) == found, now=now
        ):
            await self._mail(session, who, found, now)
        return Requested.SENT

    async def redeem(self, session: AsyncSession, who: Who, typed: str, now: dt.datetime) -> Tried:
        """Link `who` if `typed` is the code they were sent; each wrong one uses up a try."""
        code = await session.scalar(select(LinkCode).where(*is_of(LinkCode, who)).with_for_update())
        if code is None or code.expires_at <= now:
            return Tried(Redeemed.EXPIRED)
        if code.tries_left <= 0:
            return Tried(Redeemed.USED_UP)
        if not is_code(self._secret, code.nonce, code.digest, typed):
            code.tries_left -= 1
            left = code.tries_left
            return Tried(Redeemed.WRONG if left else Redeemed.USED_UP, tries_left=left)
        await session.delete(code)
        await self.link(session, who, code.freelancer_id, How.CODE, now)
        return Tried(Redeemed.LINKED, code.freelancer_id)

    async def mail_of(self, payload: Mapping[str, Any], now: dt.datetime) -> CodeMail | None:
        """The mail of a `SEND_CODE` job; None where the code is no longer wanted or there is no address.

        Raises SourceUnreachableError.
        """
        who = Who(payload["team"], payload["user"])
        async with self._store.read() as session:
            code = await session.scalar(select(LinkCode).where(*is_of(LinkCode, who)))
        if code is None or code.nonce != payload["nonce"] or code.expires_at <= now:
            return None
        record = await self._source.record(code.freelancer_id)
        if record is None or not record.email:
            return None
        secret_code = code_of(self._secret, who, code.freelancer_id, code.nonce)
        return CodeMail(record.email, secret_code, self.code_minutes)

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

    async def purge(self, session: AsyncSession, now: dt.datetime) -> None:
        """Forget codes that have expired and requests that no limit counts any more."""
        await session.execute(delete(LinkCode).where(col(LinkCode.expires_at) < now))
        await session.execute(delete(LinkRequest).where(col(LinkRequest.at) < now - DAY))

    async def _mail(self, session: AsyncSession, who: Who, freelancer_id: str, now: dt.datetime) -> None:
        """A new code in place of any before it, and the job that mails it."""
        nonce = new_nonce()
        code = code_of(self._secret, who, freelancer_id, nonce)
        values = {
            "freelancer_id": freelancer_id,
            "nonce": nonce,
            "digest": digest_of(self._secret, nonce, code),
            "tries_left": self._policy.tries,
            "expires_at": now + self._policy.lifetime,
        }
        await session.execute(
            insert(session, LinkCode)
            .values(team=who.team, user_id=who.user, **values)
            .on_conflict_do_update(index_elements=["team", "user_id"], set_=values)
        )
        await enqueue(
            session,
            key=f"link-code:{nonce}",
            kind=SEND_CODE,
            payload={"team": who.team, "user": who.user, "nonce": nonce},
            now=now,
        )

    async def _above(self, session: AsyncSession, *about: Any, now: dt.datetime) -> bool:
        """Whether there are more requests, this one included, than an hour or a day allows."""
        for limit, span in ((self._policy.an_hour, HOUR), (self._policy.a_day, DAY)):
            count = await session.scalar(
                select(func.count()).select_from(LinkRequest).where(*about, col(LinkRequest.at) > now - span)
            )
            if (count or 0) > limit:
                return True
        return False
