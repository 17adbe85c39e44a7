"""The sample freelancers of the chat: records with dates counted back from today."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SAMPLES = Path(__file__).with_name("samples.yaml")
_BACK = re.compile(r"-(\d+)d")


@dataclass(frozen=True, slots=True)
class Sample:
    """Somebody to ask as: an id, a line about them, and their record (issue's JSON form)."""

    id: str
    about: str
    record: dict[str, Any]

    @property
    def user(self) -> str:
        """Their user in the stand-in."""
        return f"U0{self.id.upper()}"


def samples(today: dt.date) -> list[Sample]:
    """The sample freelancers as of `today`."""
    entries = yaml.safe_load(SAMPLES.read_text("utf-8"))
    return [Sample(entry["id"], entry["about"], _record(entry, today)) for entry in entries]


def _record(entry: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
    record = _dated(entry["record"], today)
    as_of = record.pop("as_of", today.isoformat())
    return {
        **record,
        "id": entry["id"],
        "as_of": f"{as_of}T00:00:00Z",
        "weeks": _weeks(record["weeks"], dt.date.fromisoformat(as_of)),
        "contracts": [_contract(contract, record["category"]) for contract in record["contracts"]],
        "activity": [_activity(text) for text in record["activity"]],
    }


def _dated(value: Any, today: dt.date) -> Any:
    """`value` with every `-30d` as a date."""
    if isinstance(value, dict):
        return {key: _dated(item, today) for key, item in value.items()}
    if isinstance(value, list):
        return [_dated(item, today) for item in value]
    if isinstance(value, str):
        return _BACK.sub(lambda found: (today - dt.timedelta(days=int(found[1]))).isoformat(), value)
    return value


def _weeks(runs: list[str], as_of: dt.date) -> list[dict[str, Any]]:
    """`94 x 3` as three weekly snapshots, the latest complete week first."""
    scores: list[int | None] = []
    for run in runs:
        score, _, count = run.partition(" x ")
        scores += [None if score == "none" else int(score)] * int(count)
    tomorrow = as_of + dt.timedelta(days=1)  # a week is over on its Sunday
    last_monday = tomorrow - dt.timedelta(days=tomorrow.weekday() + 7)
    return [
        {
            "week_of": (last_monday - dt.timedelta(weeks=back)).isoformat(),
            "jss": score,
            "rising_talent": False,
        }
        for back, score in enumerate(scores)
    ]


def _contract(contract: Mapping[str, Any], category: str) -> dict[str, Any]:
    payments = []
    for text in contract["earned"]:
        amount, _, day = text.partition(" @ ")
        payments.append({"on": day, "amount": amount, "kind": "payment", "status": "settled"})
    rest = {key: value for key, value in contract.items() if key != "earned"}
    return {"category": category, "via_agency": False, **rest, "payments": payments}


def _activity(text: str) -> dict[str, str]:
    kind, _, day = text.partition(" @ ")
    return {"on": day, "kind": kind}
