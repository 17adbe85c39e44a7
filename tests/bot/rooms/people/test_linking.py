"""Linking oneself, by a code that is mailed; unlinking, being forgotten, and who may look at whom."""

import datetime as dt
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from bot.delivery.jobs import JobRow
from bot.messages import Surface, Where, Who
from bot.roles import Profile
from bot.rooms.people.codes import code_of
from bot.rooms.people.records import SourceUnreachableError
from bot.rooms.people.store_source import StoreSource
from bot.rooms.people.tables import History, Link, LinkCode, LinkRequest
from bot.store import Store
from bot.surfaces import Commanded, Pressed, Submitted
from tests.bot.rooms.people.house import SECRET, House
from tests.bot.rooms.people.samples import freelancer
from tests.clock import Clock

ADA, BOB, AGENT = Who("T1", "U1"), Who("T1", "U2"), Who("T1", "U9")
HERE = Where("D1", Surface.DM)


@pytest.fixture
def clock() -> Clock:
    return Clock(dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC))


@pytest.fixture
async def house(store: Store, clock: Clock, tmp_path: Path) -> House:
    made = House(store, clock)
    await made.bring(tmp_path, freelancer(), freelancer("f-2", email="Bob@Example.com"))
    return made


async def submit(house: House, form: str, who: Who = ADA, key: str = "", **fields: str) -> str:
    """Send a form; the text of the message that comes of it."""
    key = key or f"{form}-{who.user}-{len(await house.told())}"
    sent = Submitted(form, who, fields, "", key, house.clock())
    async with house.store.write() as session:
        await house.surfaces.forms[form](session, sent, house.clock())
    await house.delivery.drain()
    return (await house.told())[-1][1]


async def press(house: House, action: str, who: Who = ADA) -> str:
    """Press a button; the text of the message that comes of it."""
    pressed = Pressed(action, "", who, HERE, f"{action}-{len(await house.told())}", house.clock())
    async with house.store.write() as session:
        await house.surfaces.presses[action](session, pressed, house.clock())
    return (await house.told())[-1][1]


def code_in(mail: dict[str, Any]) -> str:
    assert mail["subject"].startswith("Your code: ")
    return str(mail["subject"][-6:])


@pytest.mark.parametrize("given", ["f-1", " F-1@example.com "])
async def test_a_person_proves_who_they_are_by_the_code_mailed_to_them(house: House, given: str) -> None:
    assert await house.people.freelancer_of(ADA) is None
    assert "a code is on its way" in await submit(house, "people.link", given=given)
    (mail,) = house.mails
    assert mail["to"] == "f-1@example.com"
    assert "10 minutes" in mail["text"]
    typed = code_in(mail)
    assert "Linked: I know you as f-1" in await submit(house, "people.code", code=f" {typed[:3]} {typed[3:]}")
    assert await house.people.freelancer_of(ADA) == "f-1"
    assert await house.links.user_of("T1", "f-1") == ADA
    assert "no code to compare with" in await submit(house, "people.code", code=typed), "it counts once"


async def test_an_unknown_person_is_answered_like_a_known_one_and_gets_no_mail(house: House) -> None:
    known = await submit(house, "people.link", given="f-1")
    for given in ("nobody", "x@example.com", "", "f-1' --", "\0"):
        assert await submit(house, "people.link", who=Who("T1", f"U{given!r}"[:9]), given=given) == known
    assert len(house.mails) == 1


async def test_a_code_is_guessed_at_five_times_at_most(house: House) -> None:
    await submit(house, "people.link", given="f-1")
    right = code_in(house.mails[0])
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for left in (4, 3, 2, 1):
        assert f"{left} tr" in await submit(house, "people.code", code=wrong)
    assert "used up" in await submit(house, "people.code", code=wrong)
    assert "used up" in await submit(house, "people.code", code=right)
    assert await house.people.freelancer_of(ADA) is None


async def test_a_code_holds_ten_minutes_and_only_for_who_asked(house: House, clock: Clock) -> None:
    await submit(house, "people.link", given="f-1")
    right = code_in(house.mails[0])
    assert "no code" in await submit(house, "people.code", who=BOB, code=right)
    clock.forward(minutes=10)
    assert "no code" in await submit(house, "people.code", code=right)
    assert await house.people.freelancer_of(ADA) is None
    async with house.store.write() as session:
        await house.codes.purge(session, clock.forward(days=2))
        assert (await session.scalars(select(LinkCode))).all() == []
        assert (await session.scalars(select(LinkRequest))).all() == []


