"""Buttons, commands, the home tab and shortcuts: each takes what it should, once."""

import json
from typing import Any

import pytest
from sqlmodel import select

from bot.asking.tables import AnswerGiven
from bot.playground.limits import view_problems
from tests.bot.slack.test_messages import QUESTION, UNCLEAR, actions, parked
from tests.bot.way import GENERAL, PERSON, Way

UNSURE_BETWEEN = "badge"


def button(message: dict[str, Any], action: str, label: str | None = None) -> dict[str, Any]:
    for block in message["blocks"]:
        for element in block.get("elements", []):
            if element.get("action_id", "").partition("#")[0] == action:
                text: dict[str, Any] = element["text"]
                if label is None or text["text"] == label:
                    found: dict[str, Any] = element
                    return found
    raise LookupError(action)


async def press(
    way: Way, message: dict[str, Any], action: str, label: str | None = None
) -> list[dict[str, Any]]:
    before = len(way.slack.posted())
    element = button(message, action, label)
    request = way.slack.acts.presses(PERSON, element["action_id"], message=message)
    await way.bring(request, request)  # Slack may deliver a press twice
    return way.slack.posted()[before:]


async def test_a_next_question_is_answered_by_its_button_once(way: Way) -> None:
    [first] = await way.says(QUESTION)
    [reply] = await press(way, first, "ask", "What a badge brings")
    assert "Top Rated" in reply["text"]


async def test_did_you_mean_answers_what_was_chosen(way: Way) -> None:
    [asked] = await way.says(UNSURE_BETWEEN)
    assert "Which of these" in asked["text"]
    [reply] = await press(way, asked, "choose")
    assert reply["text"] != asked["text"]


async def test_none_of_these_asks_for_other_words_and_then_offers_a_ticket(way: Way) -> None:
    [asked] = await way.says(UNSURE_BETWEEN)
    [reply] = await press(way, asked, "choose", "None of these")
    assert "other words" in reply["text"]
    [second] = await way.says(UNCLEAR)
    assert "Let a person look at it" in second["text"]


async def test_where_does_this_come_from_lists_the_statements_with_kind_and_date(way: Way) -> None:
    [first] = await way.says(QUESTION)
    [reply] = await press(way, first, "sources")
    assert "Where this comes from" in reply["text"]
    assert "since" in reply["text"]
    assert "Upwork's own page" in reply["text"]


@pytest.mark.parametrize(("action", "said"), [("feedback.up", "Thank you"), ("feedback.down", "other words")])
async def test_a_thumb_is_thanked_for(way: Way, action: str, said: str) -> None:
    [first] = await way.says(QUESTION)
    [reply] = await press(way, first, action)
    assert said in reply["text"]


async def test_what_a_thumb_said_counts_in_the_statistics(way: Way) -> None:
    [first] = await way.says(QUESTION)
    await press(way, first, "feedback.down")
    async with way.laurel.store.read() as session:
        [given] = (await session.execute(select(AnswerGiven))).scalars().all()
    assert (given.intent, given.tier, given.helpful) == ("program.criteria", "answer", False)


async def test_the_ticket_button_opens_its_form_at_once(way: Way) -> None:
    [reply] = await way.says(UNCLEAR)
    element = button(reply, "ticket.open")
    [answer] = [await way.send(way.slack.acts.presses(PERSON, element["action_id"], message=reply))]
    assert answer.status_code == 200
    [view] = way.slack.opened
    assert view["callback_id"] == "ticket.form"
    assert view_problems(view) == []


async def test_a_control_that_nobody_takes_gets_a_200(way: Way) -> None:
    [reply] = await way.says(QUESTION)
    request = way.slack.acts.presses(PERSON, "gone.with.the.release", value="x", message=reply)
    [answer] = await way.bring(request)
    assert answer.status_code == 200


