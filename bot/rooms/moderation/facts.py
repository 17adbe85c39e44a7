"""Facts in Slack: `/laurel facts` finds them, and a form changes them."""

from datetime import datetime
from typing import Any

from rapidfuzz import fuzz, process, utils
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking.surface import answer_command
from bot.rooms.moderation import fact_form
from bot.rooms.moderation.content import Body, Kind
from bot.rooms.moderation.drafting import Drafts
from bot.rooms.moderation.fact_form import MistakeError, What
from bot.rooms.moderation.room import REFUSED, Moderation
from bot.rooms.moderation.stale import StaleFacts
from bot.rooms.moderation.tables import ContentItem
from bot.surfaces import Commanded, Pressed, Submitted, Surfaces, View, number, pack, unpack
from knowledge import views
from knowledge.changing import Change
from knowledge.display import PLAIN, value_text
from knowledge.model import Knowledge, SourceKind

SHOWN = 12
LIKE = 60.0  # of 100
FORM = "fact.change"


class Facts:
    """Takes the command `facts`, and what begins with `fact.`."""

    def __init__(self, room: Moderation, drafts: Drafts, stale: StaleFacts) -> None:
        self._room = room
        self._drafts = drafts
        self._stale = stale
        self._paths = [located.path for located in self._knowledge.cells()]

    def surfaces(self) -> Surfaces:
        """What this part takes."""
        return Surfaces(
            commands={"facts": self._by_command},
            openers={FORM: self._open},
            forms={FORM: self._changed},
            checks={FORM: self._check},
        )

    @property
    def _knowledge(self) -> Knowledge:
        """As it is said now, what moderators changed included."""
        return self._room.conversation.resources.knowledge

    async def _by_command(self, session: AsyncSession, command: Commanded, now: datetime) -> None:
        """Those whose names are like the words behind the command, the best first; `stale` lists the old."""
        day, context = self._room.day(now), {"rows": [], "stale": [], "more": 0, "words": ""}
        name, _, after = command.words.strip().partition(" ")
        may = await self._room.may(command.who)
        if may and name.lower() == "stale":
            context |= self._stale.context(day, number(after))
        elif may:
            paths = self._found(command.words)
            context["rows"] = [(path, views.fact(self._knowledge, path, day).text) for path in paths]
        template = "moderation/facts.j2" if may else "moderation/refused.j2"
        message = self._room.renderer.message(template, context)
        await answer_command(session, command, message, now, name="facts")

    async def _open(self, pressed: Pressed, now: datetime) -> View | None:
        if not await self._room.may(pressed.who):
            return REFUSED
        what, _, path = pressed.value.rpartition("|")
        if path not in self._paths:
            return None
        located, day = self._knowledge.located(path), self._room.day(now)
        holding = located.cell.on(day, self._knowledge.sources).statement
        values = {
            "what": what if what in set(What) else What.NEW.value,
            "value": fact_form.written(None if holding is None else holding.value),
            "from": day.isoformat(),
            "confidence": "H",
        }
        return self._view(path, values, {"path": path})

    def edit(self, item: ContentItem, body: Body) -> View:
        """The form of a change that is there already, for its next version."""
        assert isinstance(body, Change), "its kind is fact"
        values: dict[str, Any] = {"what": What.ENDED.value, "instead": body.replaced_by}
        if body.ends is not None:
            values["from"] = body.ends.isoformat()
        if body.statement is not None:
            source = body.source or self._knowledge.sources.get(body.statement.source)
            values = {
                "what": What.NEW.value,
                "value": fact_form.written(body.statement.value),
                "from": body.statement.from_.isoformat(),
                "confidence": body.statement.confidence,
                "note": body.statement.note,
                "link": None if source is None else source.link,
                "title": None if source is None else source.title,
                "kind": None if source is None else source.kind.value,
            }
        return self._view(body.path, values, {"path": body.path, "item": item.key, "seen": item.version})

    async def _check(self, form: Submitted, now: datetime) -> dict[str, str]:
        try:
            self._change(form, now)
        except MistakeError as error:
            context = {"mistake": error.mistake, "problem": error.problem}
            return {error.name: self._room.renderer.text("moderation/mistakes.j2", context)}
        return {}

    async def _changed(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        try:
            body = self._change(form, now)
        except MistakeError:
            return  # another changed the fact since the form was checked, and their test tells of it
        await self._drafts.keep(session, form, Kind.FACT, body, now)

    def _change(self, form: Submitted, now: datetime) -> Change:
        path = str(unpack(form.metadata).get("path"))
        knowledge = self._knowledge
        if "item" in unpack(form.metadata):
            knowledge = self._room.published.knowledge  # the item's own version stands in the other
        return fact_form.change(form.fields, knowledge, path, self._room.day(form.at or now))

    def _view(self, path: str, values: dict[str, Any], metadata: dict[str, Any]) -> View:
        knowledge, located = self._knowledge, self._knowledge.located(path)
        row = located.row or PLAIN
        statements = [
            {
                "statement": one,
                "text": value_text(knowledge.wording, one, row),
                "source": knowledge.sources[one.source].title,
            }
            for one in reversed(located.cell.statements)
        ]
        context = {
            **dict.fromkeys(fact_form.NAMES),
            **values,
            "from_day": values.get("from"),
            "path": path,
            "label": row.label or path,
            "statements": statements,
            "kinds": [(knowledge.wording.kinds[kind], kind.value) for kind in SourceKind],
            "metadata": pack(**metadata),
        }
        return View("moderation/fact_form.j2", context)

    def _found(self, searched: str) -> list[str]:
        names = [path.replace(".", " ").replace("_", " ") for path in self._paths]
        ranked = process.extract(
            searched,
            names,
            scorer=fuzz.token_set_ratio,
            processor=utils.default_process,
            limit=SHOWN,
            score_cutoff=LIKE,
        )
        return [self._paths[at] for _, _, at in ranked]
