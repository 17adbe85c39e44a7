"""Finding one's way among many tickets: pages, filters, search, and only one's own."""

from datetime import timedelta

from bot.messages import Who
from bot.rooms.desk import queues, tickets
from bot.rooms.desk.queues import Listing, Page, Queue
from bot.rooms.desk.tables import Side, Ticket
from tests.bot.rooms.desk.room import AGENT, OTHER_AGENT, PERSON, Room, opening_of


async def page(room: Room, listing: Listing, agent: str = AGENT) -> Page:
    async with room.store.read() as session:
        return await queues.page(session, room.desk, Who(room.slack.team, agent), listing, room.clock())


async def many(room: Room, count: int) -> list[Ticket]:
    """Tickets of one moment and others, quietly: nothing is delivered."""
    from bot.rooms.desk.opening import open_ticket

    found = []
    async with room.store.write() as session:
        for number in range(count):
            now = room.clock() + timedelta(minutes=number // 3)
            category = ("account", "connects")[number % 2]
            sub = {"account": "other", "connects": "count"}[category]
            opening = opening_of(room, key=f"many:{number}", form={"category": category, "subcategory": sub})
            found.append(await open_ticket(session, room.desk, opening, now))
    return found


async def test_paging_shows_every_ticket_once_in_the_order_of_its_due_time(room: Room) -> None:
    made = await many(room, 30)
    expected = [t.number for t in sorted(made, key=lambda t: (t.due_at, t.key))]
    seen: list[str] = []
    listing: Listing | None = Listing(Queue.UNCLAIMED)
    last = None
    while listing is not None:
        last = await page(room, Listing.read(str(listing)))
        seen += [card.number for card in last.cards]
        listing = last.next
    assert seen == expected
    assert last is not None
    back: list[str] = []
    shown = last
    while shown.previous is not None:
        shown = await page(room, Listing.read(str(shown.previous)))
        back = [card.number for card in shown.cards] + back
    assert back == expected[: len(back)]
    assert len(back) >= 24


async def test_each_queue_shows_its_own_and_counts_it(room: Room) -> None:
    first, second, *_ = await many(room, 6)
    await room.do(tickets.claim, first.number, agent=AGENT)
    await room.do(tickets.claim, second.number, agent=OTHER_AGENT)
    mine = await page(room, Listing())
    assert [card.number for card in mine.cards] == [first.number]
    assert mine.counts == {"mine": 1, "unclaimed": 4, "soon": 2, "all": 6}
    await room.do(tickets.resolve, first.number, agent=AGENT, reason="fixed")
    assert (await page(room, Listing())).cards == []


async def test_due_soon_knows_business_time(room: Room) -> None:
    await many(room, 2)  # one is due in 4 hours, the other in 11
    assert (await page(room, Listing(Queue.SOON))).counts["soon"] == 1


async def test_filters_narrow_a_queue(room: Room) -> None:
    await many(room, 10)
    shown = await page(room, Listing(Queue.ALL, category="connects"))
    assert {card.category.id for card in shown.cards} == {"connects"}
    assert len(shown.cards) == 5
    assert (await page(room, Listing(Queue.ALL, category="connects", priority="high"))).cards == []


def test_a_listing_fits_a_buttons_value_and_nonsense_is_the_first_page() -> None:
    listing = Listing(Queue.FOUND, words="ä & b=c", after=(253370764800.123456, 10**9))
    assert Listing.read(str(listing)) == listing
    assert len(str(Listing(Queue.ALL, "verification", "urgent", after=(1.7e9 + 0.123456, 10**9)))) < 150
    for nonsense in ("", "q=nowhere", "a=x:y", "%%%"):
        assert Listing.read(nonsense) == Listing()


async def test_a_search_finds_numbers_people_and_words_said_anywhere(room: Room) -> None:
    first = await room.open(key="form:1", form={"details": "The withdrawal to my bänk failed"})
    second = await room.open(key="form:2", person=OTHER_AGENT)
    await room.writes(second, Side.PERSON, OTHER_AGENT, "The invoices from Zürich are missing")
    assert await room.find(f"where is {first.number.lower()}?") == [first.number]
    assert await room.find(first.number[4:]) == [first.number]
    assert await room.find(f"<@{OTHER_AGENT}>") == [second.number]
    assert await room.find("withdrawals failing") == [first.number]
    assert await room.find("invoice Zürich") == [second.number]
    assert await room.find("invoi") == [second.number], "the last word may be only begun"
    assert await room.find("withdrawal Zürich") == []


async def test_a_search_with_odd_characters_is_just_a_search(room: Room) -> None:
    await room.open()
    for query in ('"', "' OR 1=1 --", "badge:*", "NEAR(a b)", "a & | !", "(", "\\", "*", "🙂", "^badge"):
        await room.find(query)
    assert len(await room.find("badge?!")) == 1


async def test_a_person_sees_their_own_tickets_alone(room: Room) -> None:
    mine = await room.open(key="form:1")
    await room.open(key="form:2", person=OTHER_AGENT)
    async with room.store.read() as session:
        found = await queues.own(session, Who(room.slack.team, PERSON))
        elsewhere = await queues.own(session, Who("T0OTHER", PERSON))
    assert [ticket.number for ticket in found] == [mine.number]
    assert elsewhere == []
