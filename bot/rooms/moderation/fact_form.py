"""The form of a changed fact: its fields as a change, or what is wrong with each."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from bot.rooms.moderation.forms import LINK
from bot.rooms.moderation.room import field
from knowledge.changing import Change, ChangeError, check
from knowledge.model import Knowledge, Located, Source, SourceKind, Statement, Value

NAMES = (
    "what",
    "value",
    "from",
    "link",
    "title",
    "kind",
    "confidence",
    "note",
    "instead",
    "reason",
)
"""The fields, by the names of their blocks."""
WRONG = {
    "earlier": "from",
    "nothing": "from",
    "over": "from",
    "source": "link",
    "path": "what",
    "lint": "value",
}
"""Which field a change that cannot be made is told beside."""
YES, NO = frozenset({"yes", "true"}), frozenset({"no", "false"})
FIGURE = re.compile(r"\s*([a-z_0-9]+)\s*:\s*\$?([0-9][0-9,]*(?:\.[0-9]+)?)\s*")


class What(StrEnum):
    """What somebody says of a fact: another value from a day on, its last day, or that it is still so."""

    NEW = "new"
    ENDED = "ended"
    STILL = "still"


class MistakeError(Exception):
    """A field that cannot be taken: `name` says which, `mistake` what is wrong (moderation/mistakes.j2)."""

    def __init__(self, name: str, mistake: str, problem: str = "") -> None:
        super().__init__(mistake)
        self.name, self.mistake, self.problem = name, mistake, problem


def change(fields: Mapping[str, Any], knowledge: Knowledge, path: str, today: date) -> Change:
    """The change that a form makes of the cell at `path`. Raises MistakeError."""
    try:
        located = knowledge.located(path)
    except KeyError:
        raise MistakeError("what", "path") from None
    try:
        made = _made(fields, knowledge, located, today)
        after = check(knowledge, made)
        _decides(after, made)
    except ChangeError as error:
        raise MistakeError(WRONG[error.why], error.why, error.problem) from error
    except ValidationError as error:
        raise MistakeError("from", "dates") from error
    return made


def _decides(after: Knowledge, change: Change) -> None:
    """Raises MistakeError where a better source says something else, so that nothing would change."""
    if change.statement is not None:
        value = after.on(after.cell(change.path), change.statement.from_).value
        if value != change.statement.value:
            raise MistakeError("kind", "outranked")


def written(value: Value) -> str:
    """A value as somebody types it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {figure}" for name, figure in value.items() if figure is not None)
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(value)


def typed(text: str, like: Value) -> Value:
    """What somebody typed, as a value of the kind of `like`. Raises ValueError."""
    text = text.strip()
    if not text:
        raise ValueError("empty")
    if isinstance(like, bool):
        if text.casefold() not in YES | NO:
            raise ValueError("no yes and no no")
        return text.casefold() in YES
    if isinstance(like, int | Decimal):
        return _figure(text.strip("$% "))
    if isinstance(like, dict):
        found = [FIGURE.fullmatch(part) for part in text.split(", ")]
        if None in found:
            raise ValueError("no figures with names")
        named: dict[str, Decimal | None] = dict.fromkeys(like)
        named |= {one[1]: Decimal(one[2].replace(",", "")) for one in found if one is not None}
        return named
    if isinstance(like, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _made(fields: Mapping[str, Any], knowledge: Knowledge, located: Located, today: date) -> Change:
    what = What(field(fields, "what") or What.NEW)
    holding = located.cell.on(today, knowledge.sources).statement
    if what is What.STILL:
        if holding is None or holding.value is None:
            raise MistakeError("what", "nothing")
        source = _confirmed(knowledge, today)
        statement = holding.model_copy(
            update={"from_": today, "until": None, "source": source.id, "also": (), "approximate": False}
        )
        return Change(path=located.path, statement=statement, source=source)
    day = date.fromisoformat(str(field(fields, "from") or today.isoformat()))
    if what is What.ENDED:
        instead = str(field(fields, "instead") or "").strip() or None
        if instead is None:
            raise MistakeError("instead", "empty")
        return Change(path=located.path, ends=day, replaced_by=instead)
    like = next((one.value for one in reversed(located.cell.statements) if one.value is not None), "")
    try:
        value = typed(str(field(fields, "value") or ""), like)
    except ValueError as error:
        raise MistakeError("value", "value") from error
    source = _source(fields, knowledge)
    given: dict[str, Any] = {
        "from": day,
        "value": value,
        "source": source.id,
        "confidence": field(fields, "confidence") or "M",
        "note": str(field(fields, "note") or "").strip() or None,
    }
    known = source.id in knowledge.sources
    return Change(
        path=located.path, statement=Statement.model_validate(given), source=None if known else source
    )


def _source(fields: Mapping[str, Any], knowledge: Knowledge) -> Source:
    """Where it was read: a source that is known by its address, or a new one."""
    link = str(field(fields, "link") or "").strip()
    if not LINK.fullmatch(link):
        raise MistakeError("link", "link")
    address = link.partition("://")[2]
    for source in knowledge.sources.values():
        if source.address == address:
            return source
    title = str(field(fields, "title") or "").strip()
    if not title:
        raise MistakeError("title", "title")
    name = f"m_{hashlib.sha256(address.encode()).hexdigest()[:10]}"
    if not field(fields, "kind"):
        raise MistakeError("kind", "kind")
    kind = SourceKind(field(fields, "kind"))
    return Source(id=name, kind=kind, title=title, address=address)


def _confirmed(knowledge: Knowledge, today: date) -> Source:
    """The word of this community's moderators, of that day."""
    words = knowledge.wording.confirmed
    return Source(
        id=f"moderators_{today:%Y_%m_%d}",
        kind=SourceKind.MODERATOR,
        title=words["title"],
        address=words["address"],
        date=today,
    )


def _figure(text: str) -> int | Decimal:
    try:
        figure = Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise ValueError("no number") from error
    if not figure.is_finite():
        raise ValueError("no number")
    return int(figure) if figure == figure.to_integral() else figure
