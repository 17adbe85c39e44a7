"""The shortcut "Teach Laurel": what a wording means, and answers of moderators' own."""

from typing import Any

import pytest

from bot.rooms.moderation.published import Published
from tests.bot.rooms.moderation.conftest import MOD, MODS, SECOND, Moderated, buttons, words
from tests.bot.way import FAQ, GENERAL, OTHER, PERSON, shown

SLANG = "lowdown on the wizardry hoops gimme"
DISCORD = "is there a discord server for us folks"
ANSWER = {
    "title": "Our Discord server",
    "wordings": f"{DISCORD}\nwhere is the community discord\nlink to the discord please",
    "text": "Yes: *everybody* may join. A profile turns private {account.private_after}. <!channel> <b>",
    "owner": "Community team",
    "link": "https://discord.example/join",
}


async def teach(way: Moderated, text: str, user: str = MOD) -> dict[str, Any]:
    """The form of the shortcut on somebody's message."""
    await way.says(text, channel=GENERAL)
    return await way.shortcut(user, "teach.message", way.written(GENERAL))


async def meaning(way: Moderated, text: str, search: str) -> dict[str, Any]:
    """A wording taught by a search; the card that says what its test came to."""
    view = await teach(way, text)
    search_box = {"type": "plain_text_input", "value": search}
    await way.press(MOD, "teach.search", view, element=search_box)
    found = way.view()
    [select] = [b["element"] for b in found["blocks"] if b.get("block_id", "").startswith("target")]
    target = next(o["value"] for o in select["options"] if o["value"] == "program.criteria|")
    await way.submit(MOD, found, wordings=text, target=target, reason="asked every day")
    return way.told(MODS)


async def new_answer(way: Moderated, **fields: Any) -> dict[str, Any]:
    """A new answer; the card that says what its test came to."""
    await way.press(MOD, "teach.new", await teach(way, DISCORD))
    await way.submit(MOD, way.view(), **{**ANSWER, **fields})
    return way.told(MODS)


async def test_a_wording_that_is_taught_is_understood_once_it_is_published(mods: Moderated) -> None:
    card = await meaning(mods, SLANG, "what does a badge ask for")
    assert "Nothing breaks" in words(card)
    assert "Which badge do you mean?" not in shown(await mods.says(SLANG))
    await mods.press(MOD, buttons(card)["Publish"], card)
    assert "said within seconds" in words(mods.told(MODS))
    [reply] = await mods.says(SLANG)
    assert "Which badge do you mean?" in reply["text"]
    [near] = await mods.says("gimme a lowdown on the wizardry hoops!", user=OTHER)
    assert near["text"] == reply["text"], "what is like it is understood too"
    published = mods.told(MODS)
    await mods.press(MOD, buttons(published)["Take it back"], published)
    assert "not said any more" in words(mods.told(MODS))
    mods.clock.forward(hours=1)
    await mods.says(SLANG)
    assert "Which badge do you mean?" not in mods.told(PERSON)["text"]


async def test_a_new_answer_says_whose_it_is_and_from_when(mods: Moderated) -> None:
    card = await new_answer(mods, ticket=["ticket"])
    await mods.press(MOD, buttons(card)["Publish"], card)
    [reply] = await mods.says("hey, where is the community discord?")
    said = words(reply)
    assert "Yes: *everybody* may join" in said
    assert "A profile turns private after 30 days" in said
    assert "{account" not in said
    assert "&lt;!channel&gt; &lt;b&gt;" in said, "nobody is called by it"
    assert "From Community team, since 3 March 2025" in said
    assert "<https://discord.example/join|Read more>" in said
    assert "Open a ticket" in buttons(reply)
    [other] = await mods.says("what does top rated need", user=OTHER)
    assert "discord" not in words(other)


async def test_an_answer_for_one_channel_until_a_day_is_given_there_until_then(mods: Moderated) -> None:
    card = await new_answer(mods, channels=[FAQ], expires="2025-03-05")
    await mods.press(MOD, buttons(card)["Publish"], card)
    assert "may join" in shown(await mods.says(DISCORD, channel=FAQ))
    assert "may join" not in shown(await mods.says(DISCORD))
    mods.clock.forward(days=3)
    assert "may join" not in shown(await mods.says(DISCORD, user=OTHER, channel=FAQ))


async def test_what_breaks_a_labelled_question_takes_a_second_moderator_and_a_reason(mods: Moderated) -> None:
    question = mods.laurel.content.catalogue.questions()[0]
    card = await new_answer(mods, wordings=f"{question.text}\n{question.text} please")
    assert "would be answered wrongly" in words(card)
    assert "Publish" not in buttons(card)
    label = "Publish all the same"
    await mods.press(MOD, "content.publish", card, value=buttons_value(card, label))
    assert "Another moderator can publish it with a reason" in words(mods.told(MOD))
    for user, said in ((MOD, "It takes another moderator"), (SECOND, "said within seconds")):
        await mods.press(user, buttons(card)[label], card)
        assert (await mods.submit(user, mods.view(), reason=" "))["errors"]
        await mods.press(user, buttons(card)[label], card)
        await mods.submit(user, mods.view(), reason="It is out of date")
        assert said in words(mods.told(user if user == MOD else MODS))
    assert "Why: It is out of date" in words(mods.told(MODS))


