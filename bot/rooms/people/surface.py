"""The room's buttons, forms and commands: what arrives from Slack, handed to who does it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import Job, enqueue
from bot.messages import Reply, Who
from bot.roles import MAY_LOOK
from bot.rooms.people.card_view import checked
from bot.rooms.people.facade import NotAllowedError, People
from bot.rooms.people.linking import REQUEST, Linking
from bot.rooms.people.records import SourceUnreachableError
from bot.store.engine import Store
from bot.surfaces import Commanded, Pressed, Submitted, Surfaces, View

LOOK = "people.look"
"""A sender's job: `{team, user, freelancer, reason}` shows another's verdicts to an agent."""


class PeopleSurface:
    """Links, privacy, and looking at another's record. `look` is the sender for `LOOK`."""

    def __init__(
        self,
        store: Store,
        people: People,
        linking: Linking,
        *,
        zone: dt.tzinfo,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._store = store
        self._people = people
        self._linking = linking
        self._zone = zone
        self._clock = clock

    def register(self, surfaces: Surfaces) -> None:
        """Take the ids that begin with `people.`, and the commands `link`, `unlink`, `privacy`, `lookup`."""
        surfaces.openers |= {"people.link": self._open_link, "people.code": self._open_code}
        surfaces.presses |= {
            "people.unlink": self._unlink,
            "people.forget": self._forget,
            "people.quiet": self._quiet,
            "people.loud": self._loud,
            "people.kept": self._kept,
        }
        surfaces.forms |= {
            "people.link": self._request,
            "people.code": self._redeem,
            "people.look": self._look,
        }
        surfaces.commands |= {"unlink": self._unlink, "privacy": self._kept}
        surfaces.command_openers |= {"link": self._command_link, "lookup": self._command_look}

    async def look(self, job: Job) -> dict[str, Any]:
        """Show another's verdicts to somebody who may see them, or say why not."""
        payload, now = job.payload, self._clock()
        who, freelancer = Who(payload["team"], payload["user"]), str(payload["freelancer"]).strip()
        try:
            record = await self._people.look(who, freelancer, str(payload["reason"]), now)
        except NotAllowedError as error:
            reply = Reply("people/look_failed.j2", {"why": error.missing, "freelancer": freelancer})
        except SourceUnreachableError:
            reply = Reply("people/look_failed.j2", {"why": "unreachable", "freelancer": freelancer})
        else:
            if record is None:
                reply = Reply("people/look_failed.j2", {"why": "missing", "freelancer": freelancer})
            else:
                cards = self._people.cards(record, now.astimezone(self._zone).date())
                context = {**checked(cards), "viewed": freelancer, "changes": []}
                reply = Reply("people/check.j2", context)
        async with self._store.write() as session:
            await self._linking.tell(session, who, reply, job.key, now)
        return {}

    async def _open_link(self, pressed: Pressed, now: dt.datetime) -> View | None:
        del pressed, now
        return View("people/link_modal.j2", {"minutes": self._linking.code_minutes})

    async def _open_code(self, pressed: Pressed, now: dt.datetime) -> View | None:
        del pressed, now
        return View("people/code_modal.j2", {})

    async def _command_link(self, commanded: Commanded, now: dt.datetime) -> View | None:
        del commanded, now
        return View("people/link_modal.j2", {"minutes": self._linking.code_minutes})

    async def _command_look(self, commanded: Commanded, now: dt.datetime) -> View | None:
        del now
        held = await self._people.roles_of(commanded.who)
        context = {"allowed": bool(held & set(MAY_LOOK)), "freelancer": commanded.words.strip()}
        return View("people/look_modal.j2", context)

    async def _request(self, session: AsyncSession, form: Submitted, now: dt.datetime) -> None:
        payload = {"team": form.who.team, "user": form.who.user, "given": str(form.fields.get("given") or "")}
        await enqueue(session, key=f"link-request:{form.key}", kind=REQUEST, payload=payload, now=now)

    async def _redeem(self, session: AsyncSession, form: Submitted, now: dt.datetime) -> None:
        reply = await self._linking.redeem(session, form.who, str(form.fields.get("code") or ""), now)
        await self._linking.tell(session, form.who, reply, form.key, now)

    async def _look(self, session: AsyncSession, form: Submitted, now: dt.datetime) -> None:
        payload = {
            "team": form.who.team,
            "user": form.who.user,
            "freelancer": str(form.fields.get("freelancer") or ""),
            "reason": str(form.fields.get("reason") or ""),
        }
        await enqueue(session, key=f"look:{form.key}", kind=LOOK, payload=payload, now=now)

    async def _unlink(self, session: AsyncSession, came: Pressed | Commanded, now: dt.datetime) -> None:
        await self._linking.tell(
            session, came.who, await self._linking.unlink(session, came.who, now), came.key, now
        )

    async def _forget(self, session: AsyncSession, came: Pressed, now: dt.datetime) -> None:
        reply = await self._linking.forget_me(session, came.who)
        await self._linking.tell(session, came.who, reply, came.key, now)

    async def _quiet(self, session: AsyncSession, came: Pressed, now: dt.datetime) -> None:
        reply = await self._linking.messages_wanted(session, came.who, wanted=False)
        await self._linking.tell(session, came.who, reply, came.key, now)

    async def _loud(self, session: AsyncSession, came: Pressed, now: dt.datetime) -> None:
        reply = await self._linking.messages_wanted(session, came.who, wanted=True)
        await self._linking.tell(session, came.who, reply, came.key, now)

    async def _kept(self, session: AsyncSession, came: Pressed | Commanded, now: dt.datetime) -> None:
        await self._linking.tell(
            session, came.who, await self._linking.kept(session, came.who), came.key, now
        )
