"""The subject that a message names (a program, the score, Connects), where the matcher is unsure of it."""

from collections.abc import Sequence

from intents.entities import Entities
from intents.model import Catalogue, Choice
from intents.named import Slots
from intents.text import words


class Subjects:
    """What the content says belongs to which families of intents."""

    def __init__(self, catalogue: Catalogue, entities: Entities) -> None:
        self._catalogue = catalogue
        self._subjects = [
            (f" {' '.join(words(phrase))} ", subject.families)
            for subject in entities.subjects
            for phrase in subject.words
        ]
        self._program_families = frozenset(entities.program_families)

    def first(
        self, spelt: Sequence[str], slots: Slots, choices: tuple[Choice, ...], *, doubtful: bool
    ) -> tuple[Choice, ...]:
        """The choices, one about the subject named before pointers and small talk, or `doubtful` others."""
        if not choices:
            return choices
        generic = self._catalogue[choices[0].intent].reply in ("pointer", "smalltalk")
        if not generic and not doubtful:
            return choices
        said = f" {' '.join(spelt)} "
        families = {name for phrase, names in self._subjects if phrase in said for name in names}
        if generic and slots.programs:
            families |= self._program_families
        for at, choice in enumerate(choices):
            if choice.intent.split(".", 1)[0] in families:
                return (choice, *choices[:at], *choices[at + 1 :])
        return choices
