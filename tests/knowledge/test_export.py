"""The tables for other pages: JSON, CSV and Markdown."""

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pytest

from knowledge import export
from knowledge.load import load

KNOWLEDGE = load()
TODAY = dt.date(2026, 11, 22)


def test_json_has_figures_as_numbers_and_dates_as_iso() -> None:
    found = json.loads(json.dumps(export.document(KNOWLEDGE, "top_rated", TODAY)))
    assert (found["program"], found["audience"], found["on"]) == ("top_rated", "freelancer", "2026-11-22")
    rows = {row["id"]: row for row in found["criteria"]}
    assert rows["earnings_12m"]["value"] == 1000
    assert rows["earnings_12m"]["unit"] == "usd"
    assert rows["jss_weeks"]["value"] == {"needed": 13, "window": 16, "jss": 90}
    assert rows["account_standing"]["from"] == "2021-04-28"
    assert rows["account_standing"]["source"]["kind"] == "third_party"
    assert rows["relevant_proposals"]["state"] == "ended"
    assert rows["relevant_proposals"]["until"] == "2021-04-27"
    assert [one["source"]["id"] for one in rows["jss_weeks"]["outranked"]] == ["mod22", "s1"]
    perks = {row["id"]: row for row in found["perks"]}
    assert perks["feedback_removal"]["text"] == "Ended 3 Sep 2024"
    assert found["facts"]["share"]["value"] == 10


def test_json_of_another_day_and_audience() -> None:
    found = export.document(KNOWLEDGE, "top_rated", dt.date(2019, 3, 1), "agency")
    rows = {row["id"]: row for row in found["criteria"]}
    assert rows["first_contract_age"]["value"] == 30
    assert rows["earnings_12m"]["value"] == 10000
    with pytest.raises(KeyError):
        export.document(KNOWLEDGE, "gold", TODAY)


def test_tables_for_the_terminal_have_a_header_and_rows() -> None:
    criteria, perks = export.tables(KNOWLEDGE, "rising_talent", TODAY)
    assert criteria.rows[0] == ["", "Rising Talent"]
    assert ["Free Connects, once", "30, once"] in perks.rows


def test_csv_has_a_line_per_cell() -> None:
    lines = list(csv.DictReader(io.StringIO(export.as_csv(KNOWLEDGE, TODAY))))
    assert len(lines) == len(list(KNOWLEDGE.cells()))
    by_path = {line["path"]: line for line in lines}
    share = by_path["top_rated_plus.facts.share"]
    assert (share["text"], share["confidence"], share["source"]) == ("the top 3%", "M", "leahmeyers")
    assert by_path["jss.windows"]["disagreeing"] == "the last 24 months (jss_now)"
    assert by_path["weeks.consecutive"]["outranked"] == "in a row (forum_483769)"
    assert by_path["connects.price"]["text"] == "$0.15"


def test_markdown_has_a_table_per_program_and_topic(tmp_path: Path) -> None:
    files = export.export(KNOWLEDGE, TODAY, tmp_path / "new" / "folder")
    assert [file.name for file in files] == ["knowledge.csv", "knowledge.md"]
    text = files[1].read_text("utf-8")
    for program in KNOWLEDGE.programs.values():
        assert f"## {program.name}: Freelancers" in text
    for topic in KNOWLEDGE.topics.values():
        assert f"## {topic.title}" in text
    assert "| Earnings in the last 12 months | $1,000 or more | tr_now |" in text
    assert all(line.count("|") - line.count("\\|") == 4 for line in text.splitlines() if line.startswith("|"))


def test_a_moderators_page_for_an_earlier_day_says_what_held_then() -> None:
    text = export.as_markdown(KNOWLEDGE, dt.date(2019, 3, 1))
    assert "on 2019-03-01" in text
    assert "| Relevant proposals | to projects that fit your skills | s0 |" in text
