"""The controls of a person's own figures: the form, keeping what was said, "still true", forgetting."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking.surface import reply
from bot.delivery import home_tab
from bot.messages import Surface, Where, Who
from bot.render import Renderer
from bot.rooms.people.facade import People
from bot.rooms.people.own import keeping
from bot.rooms.people.own.facts import NAMES, Source
from bot.rooms.people.own.form import FormError, Mistake, OwnForm
from bot.rooms.people.own.shown import shown
from bot.rooms.people.reminders import Reminders
from bot.rooms.people.verdicts import then_check
from bot.surfaces import Commanded, Pressed, Submitted, Surfaces, View, ours, unpack

FIGURES = "people.figures"
"""Opens the form. The value is `program|criterion`, each of which may be empty."""


class OwnSurface:
    """The form and the buttons of a person's own figures."""

    def __init__(self, people: People, reminders: Reminders, renderer: Renderer, *, zone: dt.tzinfo) -> None:
        self._people = people
        self._reminders = reminders
        self._renderer = renderer
        self._zone = zone

    def register(self, surfaces: Surfaces) -> None:
        """Take the ids that begin with `people.figures`, and the command `figures`."""
        surfaces.openers[FIGURES] = self._open
        surfaces.command_openers["figures"] = self._command
        surfaces.checks[FIGURES] = self._checked
        surfaces.forms[FIGURES] = self._submitted
        surfaces.presses |= {
            "people.figures_keep": self._keep,
            "people.figures_true": self._renew,
            "people.figures_drop": self._drop,
            "people.remind": self._remind,
            "people.remind_cancel": self._cancel,
        }
        surfaces.own_homes.append(self._home)

    def _day(self, now: dt.datetime) -> dt.date:
        return now.astimezone(self._zone).date()

    def _form(self, now: dt.datetime) -> OwnForm:
        return OwnForm.of(self._people.rulebook, self._day(now))

    # The form

    async def _open(self, pressed: Pressed, now: dt.datetime) -> View:
        program, _, rule = pressed.value.partition("|")
        return await self._view(pressed.who, pressed.where, program, rule, now)

    async def _command(self, command: Commanded, now: dt.datetime) -> View:
        return await self._view(command.who, command.where, "", "", now)

    async def _view(self, who: Who, where: Where, program: str, rule: str, now: dt.datetime) -> View:
        form, told = self._form(now), await self._people.told(who)
        names = form.names(rule)
        metadata = {"names": names, "program": program, "channel": where.channel, "thread": where.thread}
        context = {
            "fields": form.fields(names, told),
            "window": form.window,
            "whole": names == NAMES,
            "metadata": json.dumps(metadata, separators=(",", ":")),
        }
        return View("people/own_form.j2", context)

    async def _checked(self, form: Submitted, now: dt.datetime) -> Mapping[str, str]:
        shown, names = self._form(now), _names(form.metadata)
        mistakes: Mapping[str, Mistake]
        try:
            read = shown.read(names, form.fields, self._day(now))
            told = await self._people.told(form.who)
            empty = not read and not any(name in told.facts for name in names)
            mistakes = {names[0]: Mistake.NOTHING} if empty else {}
        except FormError as error:
            mistakes = error.mistakes
        return {
            name: self._renderer.text("people/own_mistake.j2", {"mistake": mistake, "window": shown.window})
            for name, mistake in mistakes.items()
        }

    async def _submitted(self, session: AsyncSession, form: Submitted, now: dt.datetime) -> None:
        day, names, metadata = self._day(now), _names(form.metadata), unpack(form.metadata)
        found = self._form(now).read(names, form.fields, day)
        await keeping.keep(session, form.who, found, source=Source.FORM, day=day)
        await keeping.drop(session, form.who, set(names) - found.keys())
        await home_tab.refresh(session, form.who, key=form.key, now=now)
        where = Where(str(metadata.get("channel") or ""), Surface.DM, metadata.get("thread"))
        await then_check(session, form.who, where, str(metadata.get("program") or ""), key=form.key, now=now)

    # The buttons

    async def _keep(self, session: AsyncSession, pressed: Pressed, now: dt.datetime) -> None:
        """What was said in a question is to be kept: by the one who said it, and nobody else."""
        with ours():
            said = json.loads(pressed.value)
            user, day, program = said["user"], dt.date.fromisoformat(said["on"]), str(said["program"])
            facts = {name: str(value) for name, value in said["facts"].items() if name in NAMES}
        if user != pressed.who.user:
            await self._tell(session, pressed, {"what": "not_yours"}, now)
            return
        await keeping.keep(session, pressed.who, facts, source=Source.SAID, day=day)
        await home_tab.refresh(session, pressed.who, key=pressed.key, now=now)
        await self._tell(session, pressed, {"what": "kept", "program": program}, now)

    async def _renew(self, session: AsyncSession, pressed: Pressed, now: dt.datetime) -> None:
        await keeping.renew(session, pressed.who, self._day(now))
        await home_tab.refresh(session, pressed.who, key=pressed.key, now=now)
        await self._tell(session, pressed, {"what": "renewed", "program": pressed.value}, now)

    async def _drop(self, session: AsyncSession, pressed: Pressed, now: dt.datetime) -> None:
        await keeping.forget(session, pressed.who)
        await home_tab.refresh(session, pressed.who, key=pressed.key, now=now)
        await self._tell(session, pressed, {"what": "dropped"}, now)

    async def _remind(self, session: AsyncSession, pressed: Pressed, now: dt.datetime) -> None:
        with ours():
            program, day, risk = pressed.value.split("|")
            on = dt.date.fromisoformat(day)
        await self._reminders.set(session, pressed.who, program, on, risk=risk == "risk", now=now)
        await home_tab.refresh(session, pressed.who, key=pressed.key, now=now)
        await self._tell(session, pressed, {"what": "reminds", "on": on, "program": program}, now)

    async def _cancel(self, session: AsyncSession, pressed: Pressed, now: dt.datetime) -> None:
        program = pressed.value
        was = await self._reminders.cancel(session, pressed.who, program)
        await home_tab.refresh(session, pressed.who, key=pressed.key, now=now)
        await self._tell(session, pressed, {"what": "cancelled" if was else "no_reminder"}, now)

    async def _tell(
        self, session: AsyncSession, pressed: Pressed, context: Mapping[str, Any], now: dt.datetime
    ) -> None:
        whole = {"program": "", "names": self._programs(), **context}
        message = self._renderer.message("people/own_done.j2", whole)
        await reply(session, pressed, message, now, name="own", private=True)

    def _programs(self) -> dict[str, str]:
        return {key: one.name for key, one in self._people.rulebook.knowledge.programs.items()}

    async def _home(self, who: Who, now: dt.datetime, wanted: str) -> View | None:
        """The part of everybody's Home tab that is about their own figures."""
        del wanted
        told = await self._people.told(who)
        context = {
            "told": shown(told, self._people.rulebook.knowledge, self._day(now)),
            "names": self._programs(),
            "reminders": await self._reminders.of(who),
            "linked": await self._people.links.freelancer_of(who) is not None,
        }
        return View("people/own_home.j2", context)


def _names(metadata: str) -> tuple[str, ...]:
    with ours():
        return tuple(str(name) for name in json.loads(metadata)["names"])
