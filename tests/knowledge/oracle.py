"""The rules once more, slowly and written apart: plain JSON, day by day, every possible world.

Whatever a record leaves open is filled in every way it could be. If all these worlds agree, that is the
answer; if not, it is unknown. The figures stand here as the sources give them, for freelancers.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
DAY = dt.timedelta(days=1)
NEW_RULES = dt.date(2021, 4, 28)
NO_TEST = dt.date(2023, 1, 1)
LARGE: dict[str, int | Decimal] = {
    "writing": 5000,
    "design_creative": 5000,
    "engineering_architecture": 5000,
    "sales_marketing": 10000,
}


def top_rated(person: Json, day: dt.date) -> dict[str, str]:
    answers = {
        "jss": jss(person, day),
        "jss_weeks": jss_weeks(person, day),
        "first_contract_age": first_contract_age(person, day),
        "earnings_12m": earnings(person, day, 1000),
        "profile_complete": profile(person),
        "user_type": user_type(person),
        "account_standing": standing(person, day),
    }
    if day < NEW_RULES:
        return answers | {"relevant_proposals": proposals(person, day)}
    return answers | {"activity": activity(person, day), "availability": availability(person, day)}


def top_rated_plus(person: Json, day: dt.date) -> dict[str, str]:
    return {
        "top_rated": {"eligible": "met", "not_eligible": "unmet", "unknown": "unknown"}[
            status(top_rated(person, day))
        ],
        "earnings_12m": earnings(person, day, 10000),
        "large_contract": large_contract(person, day),
        "user_type": user_type(person),
    }


def rising_talent(person: Json, day: dt.date) -> dict[str, str]:
    answers = {
        "no_jss": no_jss(person, day),
        "profile_complete": profile(person),
        "user_type": user_type(person),
        "account_standing": standing(person, day),
        "relevant_proposals": proposals(person, day),
    }
    if day >= NEW_RULES:
        answers |= {"activity": activity(person, day, joined=True), "availability": availability(person, day)}
    if day < NO_TEST:
        passed = person.get("readiness_test_passed_on")
        answers["readiness_test"] = said(None if passed is None else date(passed) <= day)
    return answers


def status(answers: dict[str, str]) -> str:
    if "unmet" in answers.values():
        return "not_eligible"
    return "unknown" if "unknown" in answers.values() else "eligible"


def date(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def said(answer: bool | None) -> str:
    return "unknown" if answer is None else "met" if answer else "unmet"


def agree(answers: Iterator[bool]) -> str:
    found = set(answers)
    return said(found.pop()) if len(found) == 1 else "unknown"


def same_date_before(day: dt.date, months: int) -> dt.date:
    year, month, number = day.year, day.month, day.day
    for _ in range(months):
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    while True:
        try:
            return dt.date(year, month, number)
        except ValueError:
            number -= 1


def days_within(start: dt.date, end: dt.date) -> set[dt.date]:
    found, day = set(), start
    while day <= end:
        found.add(day)
        day += DAY
    return found


def year_until(day: dt.date) -> set[dt.date]:
    return days_within(same_date_before(day, 12) + DAY, day)


# The score


def snapshots(week: Json | None) -> list[tuple[float | None, bool]]:
    """The scores and Rising Talent states that a week may have had."""
    week = week or {}
    scores = [week["jss"]] if "jss" in week else [None, 50.0, 95.0]
    rising = [True, False] if week.get("rising_talent") is None else [week["rising_talent"]]
    worlds = [(score, rt) for score in scores for rt in rising]
    sensible = [(score, rt) for score, rt in worlds if score is None or not rt]
    return sensible or worlds


def current(person: Json, day: dt.date) -> list[float | None] | None:
    """The scores that the person may have; None if nothing is known."""
    if person.get("weeks") is None:
        return None
    if person["weeks"] == []:
        return [None]
    begun = [week for week in person["weeks"] if date(week["week_of"]) <= day]
    if not begun:
        return None
    latest = max(begun, key=lambda week: date(week["week_of"]))
    if day > date(latest["week_of"]) + 36 * DAY:
        return None
    return [score for score, _ in snapshots(latest)]


def jss(person: Json, day: dt.date) -> str:
    scores = current(person, day)
    return "unknown" if scores is None else agree(s is not None and s >= 90 for s in scores)


def no_jss(person: Json, day: dt.date) -> str:
    scores = current(person, day)
    return "unknown" if scores is None else agree(s is None for s in scores)


def jss_weeks(person: Json, day: dt.date) -> str:
    least = most = 0
    sunday = day
    while sunday.strftime("%A") != "Sunday":
        sunday -= DAY
    for _ in range(16):
        monday = (sunday - 6 * DAY).isoformat()
        week = next((w for w in person.get("weeks") or [] if w["week_of"] == monday), None)
        counts = {(score is not None and score >= 90) or rising for score, rising in snapshots(week)}
        least += counts == {True}
        most += True in counts
        sunday -= 7 * DAY
    return said(True if least >= 13 else False if most < 13 else None)


# Contracts


def worlds(contracts: list[Json]) -> Iterator[list[Json]]:
    """The contracts with every open `via_agency` and every open payment status filled in, each way."""
    choices: list[list[Any]] = []
    for contract in contracts:
        choices.append([True, False] if contract.get("via_agency") is None else [contract["via_agency"]])
        choices.extend(
            ["settled", "pending"] if payment.get("status") is None else [payment["status"]]
            for payment in contract.get("payments") or []
        )
    for world in itertools.product(*choices):
        picked = iter(world)
        filled = []
        for contract in contracts:
            via = next(picked)
            payments = [payment | {"status": next(picked)} for payment in contract.get("payments") or []]
            filled.append(contract | {"via_agency": via, "payments": payments})
        yield [contract for contract in filled if not contract["via_agency"]]


def countable(person: Json) -> bool:
    """Whether all payments that may count are listed."""
    contracts = person.get("contracts")
    return contracts is not None and all(
        c.get("payments") is not None or c.get("via_agency") is True for c in contracts
    )


def money(contract: Json, days: set[dt.date]) -> Decimal:
    total = Decimal(0)
    for payment in contract["payments"]:
        if date(payment["on"]) in days and payment["status"] == "settled":
            amount = abs(Decimal(payment["amount"]))
            total = total - amount if payment["kind"] == "refund" else total + amount
    return total


def earnings(person: Json, day: dt.date, required: int) -> str:
    if not countable(person):
        return "unknown"
    days = year_until(day)
    return agree(sum(money(c, days) for c in world) >= required for world in worlds(person["contracts"]))


def large_contract(person: Json, day: dt.date) -> str:
    contracts = person.get("contracts")
    if contracts is None:
        return "unknown"
    if any(not is_bad(c, day) and not countable({"contracts": [c]}) for c in contracts):
        # Whatever is not listed may be large; only one that surely is large settles it.
        listed = [c for c in contracts if countable({"contracts": [c]})]
        return "met" if large_contract(person | {"contracts": listed}, day) == "met" else "unknown"
    year, life = year_until(day), days_within(dt.date(2015, 1, 1), day)

    def is_large(contract: Json, whole_life: bool, unknown_limit: Decimal) -> bool:
        category = contract.get("category") or person.get("category")
        limit = LARGE.get(str(category), unknown_limit)
        recent = money(contract, year)
        return recent >= limit or (whole_life and recent > 0 and money(contract, life) >= limit)

    return agree(
        any(is_large(c, whole_life, limit) for c in world if not is_bad(c, day))
        for world in worlds(contracts)
        for whole_life in (True, False)
        for limit in (Decimal("0.01"), Decimal("Infinity"))
    )


def is_bad(contract: Json, day: dt.date) -> bool:
    ended = contract.get("ended_on")
    return contract.get("outcome") == "negative" and (ended is None or date(ended) <= day)


def first_contract_age(person: Json, day: dt.date) -> str:
    contracts = person.get("contracts")
    if contracts is None:
        return "unknown"
    long_ago, not_yet = dt.date(2000, 1, 1), day + DAY
    choices = [
        [date(c["started_on"])] if c.get("started_on") is not None else [long_ago, not_yet] for c in contracts
    ]
    return agree(any(start + 91 * DAY <= day for start in starts) for starts in itertools.product(*choices))


# The rest


def profile(person: Json) -> str:
    value = person.get("profile_completeness")
    return said(None if value is None else value >= 100)


def user_type(person: Json) -> str:
    value = person.get("user_type")
    return said(None if value is None else value != "exclusive_agency_member")


def standing(person: Json, day: dt.date) -> str:
    if person.get("account_status") in {"suspended", "closed"}:
        return "unmet"
    if person.get("standing") is None:
        return "unknown"
    ninety = days_within(day - 90 * DAY, day)
    three_months = days_within(same_date_before(day, 3) + DAY, day)
    half_a_year = days_within(same_date_before(day, 6) + DAY, day)
    for entry in person["standing"]:
        kind, start = entry["kind"], date(entry["on"])
        if entry.get("until") is not None:
            end = date(entry["until"])
        else:
            end = day if kind in {"hold", "suspension"} else start
        weighing = days_within(start, min(end, day))
        if day < NEW_RULES:
            against = three_months if kind in {"violation", "off_platform_payment"} else set()
        else:
            against = half_a_year | ninety if kind == "off_platform_payment" else ninety
        if weighing & against:
            return "unmet"
    return "met"


def signs(person: Json, world: list[Json]) -> list[dt.date]:
    found = [date(entry["on"]) for entry in person.get("activity") or []]
    for contract in world:
        found += [
            date(p["on"])
            for p in contract["payments"]
            if p["status"] == "settled" and p["kind"] != "refund" and Decimal(p["amount"]) > 0
        ]
    return found


def activity(person: Json, day: dt.date, *, joined: bool = False) -> str:
    recent = days_within(day - 90 * DAY, day)
    if joined and person.get("joined_on") and date(person["joined_on"]) in days_within(day - 30 * DAY, day):
        return "met"
    listed = person.get("contracts") or []
    answer = agree(any(sign in recent for sign in signs(person, world)) for world in worlds(listed))
    complete = person.get("activity") is not None and countable(person)
    complete = complete and not (joined and person.get("joined_on") is None)
    return "unknown" if answer == "unmet" and not complete else answer


def proposals(person: Json, day: dt.date) -> str:
    recent = days_within(day - 90 * DAY, day)
    entries = person.get("activity")
    sent = any(e["kind"] == "proposal" and date(e["on"]) in recent for e in entries or [])
    return said(True if sent else None if entries is None else False)


def availability(person: Json, day: dt.date) -> str:
    updated = person.get("availability_updated_on")
    if updated is None or date(updated) > day:
        return "unknown"
    return said(date(updated) in days_within(day - 90 * DAY, day))


PROGRAMS: dict[str, Callable[[Json, dt.date], dict[str, str]]] = {
    "top_rated": top_rated,
    "top_rated_plus": top_rated_plus,
    "rising_talent": rising_talent,
}
