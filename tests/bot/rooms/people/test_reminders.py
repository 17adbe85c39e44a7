""" "Remind me": a timer that outlives everything, a check on its day, a word on what came of it."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.content import Content
from bot.playground.limits import view_problems
from bot.playground.workspace import Workspace
from tests.bot.rooms.desk.surface.desk_way import DeskWay, desk_way
from tests.bot.rooms.people.test_own import GOOD, labels, last, told
from tests.bot.way import PERSON
from tests.clock import Clock


@pytest.fixture
async def own(
    content: Content, clock: Clock, workspace: Workspace, database_url: str
) -> AsyncIterator[DeskWay]:
    async with desk_way(content, clock, workspace, database_url) as way:
        yield way


async def soon(way: DeskWay) -> dict[str, Any]:
    """Everything is met but for the first contract, which is 81 days old: ten days more."""
    return await told(way, **{**GOOD, "first_contract_on": str(way.clock().date() - dt.timedelta(days=81))})


async def press(way: DeskWay, action: str, where: dict[str, Any]) -> dict[str, Any]:
    holder: dict[str, Any] = {"view": where} if where.get("type") == "home" else {"message": where}
    request = way.slack.acts.presses(PERSON, action, **holder)
    await way.bring(request, request)
    return last(way)


async def test_on_its_day_the_person_is_checked_again_and_told_once(own: DeskWay, clock: Clock) -> None:
    verdict = await soon(own)
    assert "📅 *Earliest day: 13 March 2025*" in verdict["text"]
    assert (
        "I look at Top Rated again on 13 March 2025" in (await press(own, "people.remind#1", verdict))["text"]
    )
    before = len(own.slack.posted())
    clock.forward(days=9)
    await own.laurel.delivery.drain()
    assert len(own.slack.posted()) == before
    clock.forward(days=2)
    await own.laurel.delivery.drain()
    await own.laurel.delivery.drain()
    assert len(own.slack.posted()) == before + 1
    assert "You asked me to look at Top Rated again" in last(own)["text"]
    assert "✅ *Top Rated: yes, you meet everything it asks for.*" in last(own)["text"]
    assert "Your reminders" not in str(await own.home(PERSON))


async def test_one_a_program_and_it_is_cancelled_in_the_home_tab(own: DeskWay, clock: Clock) -> None:
    verdict = await soon(own)
    await press(own, "people.remind#1", verdict)
    clock.forward(hours=1)
    await press(own, "people.remind#1", verdict)
    home = await own.home(PERSON)
    assert view_problems(home) == []
    assert str(home).count("⏰") == 1
    assert "Cancelled" in (await press(own, "people.remind_cancel#top_rated", home))["text"]
    assert "⏰" not in str(await own.home(PERSON))
    before = len(own.slack.posted())
    clock.forward(days=20)
    await own.laurel.delivery.drain()
    assert len(own.slack.posted()) == before


async def test_who_forgets_everything_is_not_reminded(own: DeskWay, clock: Clock) -> None:
    await press(own, "people.remind#1", await soon(own))
    await own.bring(own.slack.acts.commands(PERSON, "privacy"))
    await press(own, "people.forget", last(own))
    before = len(own.slack.posted())
    clock.forward(days=20)
    await own.laurel.delivery.drain()
    assert len(own.slack.posted()) == before


async def test_who_has_no_figures_any_more_hears_that_nothing_could_be_looked_at(
    own: DeskWay, clock: Clock
) -> None:
    await press(own, "people.remind#1", await soon(own))
    await press(own, "people.figures_drop", await own.home(PERSON))
    clock.forward(days=11)
    await own.laurel.delivery.drain()
    assert "I could not" in last(own)["text"]
    assert "Use my own figures" in labels(last(own))
