"""What a card and its background offer is decided before it is worded."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.rooms.desk.background import Matched, Open, Spoken, background
from bot.rooms.desk.cards import Button, Card, Holder, More, card
from bot.rooms.desk.states import State
from bot.rooms.desk.tables import Ticket
from tests.bot.rooms.desk.room import AGENT, make_desk

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
DESK = make_desk("C1")


def ticket(state: State = State.NEW, **more: Any) -> Ticket:
    category = DESK.content.categories[0]
    values: dict[str, Any] = {
        "id": 1,
        "number": "LRL-7K3-9QX",
        "origin": "form:1",
        "opened_by": "U1",
        "team": "T1",
        "person": "U1",
        "category": category.id,
        "subcategory": category.subcategories[0].id,
        "details": "Help",
        "state": state.value,
        "priority": DESK.content.priority,
        "desk_channel": "C1",
        "opened_at": NOW,
        "changed_at": NOW,
        "first_reply_due": NOW,
        "due_at": NOW,
    }
    return Ticket(**{**values, **more})


def shown(state: State = State.NEW, **more: Any) -> Card:
    return card(DESK, ticket(state, **more))


def test_a_new_ticket_can_be_claimed_and_one_that_somebody_has_cannot() -> None:
    assert shown().buttons == (Button.CLAIM, Button.REPLY, Button.NOTE, Button.RESOLVE)
    assert shown().listed_buttons == (Button.CLAIM, Button.REPLY, Button.RESOLVE)
    assert shown(assignee=AGENT).buttons == (Button.REPLY, Button.NOTE, Button.RESOLVE)


def test_a_ticket_that_is_over_offers_little_but_its_history() -> None:
    assert shown(State.RESOLVED).buttons == (Button.NOTE, Button.REOPEN)
    assert shown(State.RESOLVED).menu == (More.MERGE, More.HISTORY)
    assert shown(State.CLOSED).menu == (More.HISTORY,)
    assert shown(State.CLOSED).over


def test_the_menu_keeps_its_order() -> None:
    assert shown(State.OPEN).menu == tuple(More)


@pytest.mark.parametrize(
    ("assignee", "queue", "holder"),
    [
        (AGENT, "design", Holder.AGENT),
        (None, "design", Holder.SPECIALISTS),
        (None, None, Holder.NOBODY),
    ],
)
def test_a_card_says_who_has_the_ticket(assignee: str | None, queue: str | None, holder: Holder) -> None:
    assert shown(assignee=assignee, queue=queue).holder is holder


def test_a_person_is_told_when_to_expect_an_answer_while_it_is_the_desks_turn() -> None:
    assert shown(State.WAITING_US).expected is not None
    assert shown(State.WAITING_PERSON).expected is None
    assert shown(State.RESOLVED).expected is None


def test_an_account_is_named_where_something_is_the_matter_with_it() -> None:
    assert shown(account="active").account is None
    assert shown(account="suspended").account == "suspended"


def test_the_background_leaves_out_pictures_and_what_has_ended() -> None:
    verdicts = [
        {"program": "premium_services", "status": "discontinued", "criteria": []},
        {
            "program": "top_rated",
            "status": "not_eligible",
            "criteria": [
                {"id": "jss", "status": "met"},
                {"id": "jss_weeks", "status": "unmet"},
                {"id": "activity", "status": "unknown"},
            ],
        },
    ]
    said = [{"role": "bot", "text": "🟩🟥 2 of 16\nweeks", "at": ""}]
    opened = ticket(verdicts=verdicts, transcript=said, intents=[{"intent": "badge.lost", "guess": True}])
    found = background(opened, "LRL-1")
    [verdict] = found.verdicts
    assert verdict.open == (Open("jss_weeks", unknown=False), Open("activity", unknown=True))
    assert found.transcript == (Spoken("bot", " 2 of 16 weeks"),)
    assert found.matched == (Matched("badge.lost", guess=True),)
    assert (found.follows, found.contact, found.judged) == ("LRL-1", False, True)
