"""A question that was not answered is put before the community; the reply that solves it comes back."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.playground.faults import Trouble
from tests.bot.rooms.moderation.conftest import MOD, MODS, Moderated, buttons, words
from tests.bot.way import GENERAL, OTHER, PERSON

ODD = "xyzzy plugh frobnicate"
LOUD = "<!channel> xyzzy @here &lt;!everyone&gt; <@U0OTHER> frobnicate"
ANSWER = "Turn it <https://frob.example/how|this way>, *twice*."
TICK = "white_check_mark"
COMMUNITY = "C0COMMUNITY"
ASKS = "Ask the community"


@pytest.fixture
def more() -> dict[str, str]:
    return {"LAUREL_COMMUNITY_CHANNEL": COMMUNITY}


@pytest.fixture
def way(mods: Moderated) -> Moderated:
    mods.slack.people.channel(COMMUNITY, members=(PERSON, OTHER, MOD))
    return mods


async def form(way: Moderated, text: str = ODD) -> dict[str, Any]:
    """The form below the reply to a question that is not understood."""
    await way.says(text)
    reply = way.told(PERSON)
    await way.press(PERSON, buttons(reply)[ASKS], reply)
    return way.view()


async def question(way: Moderated, text: str = ODD) -> dict[str, Any]:
    """A question as it stands before the community."""
    await way.submit(PERSON, await form(way, text))
    return way.slack.posted(COMMUNITY)[-1]


async def solution(way: Moderated, posted: dict[str, Any], text: str = ANSWER) -> dict[str, Any]:
    """Somebody's reply to it."""
    assert await way.says(text, user=OTHER, channel=COMMUNITY, thread=posted["ts"]) == []
    return way.written(COMMUNITY)


async def reacts(way: Moderated, user: str, message: dict[str, Any], emoji: str = TICK) -> None:
    """An emoji; Slack delivers it twice."""
    act = way.slack.acts.reacts(user, message, emoji)
    await way.bring(act, act)


async def mark(way: Moderated, user: str, message: dict[str, Any]) -> dict[str, Any]:
    """The shortcut "This is the solution": the modal that it opens."""
    return await way.shortcut(user, "community.solution", message)


def brought(way: Moderated) -> list[dict[str, Any]]:
    """What the asker was brought from the community."""
    return [m for m in way.slack.posted(way.slack.people.dm(PERSON)) if "answered what you asked" in words(m)]


async def test_an_unsure_question_is_put_before_the_community_in_the_askers_own_words(way: Moderated) -> None:
    view = await form(way)
    assert f"Everybody in <#{COMMUNITY}> will see these words, and that you ask." in words(view)
    [field] = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    assert field["initial_value"] == ODD
    assert way.slack.posted(COMMUNITY) == [], "nothing stands there before the yes"
    assert (await way.submit(PERSON, view, question=" ")).keys() == {"response_action", "errors"}
    await way.submit(PERSON, view, question=f"How do I {ODD}?")
    [posted] = way.slack.posted(COMMUNITY)
    assert posted["blocks"][0]["text"]["text"] == f"<@{PERSON}> asks:\n>How do I {ODD}?"
    told = way.told(PERSON)
    assert f"Your question stands in <#{COMMUNITY}>" in words(told)
    assert f"/archives/{COMMUNITY}/p{posted['ts'].replace('.', '')}" in words(told)


async def test_the_same_question_stands_there_once(way: Moderated) -> None:
    [reply] = await way.says(ODD)
    await way.press(PERSON, buttons(reply)[ASKS], reply)
    first = way.view()
    await way.press(PERSON, buttons(reply)[ASKS], reply)
    second = way.view()
    for view in (first, second, first):
        await way.submit(PERSON, view)
    assert len(way.slack.posted(COMMUNITY)) == 1
    await way.press(PERSON, buttons(reply)[ASKS], reply)
    assert "before the community already" in words(way.view())


async def test_what_is_lost_on_the_way_to_slack_is_not_posted_twice(way: Moderated) -> None:
    view = await form(way)
    way.slack.faults.next("chat.postMessage", Trouble.LOST)
    await way.submit(PERSON, view)
    for _ in range(3):
        way.clock.forward(minutes=5)
        await way.laurel.delivery.drain()
    assert len(way.slack.posted(COMMUNITY)) == 1
    assert "Your question stands" in words(way.told(PERSON))


async def test_nobody_is_called_by_it(way: Moderated) -> None:
    posted = await question(way, LOUD)
    await solution(way, posted, "<!channel> ask <@U0MOD> &lt;!here&gt;")
    await reacts(way, PERSON, way.written(COMMUNITY))
    [told] = brought(way)
    for message in (posted, told, await way.home(MOD)):
        assert "<!" not in words(message)
        assert "<@U0MOD>" not in words(message)


