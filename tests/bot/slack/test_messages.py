"""A message on its way: asked in Slack, answered in Slack, once."""

import json
from typing import Any

import pytest

from bot.playground.signing import SlackRequest
from tests.bot.way import DESK, FAQ, GENERAL, OTHER, PERSON, Way

QUESTION = "what are the criteria for top rated"
UNCLEAR = "zxcv qwfp arst"


async def test_a_question_in_a_dm_is_answered_there(way: Way) -> None:
    [reply] = await way.says(QUESTION)
    assert reply["channel"] == way.slack.people.dm(PERSON)
    assert "thread_ts" not in reply
    assert "Top Rated asks for" in reply["text"]


async def test_a_question_in_a_thread_of_the_dm_is_answered_in_that_thread(way: Way) -> None:
    [first] = await way.says(QUESTION)
    [reply] = await way.says("and for plus?", channel=first["channel"], thread=first["ts"])
    assert reply["thread_ts"] == first["ts"]


async def test_a_mention_in_a_channel_is_answered_once_in_its_thread_though_two_events_come(way: Way) -> None:
    requests = way.slack.acts.says(PERSON, f"<@{way.slack.bot_user}> {QUESTION}", channel=GENERAL)
    assert len(requests) == 2
    await way.bring(*requests)
    asked, reply = way.slack.messages[GENERAL]
    assert reply["thread_ts"] == asked["ts"]


async def test_the_two_events_of_a_mention_may_come_in_either_order(way: Way) -> None:
    requests = way.slack.acts.says(PERSON, f"<@{way.slack.bot_user}> {QUESTION}", channel=GENERAL)
    await way.bring(requests[1])
    await way.bring(requests[0])
    assert len(way.slack.posted(GENERAL)) == 1


@pytest.mark.parametrize("times", [1, 2, 11])
async def test_however_often_an_event_comes_it_is_answered_once(way: Way, times: int) -> None:
    [request] = way.slack.acts.says(PERSON, QUESTION)
    event = json.loads(request.body)["event"]
    again = [
        way.slack.acts.event(event, retry=number, event_id=f"Ev{number % 2}") for number in range(1, times)
    ]
    answers = await way.bring(request, *again)
    answers += await way.bring(*again)
    assert {answer.status_code for answer in answers} == {200}
    assert len(way.slack.posted()) == 1


async def test_a_retry_is_answered_when_the_first_delivery_was_lost(way: Way) -> None:
    [request] = way.slack.acts.says(PERSON, QUESTION)
    event = json.loads(request.body)["event"]
    await way.bring(way.slack.acts.event(event, retry=3))
    assert len(way.slack.posted()) == 1


async def test_got_it_is_said_before_the_answer_is_worked_out(way: Way) -> None:
    [request] = way.slack.acts.says(PERSON, QUESTION)
    answer = await way.send(request)
    assert answer.status_code == 200
    assert way.slack.posted() == []
    await way.laurel.delivery.drain()
    assert len(way.slack.posted()) == 1


async def test_questions_of_one_conversation_are_answered_in_order(way: Way) -> None:
    texts = [QUESTION, "who gets free connects", "how is the job success score calculated"]
    requests = [request for text in texts for request in way.slack.acts.says(PERSON, text)]
    await way.bring(*reversed(requests))
    shown = [message["text"] for message in way.slack.posted()]
    assert len(shown) == 3
    assert "Top Rated asks" in shown[0]
    assert "Job Success Score" in shown[2]


async def test_a_follow_up_leans_on_the_question_before(way: Way) -> None:
    await way.says(QUESTION)
    [reply] = await way.says("and for plus?")
    assert "Top Rated Plus asks" in reply["text"]


async def test_two_people_in_their_own_dms_do_not_share_a_context(way: Way) -> None:
    await way.says(QUESTION)
    [reply] = await way.says("and for plus?", user=OTHER)
    assert reply["channel"] == way.slack.people.dm(OTHER)


async def test_nobody_is_answered_in_a_channel_without_a_mention(way: Way) -> None:
    assert await way.says(QUESTION, channel=GENERAL) == []


async def test_in_a_channel_for_questions_a_clear_one_is_answered_unasked(way: Way) -> None:
    [reply] = await way.says(QUESTION, channel=FAQ)
    assert reply["thread_ts"] == way.slack.messages[FAQ][0]["ts"]


@pytest.mark.parametrize("text", [UNCLEAR, "thanks everybody", "hello all", "great game last night"])
async def test_in_a_channel_for_questions_the_rest_is_met_with_silence(way: Way, text: str) -> None:
    assert await way.says(text, channel=FAQ) == []


