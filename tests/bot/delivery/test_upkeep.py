"""What is older than the house keeps is forgotten, day after day; what goes on stays."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import col

from bot.asking.conversations import Line
from bot.asking.tables import AnswerGiven
from bot.delivery import Delivery, Pacing, claims, outbox
from bot.delivery.upkeep import BEGIN, FORGET, Upkeep
from bot.store import Store
from tests.bot.way import Way
from tests.clock import Clock

PACIFIC = ZoneInfo("America/Los_Angeles")
KEEP = timedelta(days=90)


class Days:
    """A house with one part that notes when it was asked, and one that fails."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.asked: list[datetime] = []
        self.upkeep = Upkeep({"bad": self._fail, "good": self._note}, keep=KEEP, zone=PACIFIC)
        self.start()

    def start(self) -> None:
        """A new process on the same database."""
        pacing = Pacing(pace=timedelta(0), handler_attempts=1)
        self.delivery = Delivery(self.store, clock=self.clock, pacing=pacing)
        self.delivery.handle(BEGIN, self.upkeep.begin)
        self.delivery.handle(FORGET, self.upkeep.forget)

    async def schedule(self) -> None:
        async with self.store.write() as session:
            await self.upkeep.schedule(session, self.clock())

    async def _note(self, session: Any, before: datetime, now: datetime) -> None:
        del session, now
        self.asked.append(before)

    async def _fail(self, session: Any, before: datetime, now: datetime) -> None:
        raise OSError((session, before, now))


async def test_each_night_once_however_often_the_house_is_started(store: Store, clock: Clock) -> None:
    days = Days(store, clock)
    for _ in range(3):
        await days.schedule()
        await days.delivery.drain()
    assert days.asked == []
    for night in (1, 2):
        clock.now = datetime(2025, 3, 3 + night, 11, 0, tzinfo=UTC)  # 3 am Pacific
        await days.delivery.stop()
        days.start()
        await days.schedule()
        await days.delivery.drain()
        await days.delivery.drain()
        assert days.asked[-1] == clock.now - KEEP
        assert len(days.asked) == night


async def test_a_night_on_which_the_house_was_down_is_made_up_for(sqlite_store: Store, clock: Clock) -> None:
    days = Days(sqlite_store, clock)
    await days.schedule()
    clock.forward(days=5)
    await days.schedule()
    await days.delivery.drain()
    assert len(days.asked) == 1
    clock.forward(days=1)
    await days.delivery.drain()
    assert len(days.asked) == 2


async def test_the_hour_is_the_houses_own_on_the_day_clocks_change(sqlite_store: Store, clock: Clock) -> None:
    clock.now = datetime(2025, 3, 8, 20, 0, tzinfo=UTC)
    days = Days(sqlite_store, clock)
    await days.schedule()
    async with sqlite_store.read() as session:
        due = await claims.next_due(session)
    assert due == datetime(2025, 3, 9, 10, 0, tzinfo=UTC)  # 3 am, summer time since 2 am


async def test_what_people_asked_is_forgotten_after_the_days_that_the_operator_set(way: Way) -> None:
    await way.says("what are the criteria for top rated")
    async with way.laurel.store.write() as session:
        await way.laurel.upkeep.schedule(session, way.clock())
    for days, left in ((89, 1), (3, 0)):
        way.clock.forward(days=days)
        await way.laurel.delivery.drain()
        async with way.laurel.store.read() as session:
            assert len((await session.scalars(select(col(AnswerGiven.id)))).all()) == left
            assert bool((await session.scalars(select(col(Line.id)))).all()) is bool(left)
            assert await outbox.parked(session) == []
