"""Moderators' forms: their fields as bodies of content items, or what is wrong with each."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from bot.asking import markup
from bot.asking.standard import StandardAnswer
from bot.rooms.moderation.content import Example
from bot.rooms.moderation.room import field

WORDING = 400  # characters
WORDINGS = 40
TITLE = (3, 60)  # characters
LINK = re.compile(r"https?://[^\s<>|]+")


def wordings(text: Any) -> tuple[str, ...]:
    """The lines of a field, each once."""
    lines = (re.sub(r"\s+", " ", line).strip() for line in str(text or "").splitlines())
    return tuple(dict.fromkeys(filter(None, lines)))


def example_mistakes(fields: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the form of an example: field -> mistake."""
    found = _wording_mistakes(fields)
    if not field(fields, "target"):
        found["target"] = "target"
    return found


def example(fields: Mapping[str, Any], target: tuple[str, str | None]) -> Example:
    """The example of a form without mistakes."""
    return Example(intent=target[0], point=target[1], texts=wordings(field(fields, "wordings")))


def answer_mistakes(fields: Mapping[str, Any], facts: Collection[str], today: date) -> dict[str, str]:
    """What is wrong with the form of a standard answer: field -> mistake."""
    found = _wording_mistakes(fields)
    if not TITLE[0] <= len(str(field(fields, "title") or "").strip()) <= TITLE[1]:
        found["title"] = "title"
    for name in ("text", "owner"):
        if not str(field(fields, name) or "").strip():
            found[name] = "empty"
    if not set(facts).issuperset(markup.facts_in(str(field(fields, "text") or ""))):
        found["text"] = "fact"
    link = str(field(fields, "link") or "").strip()
    if link and not LINK.fullmatch(link):
        found["link"] = "link"
    expires = field(fields, "expires")
    if expires and str(expires) < today.isoformat():
        found["expires"] = "dates"
    return found


def answer(fields: Mapping[str, Any], *, name: str, since: date, category: str) -> StandardAnswer:
    """The standard answer of a form without mistakes."""
    audience = field(fields, "audience")
    return StandardAnswer.model_validate(
        {
            "id": name,
            "title": str(field(fields, "title")).strip(),
            "wordings": wordings(field(fields, "wordings")),
            "text": str(field(fields, "text")).strip(),
            "owner": str(field(fields, "owner")).strip(),
            "since": since,
            "link": str(field(fields, "link") or "").strip() or None,
            "review": field(fields, "review") or None,
            "expires": field(fields, "expires") or None,
            "audience": audience if audience in {"freelancer", "agency"} else None,
            "channels": tuple(field(fields, "channels") or ()),
            "ticket": "ticket" in (field(fields, "ticket") or ()),
            "category": category,
        }
    )


def _wording_mistakes(fields: Mapping[str, Any]) -> dict[str, str]:
    lines = wordings(field(fields, "wordings"))
    if not lines:
        return {"wordings": "wordings"}
    too_long = len(lines) > WORDINGS or any(len(line) > WORDING for line in lines)
    return {"wordings": "long"} if too_long else {}
