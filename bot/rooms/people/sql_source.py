"""Records from a database of the operator's, by queries named in a YAML file; nothing is written.

    freelancer: SELECT id, full_name AS name, email, country FROM talent WHERE id = :id
    weeks: SELECT week_of, jss, rising_talent FROM scores WHERE talent_id = :id
    contracts: SELECT id, category, started_on, outcome, via_agency FROM jobs WHERE talent_id = :id
    payments: SELECT job AS contract_id, paid AS "on", amount, kind, status FROM pay WHERE talent_id = :id
    by_email: SELECT id FROM talent WHERE lower(email) = :email

Columns are named like the record's fields; NULL is unknown. `freelancer` alone is needed: a query that is not
there leaves its part unknown, one that finds no rows makes it known to be empty. A week with `no_score` true
is one in which there was no score. Further names: activity, badges, standing, invitations, agency.
"""

import asyncio
import datetime as dt
import difflib
import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, create_engine, event, make_url, text
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.rooms.people.records import RecordSource, SourceUnreachableError, email_key

TIMEOUT = 10.0  # seconds for one record
LISTS = ("weeks", "contracts", "activity", "badges", "standing", "invitations")
NAMES = ("freelancer", *LISTS, "payments", "agency", "by_email")


class QueriesError(Exception):
    """A queries file that cannot be used; the message names the query and the cure."""


class SqlSource(RecordSource):
    """A database at any SQLAlchemy address. Raises QueriesError where address or queries cannot be used."""

    def __init__(self, address: str, queries: Mapping[str, str], *, timeout: float = TIMEOUT) -> None:
        self._queries = check_queries(queries)
        self._engine = _engine(address, timeout)
        self._timeout = timeout

    async def document(self, freelancer_id: str) -> bytes | None:
        """One record as JSON. Raises SourceUnreachableError."""
        record = await self._asked(self._read, freelancer_id)
        if record is None:
            return None
        try:
            return json.dumps(record, default=_as_json).encode()
        except TypeError as error:
            raise SourceUnreachableError(f"a query gives what no record can hold: {error}") from error

    async def ids_by_email(self, address: str) -> Sequence[str]:
        """The freelancers with this address; none where no query `by_email` is named."""
        if "by_email" not in self._queries:
            return ()
        found: list[str] = await self._asked(self._by_email, email_key(address))
        return found

    async def close(self) -> None:
        """Close the connections."""
        await asyncio.to_thread(self._engine.dispose)

    async def _asked(self, call: Any, argument: str) -> Any:
        """In a thread, since any driver may stand behind it; who waits too long goes on without an answer."""
        try:
            async with asyncio.timeout(self._timeout):
                return await asyncio.to_thread(call, argument)
        except TimeoutError as error:
            raise SourceUnreachableError("the records' database took too long") from error
        except SQLAlchemyError as error:
            raise SourceUnreachableError(f"the records' database failed: {type(error).__name__}") from error

    def _read(self, freelancer_id: str) -> dict[str, Any] | None:
        with self._engine.connect() as connection:
            _read_only(connection)
            found = self._rows(connection, "freelancer", id=freelancer_id)
            if not found:
                return None
            record: dict[str, Any] = {"id": freelancer_id, **found[0]}
            for name in LISTS:
                if name in self._queries:
                    record[name] = self._rows(connection, name, id=freelancer_id)
            for week in record.get("weeks", ()):
                if week.pop("no_score", False):
                    week["jss"] = None
            if "agency" in self._queries:
                agencies = self._rows(connection, "agency", id=freelancer_id)
                record["agency"] = agencies[0] if agencies else None
            if "payments" in self._queries:
                self._pay(connection, record)
            return record

    def _pay(self, connection: Connection, record: dict[str, Any]) -> None:
        contracts = {str(contract.get("id")): contract for contract in record["contracts"]}
        for contract in contracts.values():
            contract["payments"] = []
        for payment in self._rows(connection, "payments", id=record["id"]):
            contract = contracts.get(str(payment.pop("contract_id", "")))
            if contract is None:
                raise SourceUnreachableError("the query payments names a contract that contracts does not")
            contract["payments"].append(payment)

    def _by_email(self, address: str) -> list[str]:
        with self._engine.connect() as connection:
            _read_only(connection)
            return [str(row["id"]) for row in self._rows(connection, "by_email", email=address)]

    def _rows(self, connection: Connection, name: str, **values: str) -> list[dict[str, Any]]:
        """The rows of a query without what is NULL, ids as text."""
        return [
            {
                key: str(value) if key in {"id", "client_id"} else value
                for key, value in row.items()
                if value is not None
            }
            for row in connection.execute(text(self._queries[name]), values).mappings()
        ]