async def test_where_a_human_answers_the_house_keeps_quiet(way: Way) -> None:
    [reply] = await way.says(QUESTION, channel=FAQ)
    thread = reply["thread_ts"]
    assert await way.says("I can help with that", user=OTHER, channel=FAQ, thread=thread) == []
    assert await way.says("and for plus?", channel=FAQ, thread=thread) == []
    mention = f"<@{way.slack.bot_user}> and for plus?"
    assert len(await way.says(mention, channel=FAQ, thread=thread)) == 1


async def test_the_asker_may_follow_up_in_the_thread_without_a_mention(way: Way) -> None:
    [reply] = await way.says(f"<@{way.slack.bot_user}> {QUESTION}", channel=GENERAL)
    [second] = await way.says("and for plus?", channel=GENERAL, thread=reply["thread_ts"])
    assert "Top Rated Plus asks" in second["text"]


async def test_after_two_failures_a_ticket_is_offered(way: Way) -> None:
    [first] = await way.says(UNCLEAR)
    [second] = await way.says("lorem ipsum dolor")
    assert "other words" in first["text"]
    assert "Let a person look at it" in second["text"]
    assert "ticket.open" in actions(second)


async def test_a_personal_result_asked_for_in_a_channel_is_shown_to_the_asker_alone(way: Way) -> None:
    await way.bring(
        *way.slack.acts.says(PERSON, f"<@{way.slack.bot_user}> where is my ticket", channel=GENERAL)
    )
    assert way.slack.posted(GENERAL) == []
    [note] = way.slack.ephemerals
    assert (note["channel"], note["user"]) == (GENERAL, PERSON)
    [copy] = way.slack.posted(way.slack.people.dm(PERSON))
    assert copy["text"] == note["text"]


async def test_another_language_gets_a_line_in_it_and_the_way_to_a_person(way: Way) -> None:
    [reply] = await way.says("hola, ¿cómo puedo conseguir la insignia de mejor valorado?")
    assert "inglés" in reply["text"]
    assert "ticket.open" in actions(reply)


BAD_INPUT = {
    "nothing": "",
    "spaces": "  \n\t ",
    "40,000 characters": "why " * 10_000,
    "one word of 40,000 letters": "a" * 40_000,
    "only emoji": "🎉🎉🎉",
    "emoji by name": ":tada: :wave:",
    "Thai": "ฉันจะได้รับป้ายได้อย่างไร",
    "Arabic": "كيف أحصل على الشارة",
    "control characters": "what\x00 is\x07 top\x1b[31m rated\u202e",
    "a lone surrogate": "top rated \ud83d",
    "a mass mention": "<!channel> <!here> <!everyone> top rated criteria",
    "a mention of somebody": f"<@{OTHER}> what is top rated",
    "a code block": "```\nDROP TABLE jobs;\n```",
    "template syntax": "{{ settings }} {% raw %}",
    "markup": "<script>alert(1)</script> & <https://evil.example|top rated>",
}


@pytest.mark.parametrize("name", BAD_INPUT)
async def test_bad_input_gets_a_fitting_reply_and_nothing_is_lost(way: Way, name: str) -> None:
    [reply] = await way.says(BAD_INPUT[name])
    said = json.dumps(reply)
    for forbidden in (
        "<!channel",
        "<!here",
        "<!everyone",
        f"<@{OTHER}>",
        "Traceback",
        "<script",
        "evil.example",
    ):
        assert forbidden not in said
    [second] = await way.says(QUESTION)
    assert "Top Rated asks" in second["text"]
    assert await parked(way) == []


@pytest.mark.parametrize("name", ["nothing", "only emoji", "a mass mention", "control characters"])
async def test_bad_input_in_a_channel_for_questions_mentions_nobody(way: Way, name: str) -> None:
    for reply in await way.says(BAD_INPUT[name], channel=FAQ):
        assert "<!" not in json.dumps(reply)


async def test_a_file_without_words_is_thanked_for_and_not_pretended_to_be_read(way: Way) -> None:
    [reply] = await way.says("", files=({"id": "F1", "name": "a.png"},))
    assert "can't read it" in reply["text"]


async def test_a_deleted_user_costs_nothing_but_the_reply(way: Way) -> None:
    way.slack.people.user("U0GONE", deleted=True)
    way.slack.people.dm("U0GONE")
    [answer] = await way.bring(*way.slack.acts.says("U0GONE", QUESTION))
    assert answer.status_code == 200
    [second] = await way.says(QUESTION)
    assert second["channel"] == way.slack.people.dm(PERSON)


