"""One way to write: all or nothing, one after the other, moments and amounts unharmed."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from bot.asking import conversations
from bot.asking.conversations import Place
from bot.store import Store
from bot.store.types import UTCDateTime
from tests.clock import Clock


async def test_a_failing_block_leaves_nothing_behind(store: Store, clock: Clock) -> None:
    place = Place("T1", "C1", "1.0")

    async def fail() -> None:
        async with store.write() as session:
            await conversations.open_at(session, place, clock())
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    async with store.read() as session:
        assert await conversations.find(session, place) is None


async def test_many_writers_at_once_all_get_through(store: Store, clock: Clock) -> None:
    async def write(n: int) -> None:
        async with store.write() as session:
            await conversations.open_at(session, Place("T1", "C1", str(n)), clock())

    await asyncio.gather(*(write(n) for n in range(30)))
    async with store.read() as session:
        assert (await session.execute(text("SELECT count(*) FROM conversations"))).scalar_one() == 30


async def test_two_stores_on_one_file_do_not_get_in_each_others_way(sqlite_url: str, clock: Clock) -> None:
    one, other = await Store.open(sqlite_url), await Store.open(sqlite_url)

    async def write(store: Store, n: int) -> None:
        async with store.write() as session:
            await conversations.open_at(session, Place("T1", "C1", str(n)), clock())

    await asyncio.gather(*(write([one, other][n % 2], n) for n in range(20)))
    async with one.read() as session:
        assert (await session.execute(text("SELECT count(*) FROM conversations"))).scalar_one() == 20
    await one.close()
    await other.close()


async def test_a_write_inside_a_write_is_named_instead_of_waiting_forever(sqlite_store: Store) -> None:
    with pytest.raises(RuntimeError, match="hand the session on"):
        async with sqlite_store.write(), sqlite_store.write():
            pass


async def test_sqlite_keeps_foreign_keys_and_syncs_each_commit(sqlite_store: Store) -> None:
    async with sqlite_store.read() as session:
        pragmas = [
            (await session.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("foreign_keys", "journal_mode", "synchronous")
        ]
    assert pragmas == [1, "wal", 2]


@pytest.mark.parametrize("hours", [-8, 0, 5.75])
async def test_a_moment_comes_back_in_utc_whatever_its_zone(store: Store, hours: float) -> None:
    moment = datetime(2025, 3, 9, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=hours)))
    place = Place("T1", "C1", "1.0")
    async with store.write() as session:
        await conversations.open_at(session, place, moment)
    async with store.read() as session:
        found = await conversations.find(session, place)
    assert found is not None
    assert found.updated_at == moment
    assert found.updated_at.tzinfo is UTC


async def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    dialect = store.engine.dialect
    with pytest.raises(ValueError, match="time zone"):
        UTCDateTime().process_bind_param(datetime(2025, 1, 1), dialect)  # noqa: DTZ001 - on purpose
