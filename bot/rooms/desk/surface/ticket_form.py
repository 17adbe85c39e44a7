"""The form by which a person opens a ticket, from a button, a command or a shortcut."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking import answers, conversations
from bot.asking.answering import place_of
from bot.asking.conversations import Line, Place
from bot.delivery.outbox import Job, enqueue
from bot.messages import Where, Who
from bot.rooms.desk import opening, queues
from bot.rooms.desk.forms import FormError, fields, read_form
from bot.rooms.desk.opening import Opening
from bot.rooms.desk.surface.counter import About, Counter
from bot.rooms.desk.surface.popular import PopularTopics
from bot.surfaces import Commanded, Pressed, Submitted, Surfaces, View, pack, unpack
from intents.model import Tier

log = structlog.get_logger(__name__)

GATHER = "desk.gather"
"""A sender's job: look up who the person is before their ticket is opened, outside of any transaction."""
OPEN = "desk.open"
"""What follows it: the ticket, in the transaction that ends the job."""
_PATIENCE = 1.0  # seconds that a modal waits for the records; Slack's trigger lives three


class TicketForm:
    """Shows the form, checks it, and opens the ticket."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._desk = counter.desk
        self._topics = PopularTopics(counter)

    def register(self, surfaces: Surfaces) -> None:
        """Take the form, its command and its shortcuts."""
        surfaces.openers |= {"ticket.open": self.form}
        surfaces.updates |= {"ticket.category": self.form_again, "ticket.subcategory": self.form_again}
        self._topics.register(surfaces)
        surfaces.forms |= {"ticket.form": self._submitted}
        surfaces.checks |= {"ticket.form": self._checked}
        surfaces.command_openers |= {"ticket": self._form_by_command}
        surfaces.shortcuts |= {"ticket.from_message": self._form_by_shortcut, "ticket.new": self.form}

    async def form(self, pressed: Pressed, now: datetime) -> View:
        """The form, with the category the button names."""
        chosen = {"category": pressed.value or None}
        return await self._form(pressed.who, pressed.where, "button", chosen, now)

    async def _form_by_shortcut(self, pressed: Pressed, now: datetime) -> View:
        return await self._form(pressed.who, pressed.where, "shortcut", {"details": pressed.value}, now)

    async def _form_by_command(self, command: Commanded, now: datetime) -> View:
        values = {"details": command.words or None}
        return await self._form(command.who, command.where, "command", values, now)

    async def _form(
        self, who: Who, where: Where, by: str, values: Mapping[str, str | None], now: datetime
    ) -> View:
        place = place_of(who, where)
        about = About()
        try:
            async with asyncio.timeout(_PATIENCE):
                about = await self._counter.about(who, now)
        except TimeoutError:
            log.info("ticket.form_without_record")
        async with self._counter.store.read() as session:
            own = await queues.own(session, who, limit=3, active=True)
            lines = await _talk(session, who, place.channel, place.thread)
            subject = await self._subject(session, who, lines)
        metadata = {
            "by": by,
            "channel": place.channel,
            "thread": place.thread,
            "account": about.account,
            "own": [ticket.number for ticket in own],
            "told": bool(about.figures),
        }
        catch_all = self._desk.content.known_category(None).id
        chosen = values.get("category")
        category = subject if chosen in {None, catch_all} and subject is not None else chosen
        return self._view(metadata, {"contact": about.address, **values, "category": category})

    async def _subject(self, session: AsyncSession, who: Who, lines: Sequence[Line]) -> str | None:
        """The category of what was last talked about, as a first choice in the form."""
        known = {category.id for category in self._desk.content.categories[:-1]}
        given = await answers.given_to(session, who, lines[0].at) if lines else ()
        return next((one.category for one in reversed(given) if one.category in known), None)

    async def form_again(self, pressed: Pressed, now: datetime) -> View:
        """The form after a category or a subcategory was chosen; what was typed stays."""
        del now
        values = _values(pressed.fields)
        changed = "category" if pressed.action.endswith(".category") else "subcategory"
        values[changed] = pressed.value.rpartition(".")[2]
        return self._view(unpack(pressed.metadata), values)

    def _view(self, metadata: Mapping[str, Any], values: Mapping[str, str | None]) -> View:
        context = {
            "fields": fields(self._desk.content, values),
            "popular": self._topics.of(values.get("category"), values.get("subcategory")),
            "account": metadata.get("account"),
            "own": metadata.get("own") or [],
            "told": bool(metadata.get("told")),
            "community": self._counter.community(),
            "shares": bool(values.get("share")),
            "metadata": pack(**metadata),
        }
        return View("desk/ticket.j2", context)

    async def _checked(self, form: Submitted, now: datetime) -> Mapping[str, str]:
        del now
        try:
            read_form(self._desk.content, _values(form.fields))
        except FormError as error:
            blocks = {block.partition(".")[0]: block for block in form.fields}
            words = {
                blocks.get(name, name): self._desk.renderer.text(
                    "desk/ticket_mistake.j2", {"mistake": mistake.value, "field": name}
                )
                for name, mistake in error.mistakes.items()
            }
            # Slack refuses an error for a block that is not there: a missing one is said at the category.
            return {(block if block in form.fields else "category"): text for block, text in words.items()}
        return {}

    async def _submitted(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        payload = {
            "then": OPEN,
            "team": form.who.team,
            "user": form.who.user,
            "fields": _values(form.fields),
            "share": bool(_values(form.fields).get("share")),
            "metadata": unpack(form.metadata),
            "origin": form.key,
        }
        await enqueue(session, key=f"gather:{form.key}", kind=GATHER, payload=payload, now=now)

    async def gather(self, job: Job) -> dict[str, Any]:
        """The sender of `GATHER`: what the records and Slack know of the person."""
        who = Who(job.payload["team"], job.payload["user"])
        about = await self._counter.about(who, self._counter.clock())
        shared = about.figures if job.payload.get("share") else ()
        return {
            "zone": about.zone,
            "account": about.account,
            "verdicts": list(about.verdicts),
            "figures": list(shared),
        }

    async def open(self, session: AsyncSession, job: Job, result: dict[str, Any], now: datetime) -> None:
        """The continuation `OPEN`: the ticket, with all that was said so far."""
        payload, metadata = job.payload, job.payload["metadata"]
        who = Who(payload["team"], payload["user"])
        lines = await _talk(session, who, metadata.get("channel"), metadata.get("thread"))
        await opening.open_ticket(
            session,
            self._desk,
            Opening(
                key=payload["origin"],
                who=who,
                form=read_form(self._desk.content, payload["fields"]),
                opened_by=metadata.get("by") or "button",
                zone=result["zone"],
                transcript=[{"role": x.role, "text": x.text, "at": x.at.isoformat()} for x in lines],
                intents=await _matched(session, who, lines),
                verdicts=result["verdicts"],
                figures=result.get("figures", ()),
                account=result["account"],
            ),
            now,
        )


def _values(given: Mapping[str, Any]) -> dict[str, Any]:
    """The form's values by field name: the subcategory's block carries its category in its id."""
    return {name.partition(".")[0]: value for name, value in given.items()}


async def _talk(session: AsyncSession, who: Who, channel: str | None, thread: str | None) -> Sequence[Line]:
    """The conversation that a form was opened in; from elsewhere, the last one in the person's DM."""
    place = Place(who.team, channel or "", thread or who.user)
    lines = await conversations.transcript(session, place)
    if not lines and place.thread == who.user:
        alone = await conversations.latest_alone(session, who.team, who.user)
        lines = [] if alone is None else await conversations.transcript(session, alone)
    return lines


async def _matched(session: AsyncSession, who: Who, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """What was understood since the conversation began, each intent once; `guess` where it was not sure."""
    if not lines:
        return []
    given = await answers.given_to(session, who, lines[0].at)
    found: dict[str, bool] = {}
    for answer in given:
        if answer.intent is not None:
            found[answer.intent] = found.get(answer.intent, True) and answer.tier != Tier.ANSWER
    return [{"intent": name, "guess": guess} for name, guess in found.items()]
