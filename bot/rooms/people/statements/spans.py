"""Which days downloads reach over."""

import datetime as dt
import re
from collections.abc import Iterable

_SPAN = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})_([0-9]{4}-[0-9]{2}-[0-9]{2})")


def year_before(on: dt.date) -> dt.date:
    """The same date a year before; 28 February for the 29th."""
    if on.year == dt.MINYEAR:
        return dt.date.min
    try:
        return on.replace(year=on.year - 1)
    except ValueError:
        return on.replace(year=on.year - 1, day=28)


def reach(spans: Iterable[tuple[dt.date, dt.date]], first: dt.date, last: dt.date) -> bool:
    """Whether the spans together hold every day from `first` to `last`."""
    missing = first
    for start, end in sorted(spans):
        if start <= missing <= end:
            missing = end + dt.timedelta(days=1) if end < dt.date.max else end
    return missing > last


def named_span(name: str) -> tuple[dt.date, dt.date] | None:
    """The span that a transaction history has in its name."""
    found = _SPAN.search(name)
    try:
        return (dt.date.fromisoformat(found[1]), dt.date.fromisoformat(found[2])) if found else None
    except ValueError:
        return None
