"""The SLA clock: business time, paused while we wait for the person, said once, whatever clocks do."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.delivery.jobs import JobRow
from bot.playground.workspace import Workspace
from bot.rooms.desk import tickets
from bot.rooms.desk.room import Desk
from bot.rooms.desk.tables import NEVER, Side, Ticket
from bot.store import Store
from tests.bot.rooms.desk.room import AGENT, PERSON, Room
from tests.clock import Clock

# The tests begin on Monday, 3 March 2025, 9:00 am Pacific; "high" is 4 and 22 hours of business time.
HOURS = timedelta(hours=1)


@pytest.fixture
def room(sqlite_store: Store, workspace: Workspace, clock: Clock, desk: Desk) -> Room:
    """On SQLite alone: the clock's arithmetic is Python's on either database."""
    return Room(sqlite_store, workspace, clock, desk)


def said_in_channel(room: Room, words: str) -> list[str]:
    found = room.slack.posted("C0DESK")
    return [message["text"] for message in found if "thread_ts" not in message and words in message["text"]]


async def timers(room: Room) -> list[datetime]:
    async with room.store.read() as session:
        found = await session.execute(
            select(col(JobRow.due_at)).where(col(JobRow.kind) == "desk.sla", col(JobRow.state) == "queued")
        )
        return list(found.scalars())


async def test_the_first_reply_is_due_in_business_time(room: Room) -> None:
    room.clock.forward(hours=6)  # 3 pm: two hours are left today
    ticket = await room.open()
    local = room.desk.calendar.local(ticket.first_reply_due)
    assert (local.day, local.hour) == (4, 8)


async def test_a_warning_comes_before_the_breach_and_the_escalation_after_each_once(room: Room) -> None:
    ticket = await room.open()
    room.clock.now = ticket.opened_at + 3 * HOURS
    await room.settle()
    assert len(said_in_channel(room, "first reply is due")) == 1
    room.clock.now = ticket.opened_at + 4 * HOURS
    await room.settle()
    (breach,) = said_in_channel(room, "missed its target for the first reply")
    assert "<!subteam^S0LEADS>" in breach
    room.clock.forward(hours=1)
    await room.settle()
    assert len(said_in_channel(room, "first reply")) == 2
    after = await room.look(ticket.number)
    assert after.first_reply_breached_at is not None
    assert "target missed" in room.root("C0DESK", ticket.desk_thread)["text"]


async def test_a_reply_in_time_ends_the_first_promise_silently(room: Room) -> None:
    ticket = await room.open()
    await room.replies(ticket, "Hello")
    room.clock.now = ticket.opened_at + 5 * HOURS
    await room.settle()
    assert said_in_channel(room, "first reply") == []
    assert (await room.look(ticket.number)).due_at == ticket.resolution_due


async def test_the_resolutions_clock_stands_still_while_we_wait_for_the_person(room: Room) -> None:
    ticket = await room.open()
    room.clock.now = ticket.opened_at + 2 * HOURS
    await room.replies(ticket, "Which one?", asks=True)
    waiting = await room.look(ticket.number)
    assert (waiting.resolution_due, waiting.due_at, waiting.used_seconds) == (NEVER, NEVER, 7200)
    assert await timers(room) == []
    room.clock.forward(days=14)
    await room.settle()
    assert said_in_channel(room, "resolution") == []
    back = room.clock()
    await room.writes(ticket, Side.PERSON, PERSON, "This one")
    after = await room.look(ticket.number)
    left = room.desk.calendar.business_time(back, after.resolution_due)
    assert abs(left - 20 * HOURS) < timedelta(seconds=1)


async def test_a_missed_resolution_is_escalated(room: Room) -> None:
    ticket = await room.open()
    await room.replies(ticket, "Hello")
    room.clock.now = ticket.resolution_due
    await room.settle()
    assert len(said_in_channel(room, "missed its target for the resolution")) == 1
    assert said_in_channel(room, "resolution is due") == [], "after an outage the breach says it all"


async def test_a_resolved_ticket_wants_nothing_more(room: Room) -> None:
    ticket = await room.open()
    await room.do(tickets.resolve, ticket.number, agent=AGENT, reason="fixed")
    assert await timers(room) == []
    room.clock.forward(days=6)
    await room.settle()
    assert said_in_channel(room, "missed") == []


async def test_a_ticket_has_one_timer_whatever_happens_to_it(room: Room) -> None:
    ticket = await room.open()
    for priority in ("low", "urgent", "normal", "urgent"):
        await room.do(tickets.reprioritize, ticket.number, agent=AGENT, priority=priority)
    await room.do(tickets.claim, ticket.number, agent=AGENT)
    assert await timers(room) == [ticket.opened_at + timedelta(minutes=45)]


async def test_changes_that_move_no_target_leave_the_timer_alone(room: Room) -> None:
    ticket = await room.open()
    before = (await room.look(ticket.number)).timer_round
    await room.do(tickets.claim, ticket.number, agent=AGENT)
    assert (await room.look(ticket.number)).timer_round == before


async def test_a_clock_set_back_does_not_warn_too_early(room: Room) -> None:
    ticket = await room.open()
    async with room.store.write() as session:
        job = (
            await session.execute(
                select(JobRow).where(col(JobRow.kind) == "desk.sla", col(JobRow.state) == "queued")
            )
        ).scalar_one()
        job.due_at = room.clock()  # as if the clock had run ahead when it was claimed
    await room.settle()
    assert said_in_channel(room, "reply is due") == []
    assert await timers(room) == [ticket.opened_at + 3 * HOURS]


async def test_raising_the_priority_of_an_old_ticket_says_at_once_what_is_late(room: Room) -> None:
    ticket = await room.open(form={"category": "connects", "subcategory": "count"})
    room.clock.now = ticket.opened_at + 2 * HOURS
    await room.do(tickets.reprioritize, ticket.number, agent=AGENT, priority="urgent")
    assert len(said_in_channel(room, "missed its target for the first reply")) == 1


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("2025-11-26 14:00", "2025-11-28 14:00"),  # the afternoon before Thanksgiving
        ("2025-11-30 14:00", "2025-12-01 17:00"),  # a Sunday
        ("2025-12-24 06:00", "2025-12-24 17:00"),  # a day like others: it is no public holiday
    ],
)
async def test_a_weekend_and_a_holiday_do_not_count(room: Room, opened: str, due: str) -> None:
    zone = room.desk.calendar.tz
    room.clock.now = datetime.fromisoformat(opened).replace(tzinfo=zone).astimezone(UTC)
    ticket: Ticket = await room.open(form={"category": "connects", "subcategory": "count"})  # 11 hours
    assert room.desk.calendar.local(ticket.first_reply_due).strftime("%Y-%m-%d %H:%M") == due
