"""The shortcut "Answer with Laurel": a moderator sees what would be answered, and posts it as ours."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking import answers, conversations, markup
from bot.asking.answered import Answered, memory
from bot.asking.answering import place_of, send
from bot.asking.direct import written
from bot.delivery.outbox import Job, enqueue
from bot.messages import Asked, Surface, Where, Who
from bot.render import Block, Message, clip, fallback
from bot.rooms.moderation.room import REFUSED, TEXT_LIMIT, Moderation, field
from bot.surfaces import Pressed, Submitted, Surfaces, View, number, ours, pack, unpack
from intents.named import Slots

log = structlog.get_logger(__name__)

SHORTCUT = "answer.message"
FORM = "answer.post"
KIND = "moderation.answer"
THEN = "moderation.answered"
LIMIT = 3000  # characters, Slack's for an input
Posted = Callable[[AsyncSession, Mapping[str, Any], Who, datetime], Awaitable[None]]
READINGS = 3  # the one that is shown and the next two


class Posting:
    """Takes what begins with `answer.`. Each of `posted` is told of a question that is answered so."""

    def __init__(self, room: Moderation) -> None:
        self._room = room
        self._conversation = room.conversation
        self.posted: list[Posted] = []

    def surfaces(self) -> Surfaces:
        """What this part takes."""
        return Surfaces(
            shortcuts={SHORTCUT: self._on_message},
            updates={"answer.pick": self._other},
            forms={FORM: self._submitted},
            checks={FORM: self._checked},
        )

    async def _on_message(self, pressed: Pressed, now: datetime) -> View:
        if not await self._room.may(pressed.who):
            return REFUSED
        if pressed.where.surface is not Surface.CHANNEL or not pressed.value.strip():
            return View("moderation/answer_nowhere.j2", {"words": bool(pressed.value.strip())})
        question = {
            "channel": pressed.where.channel,
            "thread": pressed.where.thread,
            "ts": pressed.where.ts,
            "author": pressed.author,
            "text": pressed.value[:TEXT_LIMIT],
            "direct": None,
            "drawn": 0,
        }
        return await self.view(question, pressed.who.team, now)

    async def _other(self, pressed: Pressed, now: datetime) -> View:
        """The same with another reading."""
        if not await self._room.may(pressed.who):
            return REFUSED
        question = _question(pressed.metadata)
        question |= {"direct": pressed.value, "drawn": number(question.get("drawn")) + 1}
        return await self.view(question, pressed.who.team, now)

    async def view(self, question: dict[str, Any], team: str, now: datetime) -> View:
        """The modal for a question of a channel; `direct` says which reading is looked at."""
        first = await self._answer({**question, "direct": None}, team, now)
        shown = first if question["direct"] is None else await self._answer(question, team, now)
        catalogue = self._conversation.resources.catalogue
        item = first.first
        slots = item.slots if item else Slots()
        picked = shown.first.intent if shown.first else None
        readings = [
            {
                "title": catalogue[choice.intent].title,
                "confidence": choice.confidence,
                "value": written(choice.intent, slots),
                "picked": choice.intent == picked,
            }
            for choice in (item.choices[:READINGS] if item else ())
            if choice.intent in catalogue
        ]
        context = {
            "text": question["text"],
            "readings": readings,
            "tier": first.tier.value,
            "private": shown.private,
            "answer": "" if shown.private else clip(_words(shown), LIMIT),
            "drawn": question["drawn"],
            "metadata": pack(**question),
        }
        return View("moderation/answer_modal.j2", context)

    async def _checked(self, form: Submitted, now: datetime) -> Mapping[str, str]:
        del now
        if str(field(form.fields, "text") or "").strip():
            return {}
        block = next((name for name in form.fields if name.startswith("text")), "text")
        return {block: self._room.renderer.text("moderation/mistakes.j2", {"mistake": "empty"})}

    async def _submitted(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        if not await self._room.may(form.who):
            await self._room.refuse(session, form.who.user, form.key, now)
            return
        question = _question(form.metadata)
        question["posted"] = str(field(form.fields, "text") or "")
        await post(session, question, moderator=form.who, key=form.key, now=now)
        for tell in self.posted:
            await tell(session, question, form.who, now)

    async def think(self, job: Job) -> dict[str, Any]:
        """The sender of `KIND`: the message to post, as JSON."""
        payload = job.payload
        at = datetime.fromisoformat(payload["at"])
        answered = await self._answer(payload, payload["team"], at)
        assert answered.message is not None, "it was asked for"
        edited = payload["posted"]
        whole = edited is None or edited.strip() == str(clip(_words(answered), LIMIT)).strip()
        blocks = (
            answered.message["blocks"] if whole and not answered.private else self._edited(answered, edited)
        )
        by = self._room.renderer.message("moderation/sent_by.j2", {"user": payload["moderator"]})
        message = Message(text=fallback(blocks), blocks=[*blocks[:48], *by["blocks"]])
        return {
            "message": dict(message),
            "turn": memory(answered.turn, payload["author"]),
            "intent": answered.first.intent if answered.first else None,
            "edited": not whole,
        }

    async def keep(self, session: AsyncSession, job: Job, result: dict[str, Any], now: datetime) -> None:
        """What follows: the message is sent and remembered as the answer to its author's question."""
        payload = job.payload
        who = Who(payload["team"], payload["author"])
        where = Where(payload["channel"], Surface.CHANNEL, payload["thread"], payload["ts"])
        log.info("answer.posted", intent=result["intent"], edited=result["edited"])
        if who.user:
            place = place_of(who, where)
            await conversations.remember(session, place, result["turn"], now)
            await answers.note(
                session,
                key=_key(payload),
                who=who,
                surface=where.surface.value,
                intent=result["intent"],
                category=self._conversation.replies.category(result["intent"]),
                tier="answer",
                at=now,
            )
        message = result["message"]
        await send(session, key=f"{job.key}:post", who=who, where=where, message=message, now=now)

    async def _answer(self, question: Mapping[str, Any], team: str, now: datetime) -> Answered:
        """What would be answered to somebody of whom nothing is known."""
        where = Where(question["channel"], Surface.CHANNEL, question["thread"], question["ts"])
        asked = Asked(
            text=question["text"],
            who=Who(team, ""),
            where=where,
            key=_key({**question, "team": team}),
            at=now,
            direct=question["direct"],
        )
        return await self._conversation.answer(asked, None, now)

    def _edited(self, answered: Answered, text: str) -> list[Block]:
        """The moderator's own words, with the sources of what they stand on."""
        blocks = self._room.renderer.message("moderation/edited.j2", {"text": markup.said(text)})["blocks"]
        assert answered.message is not None, "it was asked for"
        sources = [one for one in answered.message["blocks"] if one.get("block_id") == "credits"]
        return [*blocks, *(sources if not answered.private else ())]


