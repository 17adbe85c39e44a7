"""What is kept of downloads: dated sums per contract, and what tells a line that was read before."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from bot.rooms.people.statements.reading import Contract, Paid, Statement, contracts_of
from bot.rooms.people.statements.spans import reach, year_before

MARK = 8
"""Bytes of the mark of a line: no two of somebody's lines share one by chance."""
Span = tuple[dt.date, dt.date]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that counts: its mark, and what it brought when on which contract (None: none is named)."""

    mark: str
    on: dt.date
    amount: Decimal
    contract: str | None


@dataclass(frozen=True, slots=True)
class Read:
    """A download that was read and waits for a yes. `names` says that its lines name their contracts."""

    names: bool
    entries: tuple[Entry, ...]
    titles: Mapping[str, str]
    spans: tuple[Span, ...]

    @classmethod
    def of(cls, statement: Statement, key: bytes) -> Self:
        """`key` is the house's secret: without it nobody can tell what line a mark is of."""
        entries = tuple(
            Entry(_mark(one, key), one.on, one.amount, one.contract and one.contract[0])
            for one in statement.paid
        )
        titles = dict(one.contract for one in statement.paid if one.contract is not None)
        return cls(statement.names_contracts, entries, titles, tuple(dict.fromkeys(statement.spans)))

    @property
    def mark(self) -> str:
        """That of the whole: two readings of the same file share it."""
        every = ",".join(sorted(entry.mark for entry in self.entries))
        return hashlib.blake2b(f"{every} {self.spans}".encode(), digest_size=MARK * 2).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "names": self.names,
            "entries": [[e.mark, e.on.isoformat(), str(e.amount), e.contract] for e in self.entries],
            "titles": dict(self.titles),
            "spans": _plain(self.spans),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """The inverse."""
        entries = tuple(
            Entry(mark, dt.date.fromisoformat(on), Decimal(amount), contract)
            for mark, on, amount, contract in plain["entries"]
        )
        return cls(plain["names"], entries, plain["titles"], _spans(plain["spans"]))


@dataclass(frozen=True, slots=True)
class Ledger:
    """All downloads of somebody together, read last on `read_on`.

    `sums` are by day and contract, `seen` counts the marks of the lines in them.
    """

    names: bool
    read_on: dt.date
    sums: Mapping[tuple[dt.date, str | None], Decimal] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    seen: Mapping[str, int] = field(default_factory=dict)

    def fresh(self, read: Read) -> list[Entry]:
        """The lines of a download that are not in here: equal lines of one download all count."""
        own: Counter[str] = Counter()
        found = []
        for entry in read.entries:
            own[entry.mark] += 1
            if own[entry.mark] > self.seen.get(entry.mark, 0):
                found.append(entry)
        return found

    def with_(self, read: Read, on: dt.date) -> "Ledger":
        """With another download of the same kind."""
        sums, seen = dict(self.sums), dict(self.seen)
        for entry in self.fresh(read):
            place = (entry.on, entry.contract)
            sums[place] = sums.get(place, Decimal(0)) + entry.amount
        for mark, count in Counter(entry.mark for entry in read.entries).items():
            seen[mark] = max(seen.get(mark, 0), count)
        spans = tuple(dict.fromkeys((*self.spans, *read.spans)))
        return Ledger(self.names, on, sums, {**self.titles, **read.titles}, spans, seen)

    def statement(self, on: dt.date, fresh_days: int) -> Statement:
        """What it comes to on a day. For `fresh_days` it counts as reaching to the day itself."""
        paid = tuple(
            Paid(day, amount, None if name is None else (name, self.titles.get(name, name)))
            for (day, name), amount in sorted(self.sums.items(), key=lambda one: one[0][0])
            if day <= on
        )
        days = [day for span in self.spans for day in span]
        known_until = self.read_on if 0 <= (on - self.read_on).days <= fresh_days else on
        return Statement(
            on=on,
            rows=sum(self.seen.values()),
            paid=paid,
            left_out={},
            first=min(days, default=None),
            last=max(days, default=None),
            whole=reach(self.spans, year_before(on) + dt.timedelta(days=1), known_until),
            contracts=tuple(contracts_of(paid, on)),
            names_contracts=self.names,
            spans=self.spans,
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "names": self.names,
            "read_on": self.read_on.isoformat(),
            "sums": [[day.isoformat(), name, str(amount)] for (day, name), amount in self.sums.items()],
            "titles": dict(self.titles),
            "spans": _plain(self.spans),
            "seen": dict(self.seen),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """The inverse."""
        return cls(
            names=plain["names"],
            read_on=dt.date.fromisoformat(plain["read_on"]),
            sums={(dt.date.fromisoformat(day), name): Decimal(amount) for day, name, amount in plain["sums"]},
            titles=plain["titles"],
            spans=_spans(plain["spans"]),
            seen=plain["seen"],
        )

    @property
    def largest(self) -> Contract | None:
        """The contract that earned most in the 12 months before it was read."""
        return self.statement(self.read_on, 0).largest


def _mark(one: Paid, key: bytes) -> str:
    return hashlib.blake2b(repr(one.key).encode(), digest_size=MARK, key=key).hexdigest()


def _plain(spans: Sequence[Span]) -> list[list[str]]:
    return [[first.isoformat(), last.isoformat()] for first, last in spans]


def _spans(plain: Sequence[Sequence[str]]) -> tuple[Span, ...]:
    return tuple((dt.date.fromisoformat(first), dt.date.fromisoformat(last)) for first, last in plain)
