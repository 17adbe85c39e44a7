"""The ticket's form: what it knows already, what it answers itself, and what travels along."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.asking import answers
from bot.content import Content
from bot.messages import Who
from bot.playground.workspace import Workspace
from bot.rooms.desk.room import Desk
from tests.bot.rooms.desk.surface.desk_way import (
    DeskWay,
    Opened,
    desk_way,
    select,
    text,
)
from tests.bot.way import DESK, PERSON
from tests.clock import Clock


@pytest.fixture
async def way(
    content: Content, clock: Clock, workspace: Workspace, sqlite_url: str
) -> AsyncIterator[DeskWay]:
    async with desk_way(content, clock, workspace, sqlite_url) as opened:
        yield opened


async def test_a_form_with_a_mistake_says_so_in_the_form(way: DeskWay) -> None:
    view = await way.opens_form()
    answer = await way.sends_form(view, contact=text("nobody"), details=text(" "))
    errors = answer.json()["errors"]
    assert set(errors) == {"contact", "details"}
    assert "e-mail address" in errors["contact"]
    assert way.slack.posted(DESK) == []


async def test_choosing_a_category_brings_its_subcategories_and_popular_topics(way: DeskWay) -> None:
    view = await way.opens_form()
    view = {**view, "state": {"values": {"details": {"ticket.details": text("typed so far")}}}}
    await way.bring(
        way.slack.acts.presses(
            PERSON, "ticket.category", view=view, element=select("connects"), block_id="category"
        )
    )
    now = way.slack.views[view["id"]]
    assert "subcategory.connects" in [b.get("block_id") for b in now["blocks"]]
    assert "typed so far" in str(now["blocks"])
    [topics] = [b for b in now["blocks"] if b.get("block_id") == "topics"]
    [first, *_] = topics["elements"]
    await way.bring(way.slack.acts.presses(PERSON, first["action_id"], view=now, value=first["value"]))
    answer = way.slack.opened[-1]
    assert len(answer["blocks"]) > 2
    assert "ticket.helped" in str(answer["blocks"])


async def test_the_command_and_the_message_shortcut_open_the_form_too(way: DeskWay) -> None:
    await way.bring(way.slack.acts.commands(PERSON, "ticket my badge is gone"))
    assert "my badge is gone" in str(way.slack.opened[-1]["blocks"])
    message = {"ts": way.slack.new_ts(), "text": "it &lt;broke&gt;", "user": PERSON, "channel": DESK}
    await way.bring(way.slack.acts.uses_shortcut(PERSON, "ticket.from_message", message=message))
    assert "it <broke>" in str(way.slack.opened[-1]["blocks"])


async def test_a_popular_topic_is_answered_in_the_form_with_tables_as_lines_and_questions_that_go_on(
    way: DeskWay,
) -> None:
    view = {**await way.opens_form(), "type": "modal"}
    await way.bring(way.slack.acts.presses(PERSON, "ticket.popular", view=view, value="agency.programs"))
    asks = way.slack.opened[-1]
    [first, *_] = [e for b in asks["blocks"] for e in b.get("elements", []) if "ticket.topic" in str(e)]
    await way.bring(way.slack.acts.presses(PERSON, first["action_id"], view=asks, value=first["value"]))
    answer = way.slack.views[asks["id"]]
    assert {block["type"] for block in answer["blocks"]} <= {"section", "context", "divider", "actions"}
    assert "• *" in str(answer["blocks"]), "the table's rows"
    await way.bring(way.slack.acts.presses(PERSON, "ticket.helped", view=answer))
    assert way.slack.views[asks["id"]]["title"]["text"] == "Glad it helps"
    async with way.laurel.store.read() as session:
        given = await answers.given_to(session, Who(way.slack.team, PERSON), way.clock())
    assert [one.intent for one in given[1:]] == ["agency.programs", "agency.programs"]
    assert [one.helpful for one in given[1:]] == [None, True]


async def test_every_popular_topic_of_the_form_has_an_answer_that_slack_takes(way: DeskWay) -> None:
    view = {**await way.opens_form(), "type": "modal"}
    content = way.laurel.of(Desk).content
    topics = {p for c in content.categories for sub in c.subcategories for p in sub.popular}
    for topic in sorted(topics):
        await way.send(way.slack.acts.presses(PERSON, "ticket.popular", view=view, value=topic))
        answer = way.slack.opened[-1]
        assert "ticket.answer" in answer["callback_id"], topic
        assert any(block["type"] == "section" for block in answer["blocks"]), topic


async def test_the_form_begins_with_what_was_talked_about(way: DeskWay) -> None:
    await way.says("why did my jss drop")
    [reply] = await way.says("I want a human")
    await way.bring(way.slack.acts.presses(PERSON, "ticket.open", message=reply))
    [category] = [b["element"] for b in way.slack.opened[-1]["blocks"] if b.get("block_id") == "category"]
    assert category["initial_option"]["value"] == "job_success"


async def test_a_known_address_stands_in_the_form_and_gets_the_receipt(way: DeskWay) -> None:
    way.slack.people.user(PERSON, email="person@example.org")["is_email_confirmed"] = True
    view = await way.opens_form()
    [contact] = [b["element"] for b in view["blocks"] if b.get("block_id") == "contact"]
    assert contact["initial_value"] == "person@example.org"


async def test_own_tickets_are_named_in_the_form_and_stay_named_while_it_is_filled_in(way: DeskWay) -> None:
    ticket = await way.ticket()
    view = await way.opens_form()
    assert ticket.number in str(view["blocks"])
    await way.bring(way.slack.acts.presses(PERSON, "ticket.category", view=view, element=select("connects")))
    assert ticket.number in str(way.slack.views[view["id"]]["blocks"])


async def test_a_ticket_from_the_home_tab_brings_the_talk_and_what_was_understood(way: DeskWay) -> None:
    await way.says("what are the criteria for top rated")
    await way.says("I want a human")
    await way.bring(way.slack.acts.opens_home(PERSON))
    home = {**way.slack.homes[PERSON], "id": "V0HOME"}
    await way.bring(way.slack.acts.presses(PERSON, "ticket.open", view=home))
    await way.sends_form(way.slack.opened[-1])
    [background] = Opened(way, PERSON).thread()
    assert "what are the criteria for top rated" in background
    assert "Understood as: program.criteria, assistant.human" in background


async def test_what_was_asked_by_a_button_or_a_command_is_part_of_the_talk(way: DeskWay) -> None:
    reply = await way.hello(PERSON)
    await way.bring(way.slack.acts.presses(PERSON, "ask", value="jss.drop", message=reply))
    await way.bring(way.slack.acts.commands(PERSON, "how many connects do I get"))
    await way.sends_form(await way.opens_form())
    [background] = Opened(way, PERSON).thread()
    assert "how many connects do I get" in background
    assert "jss.drop" in background


@pytest.mark.parametrize(
    ("status", "says"),
    [("suspended", "your account was suspended"), ("inactive", "your account is not active")],
)
async def test_who_is_not_active_reads_what_it_may_mean_before_the_form_and_can_still_write(
    way: DeskWay, tmp_path: Path, status: str, says: str
) -> None:
    await way.knows(PERSON, tmp_path, account_status=status)
    view = await way.opens_form()
    notice = str(view["blocks"][0])
    assert says in notice
    assert "e-mail tells the reason and whether it can be undone" in notice
    assert "Community and the Terms of Service" in notice
    await way.sends_form(view)
    ticket = Opened(way, PERSON)
    assert f"account {status}" in ticket.card["text"]
    [background] = ticket.thread()
    assert "Top Rated | " in background, "the verdicts, as the record stood"


async def test_who_is_active_reads_no_notice(way: DeskWay, tmp_path: Path) -> None:
    await way.knows(PERSON, tmp_path, account_status="active")
    assert "Our records" not in str((await way.opens_form())["blocks"])
