"""Whatever comes as a download is read or refused in our words, within the limits; no line counts twice."""

import datetime as dt
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rooms.people.own.statement_case import StatementCase
from bot.rooms.people.statements.ledger import Ledger, Read
from bot.rooms.people.statements.reading import Statement, read
from bot.rooms.people.statements.text import BYTES, ROWS, StatementError
from intents.declared import Declared
from knowledge.load import load
from knowledge.rules import Rulebook
from knowledge.way import way

ON = dt.date(2026, 11, 26)
KEY = b"the house's"
RULES = Rulebook(load())
REPORT = ["Date", "Contract", "Hours", "Amount", "Payment type"]
HISTORY = ["Date", "Ref ID", "Type", "Description", "Agency", "Amount", "Currency"]
Lines = list[list[str]]
fuzzed = settings(max_examples=150, deadline=None, derandomize=True)

days = st.integers(0, 600).map(lambda back: ON - dt.timedelta(days=back))
amounts = st.sampled_from(["5", "0.1", "120.50", "$1,234.50", "($50.00)", "-7.25", "999999999999999.999999"])


@st.composite
def reports(draw: st.DrawFn) -> Lines:
    """The lines of an earnings report; some of them are equal."""
    kinds = st.sampled_from(["", "Bonus", "Refund", "Fixed Price Payment", "Odd payment"])
    contracts = st.sampled_from(["Copy (1)", "Naming, long (2)", "Posts (3)"])
    one = st.tuples(days.map(str), contracts, st.sampled_from(["", "4"]), amounts, kinds).map(list)
    lines = draw(st.lists(one, min_size=1, max_size=8))
    return sorted(lines + draw(st.lists(st.sampled_from(lines), max_size=2)))


@st.composite
def histories(draw: st.DrawFn) -> Lines:
    """The lines of a transaction history, each with its own reference."""
    kinds = st.sampled_from(["Hourly", "Bonus", "Refund", "Service Fee", "Withdrawal"])
    rest = st.tuples(kinds, st.sampled_from(["", "Big Agency"]), amounts, st.sampled_from(["", "EUR"]))
    drawn = draw(st.lists(st.tuples(days, rest), min_size=1, max_size=8))
    return [
        [str(day), str(at), kind, "Invoice", agency, amount, currency]
        for at, (day, (kind, agency, amount, currency)) in enumerate(drawn)
    ]


def quoted(head: Sequence[str], lines: Lines) -> bytes:
    return "".join(",".join(f'"{cell}"' for cell in line) + "\r\n" for line in [list(head), *lines]).encode()


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], Lines]:
    """A good download, its first line apart."""
    if draw(st.booleans()):
        return list(REPORT), draw(reports())
    return list(HISTORY), draw(histories())


# How a table is spoiled before it is written, and how its bytes are.
CELLS = [
    "=1+1", "1e309", "9" * 40, "- " + " " * 50_000 + "x", "nan", "٣", "\x00", "9999-12-31", "0001-01-01",
    "2026-02-30", "Sep 31, 2026", "<!channel>", "\ufeff5", "5\u00a0", "x" * 200_000, "5.0000000001",
]  # fmt: skip
CODECS = ["utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-7", "cp037", "gb18030", "cp1252"]


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A good download to which something happened."""
    head, drawn = draw(tables())
    lines = [list(line) for line in drawn]  # the same line may be drawn twice: each is changed alone
    for _ in range(draw(st.integers(0, 2))):
        at, to = draw(st.integers(0, len(head) - 1)), draw(st.integers(0, len(head) - 1))
        happens = draw(st.sampled_from(["swap", "double", "lose", "cell", "rename", "again"]))
        if happens == "swap":
            for line in (head, *lines):
                line[at], line[to] = line[to], line[at]
        elif happens == "double":
            for line in (head, *lines):
                line.insert(to, line[at])
        elif happens == "lose" and len(head) > 1:
            for line in (head, *lines):
                del line[at]
        elif happens == "cell":
            draw(st.sampled_from(lines))[at] = draw(st.sampled_from(CELLS) | st.text(max_size=9))
        elif happens == "rename":
            head[at] = draw(st.text(max_size=5))
        else:
            lines.insert(0, list(head))
    data = quoted(head, [list(line) for line in lines])
    return draw(st.just(data) | broken(data))


@st.composite
def broken(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes to which something happened."""
    at = draw(st.integers(0, len(data)))
    marks = [b'"', b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"\r", b"\n\n", b",", b"\x81", b"\xff" * 3]
    return draw(
        st.sampled_from(marks).map(lambda mark: data[:at] + mark + data[at:])
        | st.binary(min_size=1, max_size=4).map(lambda some: data[:at] + some + data[at + len(some) :])
        | st.sampled_from(CODECS).map(lambda codec: data.decode().encode(codec, "replace"))
        | st.sampled_from([data[:at], data[at:]])
    )


