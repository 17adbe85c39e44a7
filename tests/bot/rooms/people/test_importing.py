"""`laurel import`: what an operator gets from good, bad, repeated and hostile files."""

import csv
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.rooms.people import reading
from bot.rooms.people.importing import ImportFileError, Summary, import_files, size_of
from bot.rooms.people.reading import ITEM_LIMIT
from bot.rooms.people.referrals import referrals_of
from bot.rooms.people.sql_source import read_queries
from bot.rooms.people.store_source import StoreSource
from bot.store import Store
from tests.bot.rooms.people.samples import freelancer

ROOT = Path(__file__).parents[4]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return tmp_path / "refused.csv"


async def bring(store: Store, report: Path, *paths: Path) -> Summary:
    return await import_files(store, paths, report=report, now=NOW)


def refusals(report: Path) -> list[dict[str, str]]:
    with report.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(path: Path, data: Any) -> Path:
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


async def test_a_json_array_an_object_of_lists_a_single_record_and_json_lines_mean_the_same(
    store: Store, tmp_path: Path, report: Path
) -> None:
    array = written(tmp_path / "array.json", [freelancer("a"), freelancer("b")])
    lists = written(tmp_path / "lists.json", {"freelancers": [freelancer("c")], "referrals": []})
    single = written(tmp_path / "single.json", json.dumps(freelancer("d"), indent=2))
    lines = written(tmp_path / "lines.jsonl", "\n\n".join(json.dumps(freelancer(n)) for n in "ef"))
    summary = await bring(store, report, array, lists, single, lines)
    assert (summary.added, summary.refused, summary.report) == (6, 0, None)
    source = StoreSource(store)
    for name in "abcdef":
        record = await source.record(name)
        assert record is not None
        assert record.model_dump(mode="json", exclude={"id", "email", "contracts"}) == (
            (await source.record("a")).model_dump(mode="json", exclude={"id", "email", "contracts"})  # type: ignore[union-attr] # "a" was imported
        )


async def test_what_is_stored_is_what_was_given_down_to_unknown_and_no_score(
    store: Store, tmp_path: Path, report: Path
) -> None:
    given = freelancer(
        "f-1",
        weeks=[{"week_of": "2026-11-09"}, {"week_of": "2026-11-02", "jss": None}],
        badges=[{"program": "top_rated", "from": "2025-01-01"}],
        invitations=None,
    )
    given.pop("activity")
    await bring(store, report, written(tmp_path / "one.json", [given]))
    record = await StoreSource(store).record("f-1")
    assert record is not None
    assert record.weeks is not None
    assert [week.without_score for week in record.weeks] == [False, True]
    assert record.activity is None
    assert record.badges is not None
    assert record.badges[0].program == "top_rated"


async def test_importing_again_updates_but_never_replaces_newer_with_older(
    store: Store, tmp_path: Path, report: Path
) -> None:
    await bring(store, report, written(tmp_path / "1.json", [freelancer(name="Ada"), freelancer("f-2")]))
    newer = freelancer(country="DE", email="New@Example.com", as_of="2026-11-22T00:00:00Z")
    summary = await bring(store, report, written(tmp_path / "2.json", [newer]))
    assert (summary.added, summary.updated, summary.older) == (0, 1, 0)
    summary = await bring(store, report, written(tmp_path / "3.json", [freelancer(country="US")]))
    assert (summary.added, summary.updated, summary.older) == (0, 0, 1)
    record = await StoreSource(store).record("f-1")
    assert record is not None
    assert record.country == "DE"
    assert await StoreSource(store).ids_by_email(" new@EXAMPLE.com ") == ["f-1"]
    assert await StoreSource(store).ids_by_email("f-1@example.com") == []


async def test_the_last_of_two_equal_ids_in_one_file_counts(
    store: Store, tmp_path: Path, report: Path
) -> None:
    twice = [freelancer(country="US"), freelancer(country="FR")]
    await bring(store, report, written(tmp_path / "twice.json", twice))
    record = await StoreSource(store).record("f-1")
    assert record is not None
    assert record.country == "FR"


