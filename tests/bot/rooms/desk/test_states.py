"""The life of a ticket as properties: whatever is done to it, it is never somewhere it cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rooms.desk.states import (
    ACTIVE,
    TRANSITIONS,
    Action,
    ImpossibleError,
    State,
    after,
    allowed,
)

states = st.sampled_from(State)
actions = st.lists(st.sampled_from(Action), max_size=30)


def walk(start: State, deeds: list[Action]) -> list[State]:
    found = [start]
    for deed in deeds:
        try:
            found.append(after(found[-1], deed))
        except ImpossibleError:
            found.append(found[-1])
    return found


@given(actions)
def test_a_closed_ticket_stays_closed(deeds: list[Action]) -> None:
    path = walk(State.NEW, deeds)
    if State.CLOSED in path:
        assert set(path[path.index(State.CLOSED) :]) == {State.CLOSED}


@given(actions)
def test_only_resolving_or_merging_ends_the_work(deeds: list[Action]) -> None:
    path = walk(State.NEW, deeds)
    for deed, before, then in zip(deeds, path, path[1:], strict=False):
        if before in ACTIVE and then not in ACTIVE:
            assert deed in {Action.RESOLVE, Action.MERGE}


@given(actions)
def test_a_ticket_is_new_only_until_somebody_acts(deeds: list[Action]) -> None:
    path = walk(State.NEW, deeds)
    left = next((n for n, state in enumerate(path) if state is not State.NEW), len(path))
    assert State.NEW not in path[left:]


@given(states, st.sampled_from(Action))
def test_what_is_allowed_is_what_is_possible(state: State, action: Action) -> None:
    if action in allowed(state):
        assert after(state, action) in State
    else:
        with pytest.raises(ImpossibleError) as caught:
            after(state, action)
        assert (caught.value.state, caught.value.action) == (state, action)


@given(states)
def test_the_person_can_always_write_until_the_ticket_is_closed(state: State) -> None:
    assert (Action.WRITE in allowed(state)) == (state is not State.CLOSED)


def test_every_active_ticket_can_be_answered_resolved_and_given_to_somebody() -> None:
    for state in ACTIVE:
        assert {Action.REPLY, Action.ASK, Action.RESOLVE, Action.ASSIGN, Action.NOTE} <= allowed(state)


def test_waiting_for_the_person_ends_when_they_write_or_we_end_it() -> None:
    leaves = {
        a for a in allowed(State.WAITING_PERSON) if after(State.WAITING_PERSON, a) is not State.WAITING_PERSON
    }
    assert leaves == {Action.WRITE, Action.HAND_OVER, Action.MERGE, Action.RESOLVE}


def test_opening_is_no_transition_of_a_ticket_that_is_there() -> None:
    assert Action.OPEN not in TRANSITIONS
