"""Moderators change what is known: a new value, an end, "still true"; tested, published, exported."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.rooms.moderation import exporting
from bot.rooms.moderation.content import body_of
from bot.rooms.moderation.published import Published
from bot.rooms.moderation.revisions import said
from knowledge.lint import lint
from knowledge.load import load
from tests.bot.rooms.moderation.conftest import MOD, MODS, Moderated, buttons, words
from tests.bot.way import GENERAL, OTHER, PERSON, shown

ROOT = Path(__file__).parents[4]
PRICE = "connects.price"
QUESTION = "how much does one connect cost"
NEW = {
    "what": "new",
    "value": "0.20",
    "from": "2025-03-01",
    "link": "https://support.example/connects-2025",
    "title": "Connects: prices",
    "kind": "official",
    "confidence": "H",
}


async def form(mods: Moderated, path: str = PRICE, what: str = "new", user: str = MOD) -> dict[str, Any]:
    """The form of a fact, from the list that the command shows."""
    await mods.bring(mods.slack.acts.commands(user, f"facts {path.replace('.', ' ')}", channel=GENERAL))
    assert f"`{{{path}}}`" in words(mods.slack.ephemerals[-1])
    listed = {**mods.slack.ephemerals[-1], "channel": GENERAL}
    await mods.press(user, "fact.change", listed, value=f"{what}|{path}")
    return mods.view()


async def sent_in(mods: Moderated, view: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The form sent in; the card that says what its test came to."""
    answer = await mods.submit(MOD, view, **fields)
    assert answer.get("errors") is None, answer
    return mods.told(MODS)


async def publish(mods: Moderated, card: dict[str, Any]) -> None:
    await mods.press(MOD, buttons(card)["Publish"], card)
    mods.clock.forward(seconds=3)


async def test_a_new_value_is_previewed_published_said_and_taken_back(mods: Moderated) -> None:
    before = shown(await mods.says(QUESTION))
    assert "$0.15" in before
    view = await form(mods)
    assert "$0.15, from 1 April 2019" in words(view)
    card = await sent_in(mods, view, **NEW)
    assert "replies change" in words(card)
    assert "$0.15" in words(card), "each reply as it is"
    assert "$0.20" in words(card), "and as it would be"
    await mods.says(QUESTION, user=OTHER)
    assert "$0.15" in mods.told(OTHER)["text"], "nothing is said before it is published"
    await publish(mods, card)
    await mods.says(QUESTION, user=OTHER)
    assert "$0.20" in mods.told(OTHER)["text"]
    assert "2019" not in mods.told(OTHER)["text"], "a sentence about another time is not said of it"
    published = mods.told(MODS)
    await mods.press(MOD, buttons(published)["Take it back"], published)
    mods.clock.forward(seconds=3)
    await mods.says(QUESTION, user=OTHER)
    assert "$0.15" in mods.told(OTHER)["text"]


async def test_a_check_counts_by_the_changed_rule_at_once(mods: Moderated) -> None:
    question = "my jss is 91, is that enough for top rated"
    assert "yes for Job Success Score" in shown(await mods.says(question))
    view = await form(mods, "top_rated.criteria.jss.freelancer")
    await publish(mods, await sent_in(mods, view, **{**NEW, "value": "95"}))
    said_now = shown(await mods.says(question, user=OTHER))
    assert "95%" in said_now
    assert "yes for Job Success Score" not in said_now


async def test_a_fact_that_ended_says_what_stands_in_its_place(mods: Moderated) -> None:
    view = await form(mods, "connects.transfer", "ended")
    answer = await mods.submit(MOD, view, **{"what": "ended", "from": "2025-02-28"})
    assert "instead" in answer["errors"]
    card = await sent_in(
        mods, view, **{"what": "ended", "from": "2025-02-28", "instead": "they can be given to a team"}
    )
    await publish(mods, card)
    assert "they can be given to a team" in shown(await mods.says("can i give my connects to a friend"))