async def test_bad_rows_are_listed_with_line_field_reason_and_cure_and_the_good_ones_are_kept(
    store: Store, tmp_path: Path, report: Path
) -> None:
    rows = [
        freelancer("good"),
        freelancer("bad-date", joined_on="yesterday"),
        freelancer("bad-week", weeks=[{"week_of": "2026-11-11", "jss": 90}, {"week_of": "x"}]),
        freelancer("slip", profil_completeness=90),
        {"name": "nobody"},
        freelancer("also-good"),
    ]
    text = "\n".join(json.dumps(row) for row in rows) + '\n[1]\n{"id": "cut'
    summary = await bring(store, report, written(tmp_path / "mixed.jsonl", text))
    assert (summary.added, summary.refused, summary.report) == (2, 6, report)
    found = refusals(report)
    assert [(row["line"], row["record"], row["field"]) for row in found] == [
        ("2", "bad-date", "joined_on"),
        ("3", "bad-week", "weeks[0]"),
        ("3", "bad-week", "weeks[1].week_of"),
        ("4", "slip", ""),
        ("5", "", "id"),
        ("7", "", ""),
        ("8", "", ""),
    ]
    assert found[0]["reason"] == "is no date"
    assert found[0]["cure"] == "write it as YYYY-MM-DD"
    assert all(row["reason"] and row["cure"] for row in found)


async def test_json_that_breaks_off_keeps_what_came_before_and_names_the_line(
    store: Store, tmp_path: Path, report: Path
) -> None:
    whole = json.dumps([freelancer("a"), freelancer("b"), freelancer("c")], indent=1)
    cut = whole[: whole.index('"id": "c"') + 20]
    summary = await bring(store, report, written(tmp_path / "cut.json", cut))
    assert (summary.added, summary.refused) == (2, 1)
    assert "the rest of the file was not read" in refusals(report)[0]["reason"]
    assert abs(int(refusals(report)[0]["line"]) - cut.count("\n")) <= 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hello", "begins with 'h'"),
        ('[{"id": "a"} {"id": "b"}]', "',' expected"),
        ('[{"id": "a"}] [2]', "goes on after its end"),
        ('[{"id": }]', "is no JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('["' + "x" * (ITEM_LIMIT + 10), "is no JSON"),
    ],
)
async def test_files_that_are_no_records_are_refused_with_a_reason(
    sqlite_store: Store, tmp_path: Path, report: Path, text: str, reason: str
) -> None:
    summary = await bring(sqlite_store, report, written(tmp_path / "odd.json", text))
    assert summary.refused == 1
    assert reason in refusals(report)[0]["reason"]


async def test_other_encodings_are_refused_and_a_byte_order_mark_is_not(
    sqlite_store: Store, tmp_path: Path, report: Path
) -> None:
    latin = tmp_path / "latin.json"
    latin.write_bytes(json.dumps([freelancer()]).encode().replace(b"Ada", b"Andr\xe9"))
    lines = tmp_path / "latin.jsonl"
    lines.write_bytes(b'{"id": "\xe9"}\n')
    marked = tmp_path / "marked.json"
    marked.write_bytes(b"\xef\xbb\xbf" + json.dumps([freelancer("bom")]).encode())
    summary = await bring(sqlite_store, report, latin, lines, marked)
    assert (summary.added, summary.refused) == (1, 2)
    assert {row["cure"] for row in refusals(report)} == {"save the file as UTF-8"}


async def test_an_id_that_cannot_be_kept_is_refused(store: Store, tmp_path: Path, report: Path) -> None:
    rows = [freelancer("x\0y"), freelancer("y" * 256), freelancer("ok", email="e" * 400)]
    summary = await bring(store, report, written(tmp_path / "ids.json", rows))
    assert (summary.added, summary.refused) == (0, 3)


async def test_an_empty_file_and_an_empty_array_bring_nothing(
    sqlite_store: Store, tmp_path: Path, report: Path
) -> None:
    paths = [written(tmp_path / "empty.json", ""), written(tmp_path / "none.json", "[ ]")]
    assert await bring(sqlite_store, report, *paths) == Summary()


