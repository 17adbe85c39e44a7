"""How the desk does: what a lead reads off the statistics."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.asking import answers
from bot.messages import Who
from bot.rooms.desk.statistics.report import Report, report
from bot.rooms.desk.tables import Ticket, TicketRating
from bot.store import Store
from knowledge.calendar import load_calendars

DESK = load_calendars()["desk"]
MONDAY = datetime(2025, 3, 3, 8, 0, tzinfo=DESK.tz)  # the desk is open
HOUR = timedelta(hours=1)


def ticket(number: int, at: datetime, person: str = "U1", **fields: Any) -> Ticket:
    row: dict[str, Any] = {
        "number": f"T-{number}",
        "origin": f"o{number}",
        "opened_by": "button",
        "team": "T1",
        "person": person,
        "category": "programs",
        "subcategory": "lost",
        "details": "gone",
        "state": "new",
        "priority": "normal",
        "desk_channel": "C1",
        "opened_at": at,
        "changed_at": at,
        "first_reply_due": at + HOUR,
    }
    return Ticket(**{**row, **fields})


async def answered(store: Store, key: str, at: datetime, person: str = "U1", *, tier: str = "answer") -> None:
    async with store.write() as session:
        await answers.note(
            session,
            key=key,
            who=Who("T1", person),
            surface="dm",
            intent="badge.lost",
            category="programs",
            tier=tier,
            at=at,
        )


async def figures(
    store: Store, since: datetime = MONDAY, days: int = 14, *, now: datetime | None = None
) -> Report:
    until = since + timedelta(days=days)
    async with store.read() as session:
        return await report(session, DESK, since, until, now=now or until)


async def test_a_night_between_question_and_reply_does_not_count(store: Store) -> None:
    evening = DESK.next_close(MONDAY) - HOUR
    morning = DESK.next_open(evening + 2 * HOUR) + HOUR
    async with store.write() as session:
        session.add(ticket(1, evening.astimezone(UTC), first_reply_at=morning))
    assert (await figures(store)).total.first_reply_median == 2.0


async def test_times_are_told_as_median_and_as_nine_in_ten(store: Store) -> None:
    async with store.write() as session:
        for number in range(11):
            session.add(
                ticket(
                    number,
                    MONDAY,
                    first_reply_at=MONDAY + timedelta(minutes=6 * number),
                    resolved_at=MONDAY + 5 * HOUR,
                    used_seconds=3600 * number,
                )
            )
    total = (await figures(store)).total
    assert (total.first_reply_median, total.first_reply_p90) == (0.5, 0.9)
    assert (total.resolution_median, total.resolution_p90) == (5.0, 9.0)


async def test_an_answer_after_which_no_ticket_came_within_a_day_was_deflected(store: Store) -> None:
    await answered(store, "helped", MONDAY, "U1")
    await answered(store, "did-not", MONDAY, "U2")
    await answered(store, "unsure", MONDAY, "U3", tier="unsure")
    async with store.write() as session:
        session.add(ticket(1, MONDAY + timedelta(hours=23), "U2"))
        session.add(ticket(2, MONDAY + timedelta(hours=25), "U1"))
    total = (await figures(store)).total
    assert (total.answered, total.deflection) == (2, 0.5)


async def test_an_answer_whose_day_is_not_over_is_not_judged_yet(sqlite_store: Store) -> None:
    await answered(sqlite_store, "yesterday", MONDAY, "U1")
    await answered(sqlite_store, "just now", MONDAY + timedelta(hours=23), "U2")
    await answered(sqlite_store, "in vain", MONDAY + timedelta(hours=23), "U3")
    async with sqlite_store.write() as session:
        session.add(ticket(1, MONDAY + timedelta(hours=24), "U3"))
    total = (await figures(sqlite_store, now=MONDAY + timedelta(hours=25))).total
    assert (total.answered, total.deflection) == (3, 0.5)


async def test_a_week_without_anything_is_shown_as_one(sqlite_store: Store) -> None:
    await answered(sqlite_store, "first", MONDAY)
    await answered(sqlite_store, "third", MONDAY + timedelta(days=14))
    found = await figures(sqlite_store, days=21)
    assert [(f"{week:%d %b}", f.answered) for week, f in found.by_week.items()] == [
        ("03 Mar", 1),
        ("10 Mar", 0),
        ("17 Mar", 1),
    ]


async def test_one_answer_counts_once_however_often_it_is_noted(store: Store) -> None:
    await answered(store, "same", MONDAY)
    await answered(store, "same", MONDAY)
    assert (await figures(store)).total.answered == 1


async def test_breaches_and_ratings_are_told_by_category_and_by_week(store: Store) -> None:
    async with store.write() as session:
        late = ticket(1, MONDAY, first_reply_breached_at=MONDAY + HOUR)
        good = ticket(2, MONDAY + timedelta(days=7), category="jss")
        session.add_all([late, good])
        await session.flush()
        session.add(TicketRating(ticket_id=late.key, asked_at=MONDAY, score=2, rated_at=MONDAY))
        session.add(TicketRating(ticket_id=good.key, asked_at=MONDAY, score=5, rated_at=MONDAY))
    found = await figures(store)
    assert found.total.breach_rate == 0.5
    assert found.total.csat == 3.5
    assert {name: f.csat for name, f in found.by_category.items()} == {"programs": 2.0, "jss": 5.0}
    assert [f.breach_rate for f in found.by_week.values()] == [1.0, 0.0]
    assert [monday.isoformat() for monday in found.by_week] == ["2025-03-03", "2025-03-10"]


async def test_nothing_to_count_is_said_so_and_is_no_zero(sqlite_store: Store) -> None:
    total = (await figures(sqlite_store)).total
    assert (total.opened, total.first_reply_median, total.breach_rate, total.csat, total.deflection) == (
        0,
        None,
        None,
        None,
        None,
    )


async def test_only_the_asker_says_whether_an_answer_helped(store: Store) -> None:
    await answered(store, "k", MONDAY, "U1")
    async with store.write() as session:
        assert not await answers.rate(session, "k", who=Who("T1", "U2"), helpful=True)
        assert await answers.rate(session, "k", who=Who("T1", "U1"), helpful=False)


async def test_who_is_forgotten_leaves_no_trace_in_the_figures(store: Store) -> None:
    await answered(store, "k", MONDAY, "U1")
    async with store.write() as session:
        await answers.forget(session, Who("T1", "U1"))
    assert (await figures(store)).total.answered == 0


async def test_a_period_that_ends_before_it_begins_is_refused(sqlite_store: Store) -> None:
    with pytest.raises(ValueError, match="ends before"):
        await figures(sqlite_store, days=-1)


async def test_the_charts_are_pictures_that_slack_can_show(sqlite_store: Store) -> None:
    from bot.content import TEMPLATES
    from bot.rooms.desk.statistics.charts import charts
    from bot.rooms.desk.statistics.surface import chart_titles

    await answered(sqlite_store, "k", MONDAY)
    drawn = charts(await figures(sqlite_store), chart_titles(TEMPLATES))
    assert [chart.name for chart in drawn] == ["volume", "times", "quality", "csat"]
    assert all(chart.png.startswith(b"\x89PNG") for chart in drawn)
