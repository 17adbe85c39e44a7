"""What is read from files once, for all houses of a process."""

from dataclasses import dataclass
from pathlib import Path

from bot.render import Renderer
from intents.dialogue import Understanding
from intents.entities import load_entities
from intents.load import load_catalogue
from intents.model import Catalogue
from intents.points import Wording
from knowledge.load import load
from knowledge.model import Knowledge

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


def wordings(knowledge: Knowledge) -> list[Wording]:
    """What people ask for the points of the knowledge, for understanding, which knows no knowledge."""
    return [
        Wording(ask, point.id, point.intent, point.program, point.audience)
        for point in knowledge.points.values()
        for ask in point.asks
    ]


@dataclass(frozen=True, slots=True)
class Content:
    """What is read from files once: it is the same for every process and never changes while one runs."""

    knowledge: Knowledge
    catalogue: Catalogue
    understanding: Understanding
    renderer: Renderer

    @classmethod
    def read(cls, cache: Path | None = None) -> "Content":
        """Everything from YAML and templates, and the matcher trained on it, or what `cache` kept of that.

        Raises ContentError.
        """
        catalogue = load_catalogue()
        knowledge = load()
        return cls(
            knowledge=knowledge,
            catalogue=catalogue,
            understanding=Understanding.train(
                catalogue, load_entities(), points=wordings(knowledge), cache=cache
            ),
            renderer=Renderer(TEMPLATES),
        )
