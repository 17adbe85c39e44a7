"""Reading the content: exact figures, and errors that name file, line and cure."""

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.load import DIRECTORY, ContentError, load, read_file

Content = Callable[[str, str, str], Path]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the content that a test may break."""
    target = tmp_path / "knowledge"
    shutil.copytree(DIRECTORY, target, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return target


@pytest.fixture
def broken(copy: Path) -> Content:
    def replace(file: str, old: str, new: str) -> Path:
        text = (copy / file).read_text("utf-8")
        assert old in text
        (copy / file).write_text(text.replace(old, new, 1), "utf-8")
        return copy

    return replace


def problems(directory: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load(directory)
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return [str(problem) for problem in caught.value.problems]


def line_of(directory: Path, file: str, text: str) -> int:
    lines = (directory / file).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_everything_is_read() -> None:
    knowledge = load()
    assert list(knowledge.programs) == [
        "rising_talent",
        "top_rated",
        "top_rated_plus",
        "expert_vetted",
        "premium_services",
    ]
    assert {"jss", "weeks", "fees", "connects"} <= set(knowledge.topics)
    assert list(knowledge.offers) == ["referral_2019"]


def test_a_figure_with_a_point_is_exact() -> None:
    price = load().cell("connects.price").statements[0].value
    assert price == Decimal("0.15")
    assert isinstance(price, Decimal)


def test_a_cell_is_found_by_its_path() -> None:
    knowledge = load()
    program = knowledge.program("top_rated")
    assert (
        knowledge.cell("top_rated.criteria.jss.agency")
        is list(program.criterion("jss").audiences.values())[1]
    )
    assert knowledge.cell("fees.service_fee") is knowledge.topic("fees").facts["service_fee"].cell
    for wrong in ("top_rated.criteria.jss", "nobody.knows", "top_rated"):
        with pytest.raises(KeyError):
            knowledge.cell(wrong)
    with pytest.raises(KeyError):
        program.perk("a_pony")


def test_an_unknown_key_is_named_with_its_line(broken: Content) -> None:
    directory = broken(
        "topics/fees.yaml", "    label: Service fee\n", "    label: Service fee\n    colour: red\n"
    )
    line = line_of(directory, "topics/fees.yaml", "colour: red")
    assert problems(directory) == [
        f"knowledge/topics/fees.yaml:{line}: unknown key facts.service_fee.colour; remove it or mend its name"
    ]


def test_a_missing_source_is_named_with_its_line(broken: Content) -> None:
    directory = broken("topics/earnings.yaml", 'value: "hourly", source: stats', 'value: "hourly"')
    line = line_of(directory, "topics/earnings.yaml", '"hourly"')
    found = problems(directory)
    assert found == [
        f"knowledge/topics/earnings.yaml:{line}: facts.refreshed.cell.0.source is missing; add source"
    ]


def test_an_unknown_source_is_named_with_its_line(broken: Content) -> None:
    directory = broken(
        "topics/earnings.yaml", 'value: "hourly", source: stats', 'value: "hourly", source: hearsay'
    )
    line = line_of(directory, "topics/earnings.yaml", '"hourly"')
    what = f"knowledge/topics/earnings.yaml:{line}: earnings.refreshed names the unknown source hearsay"
    assert problems(directory) == [f"{what}; add it to sources.yaml or mend the id"]


def test_dates_the_wrong_way_round_are_refused(broken: Content) -> None:
    directory = broken("topics/fees.yaml", "until: 2016-05-31", "until: 2014-05-31")
    (found,) = problems(directory)
    assert "topics/fees.yaml:9:" in found
    assert "before it begins" in found


def test_a_key_that_stands_twice_is_refused(broken: Content) -> None:
    directory = broken("topics/fees.yaml", "title: Fees\n", "title: Fees\ntitle: More fees\n")
    assert "the key title stands twice; remove one of them" in problems(directory)[0]


def test_a_source_that_stands_twice_is_refused(copy: Path) -> None:
    with (copy / "sources.yaml").open("a", encoding="utf-8") as file:
        file.write('- id: s0\n  kind: official\n  title: "again"\n  address: "somewhere"\n')
    assert "the id s0 stands twice" in problems(copy)[0]


def test_no_yaml_is_refused_with_its_line(broken: Content) -> None:
    directory = broken("topics/fees.yaml", "title: Fees\n", "title: [Fees\n")
    (found,) = problems(directory)
    assert found.startswith("knowledge/topics/fees.yaml:")
    assert "no valid YAML" in found


def test_a_file_that_is_missing_or_empty_is_named(copy: Path) -> None:
    (copy / "wording.yaml").unlink()
    (copy / "topics" / "fees.yaml").write_text("", "utf-8")
    found = problems(copy)
    assert "knowledge/wording.yaml:1: the file is missing; put it in its place" in found
    assert "knowledge/topics/fees.yaml:1: the file is empty; fill or remove it" in found


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("2024-02-30", "2024-02-30 cannot be read; mend the value"),
        ("!unheard of", "of cannot be read; mend the value"),
        (".inf", ".inf cannot be read; mend the value"),
        ("{[a]: b}", "a list or mapping stands as a key; name the key with a word"),
    ],
)
def test_a_value_that_is_none_is_named_with_its_line(tmp_path: Path, value: str, told: str) -> None:
    file = tmp_path / "days.yaml"
    file.write_text(f"first: 2024-01-01\nsecond: {value}\n", "utf-8")
    with pytest.raises(ContentError) as error:
        read_file(file, dict[str, object])
    assert str(error.value) == f"{tmp_path.name}/days.yaml:2: {told}"


def test_a_file_bears_its_id(copy: Path) -> None:
    (copy / "topics" / "fees.yaml").rename(copy / "topics" / "charges.yaml")
    (found,) = problems(copy)
    assert found == "knowledge/topics/charges.yaml:1: the id is fees; name the file fees.yaml"


def test_all_problems_are_reported_at_once(broken: Content) -> None:
    broken("topics/fees.yaml", "confidence: H", "confidence: Z")
    directory = broken("programs/top_rated.yaml", "award: automatic", "award: bought")
    assert len(problems(directory)) == 2
