"""One line of the knowledge is found by what people ask for it."""

from intents.model import Choice, Tier
from intents.named import Slots
from intents.points import Points, Wording

FOUND = Points.learn(
    [
        Wording("does money in escrow count as a large contract", "plus.escrow", "plus", "top_rated_plus"),
        Wording("is funded money enough for a large contract", "plus.escrow", "plus", "top_rated_plus"),
        Wording("are several contracts with one client added up", "plus.sum", "plus", "top_rated_plus"),
        Wording("how many members does an agency need", "agency.size", "agency", audience="agency"),
    ]
)


def test_a_question_in_other_words_with_slips_finds_its_line() -> None:
    found = FOUND.find("does the mony in escrow count as large contract?", Slots(), Tier.UNSURE)
    assert found is not None
    assert (found.point, found.intent) == ("plus.escrow", "plus")


def test_a_question_about_another_program_is_not_answered_with_this_ones_line() -> None:
    text = "does money in escrow count as a large contract"
    assert FOUND.find(text, Slots(programs=("rising_talent",)), Tier.CHOOSE) is None
    assert FOUND.find(text, Slots(programs=("top_rated_plus",)), Tier.CHOOSE) is not None


def test_a_freelancer_is_not_answered_with_an_agencys_line() -> None:
    assert FOUND.find("how many members do i need", Slots(audience="freelancer"), Tier.CHOOSE) is None


def test_what_no_line_is_about_finds_none() -> None:
    assert FOUND.find("when will my withdrawal arrive at the bank", Slots(), Tier.CHOOSE) is None
    assert FOUND.find("", Slots(), Tier.CHOOSE) is None
    assert FOUND.find("?!", Slots(), Tier.CHOOSE) is None


def test_the_matchers_reading_helps_the_line_of_its_intent() -> None:
    text = "several contracts of a client"
    alone = FOUND.ranked(text, Slots())[0]
    helped = FOUND.ranked(text, Slots(), [Choice("plus", 0.9)])[0]
    assert alone.point == helped.point == "plus.sum"
    assert alone.score < helped.score <= 1
