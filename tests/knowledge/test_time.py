"""What is said on a day: nothing that had ended is given as current, and nothing before its time."""

import datetime as dt

import pytest

from knowledge import views
from knowledge.display import Shown, State
from knowledge.load import load

KNOWLEDGE = load()
TODAY = dt.date(2026, 11, 22)


def fact(path: str, day: str) -> Shown:
    return views.fact(KNOWLEDGE, path, dt.date.fromisoformat(day))


def criteria(program: str, day: str, audience: str = "freelancer") -> dict[str, str]:
    table = views.criteria(KNOWLEDGE, program, dt.date.fromisoformat(day), audience)
    return {line.id: line.cells[0].text for line in table.lines}


def perks(program: str, day: str, audience: str = "freelancer") -> dict[str, str]:
    table = views.perks(KNOWLEDGE, program, dt.date.fromisoformat(day), audience)
    return {line.id: line.cells[0].text for line in table.lines + table.ended}


def test_in_2016_top_rated_asks_for_30_days_of_work() -> None:
    assert criteria("top_rated", "2016-07-01") == {
        "jss": "90% or more",
        "first_contract_age": "more than 30 days ago",
    }
    assert perks("top_rated", "2016-07-01")["events"] == "office hours, and a chance to host events"
    assert "events" not in perks("top_rated", "2016-05-31")


def test_in_2016_the_later_programs_are_yet_to_come() -> None:
    day = dt.date(2016, 7, 1)
    states = {view.id: view.existence.text for view in views.overview(KNOWLEDGE, day)}
    assert states == {
        "rising_talent": "From about Jan 2017",
        "top_rated": "Yes",
        "top_rated_plus": "From 7 Jul 2020",
        "expert_vetted": "From about Jul 2020",
        "premium_services": "From about Jan 2017",
    }


def test_in_march_2019_the_old_lists_hold() -> None:
    assert criteria("top_rated", "2019-03-01") == {
        "jss": "90% or more",
        "jss_weeks": "13 of the last 16 weeks at 90% or more, or as Rising Talent",
        "first_contract_age": "more than 90 days ago",
        "earnings_12m": "$1,000 or more",
        "profile_complete": "100% complete",
        "user_type": "freelancer or non-exclusive agency member",
        "account_standing": "no Terms of Service violation in the last 3 months",
        "relevant_proposals": "to projects that fit your skills",
    }
    assert criteria("rising_talent", "2019-03-01")["readiness_test"] == "passed"
    assert perks("premium_services", "2019-03-01")["job_digest"] == "hand-picked, twice a week"
    assert fact("connects.monthly_free", "2019-03-01").text == "60, with some plans 80"
    assert fact("fees.service_fee", "2019-03-01").text.startswith("20%, then 10%, then 5%")
    assert fact("connects.price", "2019-03-01").state is State.UPCOMING


def test_top_rated_plus_begins_on_7_july_2020() -> None:
    before = views.program(KNOWLEDGE, "top_rated_plus", dt.date(2020, 7, 6))
    assert not before.exists
    assert before.existence.text == "From 7 Jul 2020"
    assert before.criteria.empty
    assert not criteria("top_rated_plus", "2020-07-06")
    after = views.program(KNOWLEDGE, "top_rated_plus", dt.date(2020, 7, 7))
    assert after.exists
    assert criteria("top_rated_plus", "2020-07-07")["earnings_12m"] == "$10,000 or more"
    assert criteria("top_rated_plus", "2020-07-07", "agency")["earnings_12m"] == "$20,000 or more"


def test_premium_services_end_with_2020() -> None:
    assert views.program(KNOWLEDGE, "premium_services", dt.date(2020, 12, 31)).exists
    after = views.program(KNOWLEDGE, "premium_services", dt.date(2021, 1, 1))
    assert not after.exists
    assert after.existence.text == "Ended about Dec 2020"
    assert after.existence.replaced_by
    assert after.existence.hedge
    assert after.criteria.empty
    assert ["Talent Agent", "one-on-one"] in after.perks.former_rows


def test_top_rated_asks_for_other_things_from_28_april_2021() -> None:
    before, after = criteria("top_rated", "2021-04-27"), criteria("top_rated", "2021-04-28")
    assert set(before) - set(after) == {"relevant_proposals"}
    assert set(after) - set(before) == {"activity", "availability"}
    assert before["account_standing"] == "no Terms of Service violation in the last 3 months"
    assert after["account_standing"] == "no hold, suspension or violation in the last 90 days"
    table = views.criteria(KNOWLEDGE, "top_rated", dt.date(2021, 4, 28))
    (over,) = table.ended
    assert over.id == "relevant_proposals"
    assert over.cells[0].replaced_by == "activity in the past 90 days"


def test_an_agencys_first_contract_is_30_then_90_days_ago() -> None:
    assert criteria("top_rated", "2020-12-31", "agency")["first_contract_age"] == "more than 30 days ago"
    assert criteria("top_rated", "2021-01-01", "agency")["first_contract_age"] == "more than 90 days ago"


