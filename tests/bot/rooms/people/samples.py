"""Freelancers that the tests of this room speak about."""

import datetime as dt
from typing import Any

DAY = dt.date(2026, 11, 21)  # a Saturday


def monday(weeks_ago: int, day: dt.date = DAY) -> dt.date:
    """The Monday of a week that has ended, 1 being the latest."""
    return day - dt.timedelta(days=day.weekday() + 7 * weeks_ago)


def freelancer(name: str = "f-1", /, **changes: Any) -> dict[str, Any]:
    """A freelancer who meets everything that Top Rated asks for on `DAY`, as import JSON."""
    return {
        "id": name,
        "name": "Ada",
        "email": f"{name}@example.com",
        "country": "US",
        "audience": "freelancer",
        "user_type": "freelancer",
        "category": "writing",
        "joined_on": "2018-01-02",
        "profile_completeness": 100,
        "availability_updated_on": "2026-11-01",
        "readiness_test_passed_on": None,
        "email_opt_in": True,
        "as_of": "2026-11-21T00:00:00Z",
        "account_status": "active",
        "standing": [],
        "weeks": [{"week_of": str(monday(n)), "jss": 96, "rising_talent": False} for n in range(1, 17)],
        "contracts": [
            {
                "id": f"{name}-c1",
                "client_id": "x",
                "category": "writing",
                "started_on": "2025-01-01",
                "ended_on": None,
                "outcome": "positive",
                "via_agency": False,
                "payments": [payment("2026-10-05", "6000.00"), payment("2026-03-01", "900.00")],
            }
        ],
        "activity": [{"on": "2026-11-01", "kind": "proposal"}],
        "badges": [],
        "invitations": [],
        **changes,
    }


def payment(on: str, amount: str) -> dict[str, Any]:
    return {"on": on, "amount": amount, "kind": "payment", "status": "settled"}
