"""The reply that solved a question of the community's: its asker gets it, and moderators can teach it."""

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking import markup, missed
from bot.asking.standard import TEXT_LIMIT
from bot.delivery import home_tab
from bot.delivery.outbox import Job, enqueue
from bot.messages import Who
from bot.render import clip
from bot.rooms.moderation import discussed, forms
from bot.rooms.moderation.community import Community
from bot.rooms.moderation.discussed import Fate
from bot.rooms.moderation.room import REFUSED, Moderation
from bot.rooms.moderation.tables import CommunityQuestion
from bot.rooms.moderation.teaching import ANSWER, Teaching
from bot.surfaces import Pressed, Reacted, Submitted, Surfaces, View, number, pack, unpack

log = structlog.get_logger(__name__)

SHORTCUT = "community.solution"
FORM = "community.mark"
FOUND = "moderation.community_found"
OWNER = 80  # characters of a name, as the form of an answer takes it


class Solutions:
    """Takes the shortcut, the emoji that says the same, and what moderators make of solutions."""

    def __init__(self, room: Moderation, community: Community, teaching: Teaching) -> None:
        self._room = room
        self._community = community
        self._teaching = teaching

    def surfaces(self) -> Surfaces:
        """What this part takes; the shortcut stands in Slack's menu with a community and without."""
        found = Surfaces(shortcuts={SHORTCUT: self._on_message})
        if self._community.channel is not None:
            found.forms[FORM] = self._confirmed
            found.reactions[(self._community.channel, self._community.emoji)] = self._reacted
            found.openers["community.teach"] = self._teach
            found.presses["community.dismiss"] = self._dismissed
        return found

    async def _on_message(self, pressed: Pressed, now: datetime) -> View:
        del now
        where = pressed.where
        async with self._room.store.read() as session:
            question = None
            if where.thread is not None and where.ts != where.thread:
                question = await discussed.at(session, pressed.who.team, where.channel, where.thread)
            why = await self._against(question, pressed.who, pressed.author)
        if why is not None or question is None:
            return View("moderation/solution_not.j2", {"why": why, "question": question})
        context = {
            "question": question,
            "text": pressed.value,
            "author": pressed.author,
            "metadata": pack(channel=where.channel, ts=where.ts),
        }
        return View("moderation/solution_modal.j2", context)

    async def _against(self, question: CommunityQuestion | None, who: Who, author: str) -> str | None:
        """Why somebody may not mark that author's reply as the solution; None where they may."""
        if self._community.channel is None:
            return "off"
        if question is None or not author:
            return "elsewhere"
        if question.person != who.user and not await self._room.may(who):
            return "not_yours"
        return None if question.state == Fate.OPEN else "over"

    async def _confirmed(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        reply = unpack(form.metadata)
        where = (str(reply.get("channel") or ""), str(reply.get("ts") or ""))
        await self._look(session, form.who, where, form.key, now)

    async def _reacted(self, session: AsyncSession, reacted: Reacted, now: datetime) -> None:
        """Look only after what somebody marks who may do so."""
        who, where = reacted.who, reacted.where
        if await discussed.has_open(session, who) or await self._room.may(who):
            await self._look(session, who, (where.channel, where.ts or ""), reacted.key, now)

    async def _look(
        self, session: AsyncSession, who: Who, reply: tuple[str, str], key: str, now: datetime
    ) -> None:
        """Have the reply looked up as it stands now; `found` goes on."""
        channel, ts = reply
        payload = {"channel": channel, "ts": ts, "then": FOUND, "team": who.team, "by": who.user}
        await enqueue(session, key=f"solution:{key}", kind="slack.look", payload=payload, now=now)

    async def found(self, session: AsyncSession, job: Job, result: dict[str, Any], now: datetime) -> None:
        """The reply was looked up: the first one solves its question, and its asker gets it."""
        payload = job.payload
        if result["thread"] is None or result["thread"] == result["ts"]:
            return
        team, thread = payload["team"], result["thread"]
        question = await discussed.at(session, team, payload["channel"], thread, lock=True)
        by = Who(team, payload["by"])
        if question is None or await self._against(question, by, result["user"] or "") is not None:
            return
        question.state, question.solved_at = Fate.SOLVED.value, now
        question.solver, question.solver_name = result["user"], result["name"]
        question.solution_ts, question.solution_link = result["ts"], result["link"]
        question.solution = markup.written(result["text"])
        log.info("community.solved")
        key = f"{job.key}:solved"
        context = {"question": question, "text": markup.said(question.solution)}
        user, template = question.person, "moderation/community_solved.j2"
        await self._room.tell(session, template, context, user=user, key=key, now=now)
        await self._community.draw(session, question, key, now)

    async def _teach(self, pressed: Pressed, now: datetime) -> View:
        """The form of a new answer, with the question and its solution."""
        del now
        if not await self._room.may(pressed.who):
            return REFUSED
        async with self._room.store.read() as session:
            question = await discussed.by_id(session, pressed.who.team, number(pressed.value))
            if question is None or question.state != Fate.SOLVED or question.solver is None:
                return View("moderation/solution_not.j2", {"why": "over", "question": question})
            group = await missed.group_of(session, question.team, question.origin)
        words = " ".join(question.text.split())
        metadata = {"text": words[: forms.WORDING], "question": question.key, "drawn": 0}
        values = {
            "title": str(clip(words, forms.TITLE[1])),
            "wordings": words[: forms.WORDING],
            "text": (question.solution or "")[:TEXT_LIMIT],
            "owner": (question.solver_name or "")[:OWNER],
        }
        return self._teaching.view(ANSWER, metadata | ({"group": group} if group else {}), values)

    async def _dismissed(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        if not await self._room.may(pressed.who):
            await self._room.refuse(session, pressed.who.user, pressed.key, now)
            return
        await discussed.decide(session, pressed.who.team, number(pressed.value), Fate.DISMISSED)
        await home_tab.refresh(session, pressed.who, key=pressed.key, now=now)
