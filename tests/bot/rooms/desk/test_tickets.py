"""From the form to the rating: what the person gets, what the desk sees, and what is refused."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from bot.rooms.desk import ratings, tickets
from bot.rooms.desk.content import UnknownChoiceError
from bot.rooms.desk.opening import open_ticket
from bot.rooms.desk.relay import wrote
from bot.rooms.desk.room import MergeError, TakenError, UnknownTicketError, by_id
from bot.rooms.desk.said import Said
from bot.rooms.desk.states import ImpossibleError
from bot.rooms.desk.tables import Side, Ticket, TicketEvent
from tests.bot.rooms.desk.room import AGENT, OTHER_AGENT, PERSON, Room, opening_of


async def events(room: Room, ticket: Ticket) -> list[TicketEvent]:
    async with room.store.read() as session:
        found = await session.execute(
            select(TicketEvent).where(col(TicketEvent.ticket_id) == ticket.key).order_by(col(TicketEvent.id))
        )
        return list(found.scalars())


async def test_a_ticket_brings_a_number_a_card_a_thread_and_a_receipt(room: Room) -> None:
    ticket = await room.open(form={"contact": "person@example.org"}, zone="Europe/Berlin")
    card = room.root("C0DESK", ticket.desk_thread)
    told = room.root(ticket.person_channel, ticket.person_thread)
    assert ticket.number in card["text"]
    assert "Where is my badge?" in card["text"]
    assert ticket.number in told["text"]
    assert "1:00 pm Pacific (Mon 3 Mar, 10:00 pm for you)" in told["text"]
    (mail,) = room.mails
    assert mail["to"] == "person@example.org"
    assert ticket.number in mail["subject"]
    assert "10:00 pm for you" in mail["text"]


async def test_out_of_hours_the_person_hears_when_the_desk_opens_in_both_zones(room: Room) -> None:
    room.clock.forward(days=5, hours=4)  # a Saturday
    ticket = await room.open(zone="Europe/Berlin")
    told = room.root(ticket.person_channel, ticket.person_thread)["text"]
    assert "opens again *Mon 10 Mar, 6:00 am Pacific*, that is *Mon 10 Mar, 2:00 pm* for you" in told


async def test_without_a_known_address_no_mail_is_sent(room: Room) -> None:
    await room.open()
    assert room.mails == []


async def test_the_same_form_twice_is_one_ticket(room: Room) -> None:
    first = await room.open(key="form:7")
    second = await room.open(key="form:7")
    assert first.number == second.number
    assert len(room.slack.posted("C0DESK")) == 1


async def test_all_of_an_opening_happens_or_nothing_of_it(room: Room) -> None:

    async def open_in_a_storm() -> None:
        async with room.store.write() as session:
            await open_ticket(session, room.desk, opening_of(room), room.clock())
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power"):
        await open_in_a_storm()
    await room.settle()
    assert room.slack.posted() == []
    async with room.store.read() as session:
        assert (await session.execute(text("SELECT count(*) FROM tickets"))).scalar_one() == 0
        assert (await session.execute(text("SELECT count(*) FROM jobs"))).scalar_one() == 0


async def test_agents_see_what_was_said_before_and_the_verdicts_so_that_nobody_asks_again(room: Room) -> None:
    ticket = await room.open(
        transcript=[{"role": "person", "text": "am I eligible for plus?", "at": ""}],
        intents=[
            {"intent": "badge.eligibility_check", "guess": False},
            {"intent": "jss.drop", "guess": True},
        ],
        verdicts=[
            {
                "program": "top_rated_plus",
                "status": "not_eligible",
                "criteria": [{"id": "large_contract", "status": "unmet"}, {"id": "jss", "status": "met"}],
            }
        ],
    )
    (background,) = room.in_thread("C0DESK", ticket.desk_thread)
    for words in (
        "am I eligible for plus?",
        "badge.eligibility_check, jss.drop (not sure)",
        "not eligible",
        "large contract",
    ):
        assert words in background


async def test_a_claim_puts_the_agent_on_the_card(room: Room) -> None:
    ticket = await room.open()
    await room.do(tickets.claim, ticket.number, agent=AGENT)
    card = room.root("C0DESK", ticket.desk_thread)
    assert f"<@{AGENT}>" in card["text"]
    assert "In work" in card["text"]


async def test_of_two_agents_who_claim_at_once_one_wins_and_the_other_is_told(room: Room) -> None:
    ticket = await room.open()

    async def claim(agent: str) -> str:
        try:
            async with room.store.write() as session:
                found = await by_id(session, ticket.key)
                await tickets.claim(session, room.desk, found, agent=agent, now=room.clock())
        except TakenError as error:
            return error.by
        return agent

    winners = await asyncio.gather(*(claim(agent) for agent in [AGENT, OTHER_AGENT] * 3))
    assert len(set(winners)) == 1
    assert (await room.look(ticket.number)).assignee == winners[0]
    assert [e.action for e in await events(room, ticket)] == ["open", "claim"]


async def test_a_reply_reaches_the_person_and_claims_the_ticket(room: Room) -> None:
    ticket = await room.open()
    await room.replies(ticket, "Your badge is on its way & <soon>.")
    (said,) = room.in_thread(ticket.person_channel, ticket.person_thread)
    assert said.startswith("Your badge is on its way &amp; &lt;soon&gt;.")
    (echo,) = room.in_thread("C0DESK", ticket.desk_thread)
    assert "Your badge is on its way" in echo
    after = await room.look(ticket.number)
    assert (after.state, after.assignee) == ("open", AGENT)


async def test_a_note_stays_with_the_desk(room: Room) -> None:
    ticket = await room.open()
    note = Said("note:1", AGENT, "Looks like a duplicate.", room.clock())
    await room.do(tickets.note, ticket.number, said=note)
    assert room.in_thread(ticket.person_channel, ticket.person_thread) == []
    assert "for the desk alone" in room.in_thread("C0DESK", ticket.desk_thread)[0]


async def test_asking_waits_for_the_person_and_their_answer_comes_back_to_us(room: Room) -> None:
    ticket = await room.open()
    await room.replies(ticket, "Which profile?", asks=True)
    assert (await room.look(ticket.number)).state == "waiting_person"
    assert "please answer here" in room.in_thread(ticket.person_channel, ticket.person_thread)[0]
    await room.writes(ticket, Side.PERSON, PERSON, "The agency one.")
    assert (await room.look(ticket.number)).state == "waiting_us"


async def test_a_change_of_category_or_priority_moves_the_targets(room: Room) -> None:
    ticket = await room.open()
    await room.do(tickets.reprioritize, ticket.number, agent=AGENT, priority="urgent")
    assert (await room.look(ticket.number)).first_reply_due == ticket.opened_at + timedelta(hours=1)
    await room.do(tickets.recategorize, ticket.number, agent=AGENT, category="connects", sub="count")
    after = await room.look(ticket.number)
    assert (after.category, after.subcategory, after.priority) == ("connects", "count", "urgent")
    assert "Connects are missing" in room.root("C0DESK", ticket.desk_thread)["text"]


async def test_a_snoozed_ticket_comes_back_by_itself_in_business_time(room: Room) -> None:
    ticket = await room.open()
    await room.do(tickets.claim, ticket.number, agent=AGENT)
    await room.do(tickets.snooze, ticket.number, agent=AGENT, span=timedelta(hours=11))
    asleep = await room.look(ticket.number)
    assert asleep.snoozed_until is not None
    assert room.desk.calendar.business_time(room.clock(), asleep.snoozed_until) > timedelta(hours=10)
    room.clock.now = asleep.snoozed_until
    await room.settle()
    assert (await room.look(ticket.number)).snoozed_until is None
    assert any("Awake again" in line for line in room.in_thread("C0DESK", ticket.desk_thread))


async def test_the_person_wakes_a_snoozed_ticket(room: Room) -> None:
    ticket = await room.open()
    await room.do(tickets.claim, ticket.number, agent=AGENT)
    await room.do(tickets.snooze, ticket.number, agent=AGENT, span=timedelta(hours=4))
    await room.writes(ticket, Side.PERSON, PERSON, "Any news?")
    assert (await room.look(ticket.number)).snoozed_until is None


async def test_handing_over_calls_the_specialists_room_in_the_same_transaction(room: Room) -> None:
    seen: list[str] = []

    async def hook(session: object, ticket: Ticket, now: object) -> None:
        seen.append(ticket.number)

    room.use(on_hand_over=hook)
    ticket = await room.open()
    await room.do(tickets.hand_over, ticket.number, agent=AGENT, reason="Wants a job post")
    assert seen == [ticket.number]
    after = await room.look(ticket.number)
    assert (after.queue, after.assignee, after.state) == ("specialists", None, "waiting_us")


async def test_a_duplicate_is_merged_and_its_thread_leads_to_the_one_that_goes_on(room: Room) -> None:
    main = await room.open(key="form:1")
    double = await room.open(key="form:2", form={"details": "Hello? My badge!"})
    await room.do(tickets.merge, double.number, agent=AGENT, into=main.number)
    assert (await room.look(double.number)).state == "closed"
    assert "Hello? My badge!" in room.in_thread("C0DESK", main.desk_thread)[0]
    assert main.number in room.in_thread(double.person_channel, double.person_thread)[0]
    await room.writes(double, Side.PERSON, PERSON, "More about it")
    assert any("More about it" in line for line in room.in_thread("C0DESK", main.desk_thread))


async def test_tickets_of_two_people_are_never_merged(room: Room) -> None:
    mine = await room.open(key="form:1")
    theirs = await room.open(key="form:2", person=OTHER_AGENT)
    with pytest.raises(MergeError):
        await room.do(tickets.merge, mine.number, agent=AGENT, into=theirs.number)
    with pytest.raises(MergeError):
        await room.do(tickets.merge, mine.number, agent=AGENT, into=mine.number)
    with pytest.raises(UnknownTicketError):
        await room.do(tickets.merge, mine.number, agent=AGENT, into="LRL-222-222")


async def test_a_resolved_ticket_says_why_and_asks_once_how_it_was(room: Room) -> None:
    ticket = await room.open()
    await room.do(
        tickets.resolve, ticket.number, agent=AGENT, reason="fixed", link="https://example.org/help"
    )
    told = room.slack.posted(ticket.person_channel)[-1]
    assert "is resolved" in told["text"]
    assert "https://example.org/help" in told["text"]
    stars = [
        e for b in told["blocks"] for e in b.get("elements", []) if "ticket.rate" in e.get("action_id", "")
    ]
    assert len(stars) == 5
    await room.do(tickets.reopen, ticket.number, actor=PERSON)
    await room.do(tickets.resolve, ticket.number, agent=AGENT, reason="answered")
    again = room.slack.posted(ticket.person_channel)[-1]
    assert "ticket.rate" not in str(again["blocks"])


async def test_a_rating_counts_once_and_so_does_its_comment(room: Room) -> None:
    ticket = await room.open()
    async with room.store.write() as session:
        assert not await ratings.rate(session, ticket, 5, room.clock()), "nobody asked yet"
    await room.do(tickets.resolve, ticket.number, agent=AGENT, reason="fixed")
    async with room.store.write() as session:
        assert not await ratings.comment(session, ticket, "too early")
        assert await ratings.rate(session, ticket, 4, room.clock())
        assert not await ratings.rate(session, ticket, 1, room.clock())
        assert await ratings.comment(session, ticket, "quick")
        assert not await ratings.comment(session, ticket, "slow")
        with pytest.raises(ValueError, match="1 to 5"):
            await ratings.rate(session, ticket, 6, room.clock())


async def test_a_reply_within_a_week_opens_a_resolved_ticket_again(room: Room) -> None:
    ticket = await room.open()
    await room.do(tickets.resolve, ticket.number, agent=AGENT, reason="fixed")
    room.clock.forward(days=6, hours=23)
    await room.writes(ticket, Side.PERSON, PERSON, "It is back!")
    after = await room.look(ticket.number)
    assert (after.state, after.resolved_at, after.resolution) == ("waiting_us", None, None)
    assert any("opened this again" in line for line in room.in_thread("C0DESK", ticket.desk_thread))
    assert any(
        "is open again" in line for line in room.in_thread(ticket.person_channel, ticket.person_thread)
    )


async def test_a_week_later_a_reply_is_a_new_ticket_that_points_back(room: Room) -> None:
    ticket = await room.open(form={"contact": "person@example.org"})
    await room.do(tickets.resolve, ticket.number, agent=AGENT, reason="fixed")
    room.clock.forward(days=7, seconds=5)
    await room.delivery.drain()
    assert (await room.look(ticket.number)).state == "closed"
    _, new = await room.writes(ticket, Side.PERSON, PERSON, "It is back!")
    assert new.number != ticket.number
    after = await room.look(new.number)
    assert (after.follows_id, after.details, after.contact) == (
        ticket.key,
        "It is back!",
        "person@example.org",
    )
    assert f"follows {ticket.number}" in room.root(after.person_channel, after.person_thread)["text"]
    assert f"*{ticket.number}*" in room.in_thread("C0DESK", after.desk_thread)[0]
    _, same = await room.writes(ticket, Side.PERSON, PERSON, "And it hurts")
    assert same.number == new.number, "what follows in the old thread goes to the new ticket"
    assert any("And it hurts" in line for line in room.in_thread("C0DESK", after.desk_thread))


async def test_a_late_closing_timer_does_not_let_an_old_ticket_be_reopened(room: Room) -> None:
    ticket = await room.open()
    await room.do(tickets.resolve, ticket.number, agent=AGENT, reason="fixed")
    room.clock.forward(days=8)
    async with room.store.write() as session:
        found = await by_id(session, ticket.key)
        with pytest.raises(ImpossibleError):
            await tickets.reopen(session, room.desk, found, actor=PERSON, now=room.clock())
        said = Said("late:1", PERSON, "Hello?", room.clock(), "D1", "1.1")
        new = await wrote(session, room.desk, (found, Side.PERSON), said, room.clock())
    assert new is not None
    assert new.follows_id == ticket.key


async def test_a_ticket_reopened_in_time_is_not_closed_by_the_old_timer(room: Room) -> None:
    ticket = await room.open()
    await room.do(tickets.resolve, ticket.number, agent=AGENT, reason="fixed")
    room.clock.forward(days=3)
    await room.do(tickets.reopen, ticket.number, actor=PERSON)
    await room.do(tickets.resolve, ticket.number, agent=AGENT, reason="fixed")
    room.clock.forward(days=5)
    await room.settle()
    assert (await room.look(ticket.number)).state == "resolved"


async def test_what_is_impossible_is_refused_and_leaves_no_trace(room: Room) -> None:
    ticket = await room.open()
    await room.do(tickets.resolve, ticket.number, agent=AGENT, reason="fixed")
    before = len(await events(room, ticket))
    posted = len(room.slack.posted())
    with pytest.raises(ImpossibleError, match="claim is impossible: the ticket is resolved"):
        await room.do(tickets.claim, ticket.number, agent=OTHER_AGENT)
    with pytest.raises(ImpossibleError):
        await room.replies(ticket, "One more thing")
    with pytest.raises(KeyError):
        await room.do(tickets.resolve, ticket.number, agent=AGENT, reason="because")
    assert len(await events(room, ticket)) == before
    assert len(room.slack.posted()) == posted


async def test_the_history_names_actor_time_and_reason_and_cannot_be_rewritten(room: Room) -> None:
    ticket = await room.open()
    await room.do(tickets.claim, ticket.number, agent=AGENT)
    room.clock.forward(hours=1)
    await room.do(tickets.resolve, ticket.number, agent=AGENT, reason="explained")
    told = [(e.actor, e.action, e.from_state, e.to_state, e.reason) for e in await events(room, ticket)]
    assert told == [
        (PERSON, "open", None, "new", None),
        (AGENT, "claim", "new", "open", None),
        (AGENT, "resolve", "open", "resolved", "Not possible, and explained"),
    ]
    with pytest.raises(Exception, match="only ever added to"):
        async with room.store.write() as session:
            await session.execute(text("UPDATE ticket_history SET actor = 'U0NOBODY'"))


async def test_many_changes_at_once_bring_the_card_up_to_date_with_one_edit(room: Room) -> None:
    ticket = await room.open()
    room.slack.calls.clear()
    async with room.store.write() as session:
        found = await by_id(session, ticket.key)
        await tickets.claim(session, room.desk, found, agent=AGENT, now=room.clock())
        for priority in ("low", "urgent", "normal"):
            await tickets.reprioritize(
                session, room.desk, found, agent=AGENT, priority=priority, now=room.clock()
            )
    await room.settle()
    (update,) = room.slack.called("chat.update")
    assert "Normal" in update["text"]


async def test_words_that_change_nothing_on_the_card_cost_no_edit_of_it(room: Room) -> None:
    ticket = await room.open()
    await room.replies(ticket, "Hello")
    room.slack.calls.clear()
    await room.writes(ticket, Side.PERSON, PERSON, "Thanks")
    await room.replies(ticket, "You are welcome")
    assert room.slack.called("chat.update") == []
    await room.replies(ticket, "Is it solved?", asks=True)
    (update,) = room.slack.called("chat.update")
    assert "Waiting for the person" in update["text"]


async def test_what_happens_before_the_card_is_there_waits_for_it_in_order(room: Room) -> None:
    async with room.store.write() as session:
        ticket = await open_ticket(session, room.desk, opening_of(room), room.clock())
        for number in range(3):
            said = Said(f"modal:{number}", AGENT, f"Word {number}", room.clock())
            await tickets.answer(session, room.desk, ticket, said, now=room.clock())
    await room.settle()
    after = await room.look(ticket.number)
    answers = room.in_thread(after.person_channel, after.person_thread)
    assert [line.splitlines()[0] for line in answers] == ["Word 0", "Word 1", "Word 2"]
    echoes = room.in_thread("C0DESK", after.desk_thread)
    assert [line.splitlines()[0] for line in echoes] == ["Word 0", "Word 1", "Word 2"]
    assert "In work" in room.root("C0DESK", after.desk_thread)["text"]


async def test_a_choice_that_is_gone_has_an_error_of_its_own(room: Room) -> None:
    ticket = await room.open()
    with pytest.raises(UnknownChoiceError):
        await room.do(tickets.resolve, ticket.number, agent=AGENT, reason="because")
