"""A download dropped into the DM: read, asked about once, used after a yes, never kept as a file."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import select

from bot.content import Content
from bot.playground import files
from bot.playground.faults import Trouble
from bot.playground.limits import message_problems
from bot.playground.workspace import Workspace
from bot.rooms.people import downloads
from bot.rooms.people.tables import Download, EarningsLedger
from bot.slack.files import SlackFiles
from bot.store import Store
from tests.bot.dying import KILLED, Death, live
from tests.bot.rooms.desk.surface.desk_way import DeskWay, desk_way
from tests.bot.way import PERSON, settings_for
from tests.clock import Clock

REPORT = """\
"Date","Contract","Hours","Amount","Payment type"
"2024-03-04","Copy, long; ""A"" (111)","4","900",""
"2024-09-30","Naming (222)","","5,850.00","Fixed Price Payment"
"2024-10-02","Naming (222)","","50","Bonus"
"2024-10-09","Naming (222)","","100","Refund"
"2024-10-10","=HYPERLINK(""x"") <!channel> (333)","","7","Odd <!here> payment"
"""
HISTORY = """\
"Date","Ref ID","Type","Description","Agency","Freelancer","Team","Account Name","PO","Amount",\
"Amount in local currency","Currency","Balance"
"Oct 23, 2024","9","Service Fee","Fee","","S","T","T","","-30.00","","","1.00"
"Oct 23, 2024","8","Hourly","Invoice","","S","T","T","","$1,300.00","","","1.00"
"Sep 4, 2024","2","Bonus","Thanks","","S","T","T","","10.00","9.00","EUR","1.00"
"""
LATER = HISTORY + '"Nov 5, 2024","11","Hourly","Invoice","","S","T","T","","200.00","","","1.00"\n'
NAME = "statements_2024-03-04_2025-03-03.csv"


@pytest.fixture
async def own(
    content: Content, clock: Clock, workspace: Workspace, database_url: str
) -> AsyncIterator[DeskWay]:
    async with desk_way(content, clock, workspace, database_url) as way:
        yield way


def file(slack: Workspace, text: str | bytes, name: str = "earnings.csv") -> dict[str, Any]:
    return files.dropped(slack, PERSON, name, text if isinstance(text, bytes) else text.encode())


async def drops(way: DeskWay, *contents: str | bytes, name: str = "earnings.csv", words: str = "") -> str:
    """Somebody drops files into the DM in one message; what they hear."""
    found = tuple(file(way.slack, content, name) for content in contents)
    said = await way.says(words, files=found)
    for message in said:
        assert message_problems(message) == []
    return "\n".join(message["text"] for message in said)


async def presses(way: DeskWay, action: str, message: dict[str, Any] | None = None) -> str:
    dm = way.slack.people.dm(PERSON)
    before = len(way.slack.posted(dm))
    request = way.slack.acts.presses(PERSON, action, message=message or way.slack.posted(dm)[-1])
    await way.bring(request, request)
    return "\n".join(m["text"] for m in way.slack.posted(dm)[before:])


async def ledger(store: Store) -> dict[str, Any] | None:
    async with store.read() as session:
        row = await session.scalar(select(EarningsLedger))
        return None if row is None else row.ledger


async def waiting(store: Store) -> int:
    async with store.read() as session:
        return len((await session.scalars(select(Download))).all())


async def test_a_report_is_read_asked_about_and_used_after_a_yes(own: DeskWay) -> None:
    said = await drops(own, REPORT, words="top rated plus?")
    assert "Is it right?" in said
    assert "Earned in the last 12 months | $6,700" in said
    assert "Largest contract | Naming: $5,800" in said
    assert "Left out: Odd &lt;!here&gt; payment | 1 line" in said
    assert await ledger(own.laurel.store) is None
    verdict = await presses(own, "people.download_yes")
    assert "Top Rated Plus" in verdict
    assert "$6,700, needed: $10,000 or more _(your download, today)_" in verdict
    assert await waiting(own.laurel.store) == 0


async def test_a_history_leaves_the_contract_open_and_names_the_other_currency(own: DeskWay) -> None:
    said = await drops(own, HISTORY, name=NAME)
    assert "Left out: Other currency (EUR) | 1 line" in said
    assert "another currency than US dollars I cannot count" in said
    assert "your largest contract stays open" in said
    verdict = await presses(own, "people.download_yes")
    assert "(your download, today)" in verdict


async def test_no_forgets_what_was_read(own: DeskWay) -> None:
    await drops(own, REPORT)
    question = own.slack.posted(own.slack.people.dm(PERSON))[-1]
    assert "Forgotten" in await presses(own, "people.download_no")
    assert (await ledger(own.laurel.store), await waiting(own.laurel.store)) == (None, 0)
    assert "settled already" in await presses(own, "people.download_yes", question)


async def test_downloads_that_overlap_add_nothing_twice(own: DeskWay) -> None:
    await drops(own, HISTORY, name=NAME)
    await presses(own, "people.download_yes")
    said = await drops(own, LATER, name=NAME)
    assert "Of these read in an earlier download | 1, not counted twice" in said
    await presses(own, "people.download_yes")
    kept = await ledger(own.laurel.store)
    assert kept is not None
    assert sorted(amount for _, _, amount in kept["sums"]) == ["1300.00", "200.00"]
    assert "read all of that before" in await drops(own, LATER, name=NAME)


async def test_the_same_file_five_times_at_once_is_asked_about_once(own: DeskWay) -> None:
    requests = [
        request
        for _ in range(5)
        for request in own.slack.acts.says(PERSON, "", files=(file(own.slack, REPORT),))
    ]
    await asyncio.gather(*(own.send(request) for request in [*requests, *requests]))
    await own.laurel.delivery.drain()
    texts = [message["text"] for message in own.slack.posted(own.slack.people.dm(PERSON))]
    assert sum("Is it right?" in text for text in texts) == 1
    assert sum("same as the file before" in text for text in texts) == 4
    said = await drops(own, *[REPORT] * 5)
    assert "same as the file before" in said


async def test_who_forgets_everything_while_it_is_read_is_asked_nothing(
    own: DeskWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    await own.bring(own.slack.acts.commands(PERSON, "privacy"))
    kept = own.slack.posted(own.slack.people.dm(PERSON))[-1]
    fetch = SlackFiles.content

    async def meanwhile(self: SlackFiles, file_id: str, *, most: int) -> bytes:
        monkeypatch.setattr(SlackFiles, "content", fetch)
        await own.bring(own.slack.acts.presses(PERSON, "people.forget", message=kept))
        return await fetch(self, file_id, most=most)

    monkeypatch.setattr(SlackFiles, "content", meanwhile)
    said = await drops(own, REPORT)
    assert "Is it right?" not in said
    assert "Forgotten" in said
    assert (await ledger(own.laurel.store), await waiting(own.laurel.store)) == (None, 0)


async def test_forget_me_takes_the_sums_and_what_waits(own: DeskWay) -> None:
    await drops(own, REPORT)
    await presses(own, "people.download_yes")
    await drops(own, HISTORY, name=NAME)
    await own.bring(own.slack.acts.commands(PERSON, "privacy"))
    await presses(own, "people.forget")
    assert (await ledger(own.laurel.store), await waiting(own.laurel.store)) == (None, 0)


async def test_neither_the_file_nor_its_lines_stand_in_any_job(own: DeskWay) -> None:
    from bot.delivery.jobs import JobRow

    await drops(own, HISTORY, name=NAME)
    async with own.laurel.store.read() as session:
        jobs = (await session.scalars(select(JobRow))).all()
    kept = json.dumps([[job.payload, job.result] for job in jobs])
    assert "Invoice" not in kept
    assert "url_private" not in kept


async def test_another_kind_takes_the_place_of_the_first_and_says_so(own: DeskWay) -> None:
    await drops(own, HISTORY, name=NAME)
    await presses(own, "people.download_yes")
    assert "it takes its place" in await drops(own, REPORT)
    await presses(own, "people.download_yes")
    kept = await ledger(own.laurel.store)
    assert kept is not None
    assert kept["names"] is True


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("all.zip", b"PK\x03\x04", "I don't open archives"),
        ("sums.xlsx", b"PK\x03\x04", "I don't read spreadsheets"),
        ("report.pdf", b"%PDF", "I don't read PDFs"),
        ("shot.png", b"\x89PNG", "earnings report"),
        ("sums.csv", b"PK\x03\x04", "a zip archive or a spreadsheet"),
        ("sums.csv", b"", "it is empty"),
        ("sums.csv", b"a,b\n1,2\n", "that of no earnings report"),
        ("sums.csv", b"," * 9_999, "10,000 columns"),
        ("sums.csv", b'Date,Contract,Amount,Payment type\n"2024-01-05,A (1),5,', "a quote may never close"),
        ("sums.csv", b"Date,Contract,Amount,Payment type\n2024-01-05,A (1),1e309,", "amount cannot be read"),
        ("sums.csv", b"Date,Contract,Amount,Payment type\n2999-01-05,A (1),5,", "In the future (1)"),
        ("sums.csv", b"Date,Contract,Amount,Payment type\n", "Nothing in that file"),
        ("sums.csv", b"x" * (5 * 1024 * 1024 + 1), "too large"),
    ],
)
async def test_what_cannot_be_used_gets_a_clear_word_and_nothing_is_kept(
    own: DeskWay, name: str, data: bytes, word: str
) -> None:
    said = await drops(own, data, name=name)
    assert word in said
    assert "CSV" in said or "shorter time" in said
    assert (await ledger(own.laurel.store), await waiting(own.laurel.store)) == (None, 0)


async def test_a_file_of_endless_words_is_asked_about_in_a_message_that_slack_takes(own: DeskWay) -> None:
    lines = [f"2024-10-0{at % 9 + 1},A (1),1,{'odd ' * 500}{at}" for at in range(99)]
    endless = f"0001-01-01,{'x' * 100_000} <!channel> (2),999999999999999,\n2024-10-02,{'y' * 100_000},5,"
    said = await drops(own, "\n".join(["Date,Contract,Amount,Payment type", endless, *lines]))
    assert "Is it right?" in said
    assert "Top Rated" in await presses(own, "people.download_yes")
    nothing = "\n".join(["Date,Contract,Amount,Payment type", *lines])
    assert "Nothing in that file" in await drops(own, nothing)


async def test_a_picture_with_a_question_is_answered_as_a_question(own: DeskWay) -> None:
    said = await drops(own, b"\x89PNG", name="shot.png", words="what are the criteria for top rated")
    assert "Top Rated asks" in said


async def test_a_file_that_lies_about_its_size_is_cut_off(own: DeskWay) -> None:
    dropped = file(own.slack, b"x" * (6 * 1024 * 1024))
    own.slack.files[dropped["id"]]["size"] = 10
    [reply] = await own.says("", files=(dropped,))
    assert "too large" in reply["text"]


async def test_the_token_goes_to_slack_and_nobody_else(own: DeskWay) -> None:
    dropped = file(own.slack, REPORT)
    own.slack.files[dropped["id"]]["url_private_download"] = "http://127.0.0.1:9/evil"
    [reply] = await own.says("", files=(dropped,))
    assert "does not let me see that file" in reply["text"]


async def test_without_the_scope_the_person_hears_whom_to_ask(own: DeskWay) -> None:
    own.slack.scopes = frozenset({"chat:write", "im:write", "im:history", "users:read"})
    assert "ask an administrator" in await drops(own, REPORT)


async def test_slack_s_bad_minute_is_waited_for(own: DeskWay, clock: Clock) -> None:
    own.slack.faults.next("files.info", Trouble.BROKEN)
    assert await drops(own, REPORT) == ""
    clock.forward(minutes=5)
    await own.laurel.delivery.drain()
    assert "Is it right?" in own.slack.posted(own.slack.people.dm(PERSON))[-1]["text"]


async def test_what_nobody_says_yes_to_is_forgotten_after_a_day(own: DeskWay, clock: Clock) -> None:
    await drops(own, REPORT)
    async with own.laurel.store.write() as session:
        await downloads.purge(session, clock(), clock.forward(days=1, seconds=1))
    assert await waiting(own.laurel.store) == 0


STEPS: dict[str, Death] = {
    "before it is fetched": (SlackFiles, "content", False),
    "after it is fetched": (SlackFiles, "content", True),
    "while the question is written": (downloads, "send", True),
    "before the question is posted": (AsyncWebClient, "chat_postMessage", False),
    "after the question is posted": (AsyncWebClient, "chat_postMessage", True),
}


@pytest.mark.parametrize("step", STEPS)
async def test_a_process_killed_on_the_way_asks_once(
    content: Content, clock: Clock, workspace: Workspace, database_url: str, step: str
) -> None:
    workspace.people.user(PERSON)
    settings = settings_for(workspace, database_url)
    [request] = workspace.acts.says(PERSON, "", files=(file(workspace, REPORT),))
    event = json.loads(request.body)["event"]
    assert await live(workspace, settings, content, request, now=clock(), death=STEPS[step]) == KILLED
    clock.forward(minutes=5)
    retry = workspace.acts.event(event, retry=3)
    assert await live(workspace, settings, content, retry, now=clock()) == 0
    assert [m["text"].partition("?")[0] for m in workspace.posted()] == ["*This is what I read. Is it right"]


async def test_a_file_that_is_gone_is_said_to_be(own: DeskWay) -> None:
    dropped = file(own.slack, REPORT)
    del own.slack.files[dropped["id"]]
    [reply] = await own.says("", files=(dropped,))
    assert "not there any more" in reply["text"]
