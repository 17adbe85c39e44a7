"""Folders of CSV files as spreadsheets save them."""

from pathlib import Path

import pytest

from bot.rooms.people.csv_folder import read_folder
from bot.rooms.people.reading import Item, Problem
from bot.rooms.people.saved import DateOrder, Saved


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_folder_saved_by_a_spreadsheet_is_read(tmp_path: Path, encoding: str, mark: str) -> None:
    people = f"ID{mark} Profile  Completeness \nann{mark} 95 \n"
    weeks = f"Freelancer ID{mark}Week Of{mark}JSS\nann{mark}2026-11-16{mark}93\n"
    (tmp_path / "freelancers.csv").write_text(people, encoding=encoding)
    (tmp_path / "weeks.csv").write_text(weeks, encoding=encoding)

    (item,) = read_folder(tmp_path, lambda _: None)

    assert isinstance(item, Item)
    weeks_read = [{"week_of": "2026-11-16", "jss": "93"}]
    assert item.data == {"id": "ann", "profile_completeness": "95", "weeks": weeks_read}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("$1,234.50", "1234.50"),
        ("-$50.00", "-50.00"),
        ("($50.00)", "-50.00"),
        ("(-5)", "(-5)"),
        ("1,234", "1,234"),
        ("12", "12"),
    ],
)
def test_dollars_and_percent_signs_are_read_and_an_ambiguous_comma_is_left(
    tmp_path: Path, written: str, read: str
) -> None:
    (tmp_path / "freelancers.csv").write_text("id;profile completeness\nann;95%\n")
    (tmp_path / "contracts.csv").write_text("freelancer_id;id\nann;c1\n")
    (tmp_path / "payments.csv").write_text(f"freelancer_id;contract_id;amount\nann;c1;{written}\n")

    (item,) = read_folder(tmp_path, lambda _: None)

    assert isinstance(item, Item)
    assert item.data["profile_completeness"] == "95"
    assert item.data["contracts"][0]["payments"] == [{"amount": read}]


@pytest.mark.parametrize(
    ("encoding", "assumed"), [("cp1252", "cp1252"), ("utf-16-le", "UTF-16"), ("utf-8", None)]
)
def test_letters_are_read_as_windows_saved_them_and_it_is_said(
    tmp_path: Path, encoding: str, assumed: str | None
) -> None:
    (tmp_path / "freelancers.csv").write_text("Freelancer,Name\nann,Zoë Núñez\n", encoding=encoding)
    saved = Saved()

    (item,) = read_folder(tmp_path, lambda _: None, saved)

    assert isinstance(item, Item)
    assert item.data == {"id": "ann", "name": "Zoë Núñez"}
    assert saved.assumed == ({} if assumed is None else {"freelancers.csv": assumed})


@pytest.mark.parametrize(("dates", "read"), [(DateOrder.US, "2026-11-10"), (DateOrder.EU, "2026-10-11")])
def test_a_day_is_read_as_the_operator_says(tmp_path: Path, dates: DateOrder, read: str) -> None:
    (tmp_path / "freelancers.csv").write_text("id,joined on\nann,11/10/2026\n")

    (item,) = read_folder(tmp_path, lambda _: None, Saved(dates))

    assert isinstance(item, Item)
    assert item.data["joined_on"] == read


def test_a_day_that_can_be_read_in_two_ways_is_refused_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "freelancers.csv").write_text("id\nann\nben\n")
    (tmp_path / "weeks.csv").write_text("freelancer,week of,jss\nann,09/11/2026,93\nben,2026-11-09,93\n")

    refused, taken = read_folder(tmp_path, lambda _: None)

    assert refused == Problem(
        "weeks.csv",
        2,
        "ann",
        "week_of",
        "is a day that can be read in two ways",
        "say --dates us (month first) or --dates eu (day first)",
    )
    assert isinstance(taken, Item)
