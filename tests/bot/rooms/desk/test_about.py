"""How fast the desk answers and how a ticket goes: by our own calendar and promises."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.app import Laurel, build
from bot.content import Content
from bot.messages import Asked, Surface, Where, Who
from bot.settings import Settings


@pytest.fixture
async def laurel(sqlite_url: str, content: Content) -> AsyncIterator[Laurel]:
    async with build(Settings.read({"LAUREL_DATABASE_URL": sqlite_url}), content=content) as house:
        yield house


async def said(laurel: Laurel, text: str, now: datetime) -> str:
    asked = Asked(text, Who("T1", "U1"), Where("D1", Surface.DM), "k", now)
    answered = await laurel.conversation.answer(asked, None, now)
    assert answered.message is not None
    return answered.message["text"]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 25, 20, 0, tzinfo=UTC), "it is open now"),
        (datetime(2026, 11, 26, 20, 0, tzinfo=UTC), "but not today (Thanksgiving Day)"),
        (datetime(2026, 11, 28, 20, 0, tzinfo=UTC), "it opens again Mon 30 Nov, 6:00 am"),
    ],
)
async def test_how_fast_the_desk_is_goes_by_its_own_calendar(
    laurel: Laurel, now: datetime, expected: str
) -> None:
    text = await said(laurel, "how fast does the desk answer", now)
    assert "The desk answers a ticket within 11 hours of its own time" in text
    assert "Monday to Friday, 6 am to 5 pm Pacific time" in text
    assert expected in text


@pytest.mark.parametrize(
    "text", ["what happens once i have opened a ticket", "who sees what i write in the ticket"]
)
async def test_how_a_ticket_goes_is_told_in_other_words_too(laurel: Laurel, text: str) -> None:
    told = await said(laurel, text, datetime(2026, 11, 25, 20, 0, tzinfo=UTC))
    assert "You get a number at once" in told
