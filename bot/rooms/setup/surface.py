"""The admins' part of the home tab: what is left to set up, and the form of the workspace's settings."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import home_tab
from bot.delivery.outbox import enqueue
from bot.messages import Who
from bot.render import Renderer
from bot.roles import MembersUnknownError, Places
from bot.rooms.setup import form, own
from bot.settings import Settings, SettingsError
from bot.surfaces import Pressed, Submitted, Surfaces, View

log = structlog.get_logger(__name__)

FORM = "setup.settings"
PATIENCE = 1.5  # seconds for which a form waits for Slack; Slack itself waits three for us


class Setup:
    """Takes what begins with `setup.`. `admin` says whether somebody administers the workspace."""

    def __init__(
        self,
        settings: Settings,
        *,
        renderer: Renderer,
        places: Places,
        admin: Callable[[Who], Awaitable[bool]],
    ) -> None:
        self._settings = settings
        self._renderer = renderer
        self._places = places
        self._admin = admin

    def surfaces(self) -> Surfaces:
        """What this room takes."""
        return Surfaces(
            openers={FORM: self._open},
            forms={FORM: self._save},
            checks={FORM: self._check},
            own_homes=[self._home],
        )

    async def _home(self, who: Who, now: datetime, wanted: str) -> View | None:
        """The steps that are left, and the way to the settings; None for who is no admin."""
        del now, wanted
        if not await self._admin(who):
            return None
        return View("setup/home.j2", {"steps": form.steps_left(self._settings), "of": len(form.STEPS)})

    async def _open(self, pressed: Pressed, now: datetime) -> View:
        del now
        if not await self._admin(pressed.who):
            return View("setup/refused.j2", {})
        return View("setup/settings.j2", form.shown(self._settings))

    async def _check(self, submitted: Submitted, now: datetime) -> Mapping[str, str]:
        """What is wrong, as it is read and as Slack has it."""
        del now
        values = form.values(submitted.fields)
        try:
            self._settings.over(values)
        except SettingsError as error:
            said = ((form.block(line), line.partition(": ")[2]) for line in error.lines)
            return {block: f"{words[:1].upper()}{words[1:]}" for block, words in said}
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._tried(form.changed(self._settings, values))
        except TimeoutError:
            return {}  # nobody is kept from saving because Slack is slow; `laurel doctor` looks again

    async def _tried(self, values: Mapping[str, str]) -> dict[str, str]:
        """Each new place tried out: whether we are in that channel, and there is such a group."""
        found: dict[str, str] = {}
        for name, place in form.places_in(values):
            try:
                if place.startswith("S"):
                    await self._places.of(place)
                    continue
                mistake = None if await self._places.joined(place) else "outside"
            except MembersUnknownError:
                mistake = "group" if place.startswith("S") else "channel"
            if mistake is not None:
                found[form.block(name)] = self._renderer.text("setup/mistakes.j2", {"mistake": mistake})
        return found

    async def _save(self, session: AsyncSession, submitted: Submitted, now: datetime) -> None:
        who = submitted.who
        values: dict[str, Any] = {}
        if await self._admin(who):
            values = form.changed(self._settings, form.values(submitted.fields))
            await own.keep(session, values, by=who.user, now=now)
            log.info("settings.changed", names=sorted(values))
            await home_tab.refresh(session, who, key=submitted.key, now=now)
        message = self._renderer.message("setup/saved.j2", {"count": len(values)})
        payload = {"user": who.user, **message}
        await enqueue(session, key=f"told:{submitted.key}", kind="slack.dm", payload=payload, now=now)
