"""What a question names: programs, audiences, categories, figures, dates and tickets, slips included."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intents.entities import Entities
from intents.model import Catalogue
from intents.named import Slots
from intents.slots import SlotFinder
from intents.text import words

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def slots(catalogue: Catalogue, entities: Entities) -> SlotFinder:
    return SlotFinder(entities, {word for text, _ in catalogue.examples() for word in words(text)})


@pytest.mark.parametrize(
    ("text", "programs"),
    [
        ("what is top rated", ["top_rated"]),
        ("what is top rated plus", ["top_rated_plus"]),
        ("toprated+ requirements", ["top_rated_plus"]),
        ("Top-Rated Plus", ["top_rated_plus"]),
        ("topratd plus", ["top_rated_plus"]),
        ("top rate plus", ["top_rated_plus"]),
        ("TR", ["top_rated"]),
        ("TR+", ["top_rated_plus"]),
        ("TRP", ["top_rated_plus"]),
        ("plus badge", ["top_rated_plus"]),
        ("and for plus?", ["top_rated_plus"]),
        ("RT perks", ["rising_talent"]),
        ("rising tallent", ["rising_talent"]),
        ("rising star", ["rising_talent"]),
        ("risingtalent", ["rising_talent"]),
        ("EV", ["expert_vetted"]),
        ("how do I get vetted", ["expert_vetted"]),
        ("experts veted badge", ["expert_vetted"]),
        ("premium jobs", ["premium_services"]),
        ("not plus, just top rated", ["top_rated"]),
        ("top rated, not plus", ["top_rated"]),
        ("top rated instead of top rated plus", ["top_rated"]),
        ("I do not mean rising talent but top rated", ["top_rated"]),
        ("why am I not top rated yet", ["top_rated"]),
        ("I am top rated, what do I need for plus", ["top_rated_plus", "top_rated"]),
        ("I am not top rated yet, can I get plus", ["top_rated_plus", "top_rated"]),
        ("why am I still only top rated and not plus", ["top_rated_plus", "top_rated"]),
        ("top rated vs top rated plus", ["top_rated", "top_rated_plus"]),
        ("rising talent or TR or EV", ["rising_talent", "top_rated", "expert_vetted"]),
        ("freelancer plus gives how many connects", []),
        ("is the plus membership worth it", []),
        ("design plus marketing", []),
        ("my art is trendy", []),
        ("every start is hard", []),
        ("waiting for my score", []),
        ("what makes a contract a large contract", ["top_rated_plus"]),
        ("how do they count work history", ["top_rated"]),
        ("does work history matter for rising talent", ["rising_talent"]),
    ],
)
def test_the_program_meant_is_found(text: str, programs: list[str], slots: SlotFinder) -> None:
    assert list(slots.find(text, NOW).programs) == programs


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("what about agencies?", "audience", "agency"),
        ("my agncy lost its badge", "audience", "agency"),
        ("I am a non-exclusive agency member", "audience", "freelancer"),
        ("for agencies, not freelancers", "audience", "agency"),
        ("fee for freelancers", "audience", "freelancer"),
        ("large contract in web dev", "category", "web_mobile_software"),
        ("I do graphic design", "category", "design_creative"),
        ("for copywriters", "category", "writing"),
        ("translaters", "category", "translation"),
        ("virtual asistant", "category", "admin_support"),
        ("HR people", "category", "hr"),
        ("how do I contact customer service", "category", None),
        ("I work in customer service", "category", "customer_service"),
        ("is 5k enough", "amount", Decimal(5000)),
        ("$10,000 in a year", "amount", Decimal(10000)),
        ("ten thousand dollars", "amount", Decimal(10000)),
        ("twenty five thousand", "amount", Decimal(25000)),
        ("1.5k usd", "amount", Decimal(1500)),
        ("10.000 $", "amount", Decimal(10000)),
        ("earned 10 000 usd", "amount", Decimal(10000)),
        ("I made 2 grand", "amount", Decimal(2000)),
        ("958.72 dollars", "amount", Decimal("958.72")),
        ("since 2019", "amount", None),
        ("13 of 16 weeks", "amount", None),
        ("88 percent", "percent", 88.0),
        ("ninety percent", "percent", 90.0),
        ("eighty five percent", "percent", 85.0),
        ("97.5%", "percent", 97.5),
        ("from 98% to 89%", "percent", 89.0),
        ("my score went from 100 to 92", "percent", 92.0),
        ("5000%", "percent", None),
        ("since last March", "on", date(2026, 3, 1)),
        ("since 2 weeks", "on", date(2026, 11, 8)),
        ("two weeks ago", "on", date(2026, 11, 8)),
        ("on 2019-03-01", "on", date(2019, 3, 1)),
        ("on 2019-13-41", "on", None),
        ("in 2019", "on", date(2019, 1, 1)),
        ("march 2021", "on", date(2021, 3, 1)),
        ("on march 5th 2021", "on", date(2021, 3, 5)),
        ("the 5th of May 2021", "on", date(2021, 5, 5)),
        ("since december", "on", date(2025, 12, 1)),
        ("yesterday", "on", date(2026, 11, 21)),
        ("last month", "on", date(2026, 10, 1)),
        ("may I ask", "on", None),
        ("in the last 12 months", "on", None),
        ("status of lrl-7k3-9qx", "ticket", "LRL-7K3-9QX"),
        ("ticket LRL 7K3 9QX", "ticket", "LRL-7K3-9QX"),
        ("where is lrl-bcd-fgh", "ticket", "LRL-BCD-FGH"),
        ("top-of-the-art", "ticket", None),
        ("the-job-was fine", "ticket", None),
    ],
)
def test_figures_and_names_are_found(text: str, name: str, value: Any, slots: SlotFinder) -> None:
    assert getattr(slots.find(text, NOW), name) == value


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_text_has_slots_of_some_kind(slots: SlotFinder, text: str) -> None:
    assert isinstance(slots.find(text, NOW), Slots)


@given(place=st.integers(0, 8), letter=st.sampled_from("aeiourstln"))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_one_slip_does_not_hide_a_program(slots: SlotFinder, place: int, letter: str) -> None:
    name = "toprated"
    slipped = name[: max(1, place)] + letter + name[max(1, place) :]
    assert slots.find(f"{slipped} requirements", NOW).programs == ("top_rated",)


def test_what_somebody_imagines_is_read_without_a_sign_for_its_unit(slots: SlotFinder) -> None:
    assert slots.find("what if i earn 500 more?", NOW).amount == 500
    assert slots.find("what if my JSS drops to 88?", NOW).percent == 88
    assert slots.find("what if I make 3 more contracts", NOW).amount is None