def read_queries(path: Path) -> Mapping[str, str]:
    """The queries in a YAML file. Raises QueriesError."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise QueriesError(f"{path}: cannot be read: {error}") from error
    if not isinstance(content, dict) or not all(isinstance(query, str) for query in content.values()):
        raise QueriesError(f"{path}: write one `name: SELECT …` a line, beginning with `freelancer`")
    return check_queries(content)


def check_queries(queries: Mapping[str, str]) -> Mapping[str, str]:
    """`queries`, if they can be used. Raises QueriesError."""
    if "freelancer" not in queries:
        raise QueriesError("the query freelancer is missing: SELECT id, … FROM … WHERE id = :id")
    if "payments" in queries and "contracts" not in queries:
        raise QueriesError("payments needs the query contracts, whose rows they belong to")
    for name, query in queries.items():
        if name not in NAMES:
            near = difflib.get_close_matches(str(name), NAMES, n=1)
            hint = f"did you mean {near[0]}?" if near else f"use {', '.join(NAMES)}"
            raise QueriesError(f"{name}: no such query; {hint}")
        if not re.match(r"\s*(SELECT|WITH)\b", query, re.IGNORECASE) or ";" in query.rstrip().rstrip(";"):
            raise QueriesError(f"{name}: write one SELECT; nothing else is run")
        wanted = "email" if name == "by_email" else "id"
        if not re.search(rf"(?<![:\w]):{wanted}\b", query):
            raise QueriesError(f"{name}: the query must ask for :{wanted}, else it would read everybody")
    return {name: query.strip().rstrip(";") for name, query in queries.items()}


def _engine(address: str, timeout: float) -> Engine:
    try:
        url = make_url(address)
        match url.get_backend_name():
            case "sqlite":
                engine = create_engine(_sqlite_read_only(url))
                event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA query_only = ON"))
                return engine
            case "postgresql":
                limit = f"-c statement_timeout={int(timeout * 1000)}"
                arguments = {"connect_timeout": max(1, int(timeout)), "options": limit}
                plain = url.drivername in {"postgresql", "postgresql+psycopg"}
                return create_engine(
                    url.set(drivername="postgresql+psycopg") if plain else url,
                    connect_args=arguments if plain else {},
                    pool_pre_ping=True,
                )
            case _:
                return create_engine(url, pool_pre_ping=True)
    except (ArgumentError, ModuleNotFoundError) as error:
        raise QueriesError(
            f"the address of the records' database cannot be used: {type(error).__name__}; "
            "write one such as postgresql://user@host/name, and install its driver"
        ) from error


def _sqlite_read_only(url: URL) -> URL:
    path = Path(url.database or "").resolve()
    return url.set(
        drivername="sqlite", database=f"file:{path.as_posix()}", query={"mode": "ro", "uri": "true"}
    )


def _read_only(connection: Connection) -> None:
    """Where the database knows how, it refuses to write; a commit never follows anyway."""
    if connection.dialect.name in {"postgresql", "mysql", "mariadb", "oracle"}:
        connection.execute(text("SET TRANSACTION READ ONLY"))


def _as_json(value: object) -> str:
    match value:
        case dt.date():  # and datetime
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case _:
            raise TypeError(type(value).__name__)
