"""What nobody knows today is shown as it was last stated, with the year."""

import datetime as dt

import pytest

from knowledge import views
from knowledge.load import load

KNOWLEDGE = load()
TODAY = dt.date(2026, 11, 26)


@pytest.mark.parametrize(
    ("path", "reading"),
    [
        ("top_rated.perks.support.freelancer", "Phone, chat and ticket (2019)"),
        ("top_rated.perks.highlight.freelancer", "High priority (2019)"),
        ("top_rated.perks.marketing.freelancer", "High priority (2019)"),
        ("top_rated.perks.forum.freelancer", "Yes (2019)"),
        ("top_rated.perks.profile_tips.freelancer", "By email (2019)"),
        ("rising_talent.perks.highlight.freelancer", "Priority (2019)"),
        ("rising_talent.perks.job_digest.freelancer", "Yes (2019)"),
        ("top_rated.perks.talent_specialists.freelancer", "Yes (2021)"),
    ],
)
def test_a_perk_of_older_pages_is_read_with_its_age(path: str, reading: str) -> None:
    shown = views.fact(KNOWLEDGE, path, TODAY)
    assert shown.reading == reading
    assert shown.text == "Not known"


def test_what_nobody_ever_said_stays_not_known() -> None:
    shown = views.fact(KNOWLEDGE, "top_rated_plus.perks.connects.freelancer", TODAY)
    assert (shown.reading, shown.last_known) == ("Not known", "")


def test_what_holds_is_read_as_it_is() -> None:
    shown = views.fact(KNOWLEDGE, "top_rated.criteria.jss.freelancer", TODAY)
    assert shown.reading == shown.text == "90% or more"


def test_on_an_old_day_the_value_of_that_day_is_read() -> None:
    shown = views.fact(KNOWLEDGE, "top_rated.perks.highlight.freelancer", dt.date(2019, 3, 1))
    assert shown.reading == "high priority"


def test_a_table_says_whether_it_has_years_in_it() -> None:
    assert views.compare(KNOWLEDGE, ["top_rated"], TODAY, "freelancer", kind="perks").dated
    assert not views.compare(KNOWLEDGE, ["top_rated"], TODAY, "freelancer", kind="criteria").dated
