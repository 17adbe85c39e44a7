"""Why a question was understood as it was: a shortcut on messages and `/laurel why`, for the house's own."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking import conversations
from bot.asking.answered import recalled
from bot.asking.answering import REPLY, ask, line_of, place_of
from bot.asking.conversation import Conversation
from bot.asking.surface import answer_command
from bot.delivery.outside import Outside
from bot.messages import Who
from bot.rooms.moderation.why import Explainer, Reading
from bot.surfaces import Commanded, Pressed, Surfaces, View
from intents.calibration import ANSWER_FROM, CHOOSE_FROM, WRONG_ANSWER_COST

log = structlog.get_logger(__name__)

SHORTCUT = "why.message"
NONE_OF_THESE = "none_of_these"


class WhySurface:
    """Shows a reading to the asker alone. `may` says who may ask."""

    def __init__(
        self, conversation: Conversation, explainer: Explainer, may: Callable[[Who], Awaitable[bool]]
    ) -> None:
        self._conversation = conversation
        self._explainer = explainer
        self._may = may

    def surfaces(self) -> Surfaces:
        """What this room takes."""
        return Surfaces(shortcuts={SHORTCUT: self._on_message}, commands={"why": self._by_command})

    async def _by_command(self, session: AsyncSession, command: Commanded, now: datetime) -> Outside | None:
        """The words behind the command, read as they would be if they were asked here now.

        "why did I lose my badge" may just as well be somebody's question: without the role it is answered.
        """
        if not await self._may(command.who):
            text = f"{command.name} {command.words}".strip()
            answer = await ask(
                session,
                self._conversation,
                key=command.key,
                who=command.who,
                where=command.where,
                text=text,
                respond=command.respond or None,
                now=now,
            )

            async def refuse(session: AsyncSession, now: datetime) -> None:
                await self._tell(session, command, "moderation/why_refused.j2", {"question": True}, now)

            return answer.beginning(refuse)
        turn = recalled(await conversations.recall(session, place_of(command.who, command.where)))
        readings = self._explainer.readings(command.words, turn, now)
        context = self._context(readings, now, found="words" if readings else "nothing")
        await self._tell(session, command, "moderation/why.j2", context, now)
        return None

    async def _on_message(self, pressed: Pressed, now: datetime) -> View:
        """A reply of ours: the question behind it. Somebody's message: its own words."""
        if not await self._may(pressed.who):
            return View("moderation/why_refused_modal.j2", {"question": False})
        log.info("why", ours=pressed.ours)
        team = pressed.who.team
        asked_key = f"message:{team}:{pressed.where.channel}:{pressed.where.ts}"
        keys = [key for key in pressed.block_ids if key.startswith(REPLY)] if pressed.ours else []
        async with self._conversation.resources.store.read() as session:
            key = keys[0] if keys else line_of(asked_key)
            reply = await conversations.line(session, team, key)
            question = await conversations.line(session, team, key.removeprefix(REPLY))
        if reply is not None and reply.asked is not None:
            context = self._answered(reply.asked, question.text if question else "", now)
        elif pressed.ours:
            context = self._context([], now, found="no_reply")
        else:
            readings = self._explainer.readings(pressed.value, None, now)
            context = self._context(readings, now, found="unanswered" if readings else "nothing")
        return View("moderation/why_modal.j2", context)

    def _answered(self, asked: Mapping[str, Any], text: str, now: datetime) -> dict[str, Any]:
        """The question behind a reply, read again with what was remembered then."""
        if asked["none"]:
            return self._context([], now, found=NONE_OF_THESE)
        if asked["direct"] is not None:
            return self._context([self._explainer.pressed(text, asked["direct"])], now, found="reply")
        at = datetime.fromisoformat(asked["at"])
        readings = self._explainer.readings(text, recalled(asked["before"]), at)
        if not readings:
            return self._context([], now, found="nothing")
        today = [None if reading.first is None else reading.first.id for reading in readings]
        then = [self._explainer.title(one) for one in asked["intents"] if one is not None]
        return self._context(readings, now, found="reply", then=then if asked["intents"] != today else None)

    def _context(
        self,
        readings: Sequence[Reading],
        now: datetime,
        *,
        found: str,
        then: Sequence[str] | None = None,
    ) -> dict[str, Any]:
        rooms = self._conversation.resources
        return {
            "readings": readings,
            "found": found,
            "then": then,
            "programs": {name: program.name for name, program in rooms.knowledge.programs.items()},
            "categories": rooms.knowledge.wording.categories,
            "audiences": {one.value: name for one, name in rooms.knowledge.wording.audiences.items()},
            "answer_from": ANSWER_FROM,
            "choose_from": CHOOSE_FROM,
            "wrong_answer_cost": WRONG_ANSWER_COST,
            "now": now.astimezone(rooms.zone),
            "zone": rooms.zone,
        }

    async def _tell(
        self,
        session: AsyncSession,
        command: Commanded,
        template: str,
        context: Mapping[str, Any],
        now: datetime,
    ) -> None:
        await answer_command(
            session, command, self._conversation.renderer.message(template, context), now, name="why"
        )
