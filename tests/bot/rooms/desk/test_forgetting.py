"""The words of tickets that are over are forgotten in time; nothing of what goes on is."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlmodel import col

from bot.delivery import outbox, purging
from bot.rooms.desk import queues, tickets
from bot.rooms.desk.forgetting import forget_words
from bot.rooms.desk.tables import Side, Ticket, TicketEvent, TicketMessage
from tests.bot.rooms.desk.room import AGENT, Room


async def closed(room: Room, *, key: str, words: str) -> Ticket:
    ticket = await room.open(key=key, form={"details": words, "contact": "ana@example.org"})
    await room.writes(ticket, Side.PERSON, ticket.person, f"{words} again")
    await room.do(tickets.resolve, ticket.number, agent=AGENT, reason="fixed")
    room.clock.forward(days=8)
    await room.settle()
    return await room.look(ticket.number)


async def purge(room: Room, *, days: int) -> int:
    async with room.store.write() as session:
        return await forget_words(session, room.clock() - timedelta(days=days))


async def test_of_a_ticket_that_closed_long_ago_no_words_remain_but_its_history_does(room: Room) -> None:
    ticket = await closed(room, key="form:1", words="perplexing")
    async with room.store.read() as session:
        events = await session.scalar(select(func.count(col(TicketEvent.id))))
    room.clock.forward(days=60)
    assert await purge(room, days=90) == 0
    assert await room.find("perplexing") == [ticket.number]
    room.clock.forward(days=60)
    assert await purge(room, days=90) == 1
    assert await purge(room, days=90) == 0
    assert await room.find("perplexing") == []
    left = await room.look(ticket.number)
    assert (left.details, left.contact, left.transcript, left.files) == ("", None, [], [])
    assert left.resolved_at == ticket.resolved_at
    own = room.desk.renderer.message(
        "replies/tickets.j2", queues.own_context(room.desk, [left], room.clock())
    )
    assert "no longer kept" in own["text"]
    async with room.store.read() as session:
        assert set((await session.scalars(select(col(TicketMessage.text)))).all()) == {""}
        assert await session.scalar(select(func.count(col(TicketEvent.id)))) == events


async def test_a_ticket_that_is_still_open_keeps_every_word_however_old(room: Room) -> None:
    ticket = await room.open(form={"details": "ancient"})
    await room.writes(ticket, Side.PERSON, ticket.person, "ancient again")
    room.clock.forward(days=1000)
    assert await purge(room, days=90) == 0
    assert await room.find("ancient") == [ticket.number]


async def test_a_duplicate_keeps_its_words_while_the_main_ticket_goes_on(room: Room) -> None:
    main = await room.open(key="form:main", form={"details": "original"})
    twin = await room.open(key="form:twin", form={"details": "duplicate"})
    await room.do(tickets.merge, twin.number, agent=AGENT, into=main.number)
    room.clock.forward(days=200)
    assert await purge(room, days=90) == 0
    await room.do(tickets.resolve, main.number, agent=AGENT, reason="fixed")
    room.clock.forward(days=8)
    await room.settle()
    room.clock.forward(days=100)
    assert await purge(room, days=90) == 2


async def test_who_writes_into_the_thread_of_a_forgotten_ticket_begins_a_new_one(room: Room) -> None:
    ticket = await closed(room, key="form:1", words="first")
    room.clock.forward(days=100)
    await purge(room, days=90)
    await room.writes(ticket, Side.PERSON, ticket.person, "More marmalade")
    [new] = await room.find("marmalade")
    assert new != ticket.number
    assert (await room.look(new)).details == "More marmalade"


async def test_what_could_not_be_delivered_is_kept_with_its_ticket_and_no_longer(room: Room) -> None:
    ticket = await room.open()
    now = room.clock()
    async with room.store.write() as session:
        for lane in (f"ticket:{ticket.key}:person", "elsewhere", None):
            key = f"lost in {lane}"
            payload = {"channel": "C0GONE", "text": "lost"}
            await outbox.enqueue(session, key=key, kind="slack.post", payload=payload, lane=lane, now=now)
    await room.settle()

    async def parked() -> set[str]:
        async with room.store.read() as session:
            return {job.lane or "" for job in await outbox.parked(session)}

    assert await parked() == {f"ticket:{ticket.key}:person", "elsewhere", ""}
    room.clock.forward(days=100)
    async with room.store.write() as session:
        await purging.purge_parked(session, room.clock() - timedelta(days=90), spare=["ticket:"])
    assert await parked() == {f"ticket:{ticket.key}:person"}
    await room.do(tickets.resolve, ticket.number, agent=AGENT, reason="fixed")
    room.clock.forward(days=8)
    await room.settle()
    room.clock.forward(days=100)
    await purge(room, days=90)
    assert await parked() == set()