async def test_a_thumb_down_and_the_ticket_form_offer_it_too(way: Moderated) -> None:
    [reply] = await way.says("what does top rated need")
    await way.press(PERSON, "feedback.down", reply)
    await way.press(PERSON, buttons(way.told(PERSON))[ASKS], way.told(PERSON))
    assert "'what does top rated need'" in words(way.view())
    [reply] = await way.says(ODD)
    await way.press(PERSON, "ticket.open", reply)
    ticket = way.view()
    typed = {"details": {"ticket.details": {"type": "plain_text_input", "value": "Where is my badge?"}}}
    await way.press(PERSON, buttons(ticket)[f"{ASKS} instead"], {**ticket, "state": {"values": typed}})
    assert "'Where is my badge?'" in words(way.view())
    await way.submit(PERSON, way.view())
    [posted] = way.slack.posted(COMMUNITY)
    assert ">Where is my badge?" in words(posted)


async def test_none_of_these_offers_the_question_before(way: Moderated) -> None:
    [choice] = await way.says("badge")
    none = {"type": "button", "value": "none", "text": {"type": "plain_text", "text": "None of these"}}
    await way.press(PERSON, "choose#none", choice, element=none)
    await way.press(PERSON, buttons(way.told(PERSON))[ASKS], way.told(PERSON))
    assert "'initial_value': 'badge'" in words(way.view())


async def test_somebody_else_never_asks_with_anothers_words(way: Moderated) -> None:
    await way.says(f"<@{way.slack.bot_user}> {ODD}", channel=GENERAL)
    reply = way.slack.posted(GENERAL)[-1]
    await way.press(OTHER, buttons(reply)[ASKS], reply)
    assert ODD not in words(way.view())


@pytest.mark.parametrize("user", [PERSON, MOD])
async def test_the_solution_comes_to_its_asker_once_with_its_author(way: Moderated, user: str) -> None:
    posted = await question(way)
    reply = await solution(way, posted)
    for _ in range(2):
        await reacts(way, user, reply)
    [told] = brought(way)
    assert f"<@{OTHER}> answered what you asked the community" in words(told)
    assert "Turn it <https://frob.example/how|this way>, *twice*." in words(told)
    assert f"p{reply['ts'].replace('.', '')}|see the thread>" in words(told)
    assert f"Solved by <@{OTHER}>" in words(way.slack.posted(COMMUNITY)[0])
    second = await solution(way, posted, "Or buy a new one.")
    await reacts(way, user, second)
    assert len(brought(way)) == 1, "the first one solves it"


async def test_the_shortcut_marks_it_too(way: Moderated) -> None:
    reply = await solution(way, await question(way))
    view = await mark(way, PERSON, reply)
    assert brought(way) == []
    await way.submit(PERSON, view)
    assert len(brought(way)) == 1
    assert "done with" in words(await mark(way, PERSON, reply))


async def test_a_solution_is_taught_with_its_author_named(way: Moderated) -> None:
    way.slack.people.user(OTHER, "Ada Frob")
    await reacts(way, PERSON, await solution(way, await question(way)))
    assert "Solved by" not in words(await way.home(PERSON))
    home = await way.home(MOD)
    assert f"*Solved by <@{OTHER}>*" in words(home)
    teach = next(b["elements"][0]["action_id"] for b in home["blocks"] if "community.teach" in str(b))
    await way.press(MOD, teach, home)
    given = {b["block_id"]: b["element"].get("initial_value") for b in way.view()["blocks"] if "element" in b}
    assert (given["title"], given["wordings"], given["owner"]) == (ODD, ODD, "Ada Frob")
    assert given["text"] == "Turn it [this way](https://frob.example/how), *twice*."
    await way.submit(MOD, way.view())
    home = await way.home(MOD)
    assert "Solved by" not in words(home)
    assert "asked*" not in words(home), "its group of missed questions is taught, too"
    await way.press(MOD, buttons(way.told(MODS))["Publish"], way.told(MODS))
    [known] = await way.says(ODD, user=MOD)
    assert "From Ada Frob" in words(known)


async def test_nobody_else_says_what_the_solution_is(way: Moderated) -> None:
    reply = await solution(way, await question(way))
    await reacts(way, OTHER, reply)
    assert "Only who asked, or a moderator" in words(await mark(way, OTHER, reply))
    view = await mark(way, PERSON, reply)
    await way.submit(OTHER, view)
    await way.press(OTHER, "community.teach", reply, value="1")
    assert "Only moderators" in words(way.view())
    await way.press(OTHER, "community.dismiss", reply, value="1")
    assert "Only moderators" in words(way.told(OTHER))
    assert brought(way) == []


