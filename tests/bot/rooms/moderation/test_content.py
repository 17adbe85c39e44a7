"""`laurel content`: from what moderators published into the files, and back at the next start."""

import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.asking.standard import StandardAnswer
from bot.cli import content
from bot.rooms.moderation import exporting
from bot.rooms.moderation.content import Example, lint, load_answers
from bot.rooms.moderation.export_error import ExportError
from bot.rooms.moderation.published import Published
from intents.load import load_catalogue
from knowledge.load import load
from tests.bot.rooms.moderation.conftest import MOD, Moderated, buttons, words
from tests.bot.rooms.moderation.test_teaching import DISCORD, SLANG, meaning, new_answer
from tests.bot.rooms.people.test_commands import Run, laurel
from tests.learned import ROOT

__all__ = ["laurel"]

ANSWER = StandardAnswer(
    id="discord",
    title="Our Discord: where it is",
    wordings=("where is the discord: link", "no", "# discord"),
    text="Here: *join*.\nAll of you {account.private_after}.",
    owner="Community team",
    since=date(2025, 3, 3),
    ticket=True,
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for folder in ("intents/catalogue", "knowledge", "bot/rooms/moderation"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def difference(repository: Path, path: Path) -> list[str]:
    before = (ROOT / path).read_text("utf-8").splitlines()
    return [line for line in (repository / path).read_text("utf-8").splitlines() if line not in before]


def test_a_wording_is_one_line_more_in_its_file_and_all_else_stays(repository: Path) -> None:
    texts = ("how do i: snag it", "plain words", "what is jss")
    point = load().points["jss.unpaid_job"]
    changed = exporting.export(
        repository,
        [
            Example(intent="program.criteria", texts=texts[:2]),
            Example(intent=point.intent, point=point.id, texts=("zero pay zero stars", point.asks[0])),
        ],
    )
    assert [path.as_posix() for path in changed] == [
        "intents/catalogue/program.yaml",
        "knowledge/points/jss.yaml",
    ]
    assert difference(repository, changed[0]) == ['      - "how do i: snag it"', "      - plain words"]
    assert difference(repository, changed[1]) == ["    - zero pay zero stars"]
    catalogue = load_catalogue(repository / "intents/catalogue")
    assert catalogue["program.criteria"].examples[-2:] == texts[:2]
    assert load(repository / "knowledge").points["jss.unpaid_job"].asks[-1] == "zero pay zero stars"


def test_an_answer_is_written_read_and_written_again_with_its_comments(repository: Path) -> None:
    path = repository / exporting.ANSWERS
    exporting.export(repository, [ANSWER])
    assert load_answers(path) == (ANSWER,)
    assert list(lint(load_answers(path), load())) == []
    path.write_text(
        path.read_text("utf-8").replace("    title:", "    # asked every day\n    title:"), "utf-8"
    )
    later = ANSWER.model_copy(update={"text": "Elsewhere now.", "ticket": False})
    exporting.export(repository, [later])
    assert load_answers(path) == (later,)
    assert "# asked every day" in path.read_text("utf-8")
    assert path.read_text("utf-8").startswith("# Standard answers")
    assert exporting.export(repository, [later]) == []


def test_what_no_file_has_a_place_for_is_said_and_nothing_is_written(repository: Path) -> None:
    with pytest.raises(ExportError, match=r"no\.such: no file has it"):
        exporting.export(repository, [ANSWER, Example(intent="no.such", texts=("x",))])
    assert load_answers(repository / exporting.ANSWERS) == ()


async def test_what_the_files_hold_counts_as_merged_and_what_they_contradict_is_shown(
    mods: Moderated,
) -> None:
    card = await new_answer(mods)
    await mods.press(MOD, buttons(card)["Publish"], card)
    card = await meaning(mods, SLANG, "what does a badge ask for")
    await mods.press(MOD, buttons(card)["Publish"], card)
    here = mods.laurel.of(Published)
    await here.refresh(at_once=True)
    [answer] = mods.laurel.conversation.layer.standards.values()

    async def started_with(base: StandardAnswer) -> Published:
        other = Published(mods.laurel.conversation, mods.laurel.store, [base], lambda: 0.0)
        await other.refresh()
        return other

    same = await started_with(answer)
    assert (len(same.merged), same.conflicts) == (1, ())
    newer = await started_with(answer.model_copy(update={"text": "Reviewed."}))
    [conflict] = newer.conflicts
    assert conflict.why == "newer"
    [said] = mods.laurel.conversation.layer.standards.values()
    assert said.text == "Reviewed.", "the newer file speaks until somebody decides"
    here.conflicts = newer.conflicts
    home = words(await mods.home(MOD))
    assert "At odds with the files" in home
    assert "The files have another version of this answer" in home


async def test_what_was_published_in_slack_is_exported(mods: Moderated, repository: Path) -> None:
    card = await new_answer(mods)
    await mods.press(MOD, buttons(card)["Publish"], card)
    async with mods.laurel.store.read() as session:
        bodies = await content._published(session)
        [item] = await content._listed(session)
        found, history = await content._one(session, item.key)
    assert content._line(item) == "Our Discord server"
    assert (found, [one.state for one in history]) == (item, ["published", "draft"])
    [path] = exporting.export(repository, bodies)
    [exported] = yaml.safe_load((repository / path).read_text("utf-8"))["answers"]
    assert exported["wordings"][0] == DISCORD


def test_the_commands_say_what_is_there_and_what_is_not(laurel: Run) -> None:
    assert laurel("content", "list") == (0, "Nothing was taught yet.\n", "")
    assert laurel("content", "export") == (0, "The files hold all that is published.\n", "")
    for command in ("show", "diff", "withdraw"):
        code, _, said = laurel("content", command, "7")
        assert (code, said) == (2, "7: no such item; `laurel content list` prints them\n")
