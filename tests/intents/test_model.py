"""What is understood survives the way through a database."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

from intents.model import Choice, Tier, Turn, Understood
from intents.named import Slots

SLOTS = Slots(
    programs=("top_rated", "top_rated_plus"),
    audience="agency",
    category="writing",
    amount=Decimal("10000.50"),
    percent=88.5,
    on=date(2019, 3, 1),
    ticket="LRL-7K3-9QX",
)
NOW = datetime(2025, 3, 3, 17, 0, tzinfo=UTC)


def test_slots_come_back_as_they_were() -> None:
    for slots in (SLOTS, Slots()):
        assert Slots.from_dict(json.loads(json.dumps(slots.as_dict()))) == slots


def test_slots_may_be_given_by_one_program_alone() -> None:
    assert Slots.from_dict({"program": "top_rated"}) == Slots(programs=("top_rated",))
    assert Slots.from_dict({}).program is None


def test_a_turn_comes_back_as_it_was() -> None:
    turn = Turn("jss.drop", SLOTS, ("jss.improve",), NOW, failures=1, reply="C1:1.2")
    assert Turn.from_dict(json.loads(json.dumps(turn.as_dict()))) == turn


def test_what_was_understood_comes_back_as_it_was() -> None:
    item = Understood(
        "why?", Tier.CHOOSE, "jss.drop", SLOTS, 0.5, (Choice("jss.drop", 0.5),), follow_up=True, deferred=True
    )
    assert Understood.from_dict(json.loads(json.dumps(item.as_dict()))) == item
