"""Tickets of agents who left go back to the others."""

from bot.rooms.desk import tickets
from bot.rooms.desk.absent import release
from tests.bot.rooms.desk.room import AGENT, OTHER_AGENT, Room


async def freed(room: Room, *workers: str) -> int:
    async with room.store.write() as session:
        count = await release(session, room.desk, workers, room.clock())
    await room.settle()
    return count


async def test_tickets_of_an_agent_who_left_are_unclaimed_again_with_one_notice(room: Room) -> None:
    first, second = await room.open(), await room.open(key="form:2")
    kept = await room.open(key="form:3")
    for ticket in (first, second):
        await room.do(tickets.claim, ticket.number, agent=AGENT)
    await room.do(tickets.claim, kept.number, agent=OTHER_AGENT)
    assert await freed(room, OTHER_AGENT) == 2
    for ticket in (first, second):
        after = await room.look(ticket.number)
        assert (after.assignee, after.state) == (None, "waiting_us")
        assert any("unclaimed" in text for text in room.in_thread(after.desk_channel, after.desk_thread))
    assert (await room.look(kept.number)).assignee == OTHER_AGENT
    notices = [m["text"] for m in room.slack.posted(room.desk.channel) if "no agent any more" in m["text"]]
    roots = [text for text in notices if first.number in text and second.number in text]
    assert len(roots) == 1
    assert await freed(room, OTHER_AGENT) == 0
    await room.do(tickets.claim, first.number, agent=OTHER_AGENT)


async def test_a_resolved_ticket_keeps_who_resolved_it(room: Room) -> None:
    ticket = await room.open()
    await room.do(tickets.resolve, ticket.number, agent=AGENT, reason="fixed")
    assert await freed(room, OTHER_AGENT) == 0
    assert (await room.look(ticket.number)).assignee == AGENT
