"""What happened for a reply: noted while it happens, and told in the page's drawer."""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

from sqlalchemy import event

from bot.app import Laurel
from bot.asking.kinds import Answer, OwnFigures
from bot.asking.question import Question
from bot.messages import Reply
from intents.model import Understood

KEPT = 5000  # statements and answers that are remembered


@dataclass(frozen=True, slots=True)
class Statement:
    """An SQL statement: when it began (`time.perf_counter`) and how long it took. Parameters are left out."""

    at: float
    milliseconds: float
    sql: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A question and the reply that a room gave to it."""

    question: Question
    reply: Reply


class Tracer:
    """Notes answers and statements of the house that it follows; not the statements of the task `unheard`."""

    def __init__(self) -> None:
        self.noted: deque[Noted] = deque(maxlen=KEPT)
        self.statements: deque[Statement] = deque(maxlen=KEPT)
        self.unheard: asyncio.Task[None] | None = None
        self._followed: Laurel | None = None

    def follow(self, laurel: Laurel) -> None:
        """Note what happens in this house from now on; once is enough."""
        if laurel is self._followed:
            return
        self._followed = laurel
        conversation = laurel.conversation
        conversation.replies.answers = {
            kind: self._noting(fn) for kind, fn in conversation.replies.answers.items()
        }
        if conversation.replies.own is not None:
            conversation.replies.own = _Own(conversation.replies.own, self)
        engine = laurel.store.engine.sync_engine
        event.listen(engine, "before_cursor_execute", _begins)
        event.listen(engine, "after_cursor_execute", self._ended)

    def of(self, key: str) -> list[Noted]:
        """What was answered to the message with this key."""
        return [noted for noted in self.noted if noted.question.asked.key == key]

    def between(self, start: float, end: float) -> list[Statement]:
        """The statements that began between two times."""
        return [statement for statement in self.statements if start <= statement.at <= end]

    def note(self, question: Question, reply: Reply) -> None:
        """Remember it."""
        self.noted.append(Noted(question, reply))

    def _noting(self, fn: Answer) -> Answer:
        async def answer(question: Question) -> Reply:
            reply = await fn(question)
            self.note(question, reply)
            return reply

        return answer

    def _ended(self, *told: Any) -> None:
        if asyncio.current_task() is self.unheard:
            return
        _, _, sql, _, context, _ = told  # SQLAlchemy's order: connection, cursor, statement, …
        began = getattr(context, "_laurel_began", perf_counter())
        self.statements.append(Statement(began, (perf_counter() - began) * 1000, " ".join(sql.split())))


class _Own:
    """The asker's own figures, noted."""

    def __init__(self, own: OwnFigures, tracer: Tracer) -> None:
        self._own = own
        self._tracer = tracer
        self.meant = own.meant
        self.beside = own.beside

    async def lead(self, question: Question) -> tuple[Reply, bool] | None:
        """As the house's own, and noted."""
        found = await self._own.lead(question)
        if found is not None:
            self._tracer.note(question, found[0])
        return found


def rows(context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The verdict's rows in what a template was given: of each card, or of the asker's own figures."""
    found = []
    for card in context.get("cards") or ():
        found += [{"program": card.name, **plain(line)} for line in card.lines]
    judged = context.get("judged")
    if judged is not None:
        found += [{"program": row.through or judged.name, **plain(row.line)} for row in judged.rows]
    return found


def slots(understood: Understood) -> dict[str, Any]:
    """The slots that a question fills."""
    return _filled(plain(understood.slots))


def declared(facts: Any) -> dict[str, Any]:
    """The facts that somebody named of themselves; empty where they named no figure."""
    return _filled({**plain(facts), "rest": ""}) if facts.figures else {}


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {}, False)}


def _begins(*told: Any) -> None:
    *_, context, _ = told
    if context is not None:
        context._laurel_began = perf_counter()  # noqa: SLF001 - SQLAlchemy's context is made to be written on
