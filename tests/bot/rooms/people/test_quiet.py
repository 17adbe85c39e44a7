"""Quiet hours end when the clocks on the person's wall say so."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rooms.people.quiet import after_quiet, zone_of

NIGHT = (dt.time(21), dt.time(8))
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("moment", "quiet", "due"),
    [
        ("2026-11-21T12:00", NIGHT, "2026-11-21T12:00"),
        ("2026-11-21T21:00", NIGHT, "2026-11-22T08:00"),
        ("2026-11-21T03:00", NIGHT, "2026-11-21T08:00"),
        ("2026-11-21T08:00", NIGHT, "2026-11-21T08:00"),
        ("2026-11-21T13:00", (dt.time(12), dt.time(14)), "2026-11-21T14:00"),
        ("2026-11-21T11:00", (dt.time(12), dt.time(14)), "2026-11-21T11:00"),
        ("2026-11-21T11:00", (dt.time(9), dt.time(9)), "2026-11-21T11:00"),
        ("2026-03-28T23:00", NIGHT, "2026-03-29T08:00"),  # the clocks go forward that night
        ("2026-10-24T23:00", NIGHT, "2026-10-25T08:00"),  # and back
    ],
)
def test_messages_wait_for_the_end_of_the_night(
    moment: str, quiet: tuple[dt.time, dt.time], due: str
) -> None:
    local = dt.datetime.fromisoformat(moment).replace(tzinfo=BERLIN)
    assert after_quiet(local, BERLIN, quiet).astimezone(BERLIN).replace(
        tzinfo=None
    ) == dt.datetime.fromisoformat(due)


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1_577_836_800, 1_893_456_000).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC)),
    st.sampled_from(["Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]),
    st.times(),
    st.times(),
)
def test_a_message_never_leaves_early_and_waits_a_day_at_most(
    moment: dt.datetime, zone: str, start: dt.time, end: dt.time
) -> None:
    due = after_quiet(moment, ZoneInfo(zone), (start, end))
    assert moment <= due <= moment + dt.timedelta(hours=25)


def test_a_zone_nobody_knows_is_the_house_s() -> None:
    for name in (None, "", "Nowhere/Land", "../etc", "Europe"):
        assert zone_of(name, dt.UTC) is dt.UTC
    assert zone_of("Europe/Berlin", dt.UTC) == BERLIN
