"""What was changed while the house runs, over the content that was read at the start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.asking.standard import StandardAnswer
from bot.asking.taught import Ground, Lesson, Taught
from bot.messages import Asked
from intents.dialogue import Understanding
from intents.model import Catalogue, Turn, Understood
from intents.named import Slots
from knowledge.model import Knowledge


@dataclass(frozen=True, slots=True)
class Layer:
    """All intents, those of standard answers too, and how questions are read with them.

    `taught` is None where nothing was taught over the base; `knowledge` has the facts that were changed.
    """

    understanding: Understanding
    catalogue: Catalogue
    knowledge: Knowledge
    standards: Mapping[str, StandardAnswer] = field(default_factory=dict)
    taught: Taught | None = None

    def over(self, lessons: Sequence[Lesson], answers: Sequence[StandardAnswer], ground: Ground) -> "Layer":
        """The same with lessons and standard answers over it."""
        standards = {answer.intent: answer for answer in answers}
        intents = {intent: answer.as_intent() for intent, answer in standards.items()}
        catalogue = replace(self.catalogue, intents={**self.catalogue.intents, **intents})
        asked = [Lesson(text, one.intent) for one in answers for text in (one.title, *one.wordings)]
        taught = Taught(self.understanding, self.catalogue, catalogue, [*asked, *lessons], ground)
        return replace(self, catalogue=catalogue, standards=standards, taught=taught)

    def read(self, asked: Asked, turn: Turn | None, now: datetime, day: date) -> list[Understood]:
        """The questions of a message; answers that do not apply there are passed over."""
        if self.taught is None:
            return self.understanding.read(asked.text, turn, now)
        slots = self.understanding.slots(asked.text, now) if self.standards else Slots()
        without = {
            intent for intent, answer in self.standards.items() if not answer.applies(asked, slots, day)
        }
        return self.taught.read(asked.text, turn, now, without=without)
