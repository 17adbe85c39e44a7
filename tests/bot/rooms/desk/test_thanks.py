"""What somebody writes on a ticket that is over: thanks leave it so, a real word opens it."""

import pytest

from bot.rooms.desk import tickets
from bot.rooms.desk.tables import Side, Ticket
from bot.rooms.desk.thanks import settle
from tests.bot.rooms.desk.room import AGENT, PERSON, Room, shared

THANKS = [
    "thank you", "Thanks!", "thanks a lot, that helped", "ok great", "Perfect 👍", "👍", ":+1:",
    ":pray: :pray:", "All set.",
    "Will do, thanks", "Got it. Thank you so much for your help!", "Thanks, Maria", "thx, works now",
    "It\u2019s working now, thanks everyone", "cheers mate", "Muchas gracias", "<@U0AGENT> thanks again!",
    "Automatic reply: I am out of the office until Monday", "I'm currently out of office. Best, Jo",
    "awesome, you rock", "Thank you very much. Have a nice day!", "ty", "all good now", "noted", "спасибо!",
]  # fmt: skip
REAL = [
    "thanks, but it still fails", "ok, what now", "Thank you! When will it show?", "thanks for nothing", "no",
    "great, another error", "thanks. it does not work", "fixed?", "ok so how do I get it back",
    "I was out of the office, and it is still broken", "thank you, also my payment is missing", "12", "why",
    "it works on my laptop, not on my phone", "thanks, I uploaded it again", "is it solved", "not solved",
    "never worked", "Thanks, payment failed",
]  # fmt: skip


@pytest.mark.parametrize("text", THANKS)
def test_an_acknowledgement_is_told_as_one(text: str) -> None:
    assert shared()[0].acknowledgement.fits(text)


@pytest.mark.parametrize("text", REAL)
def test_a_real_word_is_never_taken_for_thanks(text: str) -> None:
    assert not shared()[0].acknowledgement.fits(text)


async def resolved(room: Room) -> Ticket:
    ticket = await room.open()
    await room.do(tickets.resolve, ticket.number, agent=AGENT, reason="fixed")
    return await room.look(ticket.number)


async def test_thanks_stay_with_the_ticket_which_stays_resolved(room: Room) -> None:
    ticket = await resolved(room)
    await room.writes(ticket, Side.PERSON, PERSON, "thank you so much!")
    await room.writes(ticket, Side.PERSON, PERSON, "👍")
    after = await room.look(ticket.number)
    assert (after.state, after.resolution, after.running_since) == ("resolved", "fixed", None)
    assert any("thank you so much" in text for text in room.in_thread(after.desk_channel, after.desk_thread))
    told = [text for text in room.in_thread(after.person_channel, after.person_thread) if "stays" in text]
    assert len(told) == 1, "the person is told once how it was taken"


async def test_thanks_with_a_but_open_it_again_and_the_person_can_take_that_back(room: Room) -> None:
    ticket = await resolved(room)
    await room.writes(ticket, Side.PERSON, PERSON, "thanks, but it still fails")
    assert (await room.look(ticket.number)).state == "waiting_us"
    await room.do(settle, ticket.number)
    after = await room.look(ticket.number)
    assert (after.state, after.resolution, after.running_since) == ("resolved", "fixed", None)
    assert any("solved after all" in text for text in room.in_thread(after.desk_channel, after.desk_thread))


async def test_thanks_on_a_closed_ticket_open_no_new_one(room: Room) -> None:
    ticket = await resolved(room)
    room.clock.forward(days=8)
    await room.delivery.drain()
    _, went_to = await room.writes(ticket, Side.PERSON, PERSON, "thanks, perfect")
    assert went_to.number == ticket.number
    assert (await room.look(ticket.number)).state == "closed"


async def test_a_file_is_no_thanks(room: Room) -> None:
    ticket = await resolved(room)
    file = {"id": "F1", "name": "screen.png", "url": "https://files.example/F1"}
    await room.writes(ticket, Side.PERSON, PERSON, "thanks", files=[file])
    assert (await room.look(ticket.number)).state == "waiting_us"
