"""Ready replies that agents save from their own: for the whole team, and filled in anew for each ticket."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import delete

from bot.content import Content
from bot.playground.limits import view_problems
from bot.playground.workspace import Workspace
from bot.rooms.desk import macros
from bot.rooms.desk.tables import ReadyReply
from tests.bot.rooms.desk.surface.desk_way import AGENT, DeskWay, Opened, desk_way, select, text
from tests.bot.way import PERSON
from tests.clock import Clock


@pytest.fixture
async def way(
    content: Content, clock: Clock, workspace: Workspace, database_url: str
) -> AsyncIterator[DeskWay]:
    async with desk_way(content, clock, workspace, database_url) as opened:
        yield opened


def ready(view: dict[str, Any]) -> dict[str, str]:
    """The menu of ready replies: title to value."""
    [menu] = [b["elements"][0] for b in view["blocks"] if b.get("block_id") == "macros"]
    return {option["text"]["text"]: option["value"] for option in menu["options"]}


async def saves(way: DeskWay, ticket: Opened, words: str, title: str) -> None:
    view = await way.modal(AGENT, "ticket.reply", ticket)
    assert view_problems(view) == []
    await way.sends(AGENT, view, text=text(words), save=text(title))


async def test_a_saved_reply_greets_the_next_person_by_their_own_name(way: DeskWay) -> None:
    first = await way.ticket()
    await saves(way, first, f"Hello <@{PERSON}>, {first.number} is done. <@{AGENT}>", "All done")
    assert f"Hello <@{PERSON}>" in first.told()[-1]
    second = await way.ticket()
    view = await way.modal(AGENT, "ticket.reply", second)
    chosen = ready(view)["All done"]
    await way.bring(
        way.slack.acts.presses(AGENT, "ticket.macro", view=view, element=select(chosen), block_id="macros")
    )
    shown = way.slack.views[view["id"]]
    [field] = [b for b in shown["blocks"] if str(b.get("block_id")).startswith("text")]
    assert field["element"]["initial_value"] == f"Hello <@{PERSON}>, {second.number} is done. <@{AGENT}>"


async def test_a_saved_reply_of_the_same_name_is_replaced_and_one_is_removed_in_the_home_tab(
    way: DeskWay,
) -> None:
    ticket = await way.ticket()
    await saves(way, ticket, "Old words", "Greeting")
    await saves(way, ticket, "New words", "Greeting")
    home = await way.home(AGENT)
    assert "Old words" not in str(home)
    assert "*Greeting*: New words" in str(home)
    [remove] = [
        block["accessory"]
        for block in home["blocks"]
        if str(block.get("accessory", {}).get("action_id")).startswith("desk.macro_remove")
    ]
    await way.bring(way.slack.acts.presses(AGENT, remove["action_id"], value=remove["value"], view=home))
    await way.settle()
    assert "Greeting" not in str(way.slack.homes[AGENT])


async def test_who_is_no_agent_removes_nothing(way: DeskWay) -> None:
    ticket = await way.ticket()
    await saves(way, ticket, "Words", "Greeting")
    await way.bring(
        way.slack.acts.presses(
            PERSON, "desk.macro_remove#1", value="1", view={"type": "home", "id": "V0HOME"}
        )
    )
    await way.settle()
    assert "Greeting" in ready(await way.modal(AGENT, "ticket.reply", ticket))


async def test_a_full_menu_is_said_in_the_form_and_the_words_are_not_lost(way: DeskWay) -> None:
    ticket = await way.ticket()
    async with way.laurel.store.write() as session:
        await session.execute(delete(ReadyReply))
        for at in range(macros.MOST):
            await macros.save(
                session,
                team=way.slack.team,
                title=f"Reply {at}",
                words="x",
                filled={},
                by=AGENT,
                now=way.clock(),
            )
    view = await way.modal(AGENT, "ticket.reply", ticket)
    state = {"text": {"a": text("My words")}, "save": {"a": text("One more")}}
    [answer] = await way.bring(way.slack.acts.submits(AGENT, view, state))
    assert "as many ready replies" in answer.json()["errors"]["save"]
    state["save"] = {"a": text("Reply 3")}  # replaces one: there is room for that
    [answer] = await way.bring(way.slack.acts.submits(AGENT, view, state))
    assert answer.json() == {"response_action": "clear"}


async def test_braces_in_a_saved_reply_are_words_and_no_placeholders(way: DeskWay) -> None:
    ticket = await way.ticket()
    await saves(way, ticket, "Use {brackets} like these", "Brackets")
    view = await way.modal(AGENT, "ticket.reply", ticket)
    chosen = ready(view)["Brackets"]
    await way.bring(
        way.slack.acts.presses(AGENT, "ticket.macro", view=view, element=select(chosen), block_id="macros")
    )
    assert "Use (brackets) like these" in str(way.slack.views[view["id"]])