def held(data: bytes) -> Decimal:
    """At least all that a file's figures come to, whatever they mean."""
    text = data.replace(b"\x00", b"").decode("latin-1")
    figures = re.findall(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?", text)
    return sum((Decimal(one.replace(",", "")) for one in figures), Decimal(0))


@fuzzed
@given(spoiled())
def test_a_spoiled_download_is_read_or_refused_in_our_words(data: bytes) -> None:
    found, refused = None, "any.csv: "
    try:
        found = read([("any.csv", data)], ON)
    except StatementError as error:
        refused = str(error)
    assert refused.startswith("any.csv: ")
    assert len(refused) < 300
    if found is None:
        return
    assert found.rows == len(found.paid) + sum(found.left_out.values())
    assert found.rows <= min(ROWS, len(re.split(rb"[\r\n]", data)))
    assert (
        found.earned_12m
        <= sum((one.amount for one in found.paid if one.amount > 0), Decimal(0))
        <= held(data)
    )
    assert all(one.on <= ON for one in found.paid)


@fuzzed
@given(spoiled())
def test_whatever_was_read_can_be_kept_and_judged(data: bytes) -> None:
    try:
        found = read([("any.csv", data)], ON)
    except StatementError:
        return
    later = ON + dt.timedelta(days=3)
    kept = merged([Read.of(found, KEY)]).statement(later, 30)
    assert sum(one.amount for one in kept.paid) == sum(one.amount for one in found.paid)
    case = StatementCase(RULES, Declared(), kept, later, category="writing")
    for program in ("top_rated", "top_rated_plus"):
        assert case.verdict(program).criteria
        assert all(step.missing is None or step.missing > 0 for step in way(case, program))


def merged(parts: Sequence[Read]) -> Ledger:
    """The parts one after the other, each through the database's JSON."""
    kept = Ledger(parts[0].names, ON)
    for part in parts:
        kept = kept.with_(Read.from_dict(json.loads(json.dumps(part.as_dict()))), ON)
        kept = Ledger.from_dict(json.loads(json.dumps(kept.as_dict())))
    return kept


def assert_same(parts: Sequence[Lines], head: Sequence[str], lines: Lines) -> None:
    """Parts come to what the whole comes to, one after the other and in one message."""
    whole = read([("w.csv", quoted(head, lines))], ON)
    every = [(f"{at}.csv", quoted(head, part)) for at, part in enumerate(parts) if part]
    ledger, single = merged([Read.of(read([one], ON), KEY) for one in every]), merged([Read.of(whole, KEY)])
    assert (ledger.sums, ledger.seen) == (single.sums, single.seen)
    then = [one.statement(ON, 30) for one in (ledger, single)]
    assert facts(then[0]) == facts(then[1])
    assert facts(read(every, ON)) == facts(whole)


def facts(found: Statement) -> tuple[object, ...]:
    """What a verdict looks at."""
    sums = {contract.id: (contract.earned_12m, contract.earned_total) for contract in found.contracts}
    return found.earned_12m, sums, found.first_paid_on, found.last_paid_on


@fuzzed
@given(st.data())
def test_parts_of_a_report_come_to_the_whole_in_any_order_and_overlap(data: st.DataObject) -> None:
    lines = data.draw(reports())
    cuts = [dt.date.min, *sorted(data.draw(st.lists(days, max_size=3))), dt.date.max]
    spans = list(pairwise(cuts))  # each ends on the day on which the next begins
    spans += data.draw(st.lists(st.tuples(days, days), max_size=2))
    spans = data.draw(st.permutations(spans))
    parts = [[x for x in lines if str(first) <= x[0] <= str(last)] for first, last in spans]
    assert_same(parts, REPORT, lines)


@fuzzed
@given(st.data())
def test_parts_of_a_history_come_to_the_whole_in_any_order_and_overlap(data: st.DataObject) -> None:
    lines = data.draw(histories())
    places = st.sets(st.integers(0, len(lines) - 1))
    chosen = data.draw(st.lists(places, max_size=3))
    chosen.append(set(range(len(lines))).difference(*chosen))  # so that none is missing
    parts = [[lines[at] for at in some] for some in data.draw(st.permutations(chosen))]
    assert_same(parts, HISTORY, lines)


@fuzzed
@given(tables(), st.randoms(use_true_random=False), st.sampled_from(["utf-8-sig", "utf-16"]), st.booleans())
def test_a_download_saved_anew_with_its_columns_moved_adds_nothing(
    table: tuple[list[str], Lines], moves: Random, codec: str, wider: bool
) -> None:
    head, lines = table
    order = list(range(len(head)))
    moves.shuffle(order)
    spare = [""] if wider else []
    anew = [[line[at] for at in order] + spare for line in [head, *lines]]
    again = quoted(anew[0], anew[1:]).decode().encode(codec)
    first, second = (Read.of(read([("x.csv", one)], ON), KEY) for one in (quoted(head, lines), again))
    assert merged([first]).fresh(second) == []
    assert merged([first, second, first]).sums == merged([first]).sums


HEAD = b"Date,Contract,Amount,Payment type\n"


@pytest.mark.parametrize(
    ("data", "cure"),
    [
        (HEAD + b"2026-01-05,A (1),5," + b"," * 1_000_000, "line 2 has more cells"),
        (HEAD + b"2026-01-05,A (1),5," + b"x" * 1_000_000, "line 2 cannot be read as CSV"),
        (b"x" * 1_000_000, "cannot be read as CSV"),
        (b"Date," * 100_000, "100,001 columns"),
        (b'"' * BYTES, "line 1 cannot be read as CSV"),
        (b"\n" * BYTES, "it is empty"),
        (HEAD + b'"' + b"2026-01-05,A (1),5,\n" * 200_000, "cannot be read as CSV"),
        (HEAD + b"2026-01-05,A (1),-" + b" " * 100_000 + b"x,\n", "line 2: the amount cannot be read"),
        (HEAD + b"2026-01-05,A (1),5." + b"0" * 100_000 + b",\n", "line 2: the amount cannot be read"),
        (HEAD + b"2026-01-05,A (1),0.0000001,\n", "line 2: the amount cannot be read"),
        (HEAD + b"a" * 100_000 + b" 1, 2026,A (1),5,\n", "line 2"),
        (HEAD + b"2026-01-05,A (1),5,\n" * 10 + b"\x00\n", "bytes that are no text"),
        (b"\xff\xfe\x00\x00" + HEAD.decode().encode("utf-32-le"), "bytes that are no text"),
        (HEAD * 2, "line 2: the date cannot be read"),
        (b"Date,Contract,Amount,Amount,Payment type\n2026-01-05,A (1),5,7,\n", "names amount twice"),
    ],
    ids=range(15),
)
def test_what_goes_beyond_the_limits_is_refused_with_its_cure(data: bytes, cure: str) -> None:
    with pytest.raises(StatementError, match=r"^big\.csv: ") as caught:
        read([("big.csv", data)], ON)
    assert cure in str(caught.value)


def test_as_many_rows_as_are_read_are_all_counted() -> None:
    line = b"2026-01-05,A (1),1,\n"
    assert read([("x.csv", HEAD + line * ROWS)], ON).earned_12m == ROWS


def test_a_name_that_reaches_into_the_future_does_not_make_a_download_whole_later() -> None:
    lines = quoted(HISTORY, [["2026-11-01", "1", "Hourly", "", "", "5", ""]])
    found = read([("statements_2025-01-01_2999-12-31.csv", lines)], ON)
    assert found.whole
    kept = merged([Read.of(found, KEY)])
    assert kept.statement(ON, 30).whole
    assert not kept.statement(ON + dt.timedelta(days=31), 30).whole
