"""What went unanswered: kept, grouped, decided, and listed again where it goes on."""

from datetime import timedelta
from typing import Any

import pytest

from tests.bot.rooms.moderation.conftest import MOD, MODS, Moderated, buttons, words
from tests.bot.way import FAQ, GENERAL, OTHER, PERSON

ODD = "xyzzy plugh frobnicate"


async def groups(way: Moderated, user: str = MOD) -> list[str]:
    """The rows of the list."""
    home = await way.home(user)
    said = [b["text"]["text"] for b in home["blocks"] if b["type"] == "section" and "text" in b]
    return [text for text in said if " asked*" in text]


async def test_alike_questions_are_one_row_with_how_many_asked(mods: Moderated) -> None:
    for user, text in ((PERSON, ODD), (OTHER, f"{ODD} please"), (OTHER, ODD)):
        await mods.says(text, user=user)
        mods.clock.forward(hours=1)
    await mods.says("qwerty asdf zxcvb", user=OTHER)
    first, second = await groups(mods)
    assert first.startswith("*2 people asked* 3 times, last Mon 3 Mar, 11:00 am (not understood)")
    assert f"• {ODD}" in first
    assert second.startswith("*1 person asked*")


async def test_a_thumb_down_a_human_and_a_ticket_tell_that_an_answer_was_none(mods: Moderated) -> None:
    [reply] = await mods.says("what does top rated need")
    await mods.press(PERSON, "feedback.down", reply)
    await mods.says(f"<@{mods.slack.bot_user}> how much are connects", channel=GENERAL)
    question = mods.written(GENERAL)
    await mods.says("it depends", user=OTHER, channel=GENERAL, thread=question["ts"])
    listed = await groups(mods)
    assert any("thumbs down" in row and "• what does top rated need" in row for row in listed)
    assert any("a human answered" in row and "how much are connects" in row for row in listed)


async def test_none_of_these_keeps_the_question_itself(mods: Moderated) -> None:
    [choice] = await mods.says("badge")
    await mods.press(PERSON, "choose#none", choice)
    [row] = await groups(mods)
    assert "none of the choices" in row
    assert "• badge" in row


@pytest.mark.parametrize(("label", "people"), [("Dismiss", 3), ("Out of scope", 5)])
async def test_what_is_decided_leaves_the_list_and_comes_back_if_it_goes_on(
    mods: Moderated, label: str, people: int
) -> None:
    await mods.says(ODD)
    home = await mods.home(MOD)
    await mods.press(MOD, buttons(home)[label], home)
    assert await groups(mods) == []
    for number in range(people):
        assert await groups(mods) == []
        mods.clock.forward(minutes=1)
        user = f"U0ASKER{number}"
        mods.slack.people.user(user)
        await mods.says(ODD, user=user)
    [row] = await groups(mods)
    assert row.startswith(f"*{people} people asked*")
    assert "again after it was" in row


async def test_a_group_is_taught_with_its_wordings(mods: Moderated) -> None:
    await mods.says(ODD)
    await mods.says(f"{ODD} please", user=OTHER)
    home = await mods.home(MOD)
    await mods.press(MOD, buttons(home)["Teach"], home)
    view: dict[str, Any] = mods.view()
    wordings = next(b for b in view["blocks"] if b.get("block_id") == "wordings")
    assert wordings["element"]["initial_value"].splitlines() == [f"{ODD} please", ODD]
    await mods.press(MOD, "teach.new", view)
    fields = {"title": "Frobnication", "wordings": ODD, "text": "Ask Ada.", "owner": "Ada"}
    await mods.submit(MOD, mods.view(), **fields)
    assert await groups(mods) == []
    assert "Frobnication" in words(await mods.home(MOD))
    await mods.press(MOD, buttons(mods.told(MODS))["Publish"], mods.told(MODS))
    [reply] = await mods.says(ODD, user=OTHER)
    assert "Ask Ada." in reply["text"]
    assert await groups(mods) == []


async def test_the_week_is_told_in_the_moderators_channel_once(mods: Moderated) -> None:
    await mods.laurel.begin()
    await mods.says(ODD)
    mods.clock.forward(days=7)
    await mods.laurel.delivery.drain()
    await mods.laurel.delivery.drain()
    [digest] = mods.slack.posted(MODS)
    assert "Went unanswered this week" in digest["text"]
    assert "1 person asked" in words(digest)


async def test_nobody_is_called_by_what_somebody_asked(mods: Moderated) -> None:
    await mods.laurel.begin()
    await mods.says(f"&lt;!channel&gt; &lt;@U0MOD&gt; {ODD}")
    mods.clock.forward(days=7)
    await mods.laurel.delivery.drain()
    [digest] = mods.slack.posted(MODS)
    for shown in (digest, await mods.home(MOD)):
        assert "&lt;!channel&gt; &lt;@U0MOD&gt; xyzzy" in words(shown)


async def test_only_moderators_see_the_list_and_decide(mods: Moderated) -> None:
    await mods.says(ODD)
    home = await mods.home(MOD)
    assert ODD not in words(await mods.home(PERSON))
    await mods.press(PERSON, buttons(home)["Dismiss"], home)
    assert "Only moderators" in words(mods.told(PERSON))
    assert len(await groups(mods)) == 1


async def test_who_is_forgotten_is_forgotten_here_too(mods: Moderated) -> None:
    [reply] = await mods.says(ODD)
    await mods.press(PERSON, "people.forget", reply, value="")
    assert await groups(mods) == []


async def test_what_is_too_old_is_forgotten(mods: Moderated) -> None:
    await mods.laurel.begin()
    await mods.says(ODD)
    for _ in range(3):
        mods.clock.now += timedelta(days=91)
        await mods.laurel.delivery.drain()
    assert await groups(mods) == []
    assert FAQ
