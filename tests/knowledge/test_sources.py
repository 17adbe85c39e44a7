"""Where a fact comes from, and what else is said about it."""

import datetime as dt

import pytest

from knowledge import views
from knowledge.load import load
from knowledge.model import SourceKind

KNOWLEDGE = load()
TODAY = dt.date(2026, 11, 22)


def test_every_source_has_a_title_and_an_address() -> None:
    for source in KNOWLEDGE.sources.values():
        assert source.title
        assert source.address
        assert source.link is None or source.link.startswith("https://")


def test_a_thread_known_by_its_number_alone_is_no_link() -> None:
    assert KNOWLEDGE.sources["forum_905724"].link is None
    assert KNOWLEDGE.sources["tr_now"].link == (
        "https://support.upwork.com/hc/en-us/articles/211068468-Top-Rated"
    )


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("s0", SourceKind.OFFICIAL),
        ("s1", SourceKind.THIRD_PARTY),
        ("s2", SourceKind.THIRD_PARTY),
        ("s3_staff", SourceKind.STAFF),
        ("s3_mod", SourceKind.MODERATOR),
        ("s4", SourceKind.OFFICIAL),
        ("mod22", SourceKind.MODERATOR),
        ("staff_1051261", SourceKind.STAFF),
        ("forum_905724", SourceKind.COMMUNITY),
    ],
)
def test_a_source_has_the_right_kind(source: str, kind: SourceKind) -> None:
    assert KNOWLEDGE.sources[source].kind is kind


def test_every_table_names_the_sources_that_decide() -> None:
    table = views.criteria(KNOWLEDGE, "top_rated", TODAY)
    ids = [source.id for source in table.sources]
    assert len(ids) == len(set(ids))
    assert {"s0", "tr_now", "s1", "mod22"} <= set(ids)
    for line in table.lines:
        assert line.cells[0].sources


def test_where_does_this_come_from_lists_the_outranked_too() -> None:
    table = views.criteria(KNOWLEDGE, "top_rated", TODAY)
    weeks = [(one.role, one.source.id) for label, one in table.behind if label == "Eligible weeks"]
    assert weeks == [("decides", "s0"), ("outranked", "mod22"), ("outranked", "s1")]


def test_a_forum_members_error_is_outranked_and_not_said() -> None:
    shown = views.fact(KNOWLEDGE, "weeks.consecutive", TODAY)
    assert shown.text == "no, they need not be in a row"
    assert [(one.role, one.text) for one in shown.behind] == [
        ("decides", shown.text),
        ("outranked", "in a row"),
    ]
    assert not shown.disputed


@pytest.mark.parametrize(
    ("path", "ours", "others"),
    [
        ("expert_vetted.facts.how", "typically by invitation", ["by invitation only"]),
        (
            "account.bad_reviews_hold",
            "14 days",
            ["until the Reskilling course is done; restored the following Monday"],
        ),
        ("jss.windows", "6, 12 and 24 months; the best of the three is shown", ["the last 24 months"]),
        (
            "top_rated_plus.facts.counted_over",
            "Sources disagree",
            ["earnings on it in the past 12 months keep you qualified"],
        ),
    ],
)
def test_where_equal_sources_disagree_both_are_named(path: str, ours: str, others: list[str]) -> None:
    shown = views.fact(KNOWLEDGE, path, TODAY)
    assert shown.text == ours
    assert shown.disputed
    assert [one.text for one in shown.disagreeing] == others


def test_a_table_lists_its_disagreements() -> None:
    table = views.criteria(KNOWLEDGE, "rising_talent", TODAY)
    (found,) = table.disagreements
    assert found.label == "Upwork Readiness Test"
    assert [one.source.id for one in found.others] == ["myearlybird"]


def test_doubt_is_put_into_words() -> None:
    sure = views.fact(KNOWLEDGE, "top_rated.criteria.earnings_12m.freelancer", TODAY)
    fair = views.fact(KNOWLEDGE, "top_rated_plus.facts.share", TODAY)
    weak = views.fact(KNOWLEDGE, "referral.sign_up_bonus", TODAY)
    assert sure.hedge == ""
    assert fair.hedge
    assert weak.hedge
    assert fair.hedge != weak.hedge


def test_an_inferred_date_is_not_said_as_if_it_were_known() -> None:
    assert views.fact(KNOWLEDGE, "premium_services.existence", TODAY).text == "Ended about Dec 2020"
    assert views.fact(KNOWLEDGE, "fees.old_contracts", TODAY).text == "Ended 31 Dec 2023"


def test_who_gets_free_connects() -> None:
    table = views.across(KNOWLEDGE, "connects", TODAY)
    assert table.title == "Free Connects, once"
    assert table.rows == [
        ["", "Freelancers", "Agencies"],
        ["Rising Talent", "30, once", "60, once"],
        ["Top Rated", "No", "No"],
        ["Top Rated Plus", "Not known", "–"],  # noqa: RUF001 - the dash of an empty cell
        ["Expert-Vetted", "Not known", "–"],  # noqa: RUF001 - the dash of an empty cell
        ["Premium Services", "Ended about Dec 2020", "No"],
    ]
    with pytest.raises(KeyError):
        views.across(KNOWLEDGE, "ponies", TODAY)


def test_programs_stand_side_by_side() -> None:
    table = views.compare(KNOWLEDGE, ["top_rated", "top_rated_plus"], TODAY, kind="criteria")
    assert table.columns == ("", "Top Rated", "Top Rated Plus")
    line = table.line("earnings_12m")
    assert line is not None
    assert [cell.text for cell in line.cells] == ["$1,000 or more", "$10,000 or more"]
    assert all(len(row) == 3 for row in table.rows)


def test_the_fields_of_expert_vetted_are_named_in_words() -> None:
    shown = views.fact(KNOWLEDGE, "expert_vetted.facts.categories", TODAY)
    assert shown.text == (
        "Web, Mobile & Software Dev; Design & Creative; Sales & Marketing; HR; Accounting & Consulting; "
        "Writing; IT & Networking; Data Science & Analytics"
    )
    assert shown.disputed


def test_the_worked_example_of_the_weeks_counts_right() -> None:
    rule = KNOWLEDGE.cell("top_rated.criteria.jss_weeks.freelancer").statements[0].value
    assert isinstance(rule, dict)
    today, later, met = KNOWLEDGE.topic("weeks").examples
    assert all(len(example.weeks) == rule["window"] for example in (today, later, met))
    assert (today.good, later.good, met.good) == (12, 12, 13)
    assert met.good == rule["needed"]
    assert later.weeks == today.weeks[1:] + "g"
    assert met.weeks == later.weeks[1:] + "g"


def test_an_unknown_audience_or_program_is_refused() -> None:
    with pytest.raises(ValueError, match="client"):
        views.criteria(KNOWLEDGE, "top_rated", TODAY, "client")
    with pytest.raises(KeyError):
        views.program(KNOWLEDGE, "gold", TODAY)
