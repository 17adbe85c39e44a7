"""The agents' home: queues, search, what could not be delivered, and what is done from there."""

from collections.abc import AsyncIterator

import pytest

from bot.content import Content
from bot.playground.workspace import Workspace
from bot.rooms.desk.room import Desk
from tests.bot.rooms.desk.surface.desk_way import (
    AGENT,
    SECOND,
    DeskWay,
    Opened,
    buttons,
    desk_way,
    select,
    text,
)
from tests.bot.way import DESK, OTHER, PERSON, shown
from tests.clock import Clock


@pytest.fixture
async def way(
    content: Content, clock: Clock, workspace: Workspace, sqlite_url: str
) -> AsyncIterator[DeskWay]:
    async with desk_way(content, clock, workspace, sqlite_url) as opened:
        yield opened


async def test_agents_have_a_home_with_queues_and_search_and_others_do_not(way: DeskWay) -> None:
    ticket = await way.ticket()
    await way.bring(way.slack.acts.opens_home(AGENT), way.slack.acts.opens_home(PERSON))
    home = way.slack.homes[AGENT]
    assert "Unclaimed (1)" in str(home["blocks"])
    assert "Help desk" not in str(way.slack.homes[PERSON]["blocks"])
    home = {**home, "id": "V0HOME"}
    value = buttons(home)["desk.list#unclaimed"]["value"]
    await way.bring(way.slack.acts.presses(AGENT, "desk.list#unclaimed", view=home, value=value))
    assert "My profile is gone" in str(way.slack.homes[AGENT]["blocks"])
    await way.bring(
        way.slack.acts.presses(AGENT, "desk.search", view=home, element=text("profile"), block_id="search")
    )
    assert ticket.card["text"].split("*")[1] in str(way.slack.homes[AGENT]["blocks"])


async def test_a_persons_home_shows_their_own_tickets(way: DeskWay) -> None:
    ticket = await way.ticket()
    await way.bring(way.slack.acts.opens_home(PERSON), way.slack.acts.opens_home(OTHER))
    number = ticket.card["text"].split("*")[1]
    assert number in str(way.slack.homes[PERSON]["blocks"])
    assert number not in str(way.slack.homes[OTHER]["blocks"])


async def test_what_slack_refuses_for_good_is_shown_to_agents_and_sent_again(way: DeskWay) -> None:
    ticket = await way.ticket()
    way.slack.people.channels[DESK]["is_archived"] = True
    await way.writes(ticket.dm, ticket.root["ts"], "anybody there?", PERSON)
    await way.bring(way.slack.acts.opens_home(AGENT))
    home = {**way.slack.homes[AGENT], "id": "V0HOME"}
    assert "could not be delivered" in str(home["blocks"])
    way.slack.people.channels[DESK]["is_archived"] = False
    rows = [b["accessory"] for b in home["blocks"] if b.get("accessory")]
    for row in rows:
        await way.bring(way.slack.acts.presses(AGENT, row["action_id"], view=home, value=row["value"]))
    assert any(line.startswith("anybody there?") for line in ticket.thread())


async def test_the_home_shows_what_was_done_from_it_and_stays_where_it_was(way: DeskWay) -> None:
    ticket = await way.ticket()
    home = await way.home(AGENT, "desk.list#unclaimed")
    await way.bring(way.slack.acts.presses(AGENT, f"ticket.claim#{ticket.id}", view=home, value=ticket.id))
    home = {**way.slack.homes[AGENT], "id": "V0HOME"}
    assert "Nothing here" in str(home["blocks"]), "still the unclaimed ones"
    assert "Mine (1)" in str(home["blocks"])
    home = await way.home(AGENT, "desk.list#mine")
    action = f"ticket.resolve#{ticket.id}"
    await way.bring(way.slack.acts.presses(AGENT, action, view=home, value=ticket.id))
    await way.sends(AGENT, way.slack.opened[-1], reason=select("fixed"), text=text(""), link=text(""))
    assert "Mine (0)" in str(way.slack.homes[AGENT]["blocks"])


async def test_who_is_too_late_in_the_home_is_told_in_their_own_messages(way: DeskWay) -> None:
    ticket = await way.ticket()
    home = await way.home(SECOND, "desk.list#unclaimed")
    await way.bring(way.slack.acts.presses(AGENT, "ticket.claim", message=ticket.card))
    await way.bring(way.slack.acts.presses(SECOND, f"ticket.claim#{ticket.id}", view=home, value=ticket.id))
    assert f"<@{AGENT}> was quicker" in shown(way.slack.posted(way.slack.people.dm(SECOND)))


