"""The words this room shares with the rest of the house: intents, slots, and what was understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from intents.named import SlotName, Slots

IntentId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z0-9][a-z0-9_]*$")]
OUT_OF_SCOPE = "out_of_scope"
"""The label of a question that no intent covers."""
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
ReplyKind = Literal[
    "topic",
    "criteria",
    "perks",
    "perk",
    "compare",
    "overview",
    "check",
    "lost",
    "regain",
    "way",
    "weeks",
    "threshold",
    "referral",
    "ticket.open",
    "ticket.about",
    "ticket.status",
    "ticket.add",
    "ticket.reopen",
    "specialist",
    "job_post",
    "verification",
    "incident",
    "pointer",
    "smalltalk",
]


class Tier(StrEnum):
    """How sure we are: say it, ask which of a few, or ask for other words."""

    ANSWER = "answer"
    CHOOSE = "choose"
    UNSURE = "unsure"


class Form(StrEnum):
    """How a question is put.

    `WHETHER` wants a yes or a no, `WHO` a person, `WHICH` another thing, `EITHER` one of two; a negated
    question counts as `EITHER`, since its yes or no could be misread.
    """

    WHETHER = "whether"
    WHO = "who"
    WHICH = "which"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Choice:
    """One candidate intent and the probability (0..1) that it is the right one."""

    intent: str
    confidence: float


SHOWN = 4
"""So many choices are looked at, and offered at the most."""
UNLIKELY = 0.05
"""Below this a meaning is never offered: it would only puzzle."""


def possible(choices: Sequence[Choice]) -> list[Choice]:
    """The readings that are worth a button."""
    return [choice for choice in choices[:SHOWN] if choice.confidence >= UNLIKELY]


@dataclass(frozen=True, slots=True)
class Understood:
    """One question as understood.

    `choices` come best first, the chosen one included, at most four. `intent` is the first choice
    whatever the tier, or None where nothing fits. `follow_up` says that it leant on the turn
    before; `deferred` that the message held more questions than are answered at once, and this one
    is to be offered as a button. `point` names the line of the knowledge that was asked for, if one was,
    and `form` tells how it was asked for.
    `hedged` marks an answer that is likely but not sure: the reply says what it took the question for.
    """

    text: str
    tier: Tier
    intent: str | None
    slots: Slots
    confidence: float
    choices: tuple[Choice, ...] = ()
    language: str = "en"
    follow_up: bool = False
    deferred: bool = False
    point: str | None = None
    form: Form = Form.WHETHER
    hedged: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Every field as JSON types."""
        return {
            "text": self.text,
            "tier": self.tier.value,
            "intent": self.intent,
            "slots": self.slots.as_dict(),
            "confidence": self.confidence,
            "choices": [{"intent": c.intent, "confidence": c.confidence} for c in self.choices],
            "language": self.language,
            "follow_up": self.follow_up,
            "deferred": self.deferred,
            "point": self.point,
            "form": self.form.value,
            "hedged": self.hedged,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Understood:
        """The inverse of `as_dict`."""
        return cls(
            text=data["text"],
            tier=Tier(data["tier"]),
            intent=data["intent"],
            slots=Slots.from_dict(data["slots"]),
            confidence=data["confidence"],
            choices=tuple(Choice(c["intent"], c["confidence"]) for c in data["choices"]),
            language=data.get("language", "en"),
            follow_up=data.get("follow_up", False),
            deferred=data.get("deferred", False),
            point=data.get("point"),
            form=Form(data.get("form", Form.WHETHER)),
            hedged=data.get("hedged", False),
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """What a conversation remembers of its latest turn.

    `choices` are the intents that the reply offered as buttons, in the order shown; `at` is an
    aware datetime; `failures` counts turns in a row that were not understood. `others` are what the latest
    question could have meant beside what was answered, likeliest first.
    """

    intent: str | None
    slots: Slots
    choices: tuple[str, ...]
    at: datetime
    failures: int = 0
    reply: str | None = None
    others: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Every field as JSON types."""
        return {
            "intent": self.intent,
            "slots": self.slots.as_dict(),
            "choices": list(self.choices),
            "at": self.at.isoformat(),
            "failures": self.failures,
            "reply": self.reply,
            "others": list(self.others),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Turn:
        """The inverse of `as_dict`."""
        return cls(
            intent=data["intent"],
            slots=Slots.from_dict(data["slots"]),
            choices=tuple(data["choices"]),
            at=datetime.fromisoformat(data["at"]),
            failures=data.get("failures", 0),
            reply=data.get("reply"),
            others=tuple(data.get("others", ())),
        )


class Content(BaseModel):
    """Base of everything read from YAML: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Intent(Content):
    """Something a person wants, with examples of how people say it.

    `program` is set where the intent is about one program by nature (the 13-of-16 weeks are Top
    Rated's). `then` names the intent that a bare "why?", "how long?", "where?" or "how?" means
    after this one.
    """

    id: IntentId
    title: Annotated[str, StringConstraints(min_length=3, max_length=60)]
    reply: ReplyKind
    category: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")]
    slots: tuple[SlotName, ...] = ()
    program: str | None = None
    followups: tuple[IntentId, ...] = Field(default=(), max_length=3)
    then: dict[Literal["why", "how_long", "where", "how", "how_much", "who"], IntentId] = {}
    examples: tuple[Line, ...] = Field(min_length=1)


class Family(Content):
    """One catalogue file: the intents of one family (`jss.yaml` holds `jss.*`)."""

    family: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    intents: tuple[Intent, ...] = Field(min_length=1)


class Background(Content):
    """Texts that no intent should claim: what the knowledge does not hold, and chatter."""

    background: tuple[Line, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Question:
    """A question that somebody asked.

    `accept` are the intents that serve, the best first; none if it is out of scope.
    """

    text: str
    accept: tuple[str, ...]


class Asked(Content):
    """Questions that people asked and that one intent serves best; `also` names others that serve."""

    intent: IntentId | Literal["out_of_scope"]
    also: tuple[IntentId, ...] = ()
    questions: tuple[Line, ...] = Field(min_length=1)


class AskedFile(Content):
    """`asked.yaml`: what people really asked, in public and reworded lightly."""

    asked: tuple[Asked, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Catalogue:
    """All intents by id, the background texts, and what people asked.

    `places` has the `file:line` of each intent by its id, and of each question asked by its text.
    """

    intents: Mapping[str, Intent]
    background: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Intent]:
        return iter(self.intents.values())

    def __len__(self) -> int:
        return len(self.intents)

    def __contains__(self, intent: object) -> bool:
        return intent in self.intents

    def __getitem__(self, intent: str) -> Intent:
        return self.intents[intent]

    def examples(self) -> list[tuple[str, str]]:
        """(text, intent id) pairs in file order, as the matcher's training takes them."""
        return [(text, intent.id) for intent in self for text in intent.examples]

    def questions(self) -> list[Question]:
        """What people asked, each with the intents that serve."""
        return [
            Question(text, () if group.intent == OUT_OF_SCOPE else (group.intent, *group.also))
            for group in self.asked
            for text in group.questions
        ]

    def titles(self) -> dict[str, str]:
        """Intent id to its short title, as buttons show it."""
        return {intent.id: intent.title for intent in self}
