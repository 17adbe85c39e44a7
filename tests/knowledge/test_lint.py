"""What is wrong with the content is named with its place and a cure."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.lint import lint
from knowledge.load import DIRECTORY, load

Broken = Callable[..., list[str]]


@pytest.fixture
def broken(tmp_path: Path) -> Broken:
    """Change the content in places and lint it: the problems as lines."""
    target = tmp_path / "knowledge"
    shutil.copytree(DIRECTORY, target, ignore=shutil.ignore_patterns("*.py", "__pycache__"))

    def replace(*changes: tuple[str, str, str]) -> list[str]:
        for file, old, new in changes:
            text = (target / file).read_text("utf-8")
            assert old in text
            (target / file).write_text(text.replace(old, new, 1), "utf-8")
        return [str(problem) for problem in lint(load(target))]

    return replace


def test_the_content_has_no_problem() -> None:
    assert [str(problem) for problem in lint(load())] == []


def test_two_statements_of_a_rank_must_not_overlap(broken: Broken) -> None:
    old = '- {from: 2023-05-03, value: 10, source: freelancingbuzz, confidence: H, show: "a flat {value}%"'
    (found,) = broken(("topics/fees.yaml", old, old.replace("2023-05-03", "2023-05-01")))
    assert found.startswith("knowledge/topics/fees.yaml:11: fees.service_fee: overlaps")
    assert found.endswith("end one with `until`, or mark both `disputed: true`")


def test_one_disputed_statement_needs_another(broken: Broken) -> None:
    old = "source: hold_client_page, confidence: H, approximate: true, disputed: true"
    (found,) = broken(("topics/account.yaml", old, old.replace(", disputed: true", "")))
    assert "account.bad_reviews_hold: overlaps with another statement of its rank" in found


def test_an_unknown_says_what_is_known(broken: Broken) -> None:
    note = ', note: "nothing was found about a fee that came after"'
    (found,) = broken(("topics/fees.yaml", note, ""))
    assert "fees.variable_fee: an unknown value; give it confidence U and a note of what is known" in found


def test_what_ended_says_what_stands_in_its_place(broken: Broken) -> None:
    old = "source: freelancingbuzz, confidence: H"
    (found,) = broken(("topics/fees.yaml", old + ', replaced_by: "the flat fee"', old))
    assert "fees.old_contracts: ends on 2023-12-31 for good; say in `replaced_by`" in found


def test_a_value_must_fit_its_pattern(broken: Broken) -> None:
    (found,) = broken(("topics/fees.yaml", "{first}%, then", "{start}%, then"))
    assert "fees.service_fee: cannot be shown ('start'); mend `show` or `unit`" in found


def test_a_source_that_nothing_names_is_found(broken: Broken) -> None:
    (found,) = broken(("topics/referral.yaml", "source: winonupwork", "source: referral_blog"))
    assert "the source winonupwork is not used" in found
    assert found.startswith("knowledge/sources.yaml:")


def test_a_criterion_that_the_check_cannot_judge_is_found(broken: Broken) -> None:
    found = broken(("programs/top_rated.yaml", "- id: jss_weeks", "- id: lucky_stars"))
    assert any("the criterion lucky_stars is unknown to the check" in line for line in found)


def test_a_rule_without_its_figures_is_found(broken: Broken) -> None:
    found = broken(
        ("programs/top_rated.yaml", "value: {needed: 13, window: 16, jss: 90}", "value: {needed: 13}")
    )
    assert any(
        "jss_weeks cannot be checked with the value {'needed': Decimal('13')}" in line for line in found
    )
    assert all(line.startswith("knowledge/programs/top_rated.yaml:") for line in found)


def test_a_threshold_for_every_category_or_an_honest_gap(broken: Broken) -> None:
    (found,) = broken(("programs/top_rated_plus.yaml", "            legal: null\n", ""))
    assert "large_contract cannot be checked" in found


def test_a_row_has_one_label_everywhere(broken: Broken) -> None:
    (found,) = broken(("programs/top_rated.yaml", "label: Talent Agent", "label: Agent"))
    assert "talent_agent is called 'Agent' here and 'Talent Agent' elsewhere; use one label" in found


def test_a_row_that_stands_twice_is_found(broken: Broken) -> None:
    found = broken(("programs/top_rated.yaml", "  - id: forum\n", "  - id: events\n"))
    assert any("events stands 2 times; keep one" in line for line in found)


def test_an_offer_for_a_program_that_is_not_there_is_found(broken: Broken) -> None:
    found = broken(
        ("offers/referral_2019.yaml", "programs: [top_rated]", "programs: [gold]"),
        ("offers/referral_2019.yaml", "category: customer_service", "category: juggling"),
    )
    assert found == [
        "knowledge/offers/referral_2019.yaml:14: the program gold is unknown; mend the id",
        "knowledge/offers/referral_2019.yaml:18: the category juggling is unknown; mend the id",
    ]


def test_a_word_that_is_missing_is_found(broken: Broken) -> None:
    (found,) = broken(("wording.yaml", '  moderator: "a forum moderator"\n', ""))
    assert found.endswith("kinds has no moderator; add its words")


def test_a_point_that_rests_on_no_cell_is_found_with_its_line(broken: Broken) -> None:
    found = broken(("points/jss.yaml", "{rule: jss.unpaid_jobs}", "{rule: jss.unpaid}"))
    assert any(
        line.startswith("knowledge/points/jss.yaml:1: jss.unpaid_job: rule names no cell") for line in found
    )
