"""Hours are told for the day and in the time zone that somebody names."""

from datetime import UTC, date, datetime, time

import pytest

from bot.asking.hours import named
from knowledge.calendar import load_calendars
from knowledge.zones import load_zones

CALENDAR = load_calendars()["specialists"]
MONDAY = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("are specialists there on saturday", date(2026, 11, 28)),
        ("specialists at the weekend?", date(2026, 11, 28)),
        ("until when on fridays", date(2026, 11, 27)),
        ("until when on fri", date(2026, 11, 27)),
        ("is somebody there on wendesday", date(2026, 11, 25)),
        ("are they there today", date(2026, 11, 23)),
        ("and tomorrow", date(2026, 11, 24)),
        ("when do the specialists work", None),
        ("is there sun in the office", None),
    ],
)
def test_the_next_day_of_the_name_is_meant(text: str, day: date | None) -> None:
    assert named(text, CALENDAR, MONDAY).day == day


@pytest.mark.parametrize(
    ("text", "zone", "start", "end"),
    [
        ("hours in london time", "Europe/London", time(14), time(1)),
        ("hours in lodnon time", "Europe/London", time(14), time(1)),
        ("from new york please", "America/New_York", time(9), time(20)),
        ("i am in india", "Asia/Kolkata", time(19, 30), time(6, 30)),
    ],
)
def test_hours_are_told_in_the_zone_named(text: str, zone: str, start: time, end: time) -> None:
    found = named(text, CALENDAR, MONDAY)
    assert found.zone is not None
    assert found.zone.zone == zone
    [stretch] = found.stretches
    assert stretch.start_there is not None
    assert stretch.end_there is not None
    assert (stretch.start_there.time(), stretch.end_there.time()) == (start, end)


def test_between_the_changes_of_the_clocks_the_difference_is_another() -> None:
    between = datetime(2026, 3, 16, 20, 0, tzinfo=UTC)  # summer time in the US, not yet in Europe
    [stretch] = named("london", CALENDAR, between).stretches
    assert stretch.start_there is not None
    assert stretch.start_there.time() == time(13)


def test_a_holiday_has_a_name_and_no_hours() -> None:
    found = named("are they there on thursday", CALENDAR, MONDAY)
    assert (found.holiday, found.stretches) == ("Thanksgiving Day", ())


def test_the_calendars_own_zone_is_said_once() -> None:
    assert named("in pacific time", CALENDAR, MONDAY).zone is None


def test_each_name_means_one_zone() -> None:
    names = [name for zone in load_zones() for name in zone.names]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "at", "there"),
    [
        ("is a specialist in at 8pm pacific", time(20), False),
        ("specialist at 10:30 am?", time(10, 30), True),
        ("anybody at 10:00 in berlin", time(10), False),
        ("anybody at 16:00 in berlin", time(16), True),
        ("it costs 5:99", None, False),
    ],
)
def test_a_time_of_day_is_told_as_there_or_not(text: str, at: time | None, there: bool) -> None:
    found = named(text, CALENDAR, MONDAY)
    assert (found.at, found.there) == (at, there)


def test_a_holiday_is_found_by_its_name() -> None:
    assert named("are you there on chrismas", CALENDAR, MONDAY).day == date(2026, 12, 25)
    assert named("do they work on thanksgiving", CALENDAR, MONDAY).day == date(2026, 11, 26)
