"""Incidents in Slack: agents post and update them from a modal, anybody may be told of changes."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking.surface import reply
from bot.delivery.outbox import enqueue
from bot.messages import Who
from bot.render import Renderer
from bot.rooms.incidents import incidents
from bot.rooms.incidents.content import IncidentContent
from bot.rooms.incidents.incidents import IncidentOverError
from bot.rooms.incidents.tables import IncidentUpdate
from bot.store import Store
from bot.surfaces import Commanded, Pressed, Submitted, Surfaces, View, number

log = structlog.get_logger(__name__)

TITLE_LIMIT = 150  # characters, Slack's for a header


class IncidentSurface:
    """Takes what begins with `incident.`."""

    def __init__(
        self,
        *,
        content: IncidentContent,
        renderer: Renderer,
        store: Store,
        is_agent: Callable[[Who], Awaitable[bool]],
    ) -> None:
        self._content = content
        self._renderer = renderer
        self._store = store
        self._is_agent = is_agent

    def surfaces(self) -> Surfaces:
        """What this room takes."""
        return Surfaces(
            command_openers={"incident": self._by_command},
            openers={"incident.post": self._post_form, "incident.update": self._update_form},
            forms={"incident.post": self._posted, "incident.update": self._updated},
            checks={"incident.post": self._checked},
            presses={"incident.subscribe": self._subscribe, "incident.unsubscribe": self._unsubscribe},
        )

    async def _by_command(self, command: Commanded, now: datetime) -> View:
        """What is down now with a button for each, and the form for a new one."""
        del now
        if not await self._is_agent(command.who):
            return View("incidents/refused.j2", {"over": False})
        async with self._store.read() as session:
            current = await incidents.current(session, self._content, command.who.team)
        return View("incidents/form.j2", {"content": self._content, "current": current})

    async def _post_form(self, pressed: Pressed, now: datetime) -> View:
        command = Commanded("incident", "", pressed.who, pressed.where, pressed.key, pressed.at)
        return await self._by_command(command, now)

    async def _update_form(self, pressed: Pressed, now: datetime) -> View:
        del now
        if not await self._is_agent(pressed.who):
            return View("incidents/refused.j2", {"over": False})
        async with self._store.read() as session:
            current = await incidents.current(session, self._content, pressed.who.team)
        found = next((one for one in current if str(one.id) == pressed.value), None)
        if found is None:
            return View("incidents/refused.j2", {"over": True})
        return View("incidents/update.j2", {"content": self._content, "incident": found})

    async def _checked(self, form: Submitted, now: datetime) -> Mapping[str, str]:
        del now
        if str(form.fields.get("title") or "").strip():
            return {}
        return {"title": self._renderer.text("incidents/title.j2", {})}

    async def _posted(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        if not await self._is_agent(form.who):
            await self._refuse(session, form, now, over=False)
            return
        fields = form.fields
        said = await incidents.post(
            session,
            origin=form.key,
            team=form.who.team,
            title=str(fields.get("title") or "").strip()[:TITLE_LIMIT],
            components=fields.get("components") or (),
            locations=fields.get("locations") or (),
            state=self._state(fields.get("state")),
            text=str(fields.get("text") or ""),
            actor=form.who.user,
            now=now,
        )
        await self._confirm_posted(session, form, said, now)

    async def _updated(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        if not await self._is_agent(form.who):
            await self._refuse(session, form, now, over=False)
            return
        try:
            said = await incidents.update(
                session,
                origin=form.key,
                team=form.who.team,
                incident_id=number(form.metadata),
                state=self._state(form.fields.get("state")),
                text=str(form.fields.get("text") or ""),
                actor=form.who.user,
                now=now,
            )
        except IncidentOverError:
            await self._refuse(session, form, now, over=True)
        else:
            await self._confirm_posted(session, form, said, now)

    async def _confirm_posted(
        self, session: AsyncSession, form: Submitted, said: IncidentUpdate | None, now: datetime
    ) -> None:
        """Tell the agent that it is out, and to how many."""
        if said is None:
            return
        log.info("incident.posted", state=said.state)
        context = await incidents.posted(session, self._content, form.who.team, said)
        await self._tell(session, form, "incidents/posted.j2", context, now)

    async def _refuse(self, session: AsyncSession, form: Submitted, now: datetime, *, over: bool) -> None:
        """Say why not, and give the words back."""
        log.info("incident.refused", why="it is over" if over else "no agent")
        context = {"over": over, "words": str(form.fields.get("text") or "")}
        await self._tell(session, form, "incidents/not_posted.j2", context, now)

    async def _tell(
        self, session: AsyncSession, form: Submitted, template: str, context: Mapping[str, Any], now: datetime
    ) -> None:
        message = self._renderer.message(template, context)
        payload = {"user": form.who.user, **message}
        await enqueue(session, key=f"told:{form.key}", kind="slack.dm", payload=payload, now=now)

    async def _subscribe(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        await incidents.subscribe(session, pressed.who, now)
        await self._confirm(session, pressed, now, told=True)

    async def _unsubscribe(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        await incidents.unsubscribe(session, pressed.who)
        await self._confirm(session, pressed, now, told=False)

    async def _confirm(self, session: AsyncSession, pressed: Pressed, now: datetime, *, told: bool) -> None:
        message = self._renderer.message("replies/incident_told.j2", {"told": told})
        await reply(session, pressed, message, now, name="incident", private=True)

    def _state(self, given: object) -> str:
        known = {state.id for state in self._content.states}
        return str(given) if given in known else self._content.states[0].id
