"""A person's case by all that is known: a record goes before a download, that before what they told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from bot.rooms.people.own.facts import AGENCY, Told, declared
from bot.rooms.people.own.statement_case import StatementCase
from intents.declared import Declared
from knowledge.case import Case
from knowledge.model import Audience
from knowledge.status import Finding, Status

if TYPE_CHECKING:
    from knowledge.ledger import GoesOn
    from knowledge.rules import Rule, Rulebook

BUILT_ON = "top_rated"
"""The criterion that is another program: it is judged by all layers together."""


class Origin(StrEnum):
    """Where a value comes from, the firmest first."""

    RECORD = "record"
    DOWNLOAD = "download"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Layer:
    """What one source knows."""

    origin: Origin
    case: Case


class OwnCase(Case):
    """Each criterion by the first of the layers that settles it."""

    def __init__(self, rulebook: Rulebook, layers: Sequence[Layer]) -> None:
        super().__init__(rulebook, layers[0].case.measures)
        self.layers = tuple(layers)

    @cached_property
    def stale(self) -> bool:
        """A record that is too old decides nothing, but it is not all that is known."""
        return len(self.layers) == 1 and self.layers[0].case.stale

    def on(self, day: dt.date, goes_on: GoesOn | None = None) -> Case:
        """All layers on another day."""
        layers = tuple(replace(layer, case=layer.case.on(day, goes_on)) for layer in self.layers)
        moved = self.at(layers[0].case.measures)
        moved.layers = layers
        return moved

    def finding(self, program: str, rule: Rule) -> Finding:
        """By the first layer that settles it, else what the first one has."""
        if rule.id == BUILT_ON:
            found = super().finding(program, rule)
            settled = found.status is not Status.UNKNOWN
            return found if settled else self._settled(program, rule)[1]
        return self._settled(program, rule)[1]

    def behind(self, program: str, rule: Rule) -> Case:
        """The case of the layer that settles it."""
        return self if rule.id == BUILT_ON else self._settled(program, rule)[0].case.behind(program, rule)

    def origin(self, program: str, rule: Rule) -> Origin | None:
        """Where the value of a criterion comes from; None where none does, or it is another program's."""
        layer, finding = self._settled(program, rule)
        known = finding.status is not Status.UNKNOWN or finding.value is not None
        return layer.origin if known and rule.id != BUILT_ON else None

    def others(self, program: str, rule: Rule) -> list[tuple[Origin, Finding]]:
        """What the layers below say otherwise."""
        layer, settled = self._settled(program, rule)
        if settled.status is Status.UNKNOWN or rule.id == BUILT_ON:
            return []
        below = self.layers[self.layers.index(layer) + 1 :]
        said = [(one.origin, one.case.finding(program, rule)) for one in below]
        return [
            (origin, found)
            for origin, found in said
            if found.status is not Status.UNKNOWN and found.value is not None and found.value != settled.value
        ]

    def _settled(self, program: str, rule: Rule) -> tuple[Layer, Finding]:
        found = [(layer, layer.case.finding(program, rule)) for layer in self.layers]
        settled = next((pair for pair in found if pair[1].status is not Status.UNKNOWN), None)
        shown = next((pair for pair in found if pair[1].value is not None), found[0])
        return settled or shown


def own_case(
    rulebook: Rulebook,
    day: dt.date,
    *,
    record: Case | None,
    told: Told,
    audience: Audience | None = None,
    category: str | None = None,
) -> OwnCase:
    """The case of somebody by their record, where there is one, and what they told and downloaded."""
    if record is not None:
        audience = record.measures.record.audience
    agency = any(name in told.facts for name in AGENCY)
    audience = audience or (Audience.AGENCY if agency else Audience.FREELANCER)
    category = category or told.value("category")
    layers = [] if record is None else [Layer(Origin.RECORD, record)]
    if told.ledger is not None and audience is Audience.FREELANCER:
        statement = told.ledger.statement(day, rulebook.knowledge.practice.told_days)
        read = StatementCase(rulebook, Declared(), statement, day, category=category)
        layers.append(Layer(Origin.DOWNLOAD, read))
    if layers and not told.facts:
        return OwnCase(rulebook, layers)
    said = StatementCase(rulebook, declared(told), None, day, category=category, audience=audience)
    return OwnCase(rulebook, [*layers, Layer(Origin.TOLD, said)])
