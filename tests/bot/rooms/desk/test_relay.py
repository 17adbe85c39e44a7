"""The relay: both threads say the same, in order and once, and no side remark leaks."""

from typing import Any

from bot.playground.faults import Trouble
from bot.rooms.desk import relay
from bot.rooms.desk.said import Said, pieces
from bot.rooms.desk.tables import Side, Ticket
from tests.bot.rooms.desk.room import AGENT, PERSON, Room


def heads(lines: list[str]) -> list[str]:
    return [line.splitlines()[0] for line in lines]


def of_person(room: Room, ticket: Ticket) -> list[str]:
    return heads(room.in_thread(ticket.person_channel, ticket.person_thread))


def of_desk(room: Room, ticket: Ticket) -> list[str]:
    return heads(room.in_thread("C0DESK", ticket.desk_thread))


async def edits(
    room: Room, ticket: Ticket, before: Said, text: str, stamp: str = "9999999999.000001"
) -> None:
    async with room.store.write() as session:
        found = await relay.find_thread(session, before.channel or "", thread_of(room, ticket, before))
        assert found is not None
        await relay.edited(session, room.desk, found, before, text=text, edited_ts=stamp, now=room.clock())
    await room.settle()


async def deletes(room: Room, ticket: Ticket, before: Said) -> None:
    async with room.store.write() as session:
        found = await relay.find_thread(session, before.channel or "", thread_of(room, ticket, before))
        assert found is not None
        await relay.deleted(session, room.desk, found, before, now=room.clock())
    await room.settle()


def thread_of(room: Room, ticket: Ticket, said: Said) -> str:
    thread = ticket.person_thread if said.channel == ticket.person_channel else ticket.desk_thread
    assert thread is not None
    return thread


async def carry(room: Room, ticket: Ticket, *said: Said) -> None:
    """Messages that arrive in the given order, before anything is relayed."""
    for one in said:
        async with room.store.write() as session:
            found = await relay.find_thread(session, one.channel or "", thread_of(room, ticket, one))
            assert found is not None
            await relay.wrote(session, room.desk, found, one, room.clock())


def message(room: Room, ticket: Ticket, text: str, **more: Any) -> Said:
    ts = room.slack.new_ts()
    given = {"author": PERSON, "channel": ticket.person_channel, **more}
    return Said(key=f"message:{ts}", text=text, at=room.clock(), ts=ts, **given)


async def test_what_the_person_writes_reaches_the_desk_and_an_answer_comes_back(room: Room) -> None:
    ticket = await room.open()
    await room.writes(ticket, Side.PERSON, PERSON, "It says *error* & <nothing>")
    await room.writes(ticket, Side.DESK, AGENT, ">> Try <again>")
    assert of_desk(room, ticket) == ["It says *error* &amp; &lt;nothing&gt;"]
    assert of_person(room, ticket) == ["Try &lt;again&gt;"]


async def test_a_side_remark_never_leaks(room: Room) -> None:
    ticket = await room.open()
    for remark in ("what a nuisance", "> quoted", "see >> there", ">>", ">>   ", "<@U0AGENT> >> hi"):
        await room.writes(ticket, Side.DESK, AGENT, remark)
    assert of_person(room, ticket) == []
    assert (await room.look(ticket.number)).state == "new"


async def test_another_marker_can_be_set(room: Room) -> None:
    room.use(marker="!reply")
    ticket = await room.open()
    await room.writes(ticket, Side.DESK, AGENT, ">> not this")
    await room.writes(ticket, Side.DESK, AGENT, "!reply but this")
    assert of_person(room, ticket) == ["but this"]


async def test_the_same_message_many_times_is_relayed_once(room: Room) -> None:
    ticket = await room.open()
    said = message(room, ticket, "only once")
    await carry(room, ticket, said, said)
    await room.settle()
    await carry(room, ticket, said)
    await room.settle()
    assert of_desk(room, ticket) == ["only once"]


async def test_messages_that_overtake_each_other_are_put_in_order(room: Room) -> None:
    ticket = await room.open()
    first, second, third = (message(room, ticket, word) for word in ("one", "two", "three"))
    await carry(room, ticket, third, first, second)
    await room.settle()
    assert of_desk(room, ticket) == ["one", "two", "three"]


async def test_a_message_that_comes_far_too_late_says_when_it_was_written(room: Room) -> None:
    ticket = await room.open()
    first, second = message(room, ticket, "early"), message(room, ticket, "late")
    await carry(room, ticket, second)
    await room.settle()
    await carry(room, ticket, first)
    await room.settle()
    texts = room.in_thread("C0DESK", ticket.desk_thread)
    assert heads(texts) == ["late", "early"]
    assert "arrived late, written" in texts[1]


async def test_files_are_passed_on_by_name_and_link(room: Room) -> None:
    ticket = await room.open()
    files = [{"id": "F1", "name": "screen<1>.png", "url": "https://files.example.org/F1"}]
    await room.writes(ticket, Side.PERSON, PERSON, "", files=files)
    (line,) = room.in_thread("C0DESK", ticket.desk_thread)
    assert "<https://files.example.org/F1|screen&lt;1&gt;.png>" in line


