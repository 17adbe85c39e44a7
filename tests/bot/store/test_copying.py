"""A database moves to another one, of either kind, and goes on counting."""

from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlmodel import SQLModel, col

import bot.app  # noqa: F401 - imports every room, so that all tables are known
from bot.asking import conversations
from bot.asking.conversations import Place, Role
from bot.delivery.jobs import JobRow
from bot.delivery.outbox import enqueue
from bot.rooms.desk.tables import Ticket, TicketEvent
from bot.store import Store, migrate
from bot.store.copying import CopyError, copy
from tests.clock import Clock


async def fill(store: Store, clock: Clock) -> None:
    async with store.write() as session:
        await enqueue(session, key="one", kind="slack.dm", payload={"text": "déjà vu"}, now=clock())
        await conversations.write_down(
            session, Place("T1", "D1", "U1"), key="line", role=Role.PERSON, text="hello", at=clock()
        )
        for number in ("A1", "A2"):
            session.add(
                Ticket(
                    number=number,
                    origin=number,
                    opened_by="U1",
                    team="T1",
                    person="U1",
                    category="other",
                    subcategory="other",
                    details="d",
                    state="new",
                    priority="normal",
                    desk_channel="C1",
                    opened_at=clock(),
                    changed_at=clock(),
                    first_reply_due=clock(),
                )
            )
        await session.flush()
        first, second = (await session.scalars(select(Ticket).order_by(col(Ticket.id)))).all()
        first.merged_into_id = second.id
        session.add(
            TicketEvent(ticket_id=second.key, at=clock(), actor="U1", action="opened", to_state="new")
        )


@pytest.fixture
async def other(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """An empty database of the other kind than `database_url`."""
    if database_url.startswith("sqlite"):
        url: str = request.getfixturevalue("postgresql_url")
        return url
    url = f"sqlite:///{tmp_path / 'other.db'}"
    await migrate(url)
    return url


async def test_all_rows_arrive_in_a_database_of_the_other_kind_and_new_ones_follow(
    database_url: str, other: str, clock: Clock
) -> None:
    source, target = await Store.open(database_url), await Store.open(other)
    await fill(source, clock)
    copied = await copy(source, target)
    assert {name: count for name, count in copied.items() if count} == {
        "jobs": 1,
        "conversations": 1,
        "conversation_lines": 1,
        "tickets": 2,
        "ticket_history": 1,
    }
    for table in SQLModel.metadata.sorted_tables:
        async with source.read() as one, target.read() as two:
            order = select(table).order_by(*table.primary_key.columns)
            assert (await one.execute(order)).all() == (await two.execute(order)).all(), table.name
    async with target.write() as session:
        await enqueue(session, key="two", kind="slack.dm", payload={}, now=clock())
    async with target.read() as session:
        ids = (await session.scalars(select(col(JobRow.id)).order_by(col(JobRow.id)))).all()
        assert ids == [1, 2]
    with pytest.raises(CopyError, match="an empty one"):
        await copy(source, target)
    await source.close()
    await target.close()


async def test_a_copy_that_fails_leaves_nothing_behind(
    sqlite_url: str, postgresql_url: str, clock: Clock
) -> None:
    source, target = await Store.open(sqlite_url), await Store.open(postgresql_url)
    await fill(source, clock)
    async with target.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE ticket_history RENAME COLUMN actor TO someone"))
    with pytest.raises(Exception, match="actor"):
        await copy(source, target)
    async with target.read() as session:
        assert (await session.scalars(select(Ticket))).all() == []
    await source.close()
    await target.close()