@pytest.mark.parametrize(
    ("fields", "field", "said_there"),
    [
        ({"from": "2019-04-01"}, "from", "not rewritten"),
        ({"from": "2018-01-01"}, "from", "not rewritten"),
        ({"value": "cheap"}, "value", "kind that stands above"),
        ({"value": ""}, "value", "kind that stands above"),
        ({"kind": "community"}, "kind", "from a better source"),
        ({"link": "somewhere"}, "link", "begins with https://"),
        ({"title": ""}, "title", "3 to 60"),
        ({"confidence": "L", "note": ""}, "value", "add a note"),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field(
    mods: Moderated, fields: dict[str, str], field: str, said_there: str
) -> None:
    given = {**NEW, **fields}
    if field == "from":  # only a source of the same kind would rewrite what was said
        knowledge = mods.laurel.content.knowledge
        given["kind"] = knowledge.sources[knowledge.cell(PRICE).statements[0].source].kind.value
    answer = await mods.submit(MOD, await form(mods), **given)
    assert list(answer["errors"]) == [field]
    assert said_there in answer["errors"][field]


async def test_still_true_dates_a_fact_anew_with_who_said_so(mods: Moderated) -> None:
    await mods.bring(mods.slack.acts.commands(MOD, "facts stale", channel=GENERAL))
    stale = words(mods.slack.ephemerals[-1])
    assert "Last seen" in stale
    first = next(
        e["value"]
        for b in mods.slack.ephemerals[-1]["blocks"]
        for e in b.get("elements", ())
        if str(e.get("value", "")).startswith("still|")
    )
    path = first.removeprefix("still|")
    card = await sent_in(mods, await form(mods, path, "still"), what="still")
    assert "Confirmed by a moderator" in words(card)
    await publish(mods, card)
    await mods.laurel.of(Published).refresh(at_once=True)
    await mods.bring(mods.slack.acts.commands(MOD, "facts stale", channel=GENERAL))
    assert first not in str(mods.slack.ephemerals[-1])


async def test_once_a_month_the_moderators_see_what_is_due_for_a_look(mods: Moderated) -> None:
    await mods.laurel.begin()
    mods.clock.forward(days=40)
    await mods.laurel.delivery.drain()
    told = [words(message) for message in mods.slack.posted(MODS)]
    assert any("Not looked at for long" in one for one in told)


async def test_who_is_no_moderator_changes_nothing(mods: Moderated) -> None:
    view = await form(mods)
    await mods.submit(PERSON, view, **NEW)
    assert "moderators" in words(mods.told(PERSON))
    async with mods.laurel.store.read() as session:
        assert await said(session) == []
    opened = len(mods.slack.opened)
    await mods.bring(mods.slack.acts.presses(PERSON, "fact.change", view=view, value=f"new|{PRICE}"))
    assert "moderators can do that" in str(mods.slack.opened[opened:]).lower()


async def test_what_was_changed_is_exported_into_the_files_and_counts_as_merged(
    mods: Moderated, tmp_path: Path
) -> None:
    await publish(mods, await sent_in(mods, await form(mods), **NEW))
    ended = {"what": "ended", "from": "2025-02-28", "instead": "they can be given to a team"}
    await publish(mods, await sent_in(mods, await form(mods, "connects.transfer", "ended"), **ended))
    again = {**NEW, "value": "0.25", "from": "2025-03-02"}
    await publish(mods, await sent_in(mods, await form(mods), **again))
    async with mods.laurel.store.read() as session:
        bodies = [body_of(item.kind, (item.live or {})["body"]) for item in await said(session)]
    for folder in ("knowledge", "intents"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / exporting.ANSWERS).parent.mkdir(parents=True)
    shutil.copy(ROOT / exporting.ANSWERS, tmp_path / exporting.ANSWERS)
    files = exporting.export(tmp_path, bodies)
    assert {str(path) for path in files} == {"knowledge/topics/connects.yaml", "knowledge/sources.yaml"}
    written = (tmp_path / "knowledge/topics/connects.yaml").read_text("utf-8")
    before = (ROOT / "knowledge/topics/connects.yaml").read_text("utf-8").splitlines()
    assert len([line for line in before if line not in written.splitlines()]) == 1, "one line has its end"
    knowledge = load(tmp_path / "knowledge")
    assert lint(knowledge) == []
    assert [str(one.value) for one in knowledge.cell(PRICE).statements] == ["0.15", "0.20", "0.25"]
    published = mods.laurel.of(Published)
    published.knowledge = knowledge
    await mods.laurel.of(Published).refresh(at_once=True)
    published._version = -1
    await published.refresh(at_once=True)
    assert (len(published.merged), published.conflicts) == (3, ())


async def test_a_change_that_the_files_overtook_is_shown_and_not_said(mods: Moderated) -> None:
    await publish(mods, await sent_in(mods, await form(mods), **NEW))
    published = mods.laurel.of(Published)
    from knowledge.changing import Change, changed
    from knowledge.model import Statement

    newer = Statement.model_validate(
        {"from": "2025-02-01", "value": 0.3, "source": "ofuran", "confidence": "H"}
    )
    published.knowledge = changed(published.knowledge, [Change(path=PRICE, statement=newer)])
    published._version = -1
    await published.refresh(at_once=True)
    [conflict] = published.conflicts
    assert conflict.why == "newer"
    assert "At odds with the files" in words(await mods.home(MOD))
