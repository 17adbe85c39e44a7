"""A database into one file and back: by SQLite's online backup, or by pg_dump and pg_restore."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL

from bot.store.engine import database_url
from bot.store.schema import known_revision
from bot.store.serving import alone

_SQLITE = b"SQLite format 3\x00"
_DUMP = b"PGDMP"


class BackupError(Exception):
    """A backup could not be made or read; the message says what to do."""


def backup(url: str, file: Path) -> None:
    """Write the database at `url` to `file`, as it is at one moment; others may write meanwhile.

    The file appears once it is whole, for its owner's eyes alone. Raises BackupError, also where `file` is
    there already.
    """
    if file.exists():
        raise BackupError(f"{file} is there already: name another file")
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    address = database_url(url)
    try:
        os.close(os.open(part, os.O_CREAT | os.O_WRONLY, 0o600))
        if address.get_backend_name() == "sqlite":
            _copy_sqlite(_file_of(address), part)
        else:
            _run("pg_dump", address, "--format=custom", "--no-owner", f"--file={part}")
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(file)
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def restore(url: str, file: Path, *, replace: bool = False) -> Path | None:
    """Make the database at `url` what `file` holds; nothing may serve from it meanwhile.

    With `replace` a database that holds something is first backed up beside `file`; the path of that backup
    is returned. Raises BackupError: no backup, one of the other kind or of a newer release, or a database
    that holds something and no `replace`; ServedError where a process serves from the SQLite file.
    """
    address = database_url(url)
    _check_kind(file, address.get_backend_name())
    kept = file.with_name(f"{file.name}.replaced") if _holds_something(address) else None
    if kept is not None and not replace:
        raise BackupError("the database holds something: add --replace to put the backup in its place")
    if kept is not None and kept.exists():
        raise BackupError(f"{kept} is there already, from an earlier restore: move it away")
    with alone(address):
        if kept is not None:
            backup(url, kept)
        _put(file, address)
    return kept


def _put(file: Path, address: URL) -> None:
    """What `file` holds in the place of what the database holds. Raises BackupError."""
    if address.get_backend_name() == "sqlite":
        _copy_sqlite(file, _file_of(address))
        return
    _run(
        "pg_restore",
        address,
        "--no-owner",
        "--clean",
        "--if-exists",
        "--single-transaction",
        "--exit-on-error",
        str(file),
    )


def _check_kind(file: Path, backend: str) -> None:
    """Raise BackupError unless `file` is a backup of that kind of database, of this release or before."""
    try:
        with file.open("rb") as text:
            head = text.read(len(_SQLITE))
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}") from error
    kind = "sqlite" if head.startswith(_SQLITE) else ("postgresql" if head.startswith(_DUMP) else None)
    if kind is None:
        raise BackupError(f"{file} is no backup: name a file that `laurel backup` wrote")
    if kind != backend:
        raise BackupError(
            f"{file} is a backup of {kind}, the database is {backend}: restore it into {kind}, "
            "then move it with `laurel db copy`"
        )
    if kind == "sqlite":
        _check_sqlite(file)


def _check_sqlite(file: Path) -> None:
    try:
        with closing(sqlite3.connect(file)) as connection:
            (state,) = connection.execute("PRAGMA integrity_check").fetchone()
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.DatabaseError, TypeError) as error:
        raise BackupError(f"{file} is damaged or not Laurel's: take another backup") from error
    if state != "ok":
        raise BackupError(f"{file} is damaged ({state}): take another backup")
    if not known_revision(str(revision)):
        raise BackupError(f"{file} comes from a newer release ({revision}): restore it with that one")


def _holds_something(address: URL) -> bool:
    if address.get_backend_name() == "sqlite":
        database = _file_of(address)
        return database.exists() and database.stat().st_size > 0
    tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()"
    return _run("psql", address, "--no-psqlrc", "--tuples-only", "--command", tables).strip() != "0"


def _copy_sqlite(source: Path, target: Path) -> None:
    """One file to another, as `source` is at one moment. Raises BackupError."""
    if not source.exists():
        raise BackupError(f"{source} is not there: set LAUREL_DATABASE_URL to the database")
    try:
        with (
            closing(sqlite3.connect(source, timeout=30)) as whence,
            closing(sqlite3.connect(target, timeout=30)) as to,
        ):
            whence.backup(to)
    except sqlite3.Error as error:
        raise BackupError(f"{source} could not be copied to {target}: {error}") from error


def _file_of(address: URL) -> Path:
    assert address.database is not None, "database_url refuses SQLite without a file"
    return Path(address.database)


def _run(program: str, address: URL, *arguments: str) -> str:
    """Run one of PostgreSQL's programs on the database; the password stays out of the list of processes."""
    plain = address.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    secret = {} if address.password is None else {"PGPASSWORD": str(address.password)}
    try:
        done = subprocess.run(  # noqa: S603 - our own words; the address is the operator's setting
            [program, f"--dbname={plain}" if program != "pg_dump" else plain, *arguments],
            env={**os.environ, **secret},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise BackupError(f"{program} is not installed: install PostgreSQL's client programs") from error
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise BackupError(f"{program}: {said[0] if said else f'ended with {done.returncode}'}")
    return done.stdout