async def test_other_emojis_and_other_messages_are_no_solution(way: Moderated) -> None:
    posted = await question(way)
    reply = await solution(way, posted)
    await reacts(way, PERSON, reply, "tada")
    await reacts(way, PERSON, posted)
    await way.says("hello", user=OTHER, channel=COMMUNITY)
    alone = way.written(COMMUNITY)
    await reacts(way, PERSON, alone)
    assert "in the thread of a question" in words(await mark(way, PERSON, alone))
    gone = await solution(way, posted, "nonsense")
    act = way.slack.acts.reacts(PERSON, gone, TICK)
    way.slack.acts.deletes(gone)
    await way.bring(act)
    assert brought(way) == []


@pytest.mark.parametrize("more", [{"LAUREL_COMMUNITY_CHANNEL": COMMUNITY, "LAUREL_SOLUTION_EMOJI": ":tada:"}])
async def test_the_emoji_is_the_one_of_the_settings(way: Moderated, more: Mapping[str, str]) -> None:
    assert more
    reply = await solution(way, await question(way))
    await reacts(way, PERSON, reply)
    assert brought(way) == []
    await reacts(way, PERSON, reply, "tada")
    assert len(brought(way)) == 1


@pytest.mark.parametrize("more", [{}])
async def test_without_the_setting_nothing_is_offered(way: Moderated, more: Mapping[str, str]) -> None:
    assert not more
    [reply] = await way.says(ODD)
    assert ASKS not in buttons(reply)
    await way.press(PERSON, "ticket.open", reply)
    assert ASKS not in words(way.view())
    [reply] = await way.says("what does top rated need")
    await way.press(PERSON, "feedback.down", reply)
    assert ASKS not in buttons(way.told(PERSON))
    await way.says("hello", user=OTHER, channel=COMMUNITY)
    assert "No channel is set" in words(await mark(way, PERSON, way.written(COMMUNITY)))


async def test_what_nobody_solved_for_a_day_is_listed_until_it_is_dismissed(way: Moderated) -> None:
    await way.laurel.begin()
    await question(way)
    way.clock.forward(hours=23)
    assert "No solution yet" not in words(await way.home(MOD))
    way.clock.forward(hours=1)
    home = await way.home(MOD)
    assert "No solution yet" in words(home)
    assert f"<https://laurel.slack.com/archives/{COMMUNITY}" in words(home)
    way.clock.forward(days=6)
    await way.laurel.delivery.drain()
    assert "No solution yet" in words(way.told(MODS)), "and in the week's digest"
    dismiss = next(b["elements"][0]["action_id"] for b in home["blocks"] if "community.dismiss" in str(b))
    await way.press(MOD, dismiss, home)
    assert "No solution yet" not in words(await way.home(MOD))


async def test_where_slack_does_not_take_it_its_asker_gets_the_words_back(way: Moderated) -> None:
    [reply] = await way.says(ODD)
    await way.press(PERSON, buttons(reply)[ASKS], reply)
    way.slack.people.channels[COMMUNITY]["is_archived"] = True
    await way.submit(PERSON, way.view())
    assert "could not put your question before the community" in words(way.told(PERSON))
    assert ODD in words(way.told(PERSON))
    way.slack.people.channels[COMMUNITY]["is_archived"] = False
    await way.press(PERSON, buttons(reply)[ASKS], reply)
    await way.submit(PERSON, way.view())
    assert len(way.slack.posted(COMMUNITY)) == 1
    way.clock.forward(days=1)
    assert words(await way.home(MOD)).count("No solution yet") == 1


async def test_who_is_forgotten_is_forgotten_here_too(way: Moderated) -> None:
    await reacts(way, PERSON, await solution(way, await question(way)))
    await way.press(OTHER, "people.forget", way.slack.posted(COMMUNITY)[0], value="")
    assert "Solved by" not in words(await way.home(MOD)), "what somebody wrote goes with them"
    await question(way, "qwerty asdf zxcvb")
    way.clock.forward(days=1)
    assert "No solution yet" in words(await way.home(MOD))
    await way.press(PERSON, "people.forget", way.slack.posted(COMMUNITY)[0], value="")
    assert "No solution yet" not in words(await way.home(MOD))


async def test_what_is_too_old_is_forgotten(way: Moderated) -> None:
    await way.laurel.begin()
    await question(way)
    for _ in range(3):
        way.clock.forward(days=91)
        await way.laurel.delivery.drain()
    assert "No solution yet" not in words(await way.home(MOD))