def test_a_path_that_cannot_be_imported_says_so_before_anything_is_read(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.json", tmp_path, written(tmp_path / "notes.txt", "x")):
        with pytest.raises(ImportFileError, match=path.name):
            size_of([path])


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64, 1000])
def test_where_a_file_is_cut_into_pieces_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    records = [{"id": "ä", "n": [1.5, -20, 3e2]}, {"id": '😀\n"]', "t": True}, {"id": "\u00e9", "z": None}]
    text = (
        json.dumps(records[:2], ensure_ascii=False, indent=2)[:-1] + "\n,\t" + json.dumps(records[2]) + "]\n"
    )
    path = written(tmp_path / "pieces.json", text)
    monkeypatch.setattr(reading, "CHUNK", chunk)
    found = list(reading.read_json(path, lambda _: None))
    assert [(item.line, item.data) for item in found if isinstance(item, reading.Item)] == [
        (2, records[0]),
        (10, records[1]),
        (15, records[2]),
    ]
    listed = written(tmp_path / "lists.json", '{"note": 12, "freelancers": [{"id": "a"}], "referrals": [ ]}')
    (first, rest) = list(reading.read_json(listed, lambda _: None))
    assert (first.data, rest.data) == ({"id": "a"}, {"note": 12})  # type: ignore[union-attr] # both are items


async def test_progress_adds_up_to_the_size(sqlite_store: Store, tmp_path: Path, report: Path) -> None:
    paths = [written(tmp_path / "a.json", [freelancer("a")]), written(tmp_path / "b.jsonl", "{}\n")]
    seen: list[int] = []
    await import_files(sqlite_store, paths, report=report, now=NOW, progress=seen.append)
    assert sum(seen) == size_of(paths)


async def test_referrals_are_kept_with_what_each_friend_earned(
    store: Store, tmp_path: Path, report: Path
) -> None:
    friend = {
        "referrer_id": "f-1",
        "friend_id": "f-9",
        "code": "abc",
        "registered_on": "2019-02-01",
        "new_to_platform": True,
        "earned": {"customer_service": "120.50", "writing": "10"},
    }
    bad = {**friend, "friend_id": "f-8", "registered_on": "soon"}
    await bring(store, report, written(tmp_path / "r.json", {"referrals": [friend, bad]}))
    later = {**friend, "earned": {"customer_service": "520"}, "reached_on": "2019-03-01"}
    summary = await bring(store, report, written(tmp_path / "r.jsonl", json.dumps(later)))
    assert (summary.referrals, summary.refused) == (1, 0)
    (kept,) = await referrals_of(store, "f-1")
    assert kept.friend_id == "f-9"
    assert {name: str(amount) for name, amount in kept.earned.items()} == {"customer_service": "520"}


