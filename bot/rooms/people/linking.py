"""The self-service around a link: asking for a code, typing it, unlinking, being forgotten, and what is kept.

`request` is a sender, because it may ask a slow source; everything else happens in the transaction of the
button or form it came by, and gives the reply to it.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.delivery.outbox import Job, enqueue
from bot.messages import Reply, Who
from bot.render import Message
from bot.rooms.people.audit import views_of
from bot.rooms.people.link_codes import LinkCodes, Requested
from bot.rooms.people.links import Links
from bot.rooms.people.own.keeping import told
from bot.rooms.people.records import SourceUnreachableError
from bot.rooms.people.tables import History, Link, is_of
from bot.store.engine import Store

REQUEST = "people.request_code"
"""The kind of job that asks for a code: `{team, user, given}`."""

Forget = Callable[[AsyncSession, Who], Awaitable[None]]
"""Deletes what the house keeps of a person, in the transaction of `session`."""
Render = Callable[[str, Mapping[str, Any]], Message]
RenderText = Callable[[str, Mapping[str, Any]], str]
Mail = Callable[[Job], Awaitable[dict[str, Any]]]


class Linking:
    """What a person can do about their own link. Every method's Reply goes to the person alone.

    `mail` None: no mail server is set, so people are sent to an administrator instead.
    `at_home`: whether a team is ours; people of another are linked to no record.
    """

    def __init__(
        self,
        store: Store,
        links: Links,
        codes: LinkCodes,
        *,
        render: Render,
        render_text: RenderText,
        mail: Mail | None,
        clock: Callable[[], dt.datetime],
        forget: Forget,
        at_home: Callable[[str], bool],
    ) -> None:
        self._store = store
        self._links = links
        self._codes = codes
        self._render = render
        self._render_text = render_text
        self._mail = mail
        self._clock = clock
        self._forget = forget
        self._at_home = at_home
        links.on_moved(self.moved)

    async def request(self, job: Job) -> dict[str, Any]:
        """The sender for `REQUEST`: find the freelancer, have the code mailed, tell the person by DM."""
        who, given = Who(job.payload["team"], job.payload["user"]), str(job.payload["given"])
        found: str | None = None
        outcome = Requested.NO_MAIL if self._mail is None else None
        if not self._at_home(who.team):
            outcome = Requested.OUTSIDE
        try:
            found = await self._codes.find(given) if outcome is None else None
        except SourceUnreachableError:
            outcome = Requested.UNREACHABLE
        now = self._clock()
        async with self._store.write() as session:
            if outcome is None:
                outcome = await self._codes.issue(session, who, found, key=job.key, now=now)
            if outcome is not None:
                await self.tell(
                    session,
                    who,
                    Reply(
                        "people/code_requested.j2",
                        {"outcome": outcome.value, "minutes": self._codes.code_minutes},
                    ),
                    job.key,
                    now,
                )
        return {}

    async def send_code(self, job: Job) -> dict[str, Any]:
        """The sender for `link_codes.SEND_CODE`: the mail is made here and lives nowhere else."""
        mail = await self._codes.mail_of(job.payload, self._clock())
        if mail is None or self._mail is None:
            return {"skipped": True}
        text = self._render_text("people/link_code_mail.j2", {"code": mail.code, "minutes": mail.minutes})
        subject, _, body = text.partition("\n")
        return await self._mail(
            replace(job, payload={"to": mail.to, "subject": subject, "text": body.strip()})
        )

    @property
    def code_minutes(self) -> int:
        """How long a code holds."""
        return self._codes.code_minutes

    async def redeem(self, session: AsyncSession, who: Who, typed: str, now: dt.datetime) -> Reply:
        """A code was typed."""
        tried = await self._codes.redeem(session, who, typed, now)
        return Reply(
            "people/code_typed.j2",
            {
                "outcome": tried.outcome.value,
                "tries_left": tried.tries_left,
                "freelancer": tried.freelancer_id,
            },
            private=True,
        )

    async def unlink(self, session: AsyncSession, who: Who, now: dt.datetime) -> Reply:
        """The link is to end."""
        ended = await self._links.unlink(session, who, now)
        return Reply("people/unlinked.j2", {"ended": ended}, private=True)

    async def forget_me(self, session: AsyncSession, who: Who) -> Reply:
        """Everything kept of the person is to go, in every room."""
        await self._forget(session, who)
        return Reply("people/forgotten.j2", {}, private=True)

    async def messages_wanted(self, session: AsyncSession, who: Who, *, wanted: bool) -> Reply:
        """Whether the weekly check may write unasked."""
        await session.execute(
            update(Link)
            .where(*is_of(Link, who))
            .values(opted_out=not wanted)
            .execution_options(synchronize_session=False)
        )
        return Reply("people/messages_wanted.j2", {"wanted": wanted}, private=True)

    async def kept(self, session: AsyncSession, who: Who) -> Reply:
        """What is kept of the person, and who looked at their record."""
        link = await session.get(Link, (who.team, who.user))
        freelancer = link.freelancer_id if link is not None else None
        history = 0
        if freelancer is not None:
            history = (
                await session.scalar(
                    select(func.count()).select_from(History).where(col(History.freelancer_id) == freelancer)
                )
                or 0
            )
        return Reply(
            "people/kept.j2",
            {
                "freelancer": freelancer,
                "how": link.how if link is not None else None,
                "since": link.linked_at.date() if link is not None else None,
                "messages": link is not None and not link.opted_out,
                "zone": link.zone if link is not None else None,
                "history": history,
                "told": len((await told(session, who)).facts),
                "views": await views_of(session, freelancer) if freelancer is not None else [],
            },
            private=True,
        )

    async def moved(self, session: AsyncSession, who: Who, now: dt.datetime) -> None:
        """Somebody else has proved to be the freelancer that `who` was linked to."""
        key = f"link-moved:{who.team}:{who.user}:{now.isoformat()}"
        await self.tell(session, who, Reply("people/moved.j2"), key, now)

    async def tell(self, session: AsyncSession, who: Who, reply: Reply, key: str, now: dt.datetime) -> None:
        """Write to a person by DM."""
        message = self._render(reply.template, reply.context)
        payload = {"team": who.team, "user": who.user, **message}
        await enqueue(session, key=f"{key}:told", kind="slack.dm", payload=payload, now=now)