async def test_a_new_code_ends_the_one_before_and_too_many_are_refused(house: House, clock: Clock) -> None:
    for _ in range(3):
        await submit(house, "people.link", given="f-1")
    first, _, third = map(code_in, house.mails)
    assert first != third
    assert "That is not the code." in await submit(house, "people.code", code=first)
    assert "That was the last code for now." in await submit(house, "people.link", given="f-1")
    assert "a code is on its way" in await submit(house, "people.link", who=BOB, given="f-1")
    assert len(house.mails) == 3, "nobody's mailbox is flooded by others either"
    clock.forward(hours=1)
    await submit(house, "people.link", given="f-1")
    assert len(house.mails) == 4


async def test_one_form_sent_twice_counts_once(house: House) -> None:
    for _ in range(3):
        await submit(house, "people.link", key="same", given="f-1")
    assert len(house.mails) == 1
    assert len(await house.told()) == 1


async def test_nothing_that_tells_the_code_is_ever_stored(
    sqlite_store: Store, sqlite_url: str, clock: Clock, tmp_path: Path
) -> None:
    house = House(sqlite_store, clock)
    await house.bring(tmp_path, freelancer())
    house.mail_fails = 1
    await submit(house, "people.link", given="f-1")
    clock.forward(minutes=1)
    await house.delivery.drain()
    code = code_in(house.mails[0])
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        stored = "\n".join(line for line in connection.iterdump() if "INSERT" in line)
    assert f"'{code}'" not in stored
    assert f" {code}" not in stored
    async with sqlite_store.read() as session:
        row = await session.scalar(select(LinkCode))
    assert row is not None
    assert code_of(b"another secret", ADA, "f-1", row.nonce) != code
    assert code_of(SECRET, ADA, "f-1", row.nonce) == code


async def test_records_out_of_reach_are_said_to_be(store: Store, clock: Clock) -> None:
    class Away(StoreSource):
        async def document(self, freelancer_id: str) -> bytes | None:
            raise SourceUnreachableError(freelancer_id)

    house = House(store, clock, Away(store))
    assert "cannot reach the records" in await submit(house, "people.link", given="f-1")


async def test_without_a_mail_server_people_are_sent_to_an_administrator(house: House) -> None:
    house.linking._mail = None
    assert "An administrator can link you" in await submit(house, "people.link", given="f-1")
    async with house.store.read() as session:
        assert (await session.scalars(select(LinkCode))).all() == []


async def test_a_better_proof_takes_the_link_and_tells_who_loses_it(house: House) -> None:
    await house.link(("U1", "f-1"))
    await submit(house, "people.link", who=BOB, given="f-1")
    await submit(house, "people.code", who=BOB, code=code_in(house.mails[0]))
    assert await house.people.freelancer_of(BOB) == "f-1"
    assert await house.people.freelancer_of(ADA) is None
    assert ("U1", True) in [(user, "not linked" in text) for user, text in await house.told()]


async def test_an_address_slack_confirmed_links_only_one_who_is_nobody_yet(
    house: House, clock: Clock
) -> None:
    house.slack.profiles["U2"] = Profile(address="bob@example.COM")
    assert await house.people.freelancer_of(BOB) is None, "without a time nothing is changed"
    assert await house.people.freelancer_of(BOB, clock()) == "f-2"
    house.slack.profiles["U3"] = Profile(address="bob@example.com")
    assert await house.people.freelancer_of(Who("T1", "U3"), clock()) is None, "f-2 is somebody already"
    assert await house.people.freelancer_of(Who("T1", "U4"), clock()) is None
    await press(house, "people.unlink", BOB)
    assert await house.people.freelancer_of(BOB, clock()) is None, "unlinked stays unlinked"


async def test_unlinking_ends_what_is_known_and_can_be_undone(house: House) -> None:
    await house.link(("U1", "f-1"))
    assert "The link is gone." in await press(house, "people.unlink")
    assert "You are not linked" in await press(house, "people.unlink")
    assert await house.people.record_of(ADA) is None
    await house.link(("U1", "f-2"))
    assert await house.people.freelancer_of(ADA) == "f-2"


