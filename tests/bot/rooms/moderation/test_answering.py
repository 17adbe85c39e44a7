"""The shortcut "Answer with Laurel"."""

import pytest

from tests.bot.rooms.moderation.conftest import MOD, MODS, Moderated, buttons, words
from tests.bot.way import GENERAL, OTHER, PERSON

QUESTION = "what does top rated need"


async def asked(way: Moderated, text: str = QUESTION, **more: str) -> dict[str, object]:
    assert await way.says(text, channel=GENERAL, **more) == []
    return way.written(GENERAL)


async def test_a_moderator_alone_sees_the_answer_and_posts_it_in_the_thread(mods: Moderated) -> None:
    message = await asked(mods)
    view = await mods.shortcut(MOD, "answer.message", message)
    assert "% sure" in words(view)
    assert mods.slack.posted(GENERAL) == []
    assert len([one for one in buttons(view) if "%" in one]) == 2, "the next two readings"
    await mods.submit(MOD, view)
    [reply] = mods.slack.posted(GENERAL)
    assert reply["thread_ts"] == message["ts"]
    assert f"Sent by <@{MOD}>" in words(reply)
    assert any(block["type"] == "table" for block in reply["blocks"]), "posted as it is, with its table"


async def test_an_edited_answer_is_said_in_the_moderators_words_and_calls_nobody(mods: Moderated) -> None:
    view = await mods.shortcut(MOD, "answer.message", await asked(mods))
    text = "*See* [the page](https://a.example/b) <!channel> <@U0OTHER> {{ settings }} & {nothing}"
    await mods.submit(MOD, view, text=text)
    [reply] = mods.slack.posted(GENERAL)
    said = reply["blocks"][0]["text"]["text"]
    assert said.startswith("*See* <https://a.example/b|the page> &lt;!channel&gt; &lt;@U0OTHER&gt;")
    assert "{{ settings }} &amp;" in said


async def test_another_reading_takes_its_place(mods: Moderated) -> None:
    view = await mods.shortcut(MOD, "answer.message", await asked(mods, "badge"))
    label, action = next((label, action) for label, action in buttons(view).items() if "%" in label)
    await mods.press(MOD, action, view)
    other = mods.view()
    assert f"*{label.rpartition(' (')[0]}*" in words(other)
    await mods.submit(MOD, other)
    assert len(mods.slack.posted(GENERAL)) == 1


async def test_the_asker_can_follow_up_on_what_was_posted(mods: Moderated) -> None:
    message = await asked(mods)
    await mods.submit(MOD, await mods.shortcut(MOD, "answer.message", message))
    [reply] = await mods.says("and for plus?", channel=GENERAL, thread=str(message["ts"]))
    assert "Top Rated Plus" in reply["text"]


async def test_what_asks_for_somebodys_record_shows_no_record(mods: Moderated) -> None:
    view = await mods.shortcut(MOD, "answer.message", await asked(mods, "where is my ticket"))
    assert "somebody's own record" in words(view)


@pytest.mark.parametrize("user", [PERSON, OTHER])
async def test_nobody_else_can(mods: Moderated, user: str) -> None:
    message = await asked(mods)
    assert "Only moderators" in words(await mods.shortcut(user, "answer.message", message))
    view = await mods.shortcut(MOD, "answer.message", message)
    await mods.submit(user, view)
    assert mods.slack.posted(GENERAL) == []
    assert "Only moderators" in words(mods.told(user))
    assert mods.slack.posted(MODS) == []
