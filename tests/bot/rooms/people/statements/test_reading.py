"""Downloads are read as they are saved: what counts, what is left out and why, nothing twice."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rooms.people.statements.reading import Statement, read
from bot.rooms.people.statements.text import BYTES, StatementError

ON = dt.date(2026, 11, 26)
REPORT = """\
"Date","Contract","Hours","Amount","Payment type"
"2026-01-05","Copy, long; ""A"" (draft) (111)","4","120",""
"2026-01-05","Copy, long; ""A"" (draft) (111)","4","120",""
"2026-06-30","Naming (222)","","850","Fixed Price Payment"
"2026-07-02","Naming (222)","","50","Bonus"
"2026-07-09","Naming (222)","","100","Refund"
"2026-07-10","Naming (222)","","7","Odd payment"
"2025-10-01","Old posts (333)","10","300",""
"""
HISTORY = """\
"Date","Ref ID","Type","Description","Agency","Freelancer","Team","Account Name","PO","Amount",\
"Amount in local currency","Currency","Balance"
"Oct 23, 2026","9","Service Fee","Fee","","S","T","T","","-30.00","","","1.00"
"Oct 23, 2026","8","Hourly","Invoice","","S","T","T","","$1,300.00","","","1.00"
"Oct 1, 2026","7","Fixed Price","Milestone","","S","T","T","","200.00","","","1.00"
"Sep 8, 2026","6","Refund","Back","","S","T","T","","($50.00)","","","1.00"
"Sep 7, 2026","5","Hourly","Invoice","Big Agency","S","T","T","","500.00","","","1.00"
"Sep 6, 2026","4","Withdrawal","Bank: xxxx-1234","","S","","","","-100.00","","","1.00"
"Sep 5, 2026","3","Miscellaneous","Credit","","S","","","","15.00","","","1.00"
"Sep 4, 2026","2","Bonus","Thanks","","S","T","T","","10.00","9.00","EUR","1.00"
"Dec 1, 2026","1","Hourly","Invoice","","S","T","T","","10.00","","","1.00"
"""


def of(*texts: str, name: str = "file.csv") -> Statement:
    return read([(name, text.encode()) for text in texts], ON)


def test_an_earnings_report_tells_the_sum_and_the_largest_contract() -> None:
    found = of(REPORT)
    assert found.as_dict() == {
        "rows": 7,
        "counted": 6,
        "left_out": {"Odd payment": 1},
        "from": "2025-10-01",
        "to": "2026-07-10",
        "earned_12m": "1040.00",
        "largest_contract": {
            "id": "222",
            "title": "Naming",
            "earned_12m": "800.00",
            "earned_total": "800.00",
        },
        "first_paid_on": "2025-10-01",
    }
    assert found.whole


def test_a_title_keeps_its_commas_quotes_and_brackets() -> None:
    titles = {contract.id: contract.title for contract in of(REPORT).contracts}
    assert titles["111"] == 'Copy, long; "A" (draft)'


def test_a_transaction_history_tells_the_sum_and_no_contract() -> None:
    found = of(HISTORY)
    assert found.earned_12m == Decimal("1450.00")
    assert found.largest is None
    assert found.left_out == {
        "Service Fee": 1,
        "Withdrawal": 1,
        "Miscellaneous": 1,
        "Agency work": 1,
        "Other currency (EUR)": 1,
        "In the future": 1,
    }
    assert not found.whole


def test_two_downloads_that_overlap_add_nothing_twice() -> None:
    assert of(HISTORY, HISTORY).earned_12m == of(HISTORY).earned_12m
    twice = of(REPORT, REPORT)
    assert twice.earned_12m == of(REPORT).earned_12m
    assert twice.left_out["Read before"] == 7
    assert twice.largest == of(REPORT).largest


def test_two_equal_lines_of_one_report_both_count() -> None:
    contracts = {contract.id: contract.earned_12m for contract in of(REPORT).contracts}
    assert contracts["111"] == Decimal(240)


def test_the_twelve_months_begin_the_day_after_the_date_a_year_before() -> None:
    lines = "Date,Contract,Hours,Amount,Payment type\n2025-11-26,A (1),,5,\n2025-11-27,A (1),,7,\n"
    assert of(lines).earned_12m == 7


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_it_is_read_however_it_was_saved(separator: str, encoding: str) -> None:
    lines = separator.join(["DATE", " Contract", "Hours ", "Amount", "Payment  Type"])
    lines += "\n" + separator.join(["2026-01-05", "Café (1)", "", "120.50", ""]) + "\n\n\n"
    found = read([("x.csv", lines.encode(encoding))], ON)
    assert found.earned_12m == Decimal("120.50")
    assert found.contracts[0].title == "Café"
    assert found.assumed == {"utf-16-le": ("UTF-16",), "cp1252": ("cp1252",)}.get(encoding, ())


@pytest.mark.parametrize(
    ("data", "cure"),
    [
        (b"", "it is empty"),
        (b"\n\n", "it is empty"),
        (b"PK\x03\x04abc", "a zip archive or a spreadsheet"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n", "a picture"),
        (b"name,mail\na,b\n", "its first line is that of no earnings report"),
        (b"," * 9_999, "10,000 columns"),
        (b"x" * (BYTES + 1), "more than 5 MB"),
        (b'Date,Contract,Amount,Payment type\n"2026-01-05,A (1),5,', "a quote may never close"),
        (b"Date,Contract,Amount,Payment type\n05/06/2026,A (1),5,", "line 2: the date cannot be read"),
        (b"Date,Contract,Amount,Payment type\n2026-01-05,A (1),1e309,", "line 2: the amount cannot be read"),
        (b"Date,Contract,Amount,Payment type\n2026-01-05,A (1),--50,", "line 2: the amount cannot be read"),
        (b"Date,Contract,Amount,Payment type\n20260105,A (1),50,", "line 2: the date cannot be read"),
        (b"Date,Contract,Amount,Payment type\n2026-01-05,A (1),nan,", "line 2: the amount cannot be read"),
        (b"Date,Contract,Amount,Payment type\n2026-01-05,A (1),=1+1,", "line 2: the amount cannot be read"),
        (b"Date,Contract,Amount,Payment type\n2026-01-05,A (1),1,2,3,", "line 2 has more cells"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_cure(data: bytes, cure: str) -> None:
    with pytest.raises(StatementError, match=r"bad\.csv") as caught:
        read([("bad.csv", data)], ON)
    assert cure in str(caught.value)


def test_two_kinds_that_tell_of_the_same_money_are_refused_together() -> None:
    with pytest.raises(StatementError, match="give files of one kind"):
        of(REPORT, HISTORY)


@pytest.mark.parametrize(
    ("names", "whole"),
    [
        (["statements_2025-11-27_2026-11-26.csv"], True),
        (["statements_2025-11-28_2026-11-26.csv"], False),
        (["statements_2024-01-01_2026-01-31.csv"], False),
        (["statements_2025-01-01_2026-05-31.csv", "statements_2026-06-01_2026-11-26.csv"], True),
        (["statements_2025-01-01_2026-01-31.csv", "statements_2026-06-01_2026-11-26.csv"], False),
    ],
)
def test_downloads_are_whole_where_together_they_hold_each_day(names: list[str], whole: bool) -> None:
    assert read([(name, HISTORY.encode()) for name in names], ON).whole is whole


def test_the_first_day_of_all_has_a_year_before_it() -> None:
    assert read([("x.csv", REPORT.encode())], dt.date.min).earned_12m == 0


def test_more_rows_than_anybody_has_are_refused() -> None:
    head = b"Date,Contract,Amount,Payment type\n"
    with pytest.raises(StatementError, match="200,000 rows"):
        read([("x.csv", head + b"2026-01-05,A,5,\n" * 200_001)], ON)


CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["2026-01-05", "Sep 8, 2026", "-$1,234.50", "(5)", "1e309", "Hourly", '"', "<!channel>"]),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(st.lists(CELL, max_size=8), max_size=6).map(
            lambda rows: ("Date,Contract,Amount,Payment type\n" + "\n".join(map(",".join, rows))).encode()
        ),
        st.lists(st.lists(CELL, max_size=6), max_size=6).map(
            lambda rows: ("Date;Ref ID;Type;Amount\n" + "\n".join(map(";".join, rows))).encode()
        ),
    )
)
def test_whatever_comes_is_read_or_refused_in_our_words(data: bytes) -> None:
    found, refused = None, ""
    try:
        found = read([("any.csv", data)], ON)
    except StatementError as error:
        refused = str(error)
    if found is None:
        assert refused.startswith("any.csv: ")
    else:
        assert found.rows == len(found.paid) + sum(found.left_out.values())
