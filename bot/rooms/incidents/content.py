"""What an incident can touch and how far it has come, read from incidents.yaml."""

from pathlib import Path

from pydantic import Field

from knowledge.load import read_file
from knowledge.statement import Id, Model

INCIDENTS = Path(__file__).with_name("incidents.yaml")
"""Where the content that comes with the package stands."""

RESOLVED = "resolved"
"""The state that ends an incident; the file must have it."""


class Named(Model):
    """Something an agent picks from a list."""

    id: Id
    title: str


class IncidentState(Named):
    """How far an incident has come."""

    sign: str


class Component(Named):
    """A part of the marketplace. `intents` are families or whole ids whose answers its failure touches."""

    intents: tuple[str, ...] = ()

    def touches(self, intent: str) -> bool:
        """Whether an answer to `intent` should mention that this part is down."""
        return intent in self.intents or intent.partition(".")[0] in self.intents


class IncidentContent(Model):
    """All of incidents.yaml."""

    states: tuple[IncidentState, ...] = Field(min_length=2)
    components: tuple[Component, ...] = Field(min_length=1)
    locations: tuple[Named, ...] = Field(min_length=1)

    def state(self, name: str) -> IncidentState:
        """Raises KeyError."""
        return {state.id: state for state in self.states}[name]


def load_incidents(path: Path = INCIDENTS) -> IncidentContent:
    """The content. Raises ContentError with file, line and cure."""
    return read_file(path, IncidentContent)
