"""The shortcut "Teach Laurel": what a wording means, or an answer of its own. It becomes a draft."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking.standard import StandardAnswer
from bot.rooms.moderation import forms, revisions, unanswered
from bot.rooms.moderation.content import Body, ConflictError, Example, Kind, body_of
from bot.rooms.moderation.drafting import Drafts
from bot.rooms.moderation.room import REFUSED, TEXT_LIMIT, Moderation, field
from bot.rooms.moderation.tables import ContentItem
from bot.rooms.moderation.targets import Targets
from bot.surfaces import Pressed, Submitted, Surfaces, View, number, pack, unpack
from knowledge.model import Knowledge

log = structlog.get_logger(__name__)

SHORTCUT = "teach.message"
EXAMPLE, ANSWER = "teach.example", "teach.answer"
FORMS = {EXAMPLE: "moderation/teach_example.j2", ANSWER: "moderation/teach_answer.j2"}


class Teaching:
    """Takes what begins with `teach.`, and `content.edit`."""

    def __init__(self, room: Moderation, drafts: Drafts) -> None:
        self._room = room
        self._drafts = drafts
        self.editors: dict[Kind, Callable[[ContentItem, Body], View]] = {}
        self._targets = Targets(room.conversation)

    def surfaces(self) -> Surfaces:
        """What this part takes."""
        return Surfaces(
            shortcuts={SHORTCUT: self._on_message},
            openers={"teach.group": self._on_group, "content.edit": self._edit},
            updates={"teach.search": self._again, "teach.means": self._again, "teach.new": self._again},
            forms={EXAMPLE: self._example, ANSWER: self._answer},
            checks={EXAMPLE: self._check_example, ANSWER: self._check_answer},
        )

    async def _on_message(self, pressed: Pressed, now: datetime) -> View:
        del now
        if not await self._room.may(pressed.who):
            return REFUSED
        text = " ".join(pressed.value.split())[: forms.WORDING]
        return self.view(EXAMPLE, {"text": text, "drawn": 0}, {"wordings": text})

    async def _on_group(self, pressed: Pressed, now: datetime) -> View:
        """With the wordings of a group of questions that were not answered."""
        del now
        if not await self._room.may(pressed.who):
            return REFUSED
        group = number(pressed.value)
        async with self._room.store.read() as session:
            texts = await unanswered.wordings(session, pressed.who.team, group)
        lines = list(forms.wordings("\n".join(" ".join(text.split())[: forms.WORDING] for text in texts)))
        words = "\n".join(lines[:3])
        metadata = {"text": words[:TEXT_LIMIT], "group": group, "drawn": 0}
        return self.view(EXAMPLE, metadata, {"wordings": words})

    async def _edit(self, pressed: Pressed, now: datetime) -> View | None:
        del now
        if not await self._room.may(pressed.who):
            return REFUSED
        item_id = number(pressed.value.partition("|")[0])
        async with self._room.store.read() as session:
            item = await revisions.find(session, pressed.who.team, item_id)
        if item is None:
            return None
        try:
            body = body_of(item.kind, item.body)
        except ConflictError:
            return None
        if item.kind in self.editors:
            return self.editors[Kind(item.kind)](item, body)
        metadata = {"text": "", "item": item.key, "seen": item.version, "drawn": 0}
        return self.view(ANSWER if item.kind == Kind.ANSWER else EXAMPLE, metadata, _values(body))

    async def _again(self, pressed: Pressed, now: datetime) -> View:
        """The form after a search, or the other form; what was typed stays."""
        del now
        if not await self._room.may(pressed.who):
            return REFUSED
        metadata = unpack(pressed.metadata)
        metadata["drawn"] = number(metadata.get("drawn")) + 1
        values = {name: field(pressed.fields, name) for name in _FIELDS}
        values["wordings"] = values["wordings"] or metadata.get("text", "")
        if pressed.action == "teach.search":
            values["search"] = pressed.value
        return self.view(ANSWER if pressed.action == "teach.new" else EXAMPLE, metadata, values)

    def view(self, form: str, metadata: Mapping[str, Any], values: Mapping[str, Any]) -> View:
        """One of the two forms; `metadata` wants `text` and `drawn`."""
        given = {**dict.fromkeys(_FIELDS), **values}
        targets = self._targets.found(str(given["search"] or ""), str(given["wordings"] or ""))
        chosen = self._targets.read(str(given["target"] or ""))
        if chosen is not None:
            targets = list(dict.fromkeys([self._targets.of(*chosen), *targets]))
        context = {
            **given,
            "drawn": metadata["drawn"],
            "edits": "item" in metadata,
            "targets": [(target.label, target.value) for target in targets],
            "metadata": pack(**metadata),
        }
        return View(FORMS[form], context)

    async def _check_example(self, form: Submitted, now: datetime) -> Mapping[str, str]:
        del now
        return self._said(form, forms.example_mistakes(form.fields))

    async def _check_answer(self, form: Submitted, now: datetime) -> Mapping[str, str]:
        facts = facts_of(self._room.conversation.resources.knowledge)
        return self._said(form, forms.answer_mistakes(form.fields, facts, self._room.day(now)))

    def _said(self, form: Submitted, mistakes: Mapping[str, str]) -> dict[str, str]:
        blocks = {block.partition("#")[0]: block for block in form.fields}
        render = self._room.renderer.text
        found = {}
        for name, mistake in mistakes.items():
            block = blocks.get(name, "search" if name == "target" else name)
            found[block] = render("moderation/mistakes.j2", {"mistake": mistake})
        return found

    async def _example(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        target = self._targets.read(str(field(form.fields, "target") or ""))
        if target is not None:
            await self._drafts.keep(session, form, Kind.EXAMPLE, forms.example(form.fields, target), now)

    async def _answer(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        metadata, since = unpack(form.metadata), self._room.day(now)
        name = f"m{hashlib.sha256(form.key.encode()).hexdigest()[:8]}"
        category = "other"
        if "item" in metadata:
            before = await revisions.find(session, form.who.team, number(metadata.get("item")))
            if before is not None:
                name, category = before.body["id"], before.body["category"]
        body = forms.answer(form.fields, name=name, since=since, category=category)
        await self._drafts.keep(session, form, Kind.ANSWER, body, now)


_FIELDS = (
    "wordings",
    "search",
    "target",
    "reason",
    "title",
    "text",
    "link",
    "owner",
    "review",
    "expires",
    "audience",
    "channels",
    "ticket",
)


def facts_of(knowledge: Knowledge) -> set[str]:
    """The paths of all cells."""
    return {located.path for located in knowledge.cells()}


def _values(body: Body) -> dict[str, Any]:
    """A body as the values of its form."""
    if isinstance(body, StandardAnswer):
        values = body.model_dump(mode="json", exclude={"id", "since", "category", "wordings", "ticket"})
        return {**values, "wordings": "\n".join(body.wordings), "ticket": ["ticket"] if body.ticket else []}
    assert isinstance(body, Example), "facts have a form of their own"
    return {"wordings": "\n".join(body.texts), "target": f"{body.intent}|{body.point or ''}"}
