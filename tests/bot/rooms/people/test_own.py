"""Check me without a record: figures told in a form or in a conversation: kept, aged, changed, forgotten."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.content import Content
from bot.messages import Who
from bot.playground.limits import message_problems, view_problems
from bot.playground.workspace import Workspace
from bot.rooms.desk.tables import Ticket
from bot.rooms.people.tables import DeclaredFact
from tests.bot.rooms.desk.surface.desk_way import DeskWay, Opened, desk_way, filled_in
from tests.bot.way import GENERAL, OTHER, PERSON, shown
from tests.clock import Clock

YES = {"type": "checkboxes", "selected_options": [{"text": {}, "value": "yes"}]}
GOOD = {
    "jss": "93%",
    "weeks": "15",
    "earned": "$12,500.00",
    "contract": "6200",
    "category": "writing",
    "first_contract_on": "2023-05-01",
    "profile": "100",
    "standing": "clear",
    "availability_on": "2025-02-20",
    "active_on": "2025-03-01",
    "user_type": "freelancer",
}


@pytest.fixture
async def own(
    content: Content, clock: Clock, workspace: Workspace, database_url: str
) -> AsyncIterator[DeskWay]:
    workspace.people.channel(GENERAL, members=(PERSON, OTHER))
    async with desk_way(content, clock, workspace, database_url) as way:
        yield way


def state(view: dict[str, Any], **values: str) -> dict[str, dict[str, Any]]:
    """The form as Slack sends it: what is not named is left as it was shown."""
    found: dict[str, dict[str, Any]] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element, value = block["element"], values.get(block["block_id"])
        match element["type"]:
            case "static_select":
                option = element.get("initial_option")
                given: dict[str, Any] = {"selected_option": option if value is None else {"value": value}}
            case "datepicker":
                given = {"selected_date": element.get("initial_date") if value is None else value or None}
            case _:
                given = {"value": element.get("initial_value") if value is None else value}
        found[block["block_id"]] = {element["action_id"]: {"type": element["type"], **given}}
    return found


async def opened(way: DeskWay, holder: dict[str, Any], action: str, user: str = PERSON) -> dict[str, Any]:
    where: dict[str, Any] = {"view": holder} if holder.get("type") == "home" else {"message": holder}
    await way.bring(way.slack.acts.presses(user, action, **where))
    view = way.slack.opened[-1]
    assert view_problems(view) == []
    return view


async def sent(way: DeskWay, view: dict[str, Any], user: str = PERSON, **values: str) -> dict[str, Any]:
    """The form is sent off; errors by block."""
    request = way.slack.acts.submits(user, view, state(view, **values))
    [answer, _] = await way.bring(request, request)  # Slack may deliver a form twice
    errors: dict[str, Any] = (answer.json() if answer.content.strip() else {}).get("errors") or {}
    return errors


async def told(way: DeskWay, user: str = PERSON, **values: str) -> dict[str, Any]:
    """Somebody tells these figures; the verdict that follows."""
    [reply] = await way.says("am I eligible for top rated", user)
    assert await sent(way, await opened(way, reply, "people.figures", user), user, **values) == {}
    return last(way, user)


def last(way: DeskWay, user: str = PERSON) -> dict[str, Any]:
    message = way.slack.posted(way.slack.people.dm(user))[-1]
    assert message_problems(message) == []
    return message


async def kept(way: DeskWay) -> dict[str, str]:
    async with way.laurel.store.read() as session:
        return {row.name: row.value for row in await session.scalars(select(DeclaredFact))}


def labels(message: dict[str, Any]) -> list[str]:
    found = [e for b in message["blocks"] for e in [*b.get("elements", []), b.get("accessory") or {}]]
    return [e["text"]["text"] for e in found if e.get("type") == "button"]


async def test_who_has_no_record_tells_figures_and_gets_a_verdict_once(own: DeskWay) -> None:
    before = len(own.slack.posted())
    verdict = await told(own, **GOOD)
    assert len(own.slack.posted()) == before + 2  # "link or tell", and one verdict
    assert "✅ *Top Rated: yes, you meet everything it asks for.*" in verdict["text"]
    assert "93%, needed: 90% or more _(you told me, today)_" in verdict["text"]
    assert "I did not look at any record" in verdict["text"]
    assert await kept(own) == {**GOOD, "jss": "93", "earned": "12500.00"}


async def test_what_is_left_empty_stays_open_and_can_be_told_row_by_row(own: DeskWay) -> None:
    verdict = await told(own, jss="93", weeks="15")
    assert "I cannot say for certain" in verdict["text"]
    assert labels(verdict).count("Tell me") == 7
    view = await opened(own, verdict, "people.figures#profile_complete")
    assert [b["block_id"] for b in view["blocks"] if b["type"] == "input"] == ["profile"]
    assert await sent(own, view, profile="80%") == {}
    assert "Profile" in last(own)["text"]
    assert "❌ *Top Rated: not yet.* 1 of 9 criteria is not met." in last(own)["text"]
    assert await kept(own) == {"jss": "93", "weeks": "15", "profile": "80"}


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"jss": "193"}, {"jss": "A percentage"}),
        ({"jss": "lots"}, {"jss": "A percentage"}),
        ({"weeks": "17"}, {"weeks": "from 0 to 16"}),
        ({"earned": "1.234,50"}, {"earned": "An amount in dollars"}),
        ({"earned": "1e309"}, {"earned": "An amount in dollars"}),
        ({"contract": "-5"}, {"contract": "An amount in dollars"}),
        ({"first_contract_on": "2026-01-01"}, {"first_contract_on": "still to come"}),
        ({"standing": "clear", "hold_on": "2025-01-01"}, {"hold_on": "leave the day empty"}),
        ({"standing": "hold"}, {"hold_on": "Choose the last day"}),
        ({"members": "many"}, {"members": "A whole number"}),
        ({}, {"jss": "at least one"}),
    ],
)
async def test_a_mistake_stands_beside_its_field_and_nothing_is_kept(
    own: DeskWay, values: dict[str, str], wrong: dict[str, str]
) -> None:
    [reply] = await own.says("am I eligible for top rated")
    errors = await sent(own, await opened(own, reply, "people.figures"), **values)
    assert errors.keys() == wrong.keys()
    assert all(wrong[name] in text for name, text in errors.items())
    assert await kept(own) == {}


async def test_what_was_said_is_kept_by_a_button_and_by_its_speaker_alone(own: DeskWay) -> None:
    await own.bring(
        *own.slack.acts.says(
            PERSON, f"<@{own.slack.bot_user}> my score is 93, am I eligible for top rated?", channel=GENERAL
        )
    )
    reply = own.slack.posted(GENERAL)[-1]
    assert "Keep these figures" in labels(reply)
    await own.bring(own.slack.acts.presses(OTHER, "people.figures_keep", message=reply))
    assert await kept(own) == {}
    assert "somebody else's" in shown(own.slack.ephemerals)
    press = own.slack.acts.presses(PERSON, "people.figures_keep", message=reply)
    await own.bring(press, press)
    assert await kept(own) == {"jss": "93"}
    assert "Kept" in own.alone(PERSON)
    await own.says("am I eligible for top rated")
    assert "93%, needed: 90% or more _(you told me, today)_" in last(own)["text"]


async def test_after_a_month_it_is_asked_whether_it_is_still_true(own: DeskWay, clock: Clock) -> None:
    await told(own, **GOOD)
    clock.forward(days=30)
    await own.says("am I eligible for top rated")
    assert "still true?" not in last(own)["text"]
    clock.forward(days=1)
    await own.says("am I eligible for top rated")
    assert "93%, needed: 90% or more _(you told me, 31 days ago: still true?)_" in last(own)["text"]
    await own.bring(own.slack.acts.presses(PERSON, "people.figures_true", message=last(own)))
    await own.says("am I eligible for top rated")
    assert "(you told me, today)" in last(own)["text"]


async def test_the_home_tab_shows_changes_and_forgets_them(own: DeskWay) -> None:
    home = await own.home(PERSON)
    assert {"Link my record", "Use my own figures"} <= set(labels(home))
    assert await sent(own, await opened(own, home, "people.figures"), jss="93", weeks="15") == {}
    home = await own.home(PERSON)
    assert view_problems(home) == []
    assert "Job Success Score: *93%*, told today" in json.dumps(home)
    view = await opened(own, home, "people.figures")
    assert await sent(own, view, jss="", weeks="14") == {}
    assert await kept(own) == {"weeks": "14"}
    await own.bring(own.slack.acts.presses(PERSON, "people.figures_drop", view=await own.home(PERSON)))
    assert await kept(own) == {}
    assert "told today" not in json.dumps(await own.home(PERSON))


async def test_a_record_goes_before_what_was_told_and_the_card_says_where_they_differ(
    own: DeskWay, tmp_path: Path
) -> None:
    await told(own, jss="99", availability_on="2025-02-20")
    await own.knows(PERSON, tmp_path, availability_updated_on=None)
    await own.says("am I eligible for top rated")
    text = last(own)["text"]
    assert "_(your record, " in text
    assert "You told me 99%; your record goes before that." in text
    assert "_(you told me, today)_" in text  # the availability, which the record leaves open


async def test_forget_me_takes_what_was_told_and_privacy_names_it(own: DeskWay) -> None:
    await told(own, jss="93", weeks="15")
    await told(own, OTHER, jss="80")
    await own.bring(own.slack.acts.commands(PERSON, "privacy"))
    assert "What you told me of yourself: 2 figures" in last(own)["text"]
    await own.bring(own.slack.acts.presses(PERSON, "people.forget", message=last(own)))
    assert await kept(own) == {"jss": "80"}
    await own.says("am I eligible for top rated")
    assert "which freelancer you are" in last(own)["text"]


async def test_the_command_opens_the_form_and_check_offers_it(own: DeskWay) -> None:
    await own.bring(own.slack.acts.commands(PERSON, "figures"))
    assert own.slack.opened[-1]["callback_id"] == "people.figures"
    await own.bring(own.slack.acts.commands(PERSON, "check", channel=GENERAL))
    assert "Use my own figures" in labels(own.slack.ephemerals[-1])


async def test_nobody_sees_what_somebody_else_told(own: DeskWay) -> None:
    await told(own, **GOOD)
    await own.says("am I eligible for top rated", OTHER)
    assert "which freelancer you are" in last(own, OTHER)["text"]
    await own.bring(
        *own.slack.acts.says(PERSON, f"<@{own.slack.bot_user}> am I eligible for top rated", channel=GENERAL)
    )
    assert own.slack.posted(GENERAL) == []
    assert "93%" in own.alone(PERSON)


async def test_an_agency_s_figures_are_judged_as_an_agency_s(own: DeskWay) -> None:
    verdict = await told(own, members="1", member_profiles="70", owner_profile="100")
    assert "members" in verdict["text"].lower()
    assert "(you told me, today)" in verdict["text"]


async def test_agents_see_told_figures_only_where_the_person_ticks_it(own: DeskWay) -> None:
    view = await own.opens_form()
    assert "share" not in [block.get("block_id") for block in view["blocks"]]  # nothing was told yet
    await told(own, **GOOD)
    view = await own.opens_form()
    [tick] = [block for block in view["blocks"] if block.get("block_id") == "share"]
    assert "initial_options" not in tick["element"]
    await own.sends_form(view)
    assert "93%" not in "\n".join(Opened(own, PERSON).thread())
    await own.sends_form(await own.opens_form(), share=YES)
    background = "\n".join(Opened(own, PERSON).thread())
    assert "What they told Laurel of themselves, and let you see" in background
    assert "• Job Success Score: 93%, told today" in background
    assert "• Earned in the last 12 months: $12,500, told today" in background


async def test_the_tick_stays_when_the_form_is_drawn_anew(own: DeskWay) -> None:
    await told(own, **GOOD)
    view = await own.opens_form()
    ticked = {**view, "state": {"values": filled_in(share=YES)}}
    await own.bring(own.slack.acts.presses(PERSON, "ticket.category", value="badges", view=ticked))
    again = own.slack.views[view["id"]]
    [tick] = [block for block in again["blocks"] if block.get("block_id") == "share"]
    assert [option["value"] for option in tick["element"]["initial_options"]] == ["yes"]


async def test_who_is_forgotten_takes_shared_figures_along(own: DeskWay) -> None:
    await told(own, **GOOD)
    await own.sends_form(await own.opens_form(), share=YES)
    async with own.laurel.store.read() as session:
        assert [bool(row.figures) for row in await session.scalars(select(Ticket))] == [True]
    async with own.laurel.store.write() as session:
        for room in own.laurel.rooms:
            if room.forget is not None:
                await room.forget(session, Who("T0LAUREL", PERSON))
    async with own.laurel.store.read() as session:
        assert [row.figures for row in await session.scalars(select(Ticket))] == [[]]
