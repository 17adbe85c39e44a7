"""Channels for questions: what is not sure enough to be said aloud is suggested to the moderators."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.asking import conversations, missed
from bot.asking.answering import place_of
from bot.asking.direct import written
from bot.asking.replying import QUIET
from bot.delivery.outbox import Job, enqueue
from bot.messages import Asked, Surface, Where, Who
from bot.rooms.moderation.posting import Posting, post
from bot.rooms.moderation.room import REFUSED, TEXT_LIMIT, Moderation
from bot.rooms.moderation.tables import Suggestion
from bot.settings import FaqMode
from bot.store.upsert import insert
from bot.surfaces import Pressed, Said, Surfaces, View, number
from intents.model import Understood

log = structlog.get_logger(__name__)

WORTH = 0.3
"""A reading less likely than this is not worth a moderator's look."""
DIRECT = 255  # characters of a reading as a button asks it
CARD = "moderation.suggested"


class Faq:
    """Takes what begins with `faq.`. `modes` are those of channels that have another than `answer`."""

    def __init__(self, room: Moderation, posting: Posting, modes: Mapping[str, FaqMode]) -> None:
        self._room = room
        self._posting = posting
        self._modes = modes

    def surfaces(self) -> Surfaces:
        """What this part takes."""
        return Surfaces(
            presses={"faq.post": self._post, "faq.no_question": self._no_question},
            openers={"faq.another": self._another},
            said=[self._said],
        )

    async def overheard(
        self, session: AsyncSession, asked: Asked, understood: Sequence[Understood], now: datetime
    ) -> None:
        """Suggest an answer to a question that nobody asked us, and that we keep silent about."""
        mode = self._modes.get(asked.where.channel, FaqMode.ANSWER)
        item = understood[0] if understood else None
        if mode is FaqMode.SILENT or self._room.channel is None or asked.where.thread is not None:
            return
        if item is None or item.intent is None or item.confidence < WORTH or asked.where.ts is None:
            return
        catalogue = self._room.conversation.resources.catalogue
        if item.intent not in catalogue or catalogue[item.intent].reply in QUIET:
            return
        row = {
            "team": asked.who.team,
            "channel": asked.where.channel,
            "ts": asked.where.ts,
            "person": asked.who.user,
            "text": asked.text[:TEXT_LIMIT],
            "direct": written(item.intent, item.slots)[:DIRECT],
            "confidence": item.confidence,
            "state": "open",
            "at": now,
        }
        added = await session.scalar(
            insert(session, Suggestion)
            .values(**row)
            .on_conflict_do_nothing(index_elements=["team", "channel", "ts"])
            .returning(col(Suggestion.id))
        )
        if added is None:
            return
        log.info("faq.suggested", intent=item.intent)
        suggestion = await session.get(Suggestion, added)
        assert suggestion is not None, "it was inserted"
        payload = {"channel": self._room.channel, "then": CARD, "suggestion": added, **self._card(suggestion)}
        await enqueue(session, key=f"faq:{added}", kind="slack.post", payload=payload, now=now)

    async def carded(self, session: AsyncSession, job: Job, result: dict[str, Any], now: datetime) -> None:
        """What follows a card: where it is; it is drawn anew where something was decided meanwhile."""
        suggestion = await session.get(Suggestion, job.payload["suggestion"], with_for_update=True)
        if suggestion is not None:
            suggestion.card = result["ts"]
            if suggestion.state != "open":
                await self._draw(session, suggestion, now)

    async def _said(self, session: AsyncSession, said: Said, now: datetime) -> bool:
        """Somebody answers in a thread: a suggestion for it is withdrawn, and the question kept as missed."""
        where = said.where
        if where.surface is not Surface.CHANNEL or where.thread is None:
            return False
        top = Where(where.channel, where.surface, None, where.thread)
        place = place_of(said.who, top)
        remembered = await conversations.find(session, place)
        asker = ((remembered.turn if remembered else None) or {}).get("asker")
        suggestion = await _find(session, said.who.team, where.channel, where.thread)
        if suggestion is not None and suggestion.state == "open" and suggestion.person != said.who.user:
            asker = suggestion.person
            suggestion.state, suggestion.actor = "answered", said.who.user
            log.info("faq.withdrawn")
            await self._draw(session, suggestion, now)
        if asker and asker != said.who.user and not (remembered and remembered.human_present):
            key = f"message:{said.who.team}:{where.channel}:{where.thread}"
            intent = ((remembered.turn if remembered else None) or {}).get("intent")
            who, human = Who(said.who.team, asker), missed.Reason.HUMAN
            await missed.by_key(session, key, who=who, reason=human, intent=intent, now=now)
        return False

    async def _post(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        suggestion = await self._open(session, pressed, now)
        if suggestion is None:
            return
        suggestion.state, suggestion.actor = "posted", pressed.who.user
        question = {**_question(suggestion), "posted": None}
        await post(session, question, moderator=pressed.who, key=f"faq:{suggestion.key}", now=now)
        await self._draw(session, suggestion, now)

    async def _no_question(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        suggestion = await self._open(session, pressed, now)
        if suggestion is not None:
            suggestion.state, suggestion.actor = "no_question", pressed.who.user
            await self._draw(session, suggestion, now)

    async def _another(self, pressed: Pressed, now: datetime) -> View:
        """The modal of "Answer with Laurel" for the question."""
        if not await self._room.may(pressed.who):
            return REFUSED
        suggested = number(pressed.value)
        async with self._room.store.read() as session:
            suggestion = await session.get(Suggestion, suggested)
        if suggestion is None or suggestion.team != pressed.who.team or suggestion.state != "open":
            return View("moderation/suggestion_over.j2", {"suggestion": suggestion})
        question = {**_question(suggestion), "drawn": 0}
        return await self._posting.view(question, pressed.who.team, now)

    async def another_posted(
        self, session: AsyncSession, question: Mapping[str, Any], moderator: Who, now: datetime
    ) -> None:
        """An answer was posted by the shortcut: a suggestion for the question is done with."""
        found = await _find(session, moderator.team, question["channel"], str(question["ts"]))
        if found is not None and found.state == "open":
            found.state, found.actor = "another", moderator.user
            await self._draw(session, found, now)

    async def _open(self, session: AsyncSession, pressed: Pressed, now: datetime) -> Suggestion | None:
        """The suggestion of a button; None after a refusal, or where it is over."""
        if not await self._room.may(pressed.who):
            await self._room.refuse(session, pressed.who.user, pressed.key, now)
            return None
        suggested = number(pressed.value)
        found = await session.get(Suggestion, suggested, with_for_update=True)
        if found is None or found.team != pressed.who.team:
            return None
        if found.state != "open":
            await self._draw(session, found, now)
            return None
        return found

    def _card(self, suggestion: Suggestion) -> dict[str, Any]:
        titles = self._room.conversation.resources.catalogue.titles()
        title = titles.get(suggestion.direct.partition("|")[0], "")
        context = {"suggestion": suggestion, "title": title}
        return dict(self._room.renderer.message("moderation/suggestion.j2", context))

    async def _draw(self, session: AsyncSession, suggestion: Suggestion, now: datetime) -> None:
        """Draw the card anew, once we know where it is."""
        if suggestion.card is not None and self._room.channel is not None:
            payload = {"channel": self._room.channel, "ts": suggestion.card, **self._card(suggestion)}
            key = f"faq:{suggestion.key}:{suggestion.state}:{now.timestamp()}"
            await enqueue(session, key=key, kind="slack.update", payload=payload, now=now)


def _question(suggestion: Suggestion) -> dict[str, Any]:
    """The question as "Answer with Laurel" takes it."""
    return {
        "channel": suggestion.channel,
        "thread": None,
        "ts": suggestion.ts,
        "author": suggestion.person,
        "text": suggestion.text,
        "direct": suggestion.direct,
    }


async def _find(session: AsyncSession, team: str, channel: str, ts: str) -> Suggestion | None:
    found = await session.scalars(
        select(Suggestion)
        .where(col(Suggestion.team) == team, col(Suggestion.channel) == channel, col(Suggestion.ts) == ts)
        .with_for_update()
    )
    return found.one_or_none()
