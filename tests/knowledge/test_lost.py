from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from knowledge.case import Case
from knowledge.load import load
from knowledge.lost import Lost, why_lost
from knowledge.rules import Rulebook
from tests.knowledge import people
from tests.knowledge.people import DAY, contract, person


@cache
def rulebook() -> Rulebook:
    return Rulebook(load())


def lost(until: str | None, program: str = "top_rated", **changes: Any) -> Lost | None:
    """Somebody who earned steadily for two years, but for the changes."""
    badges = [{"program": "top_rated", "from": "2026-01-01", "until": until}]
    steady = {(DAY - dt.timedelta(days=30 * n)).isoformat(): "300.00" for n in range(25)}
    fields = {"contracts": [contract(steady)], "badges": badges} | changes
    return why_lost(Case.of(person(**fields), rulebook(), DAY), program)


def test_earnings_that_left_the_window_are_named_with_the_day() -> None:
    contracts = [contract({"2025-10-10": "600.00", "2026-09-01": "500.00"})]
    found = lost("2026-10-12", contracts=contracts)
    assert found is not None
    [turned] = found.turned
    assert (turned.rule.id, turned.on, turned.until) == ("earnings_12m", dt.date(2026, 10, 10), None)
    assert turned.before is not None
    assert (turned.before.value, turned.after.value) == (1100, 500)
    assert turned.advice == "$500 short; any settled payment of that size does it."


def test_what_turned_back_since_is_told_with_both_days() -> None:
    standing = [{"on": "2026-05-01", "until": "2026-05-05", "kind": "hold"}]
    found = lost("2026-05-02", standing=standing)
    assert found is not None
    [turned] = found.turned
    assert (turned.rule.id, turned.on, turned.until) == (
        "account_standing", dt.date(2026, 5, 1), dt.date(2026, 8, 3),
    )  # fmt: skip
    assert turned.advice is None


def test_several_reasons_stand_in_the_order_of_their_days() -> None:
    weeks = people.weeks("4x80 12x94")
    contracts = [contract({"2025-11-10": "600.00", "2026-09-01": "500.00"})]
    found = lost("2026-11-15", weeks=weeks, contracts=contracts)
    assert found is not None
    assert [(turned.rule.id, turned.on) for turned in found.turned] == [
        ("jss", dt.date(2026, 10, 19)),
        ("earnings_12m", dt.date(2026, 11, 10)),
        ("jss_weeks", dt.date(2026, 11, 15)),
    ]


def test_what_was_over_before_the_badge_went_is_no_reason() -> None:
    standing = [{"on": "2026-02-01", "until": None, "kind": "violation"}]
    found = lost("2026-10-01", standing=standing)
    assert found is not None
    assert found.turned == ()


def test_a_profile_that_is_incomplete_for_as_long_as_can_be_seen_has_no_day() -> None:
    found = lost("2026-10-01", profile_completeness=90)
    assert found is not None
    assert [(turned.rule.id, turned.on) for turned in found.turned] == [("profile_complete", None)]


def test_a_badge_that_is_held_or_never_was_is_not_lost() -> None:
    assert lost(None) is None
    assert lost("2026-11-21") is None
    assert lost("2026-10-01", program="rising_talent") is None
