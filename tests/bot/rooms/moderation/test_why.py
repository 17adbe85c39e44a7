""" "Why this answer?": what a moderator sees of a reading, and that nobody else sees it."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import yaml
from sqlmodel import col, select

from bot.app import build
from bot.asking import conversations
from bot.asking.conversations import Line
from bot.content import TEMPLATES, Content
from bot.delivery import Pacing
from bot.playground.limits import message_problems, view_problems
from bot.playground.workspace import Workspace
from bot.rooms.moderation.surface import SHORTCUT
from bot.rooms.moderation.weighing import weights
from bot.serving import introduce, wrong
from bot.slack.web import web_app
from intents.calibration import ANSWER_FROM
from tests.bot.way import FAQ, GENERAL, OTHER, PERSON, Way, settings_for
from tests.clock import Clock

MODERATOR, AGENT = "U0MOD", "U0AGENT"
QUESTION = "what does top rated need"
SLIPS = "am i eligibel for top rated plus"


class WhyWay(Way):
    """What moderators do."""

    async def asks(self, user: str, words: str, channel: str = GENERAL) -> list[dict[str, Any]]:
        """`/laurel why …`: what this user alone was shown because of it."""
        before = len(self.slack.ephemerals)
        request = self.slack.acts.commands(user, f"why {words}".strip(), channel=channel)
        await self.bring(request, request)  # Slack may deliver it twice
        shown = self.slack.ephemerals[before:]
        assert {note["user"] for note in shown} == {user}
        assert [problem for note in shown for problem in message_problems(note)] == []
        return shown

    async def looks(self, user: str, message: dict[str, Any]) -> str:
        """The shortcut on a message: what its modal says."""
        before = len(self.slack.opened)
        [answer] = await self.bring(self.slack.acts.uses_shortcut(user, SHORTCUT, message=message))
        assert answer.status_code == 200
        [view] = self.slack.opened[before:]
        assert view["title"]["text"] == "Why this answer?"
        assert view_problems(view) == []
        return words_in(view)

    def written(self, channel: str) -> dict[str, Any]:
        """The latest message of a person in a channel, as Slack has it."""
        return [m for m in self.slack.messages[channel] if "bot_id" not in m][-1]


@pytest.fixture
async def way(content: Content, clock: Clock, workspace: Workspace, sqlite_url: str) -> AsyncIterator[WhyWay]:
    for user in (PERSON, OTHER, MODERATOR, AGENT):
        workspace.people.user(user)
    for channel in (FAQ, GENERAL):
        workspace.people.channel(channel, members=(PERSON, OTHER, MODERATOR, AGENT))
    workspace.people.group("S0MODS", MODERATOR)
    workspace.people.group("S0AGENTS", AGENT)
    settings = settings_for(workspace, sqlite_url).model_copy(
        update={"moderator_group": "S0MODS", "agent_group": "S0AGENTS"}
    )
    async with build(settings, clock=clock, content=content, pacing=Pacing(pace=timedelta(0))) as laurel:
        await introduce(laurel)
        transport = httpx.ASGITransport(web_app(laurel.bolt, lambda: wrong(laurel), workspace.signing_secret))
        async with httpx.AsyncClient(transport=transport, base_url="http://laurel") as http:
            yield WhyWay(workspace, laurel, http, clock)


def words_in(blocks: dict[str, Any]) -> str:
    found = [block["text"]["text"] for block in blocks["blocks"] if "text" in block]
    found += [e["text"] for block in blocks["blocks"] for e in block.get("elements", ()) if "text" in e]
    return "\n".join(found)


async def mention(way: WhyWay, words: str, **more: Any) -> dict[str, Any]:
    [reply] = await way.says(f"<@{way.slack.bot_user}> {words}", channel=GENERAL, **more)
    return reply


async def pressed(way: WhyWay, message: dict[str, Any], action: str) -> list[dict[str, Any]]:
    before = len(way.slack.posted())
    await way.bring(way.slack.acts.presses(PERSON, action, message=message))
    return way.slack.posted()[before:]


@pytest.mark.parametrize("user", [MODERATOR, AGENT])
async def test_a_moderator_sees_how_the_question_behind_a_reply_was_read(way: WhyWay, user: str) -> None:
    said = await way.looks(user, await mention(way, SLIPS))
    assert f">{SLIPS}" in said
    assert "*Slips repaired:* eligibel → eligible\n" in said
    assert "*Read as:* am i eligible for top rated plus" in said
    assert "*First choice:* Check whether I qualify, *" in said
    assert "*Nearest example:* “" in said
    assert "% alike" in said
    assert "*What speaks most for the first choice*" in said
    assert "*Next in line:*" in said
    assert way.slack.posted(GENERAL)[-1]["user"] == way.slack.bot_user, "nothing was posted"
    assert way.slack.ephemerals == []


async def test_the_place_named_is_where_the_intent_stands(way: WhyWay) -> None:
    [note] = await way.asks(MODERATOR, QUESTION)
    place = way.laurel.content.catalogue.places["program.criteria"]
    assert f"It stands as `program.criteria` in `intents/catalogue/{place}`" in note["text"]
    file, _, line = place.partition(":")
    source = (TEMPLATES.parent / "intents" / "catalogue" / file).read_text("utf-8").splitlines()
    assert "program.criteria" in source[int(line) - 1]


async def test_confidence_and_tier_are_told_with_the_line_they_are_held_against(way: WhyWay) -> None:
    [note] = await way.asks(MODERATOR, "badge")
    assert "*A choice is offered:*" in note["text"]
    assert f"below the line of {ANSWER_FROM:.0%} for an answer" in note["text"]
    [note] = await way.asks(MODERATOR, "what jss do I need for topratd plus in 2023")
    assert "*It is answered:*" in note["text"]
    assert "program Top Rated Plus" in note["text"]
    [note] = await way.asks(MODERATOR, "xyzzy qwerty")
    assert "*I ask for other words:*" in note["text"]


async def test_a_point_and_a_hedge_are_told(way: WhyWay) -> None:
    [note] = await way.asks(MODERATOR, "are the 30 connects monthly")
    assert "the point `rising_talent.connects` in `knowledge/points`." in note["text"]
    [note] = await way.asks(MODERATOR, "does premium touch my badge status")
    assert "it is said with a hedge" in note["text"]


async def test_a_persons_message_is_explained_with_what_was_remembered_then(way: WhyWay) -> None:
    await way.says(QUESTION)
    dm = way.slack.people.dm(PERSON)
    way.clock.forward(minutes=4)
    await way.says("and for plus?")
    follow_up = way.written(dm)
    await way.says("who gets free connects?")
    said = await way.looks(MODERATOR, follow_up)
    assert (
        "*Leans on the turn before*, of Mon 3 Mar, 9:00 am: “What a badge asks for” (program Top Rated)"
        in said
    )
    assert "*Decided by a rule:* a short message that leans on what was said before" in said
    assert "*The words alone* would have come to" in said


async def test_the_command_reads_a_follow_up_as_it_would_be_read_there(way: WhyWay) -> None:
    await way.bring(way.slack.acts.commands(MODERATOR, QUESTION, channel=GENERAL))
    [note] = await way.asks(MODERATOR, "and for plus?")
    assert "Leans on the turn before" in note["text"]
    [note] = await way.asks(MODERATOR, "what perks are there")
    assert "program Top Rated (from before)" in note["text"]


async def test_each_question_of_a_message_is_explained_within_slacks_limits(way: WhyWay) -> None:
    several = (
        "why is my jss gone? how do I get top rated plus? who gets free connects? what is rising talent?"
    )
    [note] = await way.asks(MODERATOR, several)
    assert "*Question 1 of 4*" in note["text"]
    assert "offered as a button" in words_in(note)
    many = " ".join(f"what does {name} need?" for name in ("top rated", "top rated plus", "rising talent"))
    [note] = await way.asks(MODERATOR, many * 5)
    assert "*First choice:*" in note["text"]


async def test_a_message_that_got_no_reply_is_explained_by_its_words(way: WhyWay) -> None:
    assert await way.says("badge", OTHER, channel=FAQ) == []
    said = await way.looks(MODERATOR, way.written(FAQ))
    assert "I keep no reply to this message" in said
    assert "*A choice is offered:*" in said


async def test_a_button_says_that_nothing_was_matched(way: WhyWay) -> None:
    [first] = await way.says(QUESTION)
    [reply] = await pressed(way, first, "ask#2")
    said = await way.looks(MODERATOR, reply)
    assert "*A button was pressed.*" in said
    assert "*First choice:* What a badge brings\n" in said


async def test_none_of_these_says_that_it_was_pressed(way: WhyWay) -> None:
    [choice] = await way.says("badge")
    [reply] = await pressed(way, choice, "choose#none")
    assert "“None of these” was pressed" in await way.looks(MODERATOR, reply)


async def test_where_the_catalogue_has_changed_the_reading_of_then_is_told(way: WhyWay) -> None:
    [reply] = await way.says(QUESTION)
    async with way.laurel.store.write() as session:
        for line in (await session.execute(select(Line).where(col(Line.role) == "bot"))).scalars():
            line.asked = {**(line.asked or {}), "intents": ["program.perks", "gone.since"]}
    said = await way.looks(MODERATOR, reply)
    assert "*The catalogue has changed since.*" in said
    assert "understood as *What a badge brings*, *gone.since*" in said


async def test_forty_thousand_characters_are_explained_within_slacks_limits(way: WhyWay) -> None:
    for words in ("a" * 40_000, "<&a> " * 10_000, "what does `top rated* need?\n>" * 1_000):
        await way.says(words)
        assert "*First choice:*" in await way.looks(MODERATOR, way.slack.posted()[-1])


@pytest.mark.parametrize("user", [PERSON, OTHER])
async def test_nobody_else_sees_it_or_what_was_asked(way: WhyWay, user: str) -> None:
    reply = await mention(way, f"{QUESTION} xyzzy", user=OTHER)
    for message in (reply, way.written(GENERAL)):
        said = await way.looks(user, message)
        assert "Only agents and moderators" in said
        assert "xyzzy" not in said
        assert "catalogue" not in said


async def test_why_as_a_freelancers_question_is_answered_beside_the_word_on_who_may(way: WhyWay) -> None:
    [refused, answered] = await way.asks(PERSON, "did I lose my badge")
    assert "Only agents and moderators" in refused["text"]
    assert "First choice" not in refused["text"] + answered["text"]
    assert "badge" in answered["text"]


async def test_markup_stays_what_somebody_typed(way: WhyWay) -> None:
    words = "what does top rated need <!channel> & <script> {{ settings }} *bold*"
    reply = await mention(
        way, words.replace("<!channel>", "&lt;!channel&gt;").replace("<script>", "&lt;script&gt;")
    )
    said = await way.looks(MODERATOR, reply)
    assert ">what does top rated need &lt;!channel&gt; &amp; &lt;script&gt; {{ settings }} *bold*" in said
    assert "<!" not in said
    assert "<script" not in said


async def test_what_there_is_nothing_to_say_about_is_said_so(way: WhyWay) -> None:
    [note] = await way.asks(MODERATOR, "")
    assert "There are no words in it" in note["text"]
    await way.says("", files=({"id": "F1", "name": "a.png"},))
    assert "There are no words in it" in await way.looks(MODERATOR, way.slack.posted()[-1])
    [first] = await way.says(QUESTION)
    [sources] = await pressed(way, first, "sources")
    assert "answers no question" in await way.looks(MODERATOR, sources)
    assert (
        "taken for Spanish"
        in (await way.asks(MODERATOR, "hola, ¿cómo puedo conseguir la insignia?"))[0]["text"]
    )


async def test_what_was_forgotten_cannot_be_asked_about(way: WhyWay) -> None:
    [reply] = await way.says(QUESTION)
    async with way.laurel.store.write() as session:
        await conversations.forget(session, way.slack.team, PERSON)
    said = await way.looks(MODERATOR, reply)
    assert "answers no question that I still keep" in said
    assert QUESTION not in said


async def test_a_forged_mark_in_somebody_elses_message_is_not_followed(way: WhyWay) -> None:
    [reply] = await way.says(f"{QUESTION} xyzzy")
    forged = {**reply, "user": OTHER, "bot_id": "B0OTHER", "text": "hello", "ts": "1.000001"}
    assert "xyzzy" not in await way.looks(MODERATOR, forged)


async def test_a_private_replys_copy_tells_too(way: WhyWay) -> None:
    await way.bring(
        *way.slack.acts.says(PERSON, f"<@{way.slack.bot_user}> where is my ticket", channel=GENERAL)
    )
    [copy] = way.slack.posted(way.slack.people.dm(PERSON))
    assert ">where is my ticket" in await way.looks(MODERATOR, copy)
    assert ">where is my ticket" in await way.looks(MODERATOR, way.written(GENERAL))


def test_the_manifest_offers_the_shortcut_on_messages() -> None:
    manifest = yaml.safe_load((TEMPLATES.parent / "slack-manifest.yaml").read_text("utf-8"))
    [shortcut] = [one for one in manifest["features"]["shortcuts"] if one["callback_id"] == SHORTCUT]
    assert shortcut["type"] == "message"


def test_features_are_told_in_words_and_those_alike_count_as_one() -> None:
    features = [
        ("=lose&badg", 4.0),
        ("badg&lost", 2.0),
        ("=lose", 1.0),
        ("~bad", 1.0),
        ("~#bad", 1.0),
        ("~ost", 1.0),
    ]
    found = weights(features, ["lost", "my", "badge"])
    assert [(one.kind, one.words, one.share) for one in found] == [
        ("together", ("lost", "badge"), 0.6),
        ("spelling", ("badge",), 0.2),
        ("word", ("lost",), 0.1),
        ("spelling", ("lost",), 0.1),
    ]
    assert found[0].meanings == ("lose",)
    assert found[1].pieces == ("bad…",)
    assert json.dumps(found[3].pieces, ensure_ascii=False) == '["…ost…"]'
