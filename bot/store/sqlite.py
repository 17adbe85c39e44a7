"""SQLite for asyncio without a thread per connection.

SQLite answers from memory in microseconds, a hop to another thread and back costs ten times that. So
statements run where they are called, and what waits for the disk runs in a thread: the commit, and what
is marked as `HEAVY`. Whoever waits for another process's write does so without holding up the loop.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from time import monotonic
from typing import Any

from sqlalchemy import URL, Connection, pool
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.base import SQLiteExecutionContext
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import await_only

DRIVER = "sqlite+here"
HEAVY = {"laurel_heavy": True}
"""Execution options of a statement that reads or changes very many rows."""
WRITES = "laurel_writes"
"""The execution option of a connection whose transactions write."""

_PATIENCE = 30.0  # seconds to wait for another process's transaction
_PAUSE = 0.005  # seconds between two looks

registry.register("sqlite.here", __name__, "HereDialect")


class _Cursor(sqlite3.Cursor):
    async def _async_soft_close(self) -> None:
        """SQLAlchemy asks this of an async driver's cursor: its rows are here already."""


class Handle(sqlite3.Connection):
    """A connection whose cursors SQLAlchemy's asyncio layer can use (`connect`'s `factory`)."""

    def cursor(self, factory: Any = _Cursor) -> Any:
        """A cursor."""
        return super().cursor(factory)


class _Context(SQLiteExecutionContext):
    def create_server_side_cursor(self) -> Any:
        """Every cursor of SQLite's reads row by row."""
        return self._dbapi_connection.cursor()


class HereDialect(SQLiteDialect_pysqlite):
    """Python's own sqlite3, used from an event loop."""

    driver = "here"
    is_async = True
    supports_statement_cache = True
    supports_server_side_cursors = True
    execution_ctx_cls = _Context

    @classmethod
    def get_pool_class(cls, url: URL) -> type[pool.Pool]:
        """The pool whose users wait without holding up the loop."""
        del url
        return pool.AsyncAdaptedQueuePool

    def do_commit(self, dbapi_connection: Any) -> None:
        """Wait for the disk in a thread, also when whoever wanted it does not wait any more."""
        if dbapi_connection.in_transaction:
            _apart(dbapi_connection.commit)

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any | None = None) -> None:
        """Run a statement here, a heavy one in a thread."""
        if context is not None and context.execution_options.get("laurel_heavy"):
            _apart(lambda: cursor.execute(statement, parameters))
        else:
            cursor.execute(statement, parameters)
            await_only(_nothing())

    def do_executemany(
        self, cursor: Any, statement: str, parameters: Any, context: Any | None = None
    ) -> None:
        """Run a statement for many rows."""
        del context
        _apart(lambda: cursor.executemany(statement, parameters))


def prepare(connection: sqlite3.Connection, record: Any) -> None:
    """Set a new connection up (for SQLAlchemy's `connect` event)."""
    del record
    connection.isolation_level = None  # the driver must not begin transactions of its own: `begin` does
    connection.execute("PRAGMA busy_timeout = 30000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # Slack was told "got it": that must survive a power cut
    connection.execute("PRAGMA foreign_keys = ON")


def begin(connection: Connection) -> None:
    """Begin a transaction (for SQLAlchemy's `begin` event); one that writes, once no other process does."""
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection), "this dialect's connections are sqlite3's"
    if not connection.get_execution_options().get(WRITES, False):
        raw.execute("BEGIN")
        return
    raw.execute("PRAGMA busy_timeout = 0")
    deadline = monotonic() + _PATIENCE
    try:
        while not _began(raw):
            if monotonic() > deadline:
                raise sqlite3.OperationalError("database is locked: another process writes for too long")
            await_only(asyncio.sleep(_PAUSE))
    finally:
        raw.execute("PRAGMA busy_timeout = 30000")


def _began(raw: sqlite3.Connection) -> bool:
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


async def _nothing() -> None:
    """SQLAlchemy takes a statement that awaits nothing for one that was meant to be synchronous."""


def _apart(work: Callable[[], Any]) -> None:
    await_only(_in_thread(work))


async def _in_thread(work: Callable[[], Any]) -> None:
    running = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])  # the connection is not free before
        raise
