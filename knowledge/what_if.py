"""What if? A record altered as somebody imagines it, to be judged by the same rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from knowledge.record import Contract, Payment, Record, RecordError, parse_record
from knowledge.record_words import PaymentKind, PaymentStatus

IMAGINED = "what-if"
"""The id of an imagined contract."""


class WhatIfError(ValueError):
    """A change that cannot be imagined; the message names it and says what can be written."""


def parse_changes(texts: Iterable[str]) -> dict[str, str]:
    """`["earnings=+500", "jss=88"]` as a mapping. Raises WhatIfError for a text without a known name."""
    changes: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not value.strip():
            raise WhatIfError(f"{text!r} is no change; write name=value, such as earnings=500")
        changes[_known(name.strip())] = value.strip()
    return changes


def what_if(record: Record, changes: Mapping[str, object], day: dt.date) -> Record:
    """`record` with `changes` made on `day`.

    `earnings`: that much more USD (or less), settled on a contract of its own; `jss`: the score of the week
    of `day`, in percent; `profile`, `members`, `member_profiles`, `owner_profile`; `user_type`; `activity`
    and `availability`: a date, or `today`. Raises WhatIfError, also for a value that does not fit.
    """
    for name, value in changes.items():
        record = _CHANGES[_known(name)](record, str(value).strip(), day)
    return record


Change = Callable[[Record, str, dt.date], Record]


def _earnings(record: Record, value: str, day: dt.date) -> Record:
    try:
        amount = Decimal(value.replace(",", "").replace("$", ""))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise WhatIfError(f"earnings={value} is no amount; write it such as earnings=500")
    kind = PaymentKind.PAYMENT if amount >= 0 else PaymentKind.REFUND
    payment = Payment(on=day, amount=abs(amount), kind=kind, status=PaymentStatus.SETTLED)
    contract = Contract(id=IMAGINED, started_on=day, via_agency=False, payments=(payment,))
    # Where the contracts are not known they stay so: one that says nothing stands for them.
    others = (Contract(id="unknown"),) if record.contracts is None else record.contracts
    return record.model_copy(update={"contracts": (*others, contract)})


def _jss(record: Record, value: str, day: dt.date) -> Record:
    monday = day - dt.timedelta(days=day.weekday())
    week = {"week_of": monday, "jss": value.rstrip("%"), "rising_talent": False}
    others = [w for w in record.weeks or () if w.week_of < monday]
    return _altered(record, "jss", value, {"weeks": [*(w.model_dump() for w in others), week]})


def _field(name: str, field: str) -> Change:
    def change(record: Record, value: str, _day: dt.date) -> Record:
        return _altered(record, name, value, {field: value.rstrip("%")})

    return change


def _agency(field: str) -> Change:
    def change(record: Record, value: str, _day: dt.date) -> Record:
        figures = record.agency.model_dump() if record.agency else {}
        return _altered(record, field, value, {"agency": figures | {field: value.rstrip("%")}})

    return change


def _availability(record: Record, value: str, day: dt.date) -> Record:
    return _altered(record, "availability", value, {"availability_updated_on": _date(value, day)})


def _activity(record: Record, value: str, day: dt.date) -> Record:
    known = [activity.model_dump() for activity in record.activity or ()]
    added = {"on": _date(value, day), "kind": "proposal"}
    return _altered(record, "activity", value, {"activity": [*known, added]})


_CHANGES: dict[str, Change] = {
    "earnings": _earnings,
    "jss": _jss,
    "profile": _field("profile", "profile_completeness"),
    "user_type": _field("user_type", "user_type"),
    "availability": _availability,
    "activity": _activity,
    "members": _agency("members"),
    "member_profiles": _agency("member_profiles"),
    "owner_profile": _agency("owner_profile"),
}


def _known(name: str) -> str:
    if name not in _CHANGES:
        raise WhatIfError(f"{name!r} cannot be changed; what can: {', '.join(_CHANGES)}")
    return name


def _date(value: str, day: dt.date) -> str:
    return day.isoformat() if value == "today" else value


def _altered(record: Record, name: str, value: str, update: dict[str, Any]) -> Record:
    """The record with parsed new values. The unchanged rest is not parsed again."""
    try:
        parsed = parse_record({"id": record.id, **update})
    except RecordError as error:
        raise WhatIfError(f"{name}={value}: {error.problems[0]}") from None
    return record.model_copy(update={field: getattr(parsed, field) for field in update})
