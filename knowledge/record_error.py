"""Errors of records in words: the field, what is wrong with it, and what to write instead."""

from __future__ import annotations

from pydantic_core import ErrorDetails


class RecordError(ValueError):
    """A record that cannot be read. `problems` says for each field what is wrong and what to write."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


# What to write instead, by the beginning of pydantic's name for the error.
_CURES = (
    ("missing", "is missing; it cannot be left out here"),
    ("date_", "is no date; write it as YYYY-MM-DD"),
    ("datetime_", "is no time; write it as YYYY-MM-DDTHH:MM:SSZ"),
    ("timezone_", "is no time; write it as YYYY-MM-DDTHH:MM:SSZ"),
    ("iso_date", "is a number; write a date as YYYY-MM-DD"),
    ("decimal_", 'is no amount; write it as a decimal such as "1200.00"'),
    ("finite_number", 'is no amount; write it as a decimal such as "1200.00"'),
    ("float_", "is no number"),
    ("int_", "is no whole number"),
    ("bool_", "is neither true nor false"),
    ("tuple_type", "is no list; write [...], or leave the field out if nothing is known"),
    ("model_", "is no object; write {...}"),
    ("string_pattern_mismatch", "is no id; write lower case, such as web_mobile_software"),
    ("string_too_short", "is empty"),
    ("string_", "is no text"),
    ("json_invalid", "is no JSON"),
)


def problem(error: ErrorDetails) -> str:
    """One of pydantic's errors as a sentence: the field, what is wrong, what to write."""
    field = ""
    for part in error["loc"]:
        field += f"[{part}]" if isinstance(part, int) else f".{part}" if field else part
    kind, context = error["type"], error.get("ctx", {})
    if kind == "enum":
        return f"{field}: {error['input']!r} is not one of {context['expected']}"
    if kind in {"greater_than_equal", "less_than_equal"}:
        return f"{field}: {error['input']!r} is out of range; {error['msg'].lower()}"
    for start, cure in _CURES:
        if kind.startswith(start):
            return f"{field or 'the record'} {cure}"
    return f"{field}: {error['msg']}" if field else error["msg"]
