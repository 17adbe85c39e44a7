"""Our own choices where the sources give no figure, and the sentences of advice: both are content."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from knowledge.statement import Model, SourceKind

Days = Annotated[int, Field(gt=0)]


class Practice(Model):
    """How we count and look ahead (see practice.yaml, which explains each figure)."""

    record_days: Days
    told_days: Days
    proposal_days: Days
    pace_days: Days
    horizon_days: Days
    risk_days: Days
    review_days: dict[SourceKind, Days]


Pattern = str | dict[str, str]
"""A sentence with named figures in braces, or one per plural form: `one` and `other`, chosen by `count`."""

Advice = dict[str, Pattern]
