"""Records from an operator's own database, on SQLite and PostgreSQL: read, and only read."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from bot.rooms.people.records import SourceUnreachableError
from bot.rooms.people.sql_source import QueriesError, SqlSource, check_queries, read_queries

SCHEMA = """
CREATE TABLE talent (id VARCHAR(20), full_name VARCHAR(80), email VARCHAR(80), joined DATE);
CREATE TABLE score (talent VARCHAR(20), week DATE, jss NUMERIC, none_yet BOOLEAN);
CREATE TABLE job (id INTEGER, talent VARCHAR(20), category VARCHAR(40), began DATE);
CREATE TABLE pay (job INTEGER, talent VARCHAR(20), paid DATE, amount NUMERIC(12, 2), kind VARCHAR(10));
INSERT INTO talent VALUES ('f-1', 'Ada', 'Ada@Example.com', '2018-01-02'), ('f-2', NULL, NULL, NULL);
INSERT INTO score VALUES ('f-1', '2026-11-09', 94, FALSE), ('f-1', '2026-11-02', NULL, TRUE),
  ('f-1', '2026-10-26', NULL, NULL);
INSERT INTO job VALUES (7, 'f-1', 'writing', '2025-01-01'), (8, 'f-1', NULL, '2025-02-01');
INSERT INTO pay VALUES (7, 'f-1', '2026-01-01', 1200.50, 'payment'), (8, 'f-1', '2026-01-02', 3, 'refund');
"""

QUERIES = {
    "freelancer": "SELECT id, full_name AS name, email, joined AS joined_on FROM talent WHERE id = :id",
    "weeks": "SELECT week AS week_of, jss, none_yet AS no_score FROM score WHERE talent = :id",
    "contracts": "SELECT id, category, began AS started_on FROM job WHERE talent = :id ORDER BY id",
    "payments": 'SELECT job AS contract_id, paid AS "on", amount, kind FROM pay WHERE talent = :id;',
    "by_email": "SELECT id FROM talent WHERE lower(email) = :email",
}

Open = Callable[[Mapping[str, str]], SqlSource]


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the operator's database with the queries given."""
    if request.param == "sqlite":
        path = tmp_path / "operator's own.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(SCHEMA)
        yield lambda queries: SqlSource(f"sqlite:///{path}", queries)
        return
    server: str = request.getfixturevalue("postgresql")
    name = f"operator_{uuid4().hex}"
    head, _, query = server.partition("?")
    address = f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(SCHEMA.encode())
        yield lambda queries: SqlSource(address, queries)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


async def test_the_rows_of_all_queries_become_one_record(opened: Open) -> None:
    source = opened(QUERIES)
    record = await source.record("f-1")
    assert record is not None
    assert (record.name, str(record.joined_on)) == ("Ada", "2018-01-02")
    assert record.weeks is not None
    assert [(week.jss, week.without_score) for week in record.weeks] == [
        (94, False),
        (None, True),
        (None, False),
    ]
    assert record.contracts is not None
    assert [[payment.net for payment in contract.payments or ()] for contract in record.contracts] == [
        [Decimal("1200.50")],
        [Decimal(-3)],
    ]
    assert record.activity is None, "no query: unknown"
    await source.close()


async def test_no_rows_are_known_to_be_none_and_nobody_is_nobody(opened: Open) -> None:
    source = opened(QUERIES)
    record = await source.record("f-2")
    assert record is not None
    assert (record.name, record.weeks, record.contracts) == (None, (), ())
    assert await source.record("f-3") is None
    assert await source.record("' OR 1=1 --") is None
    assert await source.ids_by_email(" ADA@example.com") == ["f-1"]
    assert await source.ids_by_email("x@example.com") == []
    await source.close()


async def test_many_records_at_once_leave_out_nobody(opened: Open) -> None:
    source = opened(QUERIES)
    found = await source.documents(["f-1", "f-2", "f-3"])
    assert {name: document is None for name, document in found.items()} == {
        "f-1": False,
        "f-2": False,
        "f-3": True,
    }
    await source.close()


async def test_a_query_that_writes_is_refused_by_the_database_itself(opened: Open) -> None:
    source = opened({"freelancer": "WITH x AS (SELECT 1) SELECT id FROM talent WHERE id = :id"})
    # Past the check on purpose: what the database allows is what counts.
    source._queries = {"freelancer": "DELETE FROM talent WHERE id = :id"}
    with pytest.raises(SourceUnreachableError):
        await source.record("f-1")
    source._queries = dict(check_queries(QUERIES))
    assert await source.record("f-1") is not None
    await source.close()


async def test_a_failing_query_means_unreachable_and_says_no_personal_data(opened: Open) -> None:
    source = opened({"freelancer": "SELECT nonsense FROM nowhere WHERE id = :id"})
    with pytest.raises(SourceUnreachableError) as failure:
        await source.record("f-1")
    assert "f-1" not in str(failure.value)
    assert await source.documents(["f-1"]) == {}
    await source.close()


async def test_a_value_that_fits_no_record_means_unreachable(opened: Open) -> None:
    source = opened({"freelancer": "SELECT id, 'soon' AS joined_on FROM talent WHERE id = :id"})
    with pytest.raises(SourceUnreachableError, match="joined_on"):
        await source.record("f-1")
    await source.close()


async def test_a_query_that_hangs_is_given_up(postgresql: str) -> None:
    slow = "SELECT :id AS id, CAST(pg_sleep(30) AS TEXT) AS name"
    source = SqlSource(postgresql, {"freelancer": slow}, timeout=0.2)
    with pytest.raises(SourceUnreachableError):
        await source.record("f-1")
    await source.close()


async def test_a_database_that_is_not_there_means_unreachable_and_none_is_made(tmp_path: Path) -> None:
    path = tmp_path / "missing.db"
    source = SqlSource(f"sqlite:///{path}", QUERIES)
    with pytest.raises(SourceUnreachableError):
        await source.record("f-1")
    await source.close()
    assert not os.listdir(tmp_path)  # noqa: PTH208 - in an async test a Path may not look


@pytest.mark.parametrize(
    ("queries", "said"),
    [
        ({}, "freelancer is missing"),
        ({**QUERIES, "week": "SELECT 1"}, "did you mean weeks"),
        ({**QUERIES, "weeks": "DROP TABLE talent"}, "one SELECT"),
        ({**QUERIES, "weeks": "SELECT 1 WHERE :id = 1; DROP TABLE talent"}, "one SELECT"),
        ({**QUERIES, "weeks": "SELECT week AS week_of FROM score"}, "ask for :id"),
        ({"freelancer": QUERIES["freelancer"], "payments": QUERIES["payments"]}, "needs the query contracts"),
    ],
)
def test_queries_that_cannot_work_are_refused_with_a_cure(queries: Mapping[str, str], said: str) -> None:
    with pytest.raises(QueriesError, match=said):
        check_queries(queries)


def test_the_queries_file_is_checked_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "queries.yaml"
    path.write_text("freelancer: SELECT id FROM talent WHERE id = :id\n")
    assert list(read_queries(path)) == ["freelancer"]
    for text in ("- a list", "freelancer: [1]", "freelancer: {", "\xff"):
        path.write_text(text, encoding="latin-1")
        with pytest.raises(QueriesError):
            read_queries(path)
    with pytest.raises(QueriesError):
        read_queries(tmp_path / "missing.yaml")
    with pytest.raises(QueriesError, match="driver"):
        SqlSource("nodatabase://x", QUERIES)
