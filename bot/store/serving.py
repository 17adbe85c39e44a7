"""One process serves from an SQLite file: a lock beside it, which ends with the process."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL


class ServedError(Exception):
    """Another process serves from the database; the message says what to do."""


@contextmanager
def alone(database: URL) -> Iterator[None]:
    """While it lasts nobody else serves from the database; on PostgreSQL several may. Raises ServedError."""
    if database.get_backend_name() != "sqlite":
        yield
        return
    lock = Lock(database)
    lock.take()
    try:
        yield
    finally:
        lock.release()


class Lock:
    """SQLite's own lock on an empty file beside the database: it works on every system that SQLite knows."""

    def __init__(self, database: URL) -> None:
        assert database.database is not None, "an SQLite database has a file"
        self._database = database.database
        self._held: sqlite3.Connection | None = None

    def take(self) -> None:
        """Raises ServedError."""
        connection = sqlite3.connect(
            f"{self._database}-serving", timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            connection.close()
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            raise ServedError(
                f"{self._database} is served by another process: stop that one first, or set "
                "LAUREL_DATABASE_URL to PostgreSQL, which several may serve"
            ) from None
        self._held = connection

    def release(self) -> None:
        """Let another process take it."""
        if self._held is not None:
            self._held.close()
            self._held = None
