"""A question that we could not answer is put before the community, in words that its asker confirms."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking import answers, conversations
from bot.asking.answering import line_of
from bot.asking.conversations import Line
from bot.delivery.outbox import Job, enqueue
from bot.messages import Who
from bot.rooms.moderation import discussed
from bot.rooms.moderation.discussed import Fate
from bot.rooms.moderation.room import TEXT_LIMIT, Moderation, field
from bot.rooms.moderation.tables import CommunityQuestion
from bot.store.types import fitted
from bot.surfaces import Pressed, Submitted, Surfaces, View, pack, unpack

log = structlog.get_logger(__name__)

FORM = "community.form"
POSTED, LINKED = "moderation.community_posted", "moderation.community_linked"


class Community:
    """Takes `community.ask`. `channel` is where the community meets (None: nothing is offered).

    `emoji` is what marks a solution there.
    """

    def __init__(self, room: Moderation, channel: str | None, emoji: str) -> None:
        self._room = room
        self.channel = channel
        self.emoji = emoji

    def surfaces(self) -> Surfaces:
        """What this part takes."""
        if self.channel is None:
            return Surfaces()
        return Surfaces(
            openers={"community.ask": self._ask}, forms={FORM: self._submitted}, checks={FORM: self._checked}
        )

    async def _ask(self, pressed: Pressed, now: datetime) -> View:
        """The form, with the person's own words: from the form it stands on, or of the question before."""
        del now
        who, origin = pressed.who, ""
        words = str(pressed.fields.get("details") or "")
        async with self._room.store.read() as session:
            line = None if pressed.view else await _own(session, who, pressed.value)
            if line is not None:
                words, origin = line.text, line.key
                asked = await discussed.by_origin(session, who, origin)
                if asked is not None:
                    return View("moderation/community_asked_already.j2", {"question": asked})
        context = {
            "channel": self.channel,
            "emoji": self.emoji,
            "words": words[:TEXT_LIMIT],
            "limit": TEXT_LIMIT,
            "metadata": pack(origin=origin),
        }
        return View("moderation/community_modal.j2", context)

    async def _checked(self, form: Submitted, now: datetime) -> Mapping[str, str]:
        del now
        if str(field(form.fields, "question") or "").strip():
            return {}
        return {"question": self._room.renderer.text("moderation/mistakes.j2", {"mistake": "empty"})}

    async def _submitted(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        """Post it, once for each question, however often its form comes."""
        assert self.channel is not None, "nothing is taken without it"
        text = str(field(form.fields, "question") or "").strip()[:TEXT_LIMIT]
        origin = str(unpack(form.metadata).get("origin") or form.key)
        question = await discussed.put(
            session, form.who, origin=origin, channel=self.channel, text=text, now=now
        )
        if question is None:
            return
        log.info("community.asked")
        payload = {"channel": self.channel, "then": POSTED, "question": question.key, **self._post(question)}
        key = f"community:{form.key}"
        await enqueue(session, key=key, kind="slack.post", payload=payload, now=now)

    async def posted(self, session: AsyncSession, job: Job, result: dict[str, Any], now: datetime) -> None:
        """What follows: where it stands, and its address is looked up."""
        question = await session.get(CommunityQuestion, job.payload["question"], with_for_update=True)
        if question is not None:
            question.ts, question.state = result["ts"], Fate.OPEN
            stands = {"channel": question.channel, "ts": question.ts}
            payload = {**stands, "then": LINKED, "question": question.key}
            await enqueue(session, key=f"{job.key}:link", kind="slack.look", payload=payload, now=now)

    async def linked(self, session: AsyncSession, job: Job, result: dict[str, Any], now: datetime) -> None:
        """What follows that: its asker is told where it stands."""
        question = await session.get(CommunityQuestion, job.payload["question"], with_for_update=True)
        if question is not None:
            question.link = result["link"]
            context = {"question": question, "emoji": self.emoji}
            user, template = question.person, "moderation/community_asked.j2"
            await self._room.tell(session, template, context, user=user, key=job.key, now=now)

    async def not_posted(self, session: AsyncSession, job: Job, reason: str, now: datetime) -> None:
        """Slack refused it: its asker is told, and may ask it anew; whoever sends it again opens it again."""
        del reason
        if job.payload.get("then") != POSTED:
            return
        question = await session.get(CommunityQuestion, job.payload["question"])
        if question is not None:
            question.origin, question.state = fitted(job.key), Fate.DISMISSED
            context = {"question": question}
            user, template = question.person, "moderation/community_not.j2"
            await self._room.tell(session, template, context, user=user, key=job.key, now=now)

    async def draw(self, session: AsyncSession, question: CommunityQuestion, key: str, now: datetime) -> None:
        """Draw the question in its channel anew, once we know where it is."""
        if question.ts is not None:
            payload = {"channel": question.channel, "ts": question.ts, **self._post(question)}
            await enqueue(session, key=f"{key}:drawn", kind="slack.update", payload=payload, now=now)

    def _post(self, question: CommunityQuestion) -> dict[str, Any]:
        context = {"question": question, "emoji": self.emoji}
        return dict(self._room.renderer.message("moderation/community_post.j2", context))


async def _own(session: AsyncSession, who: Who, key: str) -> Line | None:
    """What somebody asked under that key; None where it is another's, or not kept any more.

    For "none of these" it is the question before.
    """
    line = await conversations.line(session, who.team, fitted(key))
    reply = await conversations.line(session, who.team, line_of(key))
    if reply is not None and (reply.asked or {}).get("none"):
        line = await conversations.said_before(session, line or reply)
    return line if line is not None and await answers.was_given(session, line.key, who) else None
