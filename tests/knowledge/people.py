"""Records for the tests, as JSON: people who meet everything, to be changed where a case needs it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from knowledge.facts import last_ended_week
from knowledge.record import Record, parse_record

DAY = dt.date(2026, 11, 21)
Json = dict[str, Any]


def weeks(scores: str, day: dt.date = DAY) -> list[Json]:
    """Snapshots from "13x94 2xRT 1x-", newest first from the latest ended week of `day`.

    `RT`: Rising Talent without a score; `-`: neither; `?`: the week is missing.
    """
    monday = last_ended_week(day)
    listed: list[Json] = []
    for group in scores.split():
        times, score = group.split("x", 1)
        for _ in range(int(times)):
            if score == "RT":
                listed.append({"week_of": monday.isoformat(), "jss": None, "rising_talent": True})
            elif score == "-":
                listed.append({"week_of": monday.isoformat(), "jss": None, "rising_talent": False})
            elif score != "?":
                listed.append({"week_of": monday.isoformat(), "jss": float(score), "rising_talent": False})
            monday -= dt.timedelta(weeks=1)
    return listed


def contract(paid: dict[Any, str] | None = None, **fields: Any) -> Json:
    """A contract with settled payments by date; a negative amount is a refund."""
    listed = [
        {
            "on": str(on),
            "amount": str(amount).lstrip("-"),
            "kind": "refund" if str(amount).startswith("-") else "payment",
            "status": "settled",
        }
        for on, amount in (paid or {}).items()
    ]
    contract = {
        "id": "c1", "client_id": "x", "category": "writing", "started_on": "2025-01-01", "ended_on": None,
        "outcome": None, "via_agency": False, "payments": listed,
    }  # fmt: skip
    return contract | fields


def freelancer(day: dt.date = DAY, **changes: Any) -> Json:
    """Somebody who meets everything Top Rated and Top Rated Plus ask for on `day`, in writing."""
    recent = (day - dt.timedelta(days=20)).isoformat()
    begun = (day - dt.timedelta(days=700)).isoformat()
    whole = {
        "id": "f-1", "name": "Ada", "email": "ada@example.com", "country": "US", "audience": "freelancer",
        "user_type": "freelancer", "category": "writing", "joined_on": begun, "profile_completeness": 100,
        "availability_updated_on": recent, "readiness_test_passed_on": begun, "email_opt_in": True,
        "as_of": f"{day}T00:00:00Z", "account_status": "active", "standing": [], "weeks": weeks("16x94", day),
        "contracts": [contract({recent: "12000.00"}, started_on=begun)],
        "activity": [{"on": recent, "kind": "proposal"}],
        "badges": [], "invitations": [],
    }  # fmt: skip
    return whole | changes


def newcomer(day: dt.date = DAY, **changes: Any) -> Json:
    """Somebody without a score who meets everything Rising Talent asks for on `day`."""
    return freelancer(day, weeks=weeks("4x-", day), contracts=[]) | changes


def agency(day: dt.date = DAY, **changes: Any) -> Json:
    """An agency that meets everything Top Rated asks for on `day`."""
    figures = {"members": 3, "member_profiles": 80, "owner_profile": 100}
    return freelancer(day, audience="agency", user_type=None, agency=figures) | changes


PEOPLE = {"freelancer": freelancer, "newcomer": newcomer, "agency": agency}


def read(data: Json) -> Record:
    """The record of a test's JSON."""
    return parse_record(data)


def person(day: dt.date = DAY, **changes: Any) -> Record:
    """`freelancer` as a record."""
    return read(freelancer(day, **changes))
