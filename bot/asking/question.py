"""What an answer function is given: one understood question, and what it may look into."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.asking.knowing import Known
from bot.asking.standard import StandardAnswer
from bot.messages import Asked, Reply
from bot.store import Store
from intents.model import Catalogue, Intent, Understood
from intents.named import Slots
from knowledge.calendar import Calendar
from knowledge.model import Audience, Knowledge


@dataclass(frozen=True, slots=True)
class Resources:
    """What every answer may look into. An answer reads: what changes something is a button or a form."""

    knowledge: Knowledge
    catalogue: Catalogue
    calendars: Mapping[str, Calendar]
    zone: ZoneInfo
    store: Store
    standards: Mapping[str, StandardAnswer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """One question: what was asked, how it was understood, and the day it is answered for.

    `k` is the knowledge on that day; templates and answers share it, so that it knows what was said.
    """

    asked: Asked
    understood: Understood
    intent: Intent
    resources: Resources
    now: datetime
    day: date
    k: Known = field(compare=False)

    @property
    def slots(self) -> Slots:
        """What the question names."""
        return self.understood.slots

    @property
    def programs(self) -> tuple[str, ...]:
        """The programs it is about: those named, else the one that the intent is about by nature."""
        if self.slots.programs:
            return self.slots.programs
        return (self.intent.program,) if self.intent.program else ()

    @property
    def audience(self) -> Audience:
        """Whom the answer is for."""
        return Audience(self.slots.audience or Audience.FREELANCER)

    def reply(self, *, private: bool = False, own: bool = False, **context: Any) -> Reply:
        """The intent's own template with what every reply may use, and `context`."""
        return Reply(f"replies/{self.intent.id}.j2", {**self.common(), **context}, private, own)

    def common(self) -> Mapping[str, Any]:
        """What every reply template may use; templates/replies/answer.j2 says it too."""
        programs = self.resources.knowledge.programs
        named = [name for name in self.programs if name in programs]
        return {
            "k": self.k,
            "fact": self.k.fact,
            "slots": self.slots,
            "intent": self.intent,
            "now": self.now.astimezone(self.resources.zone),
            "programs": named,
            "program": named[0] if named else None,
            "names": {name: program.name for name, program in programs.items()},
            "audience": self.audience.value,
            "category": self.slots.category,
            "categories": self.resources.knowledge.wording.categories,
        }
