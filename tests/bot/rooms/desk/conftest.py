"""A desk on a real database, with the stand-in workspace behind it."""

import pytest

from bot.playground.workspace import Workspace
from bot.rooms.desk.room import Desk
from bot.store import Store
from tests.bot.rooms.desk.room import AGENT, OTHER_AGENT, PERSON, Room, make_desk
from tests.clock import Clock


@pytest.fixture
def desk(workspace: Workspace) -> Desk:
    for user in (PERSON, AGENT, OTHER_AGENT):
        workspace.people.user(user)
    workspace.people.channel("C0DESK")
    return make_desk("C0DESK")


@pytest.fixture
def room(store: Store, workspace: Workspace, clock: Clock, desk: Desk) -> Room:
    return Room(store, workspace, clock, desk)
