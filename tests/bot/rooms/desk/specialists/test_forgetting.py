"""What is over is forgotten in time: places that were left, talks that ended, drafts that nobody touches."""

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from bot.rooms.desk.specialists.forgetting import purge
from bot.rooms.desk.specialists.tables import JobPost, LiveMessage, Wait
from tests.bot.rooms.desk.specialists.conftest import AGENT, ANA, BEN, CAT, LOUNGE, SPEC, House
from tests.bot.rooms.desk.specialists.test_job_posts import FIELDS, draft


async def kept(house: House) -> tuple[set[str], int, set[str]]:
    """Whose places, how many drafts, and which messages are remembered."""
    async with house.store.read() as session:
        waits = (await session.scalars(select(col(Wait.person)))).all()
        posts = (await session.scalars(select(col(JobPost.id)))).all()
        names = (await session.scalars(select(col(LiveMessage.name)))).all()
    return set(waits), len(posts), set(names)


async def forget(house: House) -> None:
    async with house.store.write() as session:
        await purge(session, house.clock() - timedelta(days=90))


async def test_places_that_are_over_are_forgotten_and_talks_that_last_are_not(house: House) -> None:
    await house.commands(SPEC, "duty", "on")
    for user in (ANA, BEN, CAT):
        await house.joins(user)
    await house.press(ANA, "queue.leave", *house.buttons(house.slack.people.dm(ANA), "queue.leave"))
    await house.press(SPEC, "queue.accept", house.buttons(LOUNGE, "queue.accept")[0])
    house.clock.forward(days=61)  # a Saturday: hours ended without CAT being taken
    await house.settle()
    house.clock.forward(days=60)
    await forget(house)
    assert (await kept(house))[0] == {BEN, CAT}
    house.clock.forward(days=60)
    await forget(house)
    waits, _, names = await kept(house)
    assert waits == {BEN}
    assert len(names) == 2


async def test_a_talk_goes_when_its_ticket_is_over_for_long(sqlite_house: House) -> None:
    house = sqlite_house
    await house.commands(SPEC, "duty", "on")
    await house.joins(ANA)
    await house.press(SPEC, "queue.accept", *house.buttons(LOUNGE, "queue.accept"))
    (ticket,) = await house.tickets()
    view = await house.opens(SPEC, "ticket.resolve", ticket.key)
    await house.sends(SPEC, view, {"reason": "fixed"})
    house.clock.forward(days=100)
    await house.settle()
    await forget(house)
    assert await kept(house) == (set(), 0, set())


async def test_a_draft_is_kept_as_long_as_somebody_works_on_it(house: House) -> None:
    post = await draft(house)
    house.clock.forward(days=80)
    view = await house.opens(ANA, "job_post.edit", post)
    await house.sends(ANA, view, {**FIELDS, "budget": "$700"})
    house.clock.forward(days=80)
    await forget(house)
    assert (await kept(house))[1] == 1
    house.clock.forward(days=20)
    await forget(house)
    assert await kept(house) == (set(), 0, set())


async def test_what_was_handed_over_is_forgotten_with_its_ticket(house: House) -> None:
    form = await house.opens(BEN, "ticket.open", "account")
    await house.sends(
        BEN, form, {"category": "account", "subcategory.account": "account.other", "details": "Plan it"}
    )
    (ticket,) = await house.tickets()
    view = await house.opens(AGENT, "ticket.more", f"hand_over:{ticket.key}")
    await house.sends(AGENT, view, {"reason": "a project"})
    house.clock.forward(days=100)
    await forget(house)
    assert (await kept(house))[2] == {f"ticket:{ticket.key}:handed"}
    view = await house.opens(AGENT, "ticket.resolve", ticket.key)
    await house.sends(AGENT, view, {"reason": "fixed"})
    for days in (8, 100):
        house.clock.forward(days=days)
        await house.settle()
    await forget(house)
    assert (await kept(house))[2] == set()
