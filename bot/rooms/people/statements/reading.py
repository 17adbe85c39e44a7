"""Downloads read together: what was earned when, on which contract, and what was left out and why.

Two formats: the earnings report (a line per day and contract) and the transaction history (a line per
movement, contracts unnamed). Counted as earned are hourly and fixed-price pay and bonuses, less refunds,
before fees; agency work is not one's own.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.rooms.people.statements.spans import named_span, reach, year_before
from bot.rooms.people.statements.text import Sheet, StatementError, sheet
from bot.rooms.people.statements.values import amount, day

REPORT = frozenset({"date", "contract", "amount", "payment type"})
HISTORY = frozenset({"date", "ref id", "type", "amount"})
PAID = {
    "": 1,
    "hourly": 1,
    "fixed price payment": 1,
    "fixed price": 1,
    "fixed-price": 1,
    "bonus": 1,
    "refund": -1,
}
"""Types of movements that count, and which way; that of hourly work is empty in the earnings report."""
DOLLARS = frozenset({"", "usd"})
AGENCY, CURRENCY, AGAIN, FUTURE = "Agency work", "Other currency", "Read before", "In the future"
"""Why a line is left out, beside its type."""
SHORT, TYPE, TITLE = 8, 40, 150
"""Letters of a currency's name, of a type and of a contract's title that are told."""


@dataclass(frozen=True, slots=True)
class Paid:
    """Money earned on a day; `contract` None where the download does not name it.

    `key` is what tells the line from others: its reference, else all of it.
    """

    on: dt.date
    amount: Decimal
    contract: tuple[str, str] | None
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract's sums in dollars."""

    id: str
    title: str
    earned_12m: Decimal
    earned_total: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """What downloads say as of a day.

    `first` and `last` span all lines read, `whole` says that they reach over the 12 months before the day.
    `left_out` counts lines by the reason. `assumed` are encodings that no file named, `spans` the days that
    each file reaches over.
    """

    on: dt.date
    rows: int
    paid: tuple[Paid, ...]
    left_out: dict[str, int]
    first: dt.date | None
    last: dt.date | None
    whole: bool
    contracts: tuple[Contract, ...]
    names_contracts: bool
    assumed: tuple[str, ...] = ()
    spans: tuple[tuple[dt.date, dt.date], ...] = ()

    @property
    def earned_12m(self) -> Decimal:
        """The sum of the 12 months that end on the day."""
        return sum((one.amount for one in self.paid if one.on > year_before(self.on)), Decimal(0))

    @property
    def largest(self) -> Contract | None:
        """The contract that earned most in the 12 months; None where no contract is named or none earned."""
        return max(
            (one for one in self.contracts if one.earned_12m > 0),
            key=lambda one: (one.earned_12m, one.earned_total),
            default=None,
        )

    @property
    def first_paid_on(self) -> dt.date | None:
        """The first day with money earned."""
        return min((one.on for one in self.paid if one.amount > 0), default=None)

    @property
    def last_paid_on(self) -> dt.date | None:
        """The last one."""
        return max((one.on for one in self.paid if one.amount > 0), default=None)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON: money as decimal strings, dates in ISO form."""
        largest = self.largest
        return {
            "rows": self.rows,
            "counted": len(self.paid),
            "left_out": dict(sorted(self.left_out.items())),
            "from": self.first and self.first.isoformat(),
            "to": self.last and self.last.isoformat(),
            "earned_12m": money(self.earned_12m),
            "largest_contract": largest
            and {
                "id": largest.id,
                "title": largest.title,
                "earned_12m": money(largest.earned_12m),
                "earned_total": money(largest.earned_total),
            },
            "first_paid_on": self.first_paid_on and self.first_paid_on.isoformat(),
        }


def money(value: Decimal) -> str:
    """A sum with its cents."""
    return str(value.quantize(Decimal("0.01")))


def read(files: Sequence[tuple[str, bytes]], on: dt.date) -> Statement:
    """The downloads `files` (name and content) together, as of the day `on`.

    What stands in two of them is counted once. Raises StatementError, which names the file.
    """
    lines = [line for number, (name, data) in enumerate(files) for line in _file(number, name, data)]
    assumed = tuple(dict.fromkeys(line.assumed for line in lines if line.assumed))
    paid: list[Paid] = []
    left_out: Counter[str] = Counter()
    for line, again in _once(lines):
        reason = AGAIN if again else _reason(line, on)
        if reason is not None:
            left_out[reason] += 1
        else:
            sign = PAID[line.type.casefold()]
            amount_ = abs(line.amount) * sign if sign < 0 else line.amount
            paid.append(Paid(line.on, amount_, line.contract, line.key))
    days = [line.on for line in lines]
    if len({line.contract is None for line in lines}) > 1:
        raise StatementError(
            "an earnings report and a transaction history tell of the same money; give files of one kind"
        )
    spans = tuple(_spans(files, lines, on))
    return Statement(
        on=on,
        rows=len(lines),
        paid=tuple(paid),
        left_out=dict(left_out),
        first=min(days, default=None),
        last=max(days, default=None),
        whole=reach(spans, year_before(on) + dt.timedelta(days=1), on),
        contracts=tuple(contracts_of(paid, on)),
        names_contracts=any(line.contract is not None for line in lines),
        assumed=assumed,
        spans=spans,
    )


@dataclass(frozen=True, slots=True)
class _Line:
    file: int
    key: tuple[str, ...]
    unique: bool
    on: dt.date
    type: str
    amount: Decimal
    contract: tuple[str, str] | None
    agency: bool
    currency: str
    assumed: str | None


def _file(number: int, name: str, data: bytes) -> Iterator[_Line]:
    try:
        found = sheet(data)
        yield from _lines(found, number, report=_is_report(found))
    except StatementError as error:
        raise StatementError(f"{name}: {error}") from error


def _is_report(found: Sheet) -> bool:
    if set(found.names) >= REPORT:
        return True
    if set(found.names) >= HISTORY:
        return False
    raise StatementError(
        "its first line is that of no earnings report (Date, Contract, Amount, Payment type) and of "
        "no transaction history (Date, Ref ID, Type, Amount); download one of these as CSV"
    )


def _lines(found: Sheet, file: int, *, report: bool) -> Iterator[_Line]:
    for number, cells in found.rows:
        reference = cells.get("ref id", "")
        kind = cells.get("payment type" if report else "type", "")
        yield _Line(
            file=file,
            key=(reference,) if reference and not report else _whole(cells),
            unique=bool(reference) and not report,
            on=day(cells.get("date", ""), number),
            type=kind,
            amount=amount(cells.get("amount", ""), number),
            contract=_contract(cells.get("contract", "")) if report else None,
            agency=bool(cells.get("agency")),
            currency=cells.get("currency", "").casefold(),
            assumed=found.assumed,
        )


def _whole(cells: Mapping[str, str]) -> tuple[str, ...]:
    """All of a line, in whatever order its columns were saved, with or without the empty ones."""
    return tuple(part for pair in sorted(cells.items()) if all(pair) for part in pair)


def _once(lines: Iterable[_Line]) -> Iterator[tuple[_Line, bool]]:
    """Each line, and whether it was read before: by its reference, else the same line of another file."""
    references: set[tuple[str, ...]] = set()
    held: Counter[tuple[str, ...]] = Counter()
    own: Counter[tuple[int, tuple[str, ...]]] = Counter()
    for line in lines:
        if line.unique:
            yield line, line.key in references
            references.add(line.key)
            continue
        own[line.file, line.key] += 1
        again = own[line.file, line.key] <= held[line.key]
        held[line.key] = max(held[line.key], own[line.file, line.key])
        yield line, again


def _reason(line: _Line, on: dt.date) -> str | None:
    kind = line.type.casefold()
    if kind not in PAID or (not kind and line.contract is None):
        return line.type[:TYPE] or "No type"
    if line.agency:
        return AGENCY
    if line.currency not in DOLLARS:
        return f"{CURRENCY} ({line.currency.upper()[:SHORT]})"
    return FUTURE if line.on > on else None


def _contract(text: str) -> tuple[str, str]:
    """The id and the title of a contract: the id stands in the last brackets."""
    title, bracket, rest = text.rpartition("(")
    name, closed, behind = rest.partition(")")
    whole = bool(bracket and closed and name.strip()) and not behind.strip()
    name, title = (name, title) if whole else (text, text)
    return name.strip(), title.strip()[:TITLE]


def contracts_of(paid: Iterable[Paid], on: dt.date) -> Iterator[Contract]:
    """The sums of each contract, those of the 12 months before `on` apart."""
    titles: dict[str, str] = {}
    sums: dict[str, list[Decimal]] = {}
    for one in paid:
        if one.contract is None:
            continue
        name, title = one.contract
        titles[name] = title
        both = sums.setdefault(name, [Decimal(0), Decimal(0)])
        both[1] += one.amount
        if one.on > year_before(on):
            both[0] += one.amount
    for name, (in_year, whole) in sums.items():
        yield Contract(name, titles[name], in_year, whole)


def _spans(
    files: Sequence[tuple[str, bytes]], lines: Sequence[_Line], on: dt.date
) -> Iterator[tuple[dt.date, dt.date]]:
    """The days that each file reaches over.

    A history has them in its name, and no file holds days that were still to come. Else it begins with its
    first line, and is taken to have been downloaded on the day: nothing in it says otherwise.
    """
    for number, (name, _) in enumerate(files):
        named = named_span(name)
        own = [line.on for line in lines if line.file == number]
        if named is not None:
            yield named[0], min(named[1], on)
        elif own:
            yield min(own), on