async def test_a_file_behind_a_bare_marker_reaches_the_person_and_one_without_stays(room: Room) -> None:
    ticket = await room.open()
    files = [{"id": "F1", "name": "form.pdf", "url": "https://files.example.org/F1"}]
    await room.writes(ticket, Side.DESK, AGENT, "for us", files=files)
    await room.writes(ticket, Side.DESK, AGENT, ">>", files=files)
    (line,) = room.in_thread(ticket.person_channel, ticket.person_thread)
    assert "<https://files.example.org/F1|form.pdf>" in line


async def test_an_edit_is_shown_and_marked(room: Room) -> None:
    ticket = await room.open()
    said, _ = await room.writes(ticket, Side.PERSON, PERSON, "teh error")
    await edits(room, ticket, said, "the error")
    (line,) = room.in_thread("C0DESK", ticket.desk_thread)
    assert line.startswith("the error")
    assert "edited" in line


async def test_of_two_edits_the_later_one_stays_whichever_arrives_first(room: Room) -> None:
    ticket = await room.open()
    said, _ = await room.writes(ticket, Side.PERSON, PERSON, "one")
    await edits(room, ticket, said, "three", "3.0")
    await edits(room, ticket, said, "two", "2.0")
    assert of_desk(room, ticket) == ["three"]


async def test_an_edit_that_overtakes_its_message_is_one_message(room: Room) -> None:
    ticket = await room.open()
    said = message(room, ticket, "before")
    await edits(room, ticket, said, "after")
    await carry(room, ticket, said)
    await room.settle()
    assert of_desk(room, ticket) == ["after"]


async def test_an_edit_before_the_copy_is_posted_is_not_lost(room: Room) -> None:
    ticket = await room.open()
    said = message(room, ticket, "before")
    await carry(room, ticket, said)
    async with room.store.write() as session:
        found = await relay.find_thread(session, said.channel or "", ticket.person_thread or "")
        assert found is not None
        await relay.edited(session, room.desk, found, said, text="after", edited_ts="9", now=room.clock())
    await room.settle()
    assert of_desk(room, ticket) == ["after"]


async def test_a_deletion_is_marked_and_the_words_are_gone(room: Room) -> None:
    ticket = await room.open()
    said, _ = await room.writes(ticket, Side.PERSON, PERSON, "my password is swordfish")
    await deletes(room, ticket, said)
    (line,) = room.in_thread("C0DESK", ticket.desk_thread)
    assert "deleted this message" in line
    assert "swordfish" not in line
    assert await room.find("swordfish") == []


async def test_a_message_that_arrives_after_its_deletion_is_not_relayed(room: Room) -> None:
    ticket = await room.open()
    said = message(room, ticket, "oops")
    await deletes(room, ticket, said)
    await carry(room, ticket, said)
    await room.settle()
    assert of_desk(room, ticket) == []


async def test_an_agents_edit_is_passed_on_and_without_the_marker_taken_back(room: Room) -> None:
    ticket = await room.open()
    said, _ = await room.writes(ticket, Side.DESK, AGENT, ">> one")
    await edits(room, ticket, said, ">> two", "2.0")
    assert of_person(room, ticket) == ["two"]
    await edits(room, ticket, said, "what a fool", "3.0")
    assert of_person(room, ticket) == [":wastebasket: _This answer was taken back._"]


async def test_an_edit_never_makes_a_remark_an_answer(room: Room) -> None:
    ticket = await room.open()
    said, _ = await room.writes(ticket, Side.DESK, AGENT, "hm")
    await edits(room, ticket, said, ">> hm")
    assert of_person(room, ticket) == []


async def test_order_holds_through_429s_and_broken_calls(room: Room) -> None:
    ticket = await room.open()
    room.slack.faults.storm(
        {"chat.postMessage"},
        seed=5,
        shares={Trouble.LIMITED: 0.2, Trouble.BROKEN: 0.1, Trouble.LOST: 0.1},
    )
    said = [message(room, ticket, f"word {number}") for number in range(12)]
    await carry(room, ticket, *said)
    for _ in range(60):
        await room.delivery.drain()
        room.clock.forward(seconds=40)
    assert of_desk(room, ticket) == [f"word {number}" for number in range(12)]


async def test_nobody_is_called_by_what_a_person_writes(room: Room) -> None:
    ticket = await room.open(form={"details": "<!channel> help <!here>"})
    await room.writes(ticket, Side.PERSON, PERSON, "<!channel> & <!subteam^S1>")
    assert "<!" not in str([m["blocks"] for m in room.slack.posted()])


async def test_long_messages_arrive_whole(room: Room) -> None:
    ticket = await room.open()
    text = "\n".join(f"line {number} with <tags> & more" for number in range(600))
    await room.writes(ticket, Side.PERSON, PERSON, text)
    posted = room.slack.posted("C0DESK")[-1]
    shown = "".join(b["text"]["text"] for b in posted["blocks"] if b["type"] == "section")
    assert shown == text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_pieces_fit_a_section_even_where_every_character_is_escaped() -> None:
    for text in ("&" * 9000, "a b " * 3000, "x" * 9000, "<@U0AGENT> hi", ""):
        parts = pieces(text)
        assert all(0 < len(part) <= 3000 for part in parts)
        plain = "".join(parts).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        assert plain == text
