"""Hours that people can rely on: shifts, holidays, and the two days on which the clocks change."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.calendar import Calendar, NeverOpenError, load_calendars
from knowledge.load import ContentError

PACIFIC = ZoneInfo("America/Los_Angeles")
DESK = load_calendars()["desk"]
SPECIALISTS = load_calendars()["specialists"]
HOUR = timedelta(hours=1)


def pacific(*when: int, fold: int = 0) -> datetime:
    return datetime(*when, tzinfo=PACIFIC, fold=fold)  # type: ignore[arg-type,misc]  # year to minute


def calendar(zone: str = "America/Los_Angeles", **more: object) -> Calendar:
    week = {"monday": ["09:00-12:00", "13:00-17:00"], "tuesday": ["09:00-17:00"]}
    return Calendar.model_validate(
        {"title": "Test", "zone": zone, "zone_title": "Local", "week": week, **more}
    )


def every_day(*shifts: str, zone: str = "America/Los_Angeles") -> Calendar:
    days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    return calendar(zone, week={day: list(shifts) for day in days})


def test_specialists_are_there_monday_to_friday_from_six_to_five_pacific() -> None:
    assert not SPECIALISTS.is_open(pacific(2026, 11, 23, 5, 59))
    assert SPECIALISTS.is_open(pacific(2026, 11, 23, 6, 0))
    assert SPECIALISTS.is_open(pacific(2026, 11, 23, 16, 59))
    assert not SPECIALISTS.is_open(pacific(2026, 11, 23, 17, 0))
    assert not SPECIALISTS.is_open(pacific(2026, 11, 22, 12, 0))
    (hours,) = SPECIALISTS.hours()
    assert (hours.first, hours.last) == ("monday", "friday")
    assert [(a.hour, b.hour) for a, b in hours.shifts] == [(6, 17)]


def test_a_weekend_question_is_looked_at_on_monday_at_six_which_is_fifteen_in_berlin() -> None:
    opening = DESK.next_open(pacific(2026, 11, 21, 18, 0))
    assert DESK.local(opening) == pacific(2026, 11, 23, 6, 0)
    assert opening.astimezone(ZoneInfo("Europe/Berlin")).hour == 15


def test_an_open_desk_opens_now() -> None:
    now = pacific(2026, 11, 23, 10, 30)
    assert DESK.next_open(now) == now
    assert DESK.next_close(now) == pacific(2026, 11, 23, 17, 0)


def test_thanksgiving_is_closed_and_the_day_after_is_not() -> None:
    assert DESK.holiday(pacific(2026, 11, 26).date()) == "Thanksgiving Day"
    assert not DESK.is_open(pacific(2026, 11, 26, 10, 0))
    assert DESK.next_open(pacific(2026, 11, 25, 17, 0)) == pacific(2026, 11, 27, 6, 0)


def test_a_holiday_on_a_weekend_is_kept_on_its_observed_day() -> None:
    assert not DESK.is_open(pacific(2026, 7, 3, 10, 0))
    assert not DESK.is_open(pacific(2027, 12, 31, 10, 0)), "New Year's Day 2028 is a Saturday"


def test_a_holiday_on_which_people_work_all_the_same_is_open() -> None:
    columbus = pacific(2026, 10, 12, 10, 0)
    assert not calendar(holidays={"country": "US"}).is_open(columbus)
    assert calendar(holidays={"country": "US", "works_on": ["Columbus Day"]}).is_open(columbus)


def test_a_split_shift_has_a_lunch_that_does_not_count() -> None:
    split = calendar()
    assert not split.is_open(pacific(2026, 11, 23, 12, 30))
    assert split.next_open(pacific(2026, 11, 23, 12, 0)) == pacific(2026, 11, 23, 13, 0)
    due = split.add_business_time(pacific(2026, 11, 23, 11, 0), 2 * HOUR)
    assert due == pacific(2026, 11, 23, 14, 0)
    assert split.business_time(pacific(2026, 11, 23), pacific(2026, 11, 24)) == 7 * HOUR


def test_time_that_runs_out_with_the_shift_is_due_at_its_end() -> None:
    start = pacific(2026, 11, 23, 13, 0)
    assert calendar().add_business_time(start, 4 * HOUR) == pacific(2026, 11, 23, 17, 0)


def test_eight_hours_from_friday_afternoon_end_on_monday() -> None:
    assert DESK.add_business_time(pacific(2026, 11, 20, 15, 0), 8 * HOUR) == pacific(2026, 11, 23, 12, 0)


def test_single_days_may_be_closed_or_opened() -> None:
    special = calendar(closed=["2026-11-23"], open={"2026-11-28": ["10:00-11:00"]})
    assert not special.is_open(pacific(2026, 11, 23, 10, 0))
    assert special.is_open(pacific(2026, 11, 28, 10, 0))


def test_the_hour_that_spring_skips_is_no_business_time() -> None:
    nights = every_day("00:00-06:00")
    # 2027-03-14: 02:00 becomes 03:00.
    assert nights.business_time(pacific(2027, 3, 14), pacific(2027, 3, 14, 12)) == 5 * HOUR
    assert nights.add_business_time(pacific(2027, 3, 14, 1, 0), 2 * HOUR) == pacific(2027, 3, 14, 4, 0)


def test_the_hour_that_autumn_repeats_counts_twice() -> None:
    nights = every_day("00:00-06:00")
    # 2026-11-01: 02:00 becomes 01:00.
    assert nights.business_time(pacific(2026, 11, 1), pacific(2026, 11, 1, 12)) == 7 * HOUR
    assert nights.is_open(pacific(2026, 11, 1, 1, 30, fold=0))
    assert nights.is_open(pacific(2026, 11, 1, 1, 30, fold=1))


def test_a_shift_that_begins_in_the_skipped_hour_begins_when_the_clocks_have_changed() -> None:
    early = every_day("02:30-06:00")
    assert early.next_open(pacific(2027, 3, 14)) == pacific(2027, 3, 14, 3, 0)
    assert every_day("02:10-02:50").business_time(pacific(2027, 3, 14), pacific(2027, 3, 15)) == timedelta(0)


def test_a_shift_that_ends_in_the_repeated_hour_ends_the_second_time() -> None:
    early = every_day("00:00-01:30")
    assert early.business_time(pacific(2026, 11, 1), pacific(2026, 11, 2)) == 2.5 * HOUR


def test_the_opening_stays_at_six_on_the_wall_through_a_change_of_clocks() -> None:
    opening = DESK.next_open(pacific(2026, 10, 31, 12, 0))
    assert opening == pacific(2026, 11, 2, 6, 0)
    assert opening - DESK.next_open(pacific(2026, 10, 30, 6, 0)) == timedelta(days=3, hours=1)


def test_a_desk_that_never_sleeps_counts_every_second() -> None:
    always = every_day("00:00-24:00")
    start = pacific(2026, 3, 7, 23, 59)
    assert always.is_open(start)
    assert always.add_business_time(start, 100 * HOUR) == start.astimezone(UTC) + 100 * HOUR
    assert always.business_time(start, start + 3 * HOUR) == 3 * HOUR


def test_a_calendar_without_hours_says_so_instead_of_searching_for_ever() -> None:
    with pytest.raises(NeverOpenError, match="400 days"):
        calendar(week={}).next_open(pacific(2026, 1, 1))


def test_business_time_does_not_run_backwards() -> None:
    later, sooner = pacific(2026, 11, 24, 10, 0), pacific(2026, 11, 23, 10, 0)
    assert calendar().business_time(later, sooner) == timedelta(0)
    with pytest.raises(ValueError, match="forwards"):
        calendar().add_business_time(sooner, -HOUR)


moments = st.integers(0, 4 * 366 * 24 * 3600).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
zones = st.sampled_from(["America/Los_Angeles", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"])
weeks = st.sampled_from([("06:00-17:00",), ("00:00-03:00", "04:00-12:30"), ("01:15-02:45", "22:00-24:00")])


@settings(max_examples=120, deadline=None)
@given(zones, weeks, moments, st.integers(0, 60 * 60 * 60))
def test_what_was_added_is_what_has_passed(
    zone: str, shifts: tuple[str, ...], start: datetime, n: int
) -> None:
    there = every_day(*shifts, zone=zone)
    amount = timedelta(seconds=n)
    due = there.add_business_time(start, amount)
    assert there.business_time(start, due) == amount
    assert due == start or there.business_time(start, due - timedelta(seconds=1)) != amount


@settings(max_examples=60, deadline=None)
@given(zones, weeks, moments, st.integers(0, 4 * 24 * 60))
def test_business_time_is_the_open_minutes_counted_one_by_one(
    zone: str, shifts: tuple[str, ...], start: datetime, minutes: int
) -> None:
    there = every_day(*shifts, zone=zone)
    start = start.replace(second=0, microsecond=0)
    minutes %= 600
    counted = sum(there.is_open(start + timedelta(minutes=n)) for n in range(minutes))
    assert there.business_time(start, start + timedelta(minutes=minutes)) == timedelta(minutes=counted)


@settings(max_examples=80, deadline=None)
@given(moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(at: datetime) -> None:
    opening = DESK.next_open(at)
    assert DESK.is_open(opening)
    assert DESK.business_time(at, opening) == timedelta(0)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('monday: ["6-17"]', "no shift"),
        ('monday: ["17:00-06:00"]', "ends after it begins"),
        ('monday: ["06:00-12:00", "11:00-17:00"]', "overlap"),
        ('someday: ["06:00-12:00"]', "monday"),
    ],
)
def test_a_mistake_in_the_hours_is_named_with_its_file_and_line(tmp_path: Path, line: str, says: str) -> None:
    text = f"desk:\n  title: Desk\n  zone: Europe/Berlin\n  zone_title: Berlin\n  week:\n    {line}\n"
    (tmp_path / "calendar.yaml").write_text(text, "utf-8")
    with pytest.raises(ContentError, match=says) as caught:
        load_calendars(tmp_path)
    assert "calendar.yaml:" in str(caught.value)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"zone": "Mars/Olympus"}, "no such time zone"),
        ({"holidays": {"country": "XX"}}, "not known"),
        ({"holidays": {"country": "US", "works_on": ["Towel Day"]}}, "no such holiday: Towel Day"),
    ],
)
def test_an_unknown_zone_or_holiday_is_refused(more: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        calendar(**more)  # type: ignore[arg-type]  # the zone is among them
