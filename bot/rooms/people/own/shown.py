"""What a person told of themselves, as templates show it: to them, and to agents whom they let see it."""

import datetime as dt
from typing import Any

from bot.rooms.people.own.facts import Told
from knowledge.model import Knowledge


def shown(told: Told, knowledge: Knowledge, day: dt.date) -> dict[str, Any]:
    """Rows of (fact, days ago, whether that is long), the sums of downloads, and names for their values."""
    days = knowledge.practice.told_days
    return {
        "rows": [(fact, (day - fact.on).days, fact.aged(day, days)) for fact in told.facts.values()],
        "ledger": None if told.ledger is None else told.ledger.statement(day, days),
        "read_days": None if told.ledger is None else (day - told.ledger.read_on).days,
        "categories": knowledge.wording.categories,
        "programs": {key: program.name for key, program in knowledge.programs.items()},
    }
