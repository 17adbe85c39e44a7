"""The desk through the real Bolt app: from the button to the rating, and both threads in between."""

from collections.abc import AsyncIterator

import pytest

from bot.content import Content
from bot.playground.faults import Trouble
from bot.playground.workspace import Workspace
from tests.bot.rooms.desk.surface.desk_way import (
    AGENT,
    SECOND,
    DeskWay,
    Opened,
    buttons,
    desk_way,
    filled_in,
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


async def test_from_the_button_to_the_ticket(way: DeskWay) -> None:
    view = await way.opens_form()
    assert view["callback_id"] == "ticket.form"
    assert [b["block_id"] for b in view["blocks"] if b["type"] == "input"] == [
        "category",
        "subcategory.account",
        "details",
        "files",
        "contact",
    ]
    await way.sends_form(view)
    ticket = Opened(way, PERSON)
    assert "My profile is gone" in ticket.card["text"]
    assert "1 attachment" in ticket.card["text"]
    assert "for you" in ticket.root["text"], "Slack knows the person's zone"
    [background] = ticket.thread()
    assert "hello" in background, "what was said before travels along"
    assert "<https://laurel.slack.com/files/F0SHOT|shot.png>" in background, (
        "agents can open what was attached"
    )


async def test_a_form_sent_twice_is_one_ticket(way: DeskWay) -> None:
    view = await way.opens_form()
    await way.sends_form(view)
    await way.sends_form(view)
    assert len([m for m in way.slack.posted(DESK) if "thread_ts" not in m]) == 1


async def test_i_want_a_human_offers_the_form(way: DeskWay) -> None:
    [reply] = await way.says("I want to talk to a human")
    assert "ticket.open" in buttons(reply)


async def test_after_two_questions_not_understood_a_ticket_is_offered(way: DeskWay) -> None:
    await way.says("qwertz uiop")
    [reply] = await way.says("zxcvb asdf")
    assert buttons(reply)["ticket.open"]["style"] == "primary"


async def test_my_tickets_are_shown_to_me_alone(way: DeskWay) -> None:
    ticket = await way.ticket()
    number = ticket.root["text"].split("Your ticket is ")[1][:11]
    await way.says("where is my ticket?")
    assert number in way.slack.posted(ticket.dm)[-1]["text"]
    await way.says("where is my ticket?", OTHER)
    theirs = way.slack.posted(way.slack.people.dm(OTHER))
    assert number not in shown(theirs)
    assert "no tickets" in shown(theirs)


async def test_both_threads_mirror_each_other(way: DeskWay) -> None:
    ticket = await way.ticket()
    await way.writes(ticket.dm, ticket.root["ts"], "Still nothing &amp; more", PERSON)
    assert any(line.startswith("Still nothing &amp; more") for line in ticket.thread())
    await way.writes(DESK, ticket.card_ts, "strange one", AGENT)
    await way.writes(DESK, ticket.card_ts, "&gt;&gt; Looking into it", AGENT)
    assert [line.splitlines()[0] for line in ticket.told()] == ["Looking into it"]


async def test_edits_and_deletions_are_carried_over(way: DeskWay) -> None:
    ticket = await way.ticket()
    await way.writes(ticket.dm, ticket.root["ts"], "teh error", PERSON)
    mine = next(m for m in reversed(way.slack.messages[ticket.dm]) if m["user"] == PERSON)
    await way.bring(way.slack.acts.edits(mine, "the error"))
    assert ticket.thread()[-1].startswith("the error")
    assert "edited" in ticket.thread()[-1]
    await way.bring(way.slack.acts.deletes(mine))
    assert "deleted this message" in ticket.thread()[-1]


async def test_a_channel_member_without_the_role_cannot_answer_or_act(way: DeskWay) -> None:
    ticket = await way.ticket()
    await way.writes(DESK, ticket.card_ts, "&gt;&gt; I am no agent", OTHER)
    await way.bring(way.slack.acts.presses(OTHER, "ticket.claim", message=ticket.card))
    assert ticket.told() == []
    assert "nobody yet" in ticket.card["text"]
    assert way.alone(OTHER).count("Only agents") >= 1
    view = await way.modal(OTHER, "ticket.reply", ticket)
    assert "Only agents" in str(view["blocks"])


async def test_who_claims_second_is_told_who_was_quicker(way: DeskWay) -> None:
    ticket = await way.ticket()
    card = ticket.card
    await way.bring(
        way.slack.acts.presses(AGENT, "ticket.claim", message=card),
        way.slack.acts.presses(SECOND, "ticket.claim", message=card),
    )
    assert f"<@{AGENT}>" in ticket.card["text"]
    assert f"<@{AGENT}> was quicker" in way.alone(SECOND)


async def test_an_agent_replies_with_a_macro_asks_notes_and_resolves(way: DeskWay) -> None:
    ticket = await way.ticket()
    view = await way.modal(AGENT, "ticket.reply", ticket)
    await way.bring(
        way.slack.acts.presses(AGENT, "ticket.macro", view=view, element=select("details"), block_id="macros")
    )
    filled = way.slack.views[view["id"]]
    assert "Could you send a screenshot" in str(filled["blocks"])
    await way.sends(AGENT, filled, text__details=text("Could you send a screenshot?"))
    assert ticket.told()[0].startswith("Could you send a screenshot?")
    assert "Waiting for the person" in ticket.card["text"]
    await way.sends(AGENT, await way.modal(AGENT, "ticket.note", ticket), text=text("smells like #42"))
    assert len(ticket.told()) == 1
    view = await way.modal(AGENT, "ticket.resolve", ticket)
    await way.sends(AGENT, view, reason=select("fixed"), text=text("Done!"), link=text(""))
    assert [line.splitlines()[0] for line in ticket.told()[1:2]] == ["Done!"]
    assert "is resolved" in ticket.told()[2]
    rate = next(m for m in reversed(way.slack.posted(ticket.dm)) if "ticket.rate#5" in buttons(m))
    await way.bring(way.slack.acts.presses(PERSON, "ticket.rate#5", message=rate))
    await way.bring(way.slack.acts.presses(PERSON, "ticket.rate#1", message=rate))
    assert ticket.told()[-1].startswith("You have told us already")


async def test_the_menu_assigns_edits_snoozes_hands_over_merges_and_shows_the_history(way: DeskWay) -> None:
    first, second = await way.ticket(), await way.ticket()
    view = await way.modal(AGENT, "ticket.more", first, "assign")
    await way.sends(AGENT, view, to={"type": "users_select", "selected_user": OTHER})
    assert "Only agents can be given" in shown(way.slack.posted(way.slack.people.dm(AGENT)))
    await way.sends(AGENT, view | {"id": "V2"}, to={"type": "users_select", "selected_user": SECOND})
    assert f"<@{SECOND}>" in first.card["text"]
    view = await way.modal(AGENT, "ticket.more", first, "edit")
    await way.bring(
        way.slack.acts.presses(AGENT, "ticket.edit_category", view=view, element=select("connects"))
    )
    view = way.slack.views[view["id"]]
    await way.sends(
        AGENT,
        view,
        category=select("connects"),
        subcategory__connects=select("count"),
        priority=select("urgent"),
    )
    assert "Connects are missing" in first.card["text"]
    assert "Urgent" in first.card["text"]
    view = await way.modal(AGENT, "ticket.more", first, "snooze")
    await way.sends(AGENT, view, span=select("3600"))
    assert ":zzz:" in first.card["text"]
    view = await way.modal(AGENT, "ticket.more", first, "hand_over")
    await way.sends(AGENT, view, reason=text("a job post"))
    assert "the specialists" in first.card["text"]
    number = second.card["text"].split("*")[1]
    view = await way.modal(AGENT, "ticket.more", first, "merge")
    await way.sends(AGENT, view, into=text(number.lower()))
    assert "Closed" in first.card["text"]
    view = await way.modal(AGENT, "ticket.more", first, "history")
    assert "assigned it" in str(view["blocks"])
    assert "merged it" in str(view["blocks"])


async def test_words_that_could_not_be_sent_are_given_back(way: DeskWay) -> None:
    ticket = await way.ticket()
    view = await way.modal(AGENT, "ticket.reply", ticket)
    done = await way.modal(SECOND, "ticket.resolve", ticket)
    await way.sends(SECOND, done, reason=select("fixed"))
    await way.sends(AGENT, view, text=text("a long answer"))
    assert "a long answer" in way.alone(AGENT)
    assert "cannot be answered" in way.alone(AGENT)


async def test_a_reply_in_the_tickets_thread_is_not_lost_while_slacks_answer_is(way: DeskWay) -> None:
    view = await way.opens_form()
    # The message is posted, but nobody tells us: its place is found by looking for it a moment later.
    way.slack.faults.next("chat.postMessage", Trouble.LOST, times=2)
    await way.bring(way.slack.acts.submits(PERSON, view, filled_in()))
    root = next(m for m in way.slack.posted(way.slack.people.dm(PERSON)) if "Your ticket is" in m["text"])
    await way.bring(*way.slack.acts.says(PERSON, "here is more", thread=root["ts"]))
    for _ in range(4):
        way.clock.forward(seconds=3)
        await way.laurel.delivery.drain()
    ticket = Opened(way, PERSON)
    assert any(line.startswith("here is more") for line in ticket.thread())
    assert ticket.told() == [], "it was no question"