async def post(
    session: AsyncSession, question: Mapping[str, Any], *, moderator: Who, key: str, now: datetime
) -> None:
    """Have `question["posted"]` (None: the answer as it is) posted below the question, once per `key`."""
    payload = {
        **question,
        "then": THEN,
        "team": moderator.team,
        "moderator": moderator.user,
        "at": now.isoformat(),
    }
    lane = f"answer:{question['channel']}:{question['thread'] or question['ts']}"
    await enqueue(session, key=f"answered:{key}"[:200], kind=KIND, payload=payload, lane=lane, now=now)


def _key(payload: Mapping[str, Any]) -> str:
    """The key of the question, as the door gives it."""
    return f"message:{payload['team']}:{payload['channel']}:{payload['ts']}"


def _words(answered: Answered) -> str:
    """The text of an answer, to be edited."""
    blocks = answered.message["blocks"] if answered.message else []
    said = [block["text"]["text"] for block in blocks if block["type"] == "section" and "text" in block]
    return markup.written("\n\n".join(said))


def _question(metadata: str) -> dict[str, Any]:
    """The question that a modal is about, as `view` packed it. Raises NotOursError."""
    found = unpack(metadata)
    with ours():
        said = {
            name: found[name] for name in ("channel", "ts", "author", "text", "thread", "direct", "drawn")
        }
        texts = [said[name] for name in ("channel", "ts", "author", "text")]
        texts += [said[name] for name in ("thread", "direct") if said[name] is not None]
        if not all(isinstance(text, str) for text in texts) or not isinstance(said["drawn"], int):
            raise ValueError
    return found | said
