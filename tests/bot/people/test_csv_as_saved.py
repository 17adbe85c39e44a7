"""Folders of CSV files as spreadsheets save them."""

from pathlib import Path

import pytest

from bot.rooms.people.csv_folder import read_folder
from bot.rooms.people.reading import Item


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
    ("written", "read"), [("$1,234.50", "1234.50"), ("-$50.00", "-50.00"), ("1,234", "1,234"), ("12", "12")]
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
