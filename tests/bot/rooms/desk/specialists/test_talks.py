"""Talking to a specialist: duty, one place each, the first who accepts, the relay, and after hours."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.messages import Who
from bot.rooms.desk.states import State
from bot.surfaces import Submitted
from tests.bot.rooms.desk.specialists.conftest import AGENT, ANA, BEN, CAT, DESK, LOUNGE, SPEC, SPEC2, House

SUNDAY = datetime(2025, 3, 2, 20, 0, tzinfo=UTC)
CLOSING = datetime(2025, 3, 4, 1, 0, tzinfo=UTC)  # Monday, 5 pm Pacific


async def on_duty(house: House, *who: str) -> None:
    for user in who:
        await house.commands(user, "duty", "on")


async def test_who_waits_is_connected_with_who_accepts_and_both_write_in_threads(house: House) -> None:
    await on_duty(house, SPEC)
    await house.joins(ANA, "A logo for my bakery")
    assert "number 1" in house.dm(ANA)[0]
    assert "A logo for my bakery" in house.texts(LOUNGE)[0]
    await house.press(SPEC, "queue.accept", *house.buttons(LOUNGE, "queue.accept"))
    (ticket,) = await house.tickets()
    assert (ticket.category, ticket.assignee, ticket.state, ticket.queue) == (
        "specialist",
        SPEC,
        State.OPEN,
        "specialists",
    )
    assert "connected" in house.dm(ANA)[0]
    assert house.buttons(LOUNGE, "queue.accept") == []
    assert ticket.person_channel
    assert ticket.person_thread
    assert ticket.desk_channel == LOUNGE
    assert ticket.desk_thread
    await house.writes(ANA, ticket.person_channel, ticket.person_thread, "It is a small one")
    await house.writes(SPEC, LOUNGE, ticket.desk_thread, ">> Which colours?")
    await house.writes(SPEC, LOUNGE, ticket.desk_thread, "seems nice")
    assert any("It is a small one" in text for text in house.texts(LOUNGE))
    assert any("Which colours?" in text for text in house.dm(ANA))
    assert not any("seems nice" in text for text in house.dm(ANA))


async def test_of_two_who_accept_at_once_one_wins_and_the_other_is_told(house: House) -> None:
    await on_duty(house, SPEC, SPEC2)
    await house.joins(ANA)
    (wait,) = house.buttons(LOUNGE, "queue.accept")
    await house.both(house.pressing(SPEC, "queue.accept", wait), house.pressing(SPEC2, "queue.accept", wait))
    (ticket,) = await house.tickets()
    loser = SPEC2 if ticket.assignee == SPEC else SPEC
    assert f"<@{ticket.assignee}> was quicker." in house.dm(loser)
    assert len([text for text in house.dm(ANA) if "Your talk has the number" in text]) == 1


async def test_places_move_up_when_somebody_leaves_or_is_taken(house: House) -> None:
    await on_duty(house, SPEC)
    for user in (ANA, BEN, CAT):
        await house.joins(user)
    assert "number 3" in house.dm(CAT)[0]
    await house.press(BEN, "queue.leave", *house.buttons(house.slack.people.dm(BEN), "queue.leave"))
    assert "number 2" in house.dm(CAT)[0]
    assert "You left the queue" in house.dm(BEN)[0]
    await house.press(SPEC, "queue.accept", house.buttons(LOUNGE, "queue.accept")[0])
    assert "number 1" in house.dm(CAT)[0]
    assert "Everybody is in a talk" in house.dm(CAT)[0]
    assert len(house.dm(CAT)) == 1  # kept up to date in place


async def test_asking_again_keeps_the_one_place(house: House) -> None:
    await on_duty(house, SPEC)
    first = await house.opens(ANA, "specialist.talk")
    second = await house.opens(ANA, "specialist.talk")
    await house.sends(ANA, first, {"details": "one"}, key="form:a")
    await house.sends(ANA, first, {"details": "one"}, key="form:a")  # delivered twice
    await house.sends(ANA, second, {"details": "two"})
    assert len(house.buttons(LOUNGE, "queue.accept")) == 1
    assert (await house.opens(ANA, "specialist.talk"))["callback_id"] == "specialist.waiting"


async def test_people_who_come_at_the_same_moment_get_a_place_each(house: House) -> None:
    await on_duty(house, SPEC)
    views = [(user, await house.opens(user, "specialist.talk")) for user in (ANA, ANA, BEN, CAT)]
    forms = [
        Submitted(
            "specialist.join",
            Who(house.slack.team, user),
            {"details": "now"},
            view["private_metadata"],
            f"form:at_once:{number}",
            house.clock(),
        )
        for number, (user, view) in enumerate(views)
    ]
    await asyncio.gather(*map(house.submitted, forms))
    await house.settle()
    assert len(house.buttons(LOUNGE, "queue.accept")) == 3
    shown = [house.dm(user)[0] for user in (ANA, BEN, CAT)]
    assert {place for place in (1, 2, 3) for text in shown if f"number {place} " in text} == {1, 2, 3}


async def test_out_of_hours_a_message_becomes_a_ticket_of_the_specialists(sqlite_house: House) -> None:
    house = sqlite_house
    house.clock.now = SUNDAY
    view = await house.opens(ANA, "specialist.talk")
    assert view["callback_id"] == "specialist.message"
    shown = view["blocks"][0]["text"]["text"]
    assert "Mon 3 Mar, 6:00 am Pacific" in shown
    assert "<!date^" in shown  # Slack shows it on the reader's own clock
    assert await house.sends(ANA, view, {"details": " "}) == {"details": "Please fill this in."}
    await house.sends(ANA, view, {"details": "Call me on Monday"})
    (ticket,) = await house.tickets()
    assert (ticket.queue, ticket.details, ticket.desk_channel) == ("specialists", "Call me on Monday", LOUNGE)
    assert "for you" in house.dm(ANA)[0]


async def test_with_nobody_on_duty_there_is_a_message_and_no_queue(sqlite_house: House) -> None:
    assert (await sqlite_house.opens(ANA, "specialist.talk"))["callback_id"] == "specialist.message"


async def test_words_are_kept_as_a_message_when_everybody_left_meanwhile(sqlite_house: House) -> None:
    house = sqlite_house
    await on_duty(house, SPEC)
    view = await house.opens(ANA, "specialist.talk")
    await house.commands(SPEC, "duty", "off")
    await house.sends(ANA, view, {"details": "Plan my shop"})
    assert [ticket.details for ticket in await house.tickets()] == ["Plan my shop"]


async def test_a_message_instead_of_waiting_gives_the_place_up(sqlite_house: House) -> None:
    house = sqlite_house
    await on_duty(house, SPEC)
    await house.joins(ANA, "My details")
    (wait,) = house.buttons(house.slack.people.dm(ANA), "specialist.message")
    view = await house.opens(ANA, "specialist.message", wait)
    assert view["blocks"][1]["element"]["initial_value"] == "My details"
    await house.sends(ANA, view, {"details": "My details, in writing"})
    assert len(await house.tickets()) == 1
    assert house.buttons(LOUNGE, "queue.accept") == []
    assert "left a message instead of waiting" in house.texts(LOUNGE)[0]


async def test_when_hours_end_who_waits_may_leave_a_message_and_can_still_be_taken(house: House) -> None:
    await on_duty(house, SPEC)
    await house.joins(ANA)
    house.clock.now = CLOSING
    await house.settle()
    assert any("Leave a message and a specialist answers" in text for text in house.dm(ANA))
    assert any("you are off duty" in text for text in house.dm(SPEC))
    (wait,) = house.buttons(LOUNGE, "queue.accept")
    await house.press(SPEC, "queue.accept", wait)
    assert len(await house.tickets()) == 1


async def test_duty_ends_with_the_shift_and_says_so_once(sqlite_house: House) -> None:
    house = sqlite_house
    await on_duty(house, SPEC)
    await house.commands(SPEC, "duty", "off")
    await on_duty(house, SPEC)
    assert "until Mon 3 Mar, 5:00 pm Pacific" in house.dm(SPEC)[-1]
    house.clock.now = CLOSING + timedelta(minutes=1)
    await house.settle()
    assert sum("Your shift ended" in text for text in house.dm(SPEC)) == 1
    await house.commands(SPEC, "duty")
    assert "off duty" in house.dm(SPEC)[-1]


async def test_only_specialists_go_on_duty_and_accept(sqlite_house: House) -> None:
    house = sqlite_house
    await house.commands(BEN, "duty", "on")
    assert "Only those of the team" in house.dm(BEN)[-1]
    await on_duty(house, SPEC)
    await house.joins(ANA)
    (wait,) = house.buttons(LOUNGE, "queue.accept")
    for user in (ANA, BEN, AGENT):
        await house.press(user, "queue.accept", wait)
    assert await house.tickets() == []
    await house.press(BEN, "queue.leave", wait)  # another's place
    assert house.buttons(LOUNGE, "queue.accept") == [wait]


async def test_a_press_that_slack_delivers_twice_connects_once(sqlite_house: House) -> None:
    house = sqlite_house
    await on_duty(house, SPEC)
    await house.joins(ANA)
    (wait,) = house.buttons(LOUNGE, "queue.accept")
    await house.press(SPEC, "queue.accept", wait, key="same")
    before = house.dm(ANA)
    await house.press(SPEC, "queue.accept", wait, key="same")
    assert house.dm(ANA) == before
    assert len(await house.tickets()) == 1


async def test_a_specialist_may_work_on_the_specialists_tickets_and_on_no_others(sqlite_house: House) -> None:
    house = sqlite_house
    await on_duty(house, SPEC)
    await house.joins(ANA)
    await house.press(SPEC, "queue.accept", *house.buttons(LOUNGE, "queue.accept"))
    (ticket,) = await house.tickets()
    assert (await house.opens(SPEC, "ticket.reply", ticket.key))["callback_id"] == "ticket.reply"
    form = await house.opens(BEN, "ticket.open", "account")
    await house.sends(
        BEN, form, {"category": "account", "subcategory.account": "account.other", "details": "x"}
    )
    other = (await house.tickets())[-1]
    assert other.desk_channel == DESK
    assert (await house.opens(SPEC, "ticket.reply", other.key))["callback_id"] == "ticket.refused"


async def test_a_ticket_handed_over_is_offered_to_the_specialists(sqlite_house: House) -> None:
    house = sqlite_house
    form = await house.opens(BEN, "ticket.open", "account")
    await house.sends(
        BEN, form, {"category": "account", "subcategory.account": "account.other", "details": "Plan it"}
    )
    (ticket,) = await house.tickets()
    view = await house.opens(AGENT, "ticket.more", f"hand_over:{ticket.key}")
    await house.sends(AGENT, view, {"reason": "a project"})
    assert "was handed to the specialists" in house.texts(LOUNGE)[0]
    await house.press(BEN, "specialist.take", ticket.key)
    await house.press(SPEC, "specialist.take", ticket.key)
    await house.press(SPEC2, "specialist.take", ticket.key)
    assert [one.assignee for one in await house.tickets()] == [SPEC]
    assert f"<@{SPEC}> was quicker." in house.dm(SPEC2)
    assert house.buttons(LOUNGE, "ticket.reply") == [
        str(ticket.key)
    ]  # they need not go to the desk's channel
    view = await house.opens(SPEC, "ticket.resolve", ticket.key)
    await house.sends(SPEC, view, {"reason": "fixed"})
    assert "Resolved" in house.texts(LOUNGE)[0]
    assert house.buttons(LOUNGE, "ticket.reply") == []


async def test_who_waits_sees_that_somebody_is_free_again_when_a_talk_ends(house: House) -> None:
    await on_duty(house, SPEC)
    for user in (ANA, BEN):
        await house.joins(user)
    await house.press(SPEC, "queue.accept", house.buttons(LOUNGE, "queue.accept")[0])
    assert "Everybody is in a talk" in house.dm(BEN)[0]
    assert (await house.opens(ANA, "specialist.talk"))["callback_id"] == "specialist.talking"
    (ticket,) = await house.tickets()
    view = await house.opens(SPEC, "ticket.resolve", ticket.key)
    await house.sends(SPEC, view, {"reason": "fixed"})
    assert "Somebody will be with you shortly" in house.dm(BEN)[0]
    assert f"Your talk with <@{SPEC}> is over" in house.dm(ANA)[0]
    assert f"<@{SPEC}> talked with <@{ANA}>" in house.texts(LOUNGE)[0]
    assert (await house.opens(ANA, "specialist.talk"))["callback_id"] == "specialist.join"


async def test_a_talk_that_is_opened_again_goes_on(house: House) -> None:
    await on_duty(house, SPEC)
    await house.joins(ANA)
    await house.press(SPEC, "queue.accept", *house.buttons(LOUNGE, "queue.accept"))
    (ticket,) = await house.tickets()
    view = await house.opens(SPEC, "ticket.resolve", ticket.key)
    await house.sends(SPEC, view, {"reason": "fixed"})
    assert ticket.person_channel
    assert ticket.person_thread
    await house.writes(ANA, ticket.person_channel, ticket.person_thread, "One more thing")
    assert f"You are connected with <@{SPEC}>" in house.dm(ANA)[0]
    await house.joins(BEN)
    assert "Everybody is in a talk" in house.dm(BEN)[0]


async def test_a_talk_may_go_to_a_colleague_but_not_to_an_outsider(sqlite_house: House) -> None:
    house = sqlite_house
    await on_duty(house, SPEC, SPEC2)
    await house.joins(ANA)
    await house.press(SPEC, "queue.accept", *house.buttons(LOUNGE, "queue.accept"))
    (ticket,) = await house.tickets()
    for to, said in ((BEN, "Only agents"), (SPEC2, "")):
        view = await house.opens(SPEC, "ticket.more", f"assign:{ticket.key}")
        await house.sends(SPEC, view, {"to": to})
        assert said in house.dm(SPEC)[-1]
    assert [one.assignee for one in await house.tickets()] == [SPEC2]


async def test_a_ticket_of_the_desk_is_handed_to_the_specialists_and_not_assigned_to_one(
    sqlite_house: House,
) -> None:
    house = sqlite_house
    form = await house.opens(BEN, "ticket.open", "account")
    await house.sends(
        BEN, form, {"category": "account", "subcategory.account": "account.other", "details": "Plan it"}
    )
    (ticket,) = await house.tickets()
    view = await house.opens(AGENT, "ticket.more", f"assign:{ticket.key}")
    await house.sends(AGENT, view, {"to": SPEC})
    assert [one.assignee for one in await house.tickets()] == [None]
    assert "Hand to the specialists" in house.dm(AGENT)[-1]
    view = await house.opens(AGENT, "ticket.more", f"hand_over:{ticket.key}")
    await house.sends(AGENT, view, {"reason": ""})
    view = await house.opens(AGENT, "ticket.more", f"assign:{ticket.key}")
    await house.sends(AGENT, view, {"to": SPEC})
    assert [one.assignee for one in await house.tickets()] == [SPEC]
