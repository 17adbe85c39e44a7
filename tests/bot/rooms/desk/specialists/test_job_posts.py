"""Job posts drafted together: a text from a form, hints, turns, versions, and no words overwritten unseen."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from bot.messages import Who
from bot.rooms.desk.specialists.forgetting import forget
from bot.rooms.desk.specialists.tables import JobPostVersion, LiveMessage
from bot.surfaces import Submitted
from tests.bot.rooms.desk.specialists.conftest import ANA, BEN, LOUNGE, SPEC, SPEC2, House

FIELDS = {
    "role": "Logo designer",
    "category": "design_creative",
    "scope": "A logo for a bakery in Lisbon, with a version for the van and one for the paper bags we use.",
    "skills": "Illustrator, brand design",
    "budget": "$500 fixed",
    "duration": "Two weeks",
    "questions": "Which of your logos is closest?\n- When can you begin?",
}


def drafted(house: House, channel: str) -> list[str]:
    """The copyable texts that stand in a channel."""
    return [
        block["elements"][0]["elements"][0]["text"]
        for message in house.slack.posted(channel)
        for block in message["blocks"]
        if block["type"] == "rich_text"
    ]


async def draft(house: House, **changed: str) -> str:
    view = await house.opens(ANA, "job_post.open")
    assert await house.sends(ANA, view, {**FIELDS, **changed}) == {}
    return house.buttons(house.slack.people.dm(ANA), "job_post.finish")[-1]


async def versions(house: House) -> list[tuple[int, str]]:
    async with house.store.read() as session:
        found = await session.scalars(select(JobPostVersion).order_by(col(JobPostVersion.version)))
        return [(one.version, one.author) for one in found]


async def test_the_form_becomes_a_post_that_can_be_copied(sqlite_house: House) -> None:
    await draft(sqlite_house)
    (text,) = drafted(sqlite_house, sqlite_house.slack.people.dm(ANA))
    assert text == (
        "Logo designer\nCategory: Design & Creative\n\nWhat is to be done\n"
        f"{FIELDS['scope']}\n\nSkills\n- Illustrator\n- brand design\n\n"
        "Budget: $500 fixed\nDuration: Two weeks\n\n"
        "Please answer when you apply\n1. Which of your logos is closest?\n2. When can you begin?"
    )
    assert "What would make it better" not in sqlite_house.dm(ANA)[0]


async def test_what_is_missing_is_hinted_at_and_only_the_essentials_are_asked_for(
    sqlite_house: House,
) -> None:
    view = await sqlite_house.opens(ANA, "job_post.open")
    assert set(await sqlite_house.sends(ANA, view, {"role": "Designer"})) == {"scope"}
    await draft(sqlite_house, scope="A logo.", budget="", questions="")
    shown = sqlite_house.dm(ANA)[0]
    for hint in ("Say more about the work", "Give a budget", "Ask one or two questions"):
        assert hint in shown
    assert "Choose a category" not in shown


async def test_person_and_specialist_edit_in_turns_and_every_version_is_kept(house: House) -> None:
    post = await draft(house)
    await house.press(ANA, "job_post.ask", post)
    assert (await house.opens(ANA, "job_post.edit", post))["callback_id"] == "specialist.refused"
    await house.press(SPEC, "job_post.take", post)
    view = await house.opens(SPEC, "job_post.edit", post)
    await house.sends(SPEC, view, {**FIELDS, "budget": "$600 to $800"})
    await house.press(SPEC, "job_post.back", post)
    assert "it is your turn again" in house.dm(ANA)[-1]
    view = await house.opens(ANA, "job_post.edit", post)
    await house.sends(ANA, view, {**FIELDS, "budget": "$700 fixed"})
    assert await versions(house) == [(1, ANA), (2, SPEC), (3, ANA)]
    await house.press(ANA, "job_post.finish", post)
    await house.press(ANA, "job_post.finish", post)
    assert sum("is ready" in text for text in house.dm(ANA)) == 1
    assert "$700 fixed" in drafted(house, house.slack.people.dm(ANA))[-1]
    assert "Handed over" in house.texts(LOUNGE)[0]


async def test_an_edit_of_an_old_version_is_refused_before_words_are_lost(sqlite_house: House) -> None:
    house = sqlite_house
    post = await draft(house)
    stale = await house.opens(ANA, "job_post.edit", post)
    await house.sends(ANA, stale, {**FIELDS, "budget": "$1"})
    errors = await house.sends(ANA, stale, {**FIELDS, "budget": "$2"})
    assert "changed this draft while you were writing" in errors["role"]
    assert await versions(house) == [(1, ANA), (2, ANA)]


async def test_an_edit_that_turns_stale_on_its_way_comes_back_with_its_words(house: House) -> None:
    post = await draft(house)
    view = await house.opens(ANA, "job_post.edit", post)
    for number, budget in enumerate(("$1", "$2")):
        form = Submitted(
            "job_post.edit",
            Who(house.slack.team, ANA),
            {**FIELDS, "budget": budget},
            view["private_metadata"],
            f"form:race:{number}",
            house.clock(),
        )
        await house.submitted(form)
    await house.settle()
    assert await versions(house) == [(1, ANA), (2, ANA)]
    assert "$2" in drafted(house, house.slack.people.dm(ANA))[-1]
    assert "not lost" in house.dm(ANA)[-1]


async def test_of_two_specialists_who_take_a_draft_at_once_one_gets_it(house: House) -> None:
    post = await draft(house)
    await house.press(ANA, "job_post.ask", post)
    await house.both(
        house.pressing(SPEC, "job_post.take", post), house.pressing(SPEC2, "job_post.take", post)
    )
    told = [user for user in (SPEC, SPEC2) if any("was quicker" in text for text in house.dm(user))]
    assert len(told) == 1
    assert (await house.opens(told[0], "job_post.edit", post))["callback_id"] == "specialist.refused"


async def test_a_draft_is_its_persons_and_its_specialists_alone(sqlite_house: House) -> None:
    house = sqlite_house
    post = await draft(house)
    for action in ("ask", "take", "back", "finish"):
        await house.press(BEN, f"job_post.{action}", post)
    assert (await house.opens(BEN, "job_post.edit", post))["callback_id"] == "specialist.refused"
    assert house.texts(LOUNGE) == []
    assert not any("is ready" in text for text in house.dm(BEN))


async def test_who_wants_to_be_forgotten_leaves_no_draft_behind(house: House) -> None:
    post = await draft(house)
    async with house.store.write() as session:
        await forget(session, Who(house.slack.team, ANA))
    assert await versions(house) == []
    async with house.store.read() as session:
        assert (await session.scalars(select(LiveMessage))).all() == []
    await house.press(ANA, "job_post.finish", post)
    assert "no such thing" in house.dm(ANA)[-1]


async def test_the_person_may_take_a_draft_back(sqlite_house: House) -> None:
    house = sqlite_house
    post = await draft(house)
    await house.press(ANA, "job_post.ask", post)
    await house.press(ANA, "job_post.back", post)
    assert (await house.opens(ANA, "job_post.edit", post))["callback_id"] == "job_post.edit"


async def test_every_version_can_be_read_and_compared_with_any_other(house: House) -> None:
    post = await draft(house)
    for budget in ("$600 fixed", "$700 fixed"):
        view = await house.opens(ANA, "job_post.edit", post)
        await house.sends(ANA, view, {**FIELDS, "budget": budget})
    newest = await house.opens(ANA, "job_post.versions", post)
    assert compared(newest) == [("Budget", "[-$600 -]{+$700+} fixed")]
    oldest = await house.chooses(ANA, "job_post.version", 1, newest)
    assert "Budget: $500 fixed" in str(oldest)
    assert compared(oldest) == []
    beside = await house.chooses(ANA, "job_post.base", 3, oldest)
    assert compared(beside) == [("Budget", "[-$700 -]{+$500+} fixed")]


async def test_an_old_version_can_be_gone_on_from(house: House) -> None:
    post = await draft(house)
    view = await house.opens(ANA, "job_post.edit", post)
    await house.sends(ANA, view, {**FIELDS, "budget": "$1"})
    view = await house.opens(ANA, "job_post.edit", f"{post}:1")
    assert "$500 fixed" in str(view)
    await house.sends(ANA, view, FIELDS)
    assert await versions(house) == [(1, ANA), (2, ANA), (3, ANA)]
    assert "$500 fixed" in drafted(house, house.slack.people.dm(ANA))[-1]


async def test_versions_are_for_the_person_and_for_the_specialists_whom_they_asked(
    sqlite_house: House,
) -> None:
    house = sqlite_house
    post = await draft(house)
    for user in (BEN, SPEC):
        assert (await house.opens(user, "job_post.versions", post))["callback_id"] == "specialist.refused"
    await house.press(ANA, "job_post.ask", post)
    assert (await house.opens(BEN, "job_post.versions", post))["callback_id"] == "specialist.refused"
    for user in (ANA, SPEC, SPEC2):
        view = await house.opens(user, "job_post.versions", post)
        assert view["callback_id"] == "job_post.versions"
    unknown = await house.opens(ANA, "job_post.edit", f"{post}:9")
    assert unknown["callback_id"] == "specialist.refused"


def compared(view: dict[str, Any]) -> list[tuple[str, str]]:
    """The fields that differ, with what went and what came."""
    marks = {"strike": "[-{}-]", "bold": "{{+{}+}}"}
    found = []
    for block in view["blocks"]:
        if block["type"] == "rich_text" and block["elements"][0]["type"] == "rich_text_section":
            label, *pieces = block["elements"][0]["elements"]
            words = [marks.get(next(iter(p.get("style", {})), ""), "{}").format(p["text"]) for p in pieces]
            found.append((label["text"].strip(), "".join(words)))
    return found