async def test_an_unknown_workspace_is_not_served_and_slack_is_content(way: Way) -> None:
    [request] = way.slack.acts.says(PERSON, QUESTION)
    body = json.loads(request.body) | {
        "team_id": "T0ELSEWHERE",
        "authorizations": [{"team_id": "T0ELSEWHERE"}],
    }
    [answer] = await way.bring(SlackRequest(json.dumps(body), request.headers))
    assert answer.status_code == 200
    assert way.slack.posted() == []


@pytest.mark.parametrize(
    "change",
    [
        {"bot_id": "B0OTHER"},
        {"subtype": "channel_join"},
        {"subtype": "bot_message", "user": None},
        {"user": "U0LAUREL"},
        {"user": None},
        {"channel": None},
    ],
)
async def test_what_no_person_wrote_to_us_is_dropped(way: Way, change: dict[str, Any]) -> None:
    [request] = way.slack.acts.says(PERSON, QUESTION)
    event = json.loads(request.body)["event"] | change
    [answer] = await way.bring(way.slack.acts.event(event))
    assert answer.status_code == 200
    assert way.slack.posted() == []


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
async def test_files_and_broadcasts_are_peoples_words(way: Way, subtype: str) -> None:
    [request] = way.slack.acts.says(PERSON, QUESTION)
    event = json.loads(request.body)["event"] | {"subtype": subtype}
    await way.bring(way.slack.acts.event(event))
    assert len(way.slack.posted()) == 1


@pytest.mark.parametrize(
    "event",
    [
        {"type": "reaction_added", "user": PERSON, "reaction": "eyes"},
        {"type": "something_new", "user": PERSON},
        {"type": "message"},
        {"type": "app_home_opened"},
    ],
)
async def test_events_that_nobody_expects_get_a_200(way: Way, event: dict[str, Any]) -> None:
    [answer] = await way.bring(way.slack.acts.event(event))
    assert answer.status_code == 200


async def test_an_edit_of_a_question_is_not_answered_again(way: Way) -> None:
    await way.says(QUESTION)
    message = way.slack.messages[way.slack.people.dm(PERSON)][0]
    await way.bring(way.slack.acts.edits(message, QUESTION + "!"))
    assert len(way.slack.posted()) == 1
    await way.bring(way.slack.acts.deletes(message))
    assert len(way.slack.posted()) == 1


async def test_a_request_with_a_wrong_signature_is_turned_away(way: Way) -> None:
    [request] = way.slack.acts.says(PERSON, QUESTION)
    headers = {**request.headers, "x-slack-signature": "v0=" + "0" * 64}
    answer = await way.http.post("/slack/events", content=request.body, headers=headers)
    assert answer.status_code == 401
    await way.laurel.delivery.drain()
    assert way.slack.posted() == []


async def test_where_the_database_is_gone_slack_hears_500_and_sends_it_again(way: Way) -> None:
    [request] = way.slack.acts.says(PERSON, QUESTION)
    async with way.laurel.store.write() as session:
        from sqlalchemy import text

        await session.execute(text("ALTER TABLE jobs RENAME TO jobs_away"))
    assert (await way.send(request)).status_code == 500
    async with way.laurel.store.write() as session:
        await session.execute(text("ALTER TABLE jobs_away RENAME TO jobs"))
    await way.bring(request)
    assert len(way.slack.posted()) == 1


async def test_in_the_desks_channel_only_a_mention_is_answered(way: Way) -> None:
    assert await way.says(QUESTION, channel=DESK) == []
    assert len(await way.says(f"<@{way.slack.bot_user}> {QUESTION}", channel=DESK)) == 1


async def test_a_question_that_an_earlier_release_left_in_the_queue_is_answered(way: Way) -> None:
    from bot.delivery.outbox import enqueue

    dm = way.slack.people.dm(PERSON)
    payload: dict[str, Any] = {
        "then": "answer.keep",
        "key": "message:T0:D0:1.0",
        "team": way.slack.team,
        "user": PERSON,
        "channel": dm,
        "surface": "dm",
        "thread": None,
        "ts": "1.0",
        "text": QUESTION,
        "mentioned": True,
        "direct": None,
        "files": [],
        "respond": None,
        "none": False,
        "at": way.clock().isoformat(),
    }
    async with way.laurel.store.write() as session:
        await enqueue(session, key="answer:1", kind="answer", payload=payload, now=way.clock())
    await way.laurel.delivery.drain()
    assert len(way.slack.posted(dm)) == 1


def actions(message: dict[str, Any]) -> set[str]:
    return {
        element["action_id"].partition("#")[0]
        for block in message["blocks"]
        for element in block.get("elements", [])
        if "action_id" in element
    }


async def parked(way: Way) -> list[str]:
    from bot.delivery import outbox

    async with way.laurel.store.read() as session:
        return [job.reason for job in await outbox.parked(session)]