async def test_forget_me_deletes_link_codes_history_and_what_other_rooms_keep(
    house: House, clock: Clock
) -> None:
    await house.link(("U1", "f-1"), ("U2", "f-2"))
    await house.run("1")
    await submit(house, "people.link", given="f-1")
    assert "Forgotten." in await press(house, "people.forget")
    async with house.store.read() as session:
        assert [row.freelancer_id for row in await session.scalars(select(History))] == ["f-2"]
        assert (await session.scalars(select(LinkCode))).all() == []
        (left,) = await session.scalars(select(Link).where(col(Link.user_id) == "U1"))
        assert (left.freelancer_id, left.baseline, left.zone) == (None, None, None)
    assert house.forgotten == [ADA]
    assert "nothing else about you" in await press(house, "people.kept")
    clock.forward(days=7)
    await house.run("2")
    assert await house.people.history("f-1") == []


async def test_only_a_role_and_a_reason_open_anothers_record_and_the_person_sees_who_looked(
    house: House,
) -> None:
    await house.link(("U1", "f-1"))
    look = {"freelancer": "f-1", "reason": "ticket 7: asks why"}
    assert "Only agents and moderators" in await submit(house, "people.look", who=AGENT, **look)
    house.slack.members = {"S1": {"U9"}}
    house.roles.forget()
    assert "give a reason" in await submit(house, "people.look", who=AGENT, freelancer="f-1", reason="  ")
    assert "no record with the id f-3" in await submit(
        house, "people.look", who=AGENT, freelancer="f-3", reason="x"
    )
    assert await house.people.views("f-1") == []
    shown = await submit(house, "people.look", who=AGENT, **look)
    assert "The record of f-1." in shown
    assert "Top Rated: yes" in shown
    kept = await press(house, "people.kept")
    assert "agent <@U9>: ticket 7: asks why" in kept
    assert "You are linked to the record of *f-1* since 21 November 2026" in kept


async def test_the_modal_for_looking_shows_itself_only_to_who_may_look(house: House, clock: Clock) -> None:
    house.slack.members = {"C1": {"U9"}}
    for who, allowed in ((AGENT, True), (ADA, False)):
        came = Commanded("lookup", " f-1 ", who, HERE, "k", clock())
        view = await house.surfaces.command_openers["lookup"](came, clock())
        assert view is not None
        assert view.context == {"allowed": allowed, "freelancer": "f-1"}


async def test_messages_can_be_stopped_and_wanted_again(house: House) -> None:
    await house.link(("U1", "f-1"))
    assert "no more of these messages" in await press(house, "people.quiet")
    assert "Weekly messages: off" in await press(house, "people.kept")
    assert "write when something changes" in await press(house, "people.loud")


async def test_verdicts_and_what_ifs_come_from_the_same_engine(house: House, clock: Clock) -> None:
    await house.link(("U1", "f-1"))
    record = await house.people.record_of(ADA)
    assert record is not None
    day = clock().date()
    (verdict,) = house.people.verdicts(record, day, ["top_rated"])
    assert json.loads(json.dumps(verdict.as_dict()))["status"] == "eligible"
    (worse,) = house.people.verdicts(record, day, ["top_rated"], {"jss": "88"})
    assert worse.as_dict()["status"] == "not_eligible"
    assert [card.program for card in house.people.cards(record, day)][:2] == ["rising_talent", "top_rated"]


async def test_a_store_that_fails_means_unreachable(sqlite_store: Store) -> None:
    source = StoreSource(sqlite_store)
    async with sqlite_store.write() as session:
        await session.execute(text("DROP TABLE freelancers"))
    with pytest.raises(SourceUnreachableError):
        await source.record("f-1")
    with pytest.raises(SourceUnreachableError):
        await source.ids_by_email("a@b.c")
    assert await source.documents(["f-1"]) == {}


async def test_what_waits_in_the_outbox_for_a_code_names_no_address(house: House) -> None:
    await submit(house, "people.link", given="f-1")
    async with house.store.read() as session:
        job = await session.scalar(select(JobRow).where(col(JobRow.kind) == "people.link_code"))
    assert job is not None
    assert set(job.payload) == {"team", "user", "nonce"}