async def test_agents_find_a_persons_tickets_by_choosing_the_person(way: DeskWay) -> None:
    mine, theirs = await way.ticket(PERSON), await way.ticket(OTHER)
    home = await way.home(AGENT)
    chosen = {"type": "users_select", "selected_user": OTHER}
    await way.bring(way.slack.acts.presses(AGENT, "desk.person", view=home, element=chosen))
    found = str(way.slack.homes[AGENT]["blocks"])
    assert theirs.number in found
    assert mine.number not in found


async def test_pages_of_what_was_found_lead_back_to_the_first(way: DeskWay) -> None:
    view = await way.opens_form()
    for number in range(way.laurel.of(Desk).content.page + 1):
        await way.sends_form({**view, "id": f"V{number}"})
    ticket = Opened(way, PERSON)
    chosen = {"type": "users_select", "selected_user": PERSON}
    await way.bring(way.slack.acts.presses(AGENT, "desk.person", view=await way.home(AGENT), element=chosen))
    assert ticket.number in str(way.slack.homes[AGENT]["blocks"])
    await way.turns_page(AGENT, "desk.list#next")
    assert ticket.number not in str(way.slack.homes[AGENT]["blocks"])
    await way.turns_page(AGENT, "desk.list#previous")
    assert ticket.number in str(way.slack.homes[AGENT]["blocks"])


async def test_who_is_agent_and_specialist_sees_both_homes_one_below_the_other(
    content: Content, clock: Clock, workspace: Workspace, sqlite_url: str
) -> None:
    workspace.people.group("S0SPECIALISTS", AGENT)
    async with desk_way(content, clock, workspace, sqlite_url, specialist_group="S0SPECIALISTS") as way:
        home = await way.home(AGENT)
        titles = [block["text"]["text"] for block in home["blocks"] if block["type"] == "header"]
        assert titles == ["Help desk", "Category Specialists"]
        await way.bring(way.slack.acts.presses(AGENT, "specialist.duty_on", view=home))
        both = str(way.slack.homes[AGENT]["blocks"])
        assert "You are on duty" in both
        assert "Unclaimed" in both
        assert "Category Specialists" not in str((await way.home(SECOND))["blocks"])


async def test_an_answer_that_does_not_reach_the_person_is_told_in_its_thread_and_sent_again(
    way: DeskWay,
) -> None:
    ticket = await way.ticket()
    way.slack.people.channels[ticket.dm]["is_archived"] = True
    await way.writes(DESK, ticket.card_ts, "&gt;&gt; It is fixed", AGENT)
    assert "did not reach" in ticket.thread()[-1]
    told = next(m for m in reversed(way.slack.posted(DESK)) if "did not reach" in m["text"])
    way.slack.people.channels[ticket.dm]["is_archived"] = False
    row = told["blocks"][0]["accessory"]
    await way.bring(way.slack.acts.presses(OTHER, row["action_id"], message=told, value=row["value"]))
    assert ticket.told() == [], "only agents may"
    await way.bring(way.slack.acts.presses(AGENT, row["action_id"], message=told, value=row["value"]))
    assert [line.splitlines()[0] for line in ticket.told()] == ["It is fixed"]


async def test_all_that_was_refused_can_be_sent_again_at_once_in_its_order(way: DeskWay) -> None:
    ticket = await way.ticket()
    way.slack.people.channels[DESK]["is_archived"] = True
    for word in ("one", "two", "three"):
        await way.writes(ticket.dm, ticket.root["ts"], word, PERSON)
    home = await way.home(AGENT)
    assert "3 things could not be delivered" in str(home["blocks"])
    assert f"{ticket.number}>*, to its thread: slack: is_archived" in str(home["blocks"])
    way.slack.people.channels[DESK]["is_archived"] = False
    await way.bring(way.slack.acts.presses(AGENT, "desk.resend_all", view=home, value=""))
    assert [line.splitlines()[0] for line in ticket.thread()[-3:]] == ["one", "two", "three"]
    assert "could not be delivered" not in str(way.slack.homes[AGENT]["blocks"])
