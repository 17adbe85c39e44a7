"""A slip in a content file is told with its file, its line and what to do."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field

import knowledge.load
from intents.entities import load_entities
from intents.load import ContentError, load_catalogue, read

GOOD = """\
family: jss
intents:
  - id: jss.drop
    title: Why the score went down
    reply: topic
    category: job_success
    examples:
      - why did it drop
      - yes
      - 2
"""


def lines(error: ContentError) -> list[str]:
    return str(error).splitlines()


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_examples_are_words_even_where_yaml_sees_something_else(tmp_path: Path) -> None:
    catalogue = load_catalogue(write(tmp_path, jss=GOOD))
    assert catalogue["jss.drop"].examples == ("why did it drop", "yes", "2")
    assert catalogue.places["jss.drop"] == "jss.yaml:3"


@pytest.mark.parametrize(
    ("broken", "line", "words"),
    [
        (GOOD.replace("title:", "titel:"), 4, "titel"),
        (GOOD.replace("    title: Why the score went down\n", ""), 3, "title is missing"),
        (GOOD.replace("reply: topic", "reply: sing"), 5, "reply"),
        (GOOD.replace("id: jss.drop", "id: Jss Drop"), 3, "id"),
        (GOOD.replace("id: jss.drop", "id: connects.cost"), 3, "stands in family jss"),
        (
            GOOD.replace("category: job_success", "category: job_success\n    category: other"),
            7,
            "given twice",
        ),
        (GOOD.replace("      - why", "\t- why"), 8, ""),
        (GOOD.replace("Why the score", "W" * 90), 4, "title"),
        ("", 1, "empty"),
        ("family: jss\nintents: []\n", 2, "intents"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, broken: str, line: int, words: str) -> None:
    with pytest.raises(ContentError) as error:
        load_catalogue(write(tmp_path, jss=broken))
    told = [told for told in lines(error.value) if words in told]
    assert told
    assert told[0].startswith(f"jss.yaml:{line}: ")
    assert "; " in told[0]


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    twice = GOOD.replace("reply: topic", "reply: sing")
    with pytest.raises(ContentError) as error:
        load_catalogue(write(tmp_path, jss=twice, other=twice))
    assert [told.split(":")[0] for told in lines(error.value)] == ["jss.yaml", "other.yaml"]


def test_an_intent_has_one_home(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"jss2\.yaml:3: .*jss\.yaml:3"):
        load_catalogue(write(tmp_path, jss=GOOD, jss2=GOOD))


def test_a_folder_without_a_catalogue_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="no catalogue files"):
        load_catalogue(tmp_path)


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "jss.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ContentError, match="UTF-8"):
        load_catalogue(tmp_path)


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=3)


class Entries(BaseModel):
    entries: tuple[Entry, ...] = Field(min_length=1)


@pytest.mark.parametrize(
    "broken",
    [
        None,
        b"",
        b"\xff\xfe\x00",
        b"entries: \x00\n",
        b"entries: [\n",
        b"entries:\n  - name: *who\n",
        b"entries: []\n",
        b"entries:\n  - title: one\n",
        b"entries:\n  - name: a\n",
        b"entries:\n  - name: one\n    titel: two\n",
        b"entrys:\n  - name: one\n",
    ],
)
def test_intents_and_knowledge_tell_the_same_slip_in_the_same_words(
    tmp_path: Path, broken: bytes | None
) -> None:
    file = tmp_path / "entries.yaml"
    if broken is not None:
        file.write_bytes(broken)
    with pytest.raises(ContentError) as ours:
        read(file, Entries)
    with pytest.raises(knowledge.load.ContentError) as theirs:
        knowledge.load.read_file(file, Entries)
    told = [f"{tmp_path.name}/{line}" for line in lines(ours.value)]
    assert told == str(theirs.value).splitlines()


def test_an_alias_stands_for_one_thing(tmp_path: Path) -> None:
    file = tmp_path / "entities.yaml"
    file.write_text(
        "programs:\n"
        "  - {id: top_rated, name: Top Rated, aliases: [tr]}\n"
        "  - {id: top_rated_plus, name: Top Rated Plus, aliases: [trp, tr]}\n"
        "audiences: []\ncategories: []\nticket: {pattern: 'x'}\n",
        encoding="utf-8",
    )
    with pytest.raises(ContentError, match=r"entities\.yaml:3: alias 'tr'"):
        load_entities(file)
    file.write_text("programs: []\naudiences: []\ncategories: []\nticket: {pattern: '('}\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"entities\.yaml:4: .*regular expression"):
        load_entities(file)