CSVS = {
    "freelancers": (
        "id,name,email,country,user_type,category,joined_on,profile_completeness,email_opt_in,as_of,"
        "agency_members\n"
        'f-1,"Ada, ""the first""",a@b.com,US,freelancer,writing,2018-01-02,100,true,2026-11-21T00:00:00Z,\n'
        "f-2,Bob,,DE,,,,,,,3\n"
    ),
    "weeks": "freelancer_id,week_of,jss,rising_talent\nf-2,2026-11-09,none,true\nf-1,2026-11-09,94,false\n"
    "f-1,2026-11-02,,\n",
    "contracts": "freelancer_id,id,category,started_on,ended_on,outcome,via_agency\n"
    "f-1,c1,writing,2025-01-01,,positive,no\nf-1,c2,writing,2025-02-01,,,\n",
    "payments": "contract_id,freelancer_id,on,amount,kind,status\nc2,f-1,2026-01-01,1200.00,payment,settled\n"
    "c1,f-1,2026-01-02,5.5,bonus,settled\nc1,f-1,2026-01-03,1,refund,settled\n",
    "badges": "freelancer_id,program,from,until\nf-1,top_rated,2025-01-01,\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    def make(**changes: str) -> Path:
        path = tmp_path / "csv"
        path.mkdir(exist_ok=True)
        for name, text in (CSVS | changes).items():
            (path / f"{name}.csv").write_text(text, encoding="utf-8")
        return path

    return make


async def test_a_folder_of_csv_files_becomes_whole_records_whatever_the_order_of_its_rows(
    store: Store, report: Path, folder: Callable[..., Path]
) -> None:
    summary = await bring(store, report, folder())
    assert (summary.added, summary.refused) == (2, 0)
    record = await StoreSource(store).record("f-1")
    assert record is not None
    assert record.name == 'Ada, "the first"'
    assert record.weeks is not None
    assert [(week.jss, week.without_score) for week in record.weeks] == [(94.0, False), (None, False)]
    assert record.contracts is not None
    assert [[str(p.net) for p in contract.payments or ()] for contract in record.contracts] == [
        ["5.5", "-1"],
        ["1200.00"],
    ]
    assert record.badges is not None
    assert record.activity is None, "there was no activity.csv: unknown"
    other = await StoreSource(store).record("f-2")
    assert other is not None
    assert other.weeks is not None
    assert other.weeks[0].without_score
    assert other.contracts == (), "contracts.csv was there: known to be none"
    assert other.agency is not None
    assert other.agency.members == 3


async def test_a_bad_csv_row_names_its_own_file_and_line_and_takes_its_freelancer_along(
    store: Store, report: Path, folder: Callable[..., Path]
) -> None:
    bad = CSVS["payments"] + "c1,f-1,2026-13-01,7,payment,settled\n"
    summary = await bring(store, report, folder(payments=bad))
    assert (summary.added, summary.refused) == (1, 1)
    (row,) = refusals(report)
    assert (row["file"], row["line"], row["record"], row["field"]) == (
        "payments.csv",
        "5",
        "f-1",
        "contracts[0].payments[2].on",
    )


@pytest.mark.parametrize(
    ("file", "more", "expected"),
    [
        ("payments", "c9,f-1,2026-01-01,7,payment,settled\n", ("payments.csv", "contract_id")),
        ("badges", "f-9,top_rated,2025-01-01,\n", ("badges.csv", "freelancer_id")),
        ("badges", "f-1,top_rated,2025-01-01,,surplus\n", ("badges.csv", "")),
        ("freelancers", ",Nobody\n", ("freelancers.csv", "id")),
        ("freelancers", 'f-7,"open\n', ("freelancers.csv", "")),
    ],
)
async def test_csv_rows_that_do_not_fit_together_are_listed(
    sqlite_store: Store, report: Path, folder: Callable[..., Path], *, file: str, more: str, expected: Any
) -> None:
    await bring(sqlite_store, report, folder(**{file: CSVS[file] + more}))
    assert expected in {(row["file"], row["field"]) for row in refusals(report)}


@pytest.mark.parametrize(("file", "column"), [("freelancers", "id"), ("badges", "freelancer_id")])
async def test_a_csv_file_without_its_key_column_says_which_is_missing(
    sqlite_store: Store, report: Path, folder: Callable[..., Path], file: str, column: str
) -> None:
    await bring(sqlite_store, report, folder(**{file: "name,program\nAda,top_rated\n"}))
    (row,) = refusals(report)
    assert (row["file"], row["field"], row["reason"]) == (f"{file}.csv", column, "the column is missing")


async def test_semicolons_and_referrals_in_csv(
    sqlite_store: Store, report: Path, folder: Callable[..., Path]
) -> None:
    path = folder(
        badges=CSVS["badges"].replace(",", ";"),
        referrals="referrer_id,friend_id,code,registered_on,category,earned\n"
        "f-1,f-3,abc,2019-02-01,writing,10\nf-1,f-3,abc,2019-02-01,legal,2.50\nf-1,f-4,,2019-02-02,,\n",
    )
    summary = await bring(sqlite_store, report, path)
    assert (summary.added, summary.referrals, summary.refused) == (2, 2, 0)
    first, second = await referrals_of(sqlite_store, "f-1")
    assert {name: str(amount) for name, amount in first.earned.items()} == {"writing": "10", "legal": "2.50"}
    assert second.earned == {}
    record = await StoreSource(sqlite_store).record("f-1")
    assert record is not None
    assert record.badges is not None
    assert len(record.badges) == 1


async def test_the_examples_of_the_documentation_can_be_imported(
    sqlite_store: Store, tmp_path: Path, report: Path
) -> None:
    page = (ROOT / "bot/rooms/people/README.md").read_text("utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    folder = tmp_path / "csv"
    folder.mkdir()
    for name, text in re.findall(r"```csv (\S+)\n(.*?)```", page, re.DOTALL):
        written(folder / name, text)
    summary = await bring(sqlite_store, report, written(tmp_path / "people.json", example), folder)
    assert (summary.added, summary.referrals, summary.refused) == (3, 2, 0)
    (queries,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert "payments" in read_queries(written(tmp_path / "queries.yaml", queries))
