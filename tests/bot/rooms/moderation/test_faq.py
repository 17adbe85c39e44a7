"""Channels for questions: silent, suggest, answer."""

from collections.abc import Mapping

import pytest

from bot.settings import FaqMode, SettingsError
from tests.bot.rooms.moderation.conftest import MOD, MODS, Moderated, buttons, words
from tests.bot.way import FAQ, OTHER, PERSON, settings_for

SURE, DOUBTFUL = "what does top rated need", "badge"
SUGGEST, SILENT = {"LAUREL_FAQ_MODES": f"{FAQ}:suggest"}, {"LAUREL_FAQ_MODES": f"{FAQ}:silent"}


async def card(way: Moderated, text: str = DOUBTFUL) -> dict[str, object]:
    assert await way.says(text, channel=FAQ) == way.slack.posted(MODS)
    return way.told(MODS)


async def test_what_is_sure_is_said_and_what_is_not_is_suggested(mods: Moderated) -> None:
    assert len(await mods.says(SURE, channel=FAQ)) == 1
    assert mods.slack.posted(MODS) == []
    await mods.says(DOUBTFUL, channel=FAQ)
    assert len(mods.slack.posted(FAQ)) == 1
    suggestion = mods.told(MODS)
    assert f"<@{PERSON}> asked in <#{FAQ}>" in words(suggestion)
    assert buttons(suggestion).keys() == {"Post this", "Another answer", "Not a question"}


@pytest.mark.parametrize("more", [SUGGEST])
async def test_where_all_is_suggested_a_press_posts_it_in_the_thread(
    mods: Moderated, more: Mapping[str, str]
) -> None:
    assert more
    suggestion = await card(mods, SURE)
    assert mods.slack.posted(FAQ) == []
    await mods.press(MOD, buttons(suggestion)["Post this"], suggestion)
    [reply] = mods.slack.posted(FAQ)
    assert reply["thread_ts"] == mods.written(FAQ)["ts"]
    assert f"Sent by <@{MOD}>" in words(reply)
    assert f"Posted by <@{MOD}>" in words(mods.told(MODS))
    assert buttons(mods.told(MODS)) == {}


@pytest.mark.parametrize("more", [SILENT])
async def test_where_we_are_silent_nothing_is_said_unless_we_are_named(
    mods: Moderated, more: Mapping[str, str]
) -> None:
    assert more
    assert await mods.says(SURE, channel=FAQ) == []
    assert len(await mods.says(f"<@{mods.slack.bot_user}> {SURE}", channel=FAQ)) == 1


async def test_another_answer_is_written_and_posted(mods: Moderated) -> None:
    suggestion = await card(mods)
    await mods.press(MOD, buttons(suggestion)["Another answer"], suggestion)
    await mods.submit(MOD, mods.view(), text="Read the pinned post.")
    [reply] = mods.slack.posted(FAQ)
    assert "Read the pinned post." in reply["text"]
    assert "Another answer was posted" in words(mods.told(MODS))


async def test_what_is_no_question_is_done_with(mods: Moderated) -> None:
    suggestion = await card(mods)
    await mods.press(MOD, buttons(suggestion)["Not a question"], suggestion)
    assert "No question, says" in words(mods.told(MODS))
    assert mods.slack.posted(FAQ) == []


async def test_a_suggestion_is_withdrawn_when_a_human_answers_meanwhile(mods: Moderated) -> None:
    suggestion = await card(mods)
    number, question = value(suggestion), mods.written(FAQ)
    await mods.says("I mean the blue one", channel=FAQ, thread=question["ts"])
    assert "Post this" in buttons(mods.told(MODS)), "the asker is no answer"
    await mods.says("see the guide", user=OTHER, channel=FAQ, thread=question["ts"])
    assert f"Answered meanwhile by <@{OTHER}>" in words(mods.told(MODS))
    await mods.press(MOD, "faq.post", suggestion, value=number)
    assert mods.slack.posted(FAQ) == []


async def test_chatter_is_not_suggested(mods: Moderated) -> None:
    for text in ("hello everybody", "xyzzy", ":tada:", "ok thanks"):
        await mods.says(text, channel=FAQ)
    assert mods.slack.posted(MODS) == []


async def test_nobody_else_decides(mods: Moderated) -> None:
    suggestion = await card(mods)
    await mods.press(OTHER, "faq.post", suggestion, value=value(suggestion))
    assert "Only moderators" in words(mods.told(OTHER))
    assert mods.slack.posted(FAQ) == []


def test_a_mode_that_there_is_not_is_one_clear_line(mods: Moderated) -> None:
    modes = settings_for(mods.slack, "sqlite:///x.db", LAUREL_FAQ_MODES="C1:suggest, C2:answer, C3:silent")
    assert modes.faq_modes == {"C1": FaqMode.SUGGEST, "C3": FaqMode.SILENT}
    with pytest.raises(SettingsError, match="LAUREL_FAQ_MODES: no such mode as C1:loud"):
        settings_for(mods.slack, "sqlite:///x.db", LAUREL_FAQ_MODES="C1:loud")


def value(message: dict[str, object]) -> str:
    [actions] = [b for b in message["blocks"] if b["type"] == "actions"]  # type: ignore[attr-defined]
    return str(actions["elements"][0]["value"])