async def test_a_form_that_nobody_takes_is_closed(way: Way) -> None:
    view = {"id": "V1", "callback_id": "gone", "type": "modal", "blocks": []}
    [answer] = await way.bring(way.slack.acts.submits(PERSON, view, {}))
    assert answer.status_code == 200


async def test_a_shortcut_that_nobody_takes_gets_a_200(way: Way) -> None:
    [answer] = await way.bring(way.slack.acts.uses_shortcut(PERSON, "gone"))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Here is what I can do"),
        ("help", "Here is what I can do"),
        (QUESTION, "Top Rated asks"),
        ("check", "which freelancer you are"),
        ("check top rated plus", "which freelancer you are"),
        ("status", "no tickets"),
    ],
)
async def test_the_command_answers_to_the_asker_alone(way: Way, words: str, said: str) -> None:
    request = way.slack.acts.commands(PERSON, words, channel=GENERAL)
    answers = await way.bring(request, request)
    assert {answer.status_code for answer in answers} == {200}
    [note] = way.slack.ephemerals
    assert said in note["text"]
    assert (note["user"], note["channel"]) == (PERSON, GENERAL)
    assert way.slack.posted(GENERAL) == []


async def test_a_command_in_the_dm_is_answered_there_once(way: Way) -> None:
    await way.bring(way.slack.acts.commands(PERSON, "where is my ticket"))
    [reply] = way.slack.posted(way.slack.people.dm(PERSON))
    assert "no tickets" in reply["text"]
    assert way.slack.ephemerals == []


async def test_privacy_is_answered_in_a_dm_or_to_the_asker_alone(way: Way) -> None:
    await way.bring(way.slack.acts.commands(PERSON, "privacy", channel=GENERAL))
    assert way.slack.posted(GENERAL) == []
    assert len(way.slack.posted(way.slack.people.dm(PERSON))) + len(way.slack.ephemerals) == 1


async def test_the_ticket_command_opens_the_form(way: Way) -> None:
    await way.bring(way.slack.acts.commands(PERSON, "ticket my score is gone"))
    [view] = way.slack.opened
    assert "my score is gone" in json.dumps(view)


async def test_the_home_tab_greets_with_questions_and_a_way_to_a_person(way: Way) -> None:
    await way.bring(way.slack.acts.opens_home(PERSON))
    home = way.slack.homes[PERSON]
    assert view_problems(home) == []
    assert {"ask", "ticket.open"} <= actions(home)


async def test_a_button_of_the_home_tab_is_answered_in_the_dm(way: Way) -> None:
    await way.bring(way.slack.acts.opens_home(PERSON))
    home = way.slack.homes[PERSON]
    element = button(home, "ask")
    await way.bring(way.slack.acts.presses(PERSON, element["action_id"], view=home))
    [reply] = way.slack.posted()
    assert reply["channel"] == way.slack.people.dm(PERSON)


async def test_the_messages_tab_suggests_what_to_ask(way: Way) -> None:
    await way.bring(way.slack.acts.opens_home(PERSON, tab="messages"))
    [call] = way.slack.called("assistant.threads.setSuggestedPrompts")
    assert 1 <= len(call["prompts"]) <= 4


async def test_every_button_of_a_message_has_an_id_of_its_own(way: Way) -> None:
    [reply] = await way.says(
        "what does top rated ask for? and who gets free connects? and how is jss counted?"
    )
    ids = [e["action_id"] for b in reply["blocks"] for e in b.get("elements", []) if "action_id" in e]
    assert len(ids) == len(set(ids))
    assert sum(block["type"] == "table" for block in reply["blocks"]) <= 1
    assert await parked(way) == []


async def test_health_and_readiness_are_told_apart(way: Way) -> None:
    assert (await way.http.get("/healthz")).status_code == 200
    unready = await way.http.get("/readyz")
    assert unready.status_code == 503
    assert unready.json() == {"ready": False, "delivery": "does not run"}
    await way.laurel.delivery.start()
    ready = await way.http.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True})
    await way.laurel.delivery.stop()