def test_the_readiness_test_is_in_dispute_after_2022() -> None:
    assert criteria("rising_talent", "2022-12-31")["readiness_test"] == "passed"
    assert criteria("rising_talent", "2023-01-01")["readiness_test"] == "Sources disagree"
    shown = fact("rising_talent.criteria.readiness_test.freelancer", "2026-11-22")
    assert shown.disputed
    assert {one.source.id for one in shown.behind} >= {"readiness_blog", "myearlybird"}
    for day in ("2019-03-01", "2021-04-28", "2026-11-22"):
        assert "readiness_test" not in criteria("top_rated", day)


def test_fees_are_flat_from_3_may_2023() -> None:
    assert fact("fees.service_fee", "2016-05-31").text == "10%"
    assert fact("fees.service_fee", "2016-06-01").text.startswith("20%")
    assert fact("fees.service_fee", "2023-05-02").text.startswith("20%")
    assert fact("fees.service_fee", "2023-05-03").text == "a flat 10%"
    assert perks("top_rated", "2023-05-02")["featured_jobs"] == "from 10%"
    assert perks("top_rated", "2023-05-03")["featured_jobs"] == "Ended 2 May 2023"
    assert fact("fees.old_contracts", "2023-12-31").text == "5%"
    assert fact("fees.old_contracts", "2024-01-01").text == "Ended 31 Dec 2023"


@pytest.mark.parametrize(
    ("program", "audience"),
    [("top_rated", "freelancer"), ("top_rated", "agency"), ("top_rated_plus", "freelancer")],
)
def test_feedback_can_be_removed_until_3_september_2024(program: str, audience: str) -> None:
    assert perks(program, "2024-09-03", audience)["feedback_removal"].startswith("once every 3 months")
    assert perks(program, "2024-09-04", audience)["feedback_removal"] == "Ended 3 Sep 2024"
    shown = fact(f"{program}.perks.feedback_removal.{audience}", "2024-09-04")
    assert shown.state is State.ENDED
    assert "28 days" in (shown.replaced_by or "")
    assert shown.was.startswith("once every 3 months")


def test_the_score_is_updated_daily_now_and_was_every_two_weeks() -> None:
    assert fact("jss.updated", "2022-01-01").text == "every two weeks"
    assert fact("jss.updated", "2026-11-22").text == "daily"
    assert [fact("jss.first_score", day).text for day in ("2020-01-01", "2022-01-01", "2023-12-01")] == [
        "3 clients, typically 5 to 8 jobs",
        "4 contracts with 2 clients in 24 months",
        "2 contracts with 2 clients",
    ]


def test_today_nothing_that_is_over_stands_as_current() -> None:
    over = [
        "top_rated.perks.feedback_removal.freelancer",
        "top_rated.perks.featured_jobs.freelancer",
        "top_rated.perks.new_client_fee.freelancer",
        "premium_services.existence",
        "premium_services.perks.talent_agent.freelancer",
        "premium_services.perks.pro_jobs.freelancer",
        "perks.skills_tests",
        "fees.old_contracts",
        "fees.special_offer_jobs",
        "fees.new_clients",
        "feedback_removal.ended",
    ]
    for path in over:
        shown = views.fact(KNOWLEDGE, path, TODAY)
        assert shown.state is State.ENDED, path
        assert shown.text.startswith("Ended"), path
        assert not shown.holds


def test_what_nobody_knows_today_stays_unknown_with_what_is_known() -> None:
    unknown = [
        "top_rated.perks.support.freelancer",
        "top_rated.perks.forum.freelancer",
        "top_rated.perks.events.freelancer",
        "rising_talent.perks.job_digest.freelancer",
        "top_rated_plus.facts.who_sees",
        "top_rated.facts.notice_period",
        "account.private_today",
        "specialists.today",
        "fees.variable_fee",
        "referral.current",
    ]
    for path in unknown:
        shown = views.fact(KNOWLEDGE, path, TODAY)
        assert shown.state is State.UNKNOWN, path
        assert shown.text == "Not known", path
        assert shown.note, path
        assert shown.hedge, path


def test_thresholds_are_known_for_four_categories_only() -> None:
    figures = views.thresholds(KNOWLEDGE, TODAY)
    assert [(name, text) for _, name, text in figures[:4]] == [
        ("Design & Creative", "$5,000"),
        ("Engineering & Architecture", "$5,000"),
        ("Sales & Marketing", "$10,000"),
        ("Writing", "$5,000"),
    ]
    assert {text for _, _, text in figures[4:]} == {"Not known"}
    assert {text for _, _, text in views.thresholds(KNOWLEDGE, TODAY, "agency")} == {"Not known"}
    assert views.thresholds(KNOWLEDGE, dt.date(2020, 7, 6)) == []


def test_on_any_day_every_table_can_be_shown() -> None:
    days = {dt.date(2010, 1, 1), TODAY, dt.date(2040, 1, 1)}
    for found in KNOWLEDGE.cells():
        for statement in found.cell.statements:
            days |= {statement.from_, statement.until or TODAY}
    for day in sorted(days):
        for audience in ("freelancer", "agency"):
            for view in views.overview(KNOWLEDGE, day, audience):
                for row in view.criteria.rows + view.perks.rows:
                    assert all(isinstance(text, str) for text in row)
                    assert all(row[1:])
        for name in KNOWLEDGE.topics:
            assert all(shown.text for shown in views.topic(KNOWLEDGE, name, day).facts.values())
