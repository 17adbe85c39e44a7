"""The life of a ticket: its states, what can be done in each, and where that leads. Pure.

        claim                ask                  person writes
  new ────────▶ open ──────────────▶ waiting on the person ──────▶ waiting on us
                  └── resolve ──▶ resolved ── 7 days ──▶ closed
                                     └─ reopen, person writes ──▶ waiting on us

`TRANSITIONS` is the whole table: what is not in it is refused. A closed ticket stays closed; who writes again
gets a new one that points back.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    OPEN = "open"
    WAITING_PERSON = "waiting_person"
    WAITING_US = "waiting_us"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Action(StrEnum):
    """What can be done to a ticket, by an agent, by the person, or by the clock."""

    OPEN = "open"
    CLAIM = "claim"
    ASSIGN = "assign"
    REPLY = "reply"
    ASK = "ask"
    NOTE = "note"
    SNOOZE = "snooze"
    WAKE = "wake"
    RECATEGORIZE = "recategorize"
    REPRIORITIZE = "reprioritize"
    HAND_OVER = "hand_over"
    MERGE = "merge"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"
    WRITE = "write"
    THANK = "thank"
    RELEASE = "release"


ACTIVE = frozenset({State.NEW, State.OPEN, State.WAITING_PERSON, State.WAITING_US})
"""The states in which somebody still has to do something."""
OUR_TURN = ACTIVE - {State.WAITING_PERSON}
"""The states in which that is the desk."""

_SAME = {
    action: {state: state for state in ACTIVE}
    for action in (Action.ASSIGN, Action.NOTE, Action.RECATEGORIZE, Action.REPRIORITIZE)
}

TRANSITIONS: Mapping[Action, Mapping[State, State]] = {
    **_SAME,
    Action.CLAIM: {
        State.NEW: State.OPEN,
        State.WAITING_US: State.OPEN,
        State.WAITING_PERSON: State.WAITING_PERSON,
    },
    Action.ASSIGN: {**_SAME[Action.ASSIGN], State.NEW: State.OPEN},
    Action.REPLY: {**dict.fromkeys(ACTIVE, State.OPEN), State.WAITING_PERSON: State.WAITING_PERSON},
    Action.ASK: dict.fromkeys(ACTIVE, State.WAITING_PERSON),
    Action.NOTE: {**_SAME[Action.NOTE], State.RESOLVED: State.RESOLVED, State.CLOSED: State.CLOSED},
    Action.SNOOZE: {state: state for state in ACTIVE - {State.NEW}},
    Action.WAKE: {state: state for state in ACTIVE - {State.NEW}},
    Action.HAND_OVER: dict.fromkeys(ACTIVE, State.WAITING_US),
    Action.MERGE: dict.fromkeys(ACTIVE | {State.RESOLVED}, State.CLOSED),
    Action.RESOLVE: dict.fromkeys(ACTIVE, State.RESOLVED),
    Action.REOPEN: {State.RESOLVED: State.WAITING_US},
    Action.CLOSE: {State.RESOLVED: State.CLOSED},
    Action.WRITE: {
        State.NEW: State.NEW,
        State.OPEN: State.OPEN,
        State.WAITING_PERSON: State.WAITING_US,
        State.WAITING_US: State.WAITING_US,
        State.RESOLVED: State.WAITING_US,
    },
    Action.THANK: {State.RESOLVED: State.RESOLVED, State.CLOSED: State.CLOSED},
    Action.RELEASE: {**{state: state for state in ACTIVE}, State.OPEN: State.WAITING_US},
}


class ImpossibleError(Exception):
    """That cannot be done to a ticket in this state; `state` and `action` say which, a template says it."""

    def __init__(self, state: State, action: Action) -> None:
        self.state = state
        self.action = action
        super().__init__(f"{action} is impossible: the ticket is {state}")


def after(state: State, action: Action) -> State:
    """The state that `action` leads to. Raises ImpossibleError."""
    try:
        return TRANSITIONS[action][state]
    except KeyError:
        raise ImpossibleError(state, action) from None


def allowed(state: State) -> frozenset[Action]:
    """What can be done in `state`."""
    return frozenset(action for action, leads in TRANSITIONS.items() if state in leads)
