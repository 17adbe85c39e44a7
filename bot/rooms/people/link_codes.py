"""One-time codes: mailed to a freelancer's address, typed by whoever can read it, and then a link.

Whether a freelancer exists is told to nobody who cannot read the freelancer's mail: a request for an unknown
id or address is answered like any other.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.delivery.outbox import enqueue
from bot.messages import Who
from bot.rooms.people.codes import code_of, digest_of, is_code, new_nonce
from bot.rooms.people.links import How, Links
from bot.rooms.people.records import RecordSource
from bot.rooms.people.tables import LinkCode, LinkRequest, is_of
from bot.store.engine import Store
from bot.store.types import storable
from bot.store.upsert import insert

SEND_CODE = "people.link_code"
"""The kind of job that mails a code; `LinkCodes.mail_of` says what the mail holds."""

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


class Requested(StrEnum):
    """What came of asking for a code. `SENT` holds also where nobody was found."""

    SENT = "sent"
    TOO_MANY = "too_many"
    UNREACHABLE = "unreachable"
    NO_MAIL = "no_mail"
    OUTSIDE = "outside"


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


class LinkCodes:
    """The codes of all workspaces, made from `secret`; a right one becomes one of `links`."""

    def __init__(
        self,
        store: Store,
        source: RecordSource,
        secret: bytes,
        links: Links,
        *,
        policy: CodePolicy | None = None,
    ) -> None:
        self._store = store
        self._source = source
        self._secret = secret
        self._links = links
        self._policy = policy or CodePolicy()

    @property
    def code_minutes(self) -> int:
        """How long a code holds."""
        return int(self._policy.lifetime.total_seconds() // 60)

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
        await self._links.link(session, who, code.freelancer_id, How.CODE, now)
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

    async def purge(self, session: AsyncSession, now: dt.datetime) -> None:
        """Forget codes that have expired and requests that no limit counts any more."""
        await session.execute(delete(LinkCode).where(col(LinkCode.expires_at) < now))
        await session.execute(delete(LinkRequest).where(col(LinkRequest.at) < now - DAY))