@pytest.mark.parametrize("more", [{"LAUREL_APPROVALS": "1"}])
async def test_a_second_pair_of_eyes_is_asked_for_where_the_house_wants_it(
    mods: Moderated, more: dict[str, str]
) -> None:
    assert more
    card = await new_answer(mods)
    await mods.press(MOD, buttons(card)["Publish"], card)
    assert "It takes another moderator" in words(mods.told(MOD))
    assert "may join" not in shown(await mods.says(DISCORD))
    await mods.press(SECOND, buttons(card)["Publish"], card)
    mods.clock.forward(hours=1)
    assert "may join" in shown(await mods.says(DISCORD))


async def test_who_comes_second_sees_the_first_ones_change_and_keeps_their_words(mods: Moderated) -> None:
    card = await new_answer(mods)
    await mods.press(MOD, buttons(card)["Edit"], card)
    first = mods.view()
    await mods.press(SECOND, buttons(card)["Edit"], card)
    second = mods.view()
    await mods.submit(MOD, first, text="The first one's text")
    await mods.submit(SECOND, second, text="The second one's text")
    said = words(mods.told(SECOND))
    assert f"<@{MOD}> changed this before you" in said
    assert "The first one's text" in said
    assert "The second one's text" in said
    await mods.press(SECOND, "content.publish", card, value=buttons_value(card, "Publish"))
    assert "changed this before you" in words(mods.told(SECOND)), "a press on an old card, too"


async def test_what_is_said_stays_while_its_next_version_is_written(mods: Moderated) -> None:
    card = await new_answer(mods)
    await mods.press(MOD, buttons(card)["Publish"], card)
    await mods.press(MOD, buttons(mods.told(MODS))["Edit"], mods.told(MODS))
    await mods.submit(MOD, mods.view(), text="A new text")
    assert "may join" in shown(await mods.says(DISCORD))
    card = mods.told(MODS)
    await mods.press(MOD, buttons(card)["Publish"], card)
    mods.clock.forward(hours=1)
    assert "A new text" in shown(await mods.says(DISCORD))
    await mods.press(MOD, buttons(mods.told(MODS))["History"], mods.told(MODS))
    history = words(mods.view())
    assert "was text: Yes: *everybody*" in history
    assert "is text: A new text" in history
    assert history.index("4. published") < history.index("1. draft")


async def test_mistakes_are_told_beside_their_fields_and_nothing_is_kept(mods: Moderated) -> None:
    await mods.press(MOD, "teach.new", await teach(mods, DISCORD))
    wrong = {
        **ANSWER,
        "text": "See {no.such.fact} and {{ settings }}",
        "link": "javascript:x",
        "expires": "2025-01-01",
    }
    answer = await mods.submit(MOD, mods.view(), **wrong)
    assert answer["errors"].keys() == {"text", "link", "expires"}
    assert mods.slack.posted(MODS) == []


async def test_nobody_else_teaches_publishes_or_takes_back(mods: Moderated) -> None:
    assert "Only moderators" in words(await teach(mods, DISCORD, user=PERSON))
    card = await new_answer(mods)
    await mods.press(PERSON, buttons(card)["Publish"], card)
    assert "Only moderators" in words(mods.told(PERSON))
    assert "may join" not in shown(await mods.says(DISCORD))
    await mods.press(MOD, buttons(card)["Publish"], card)
    await mods.press(PERSON, "content.withdraw", mods.told(MODS), value=buttons_value(card, "Publish"))
    mods.clock.forward(hours=1)
    assert "may join" in shown(await mods.says(DISCORD, user=OTHER))


async def test_another_process_takes_over_what_was_published_within_seconds(mods: Moderated) -> None:
    card = await new_answer(mods)
    await mods.press(MOD, buttons(card)["Publish"], card)
    conversation = mods.laurel.conversation
    seconds = [0.0]
    other = Published(conversation, mods.laurel.store, (), lambda: seconds[0])
    await other.refresh()
    assert len(conversation.layer.standards) == 1
    published = mods.told(MODS)
    await mods.press(MOD, buttons(published)["Take it back"], published)
    await other.refresh()
    assert len(conversation.layer.standards) == 1, "it looked a moment ago"
    seconds[0] = 5.0
    await other.refresh()
    assert len(conversation.layer.standards) == 0


def buttons_value(card: dict[str, Any], label: str) -> str:
    elements = [e for block in card["blocks"] for e in block.get("elements", ()) if e.get("type") == "button"]
    return str(next(e["value"] for e in elements if e["text"]["text"] == label))


@pytest.mark.parametrize(("user", "said"), [(MOD, "`{account.private_after}`: after 30"), (PERSON, "Only")])
async def test_the_names_of_facts_are_found_by_words(mods: Moderated, user: str, said: str) -> None:
    await mods.bring(mods.slack.acts.commands(user, "facts account private after", channel=GENERAL))
    assert said in words(mods.slack.ephemerals[-1])
