"""Tokens that end after some hours: one process asks for the next, all go on speaking."""

from datetime import datetime, timedelta

import pytest

from bot.content import Content
from bot.playground.faults import Trouble
from bot.rooms.setup import own
from bot.store.sealing import new_key
from tests.bot.way import PERSON
from tests.bot.workspaces.slacks import a_process, a_workspace, settings_of, slack_of
from tests.clock import Clock

QUESTION = "what are the criteria for top rated"
KEY = new_key()
HALF_A_DAY = timedelta(hours=11)
"""Less than two hours before a token ends."""


@pytest.fixture
def clock() -> Clock:
    from datetime import UTC

    return Clock(datetime.now(UTC))  # slack_sdk counts a token's hours from the real time


async def test_a_token_is_replaced_in_time_and_nobody_notices(
    content: Content, clock: Clock, database_url: str
) -> None:
    async with a_workspace("T0FIRST", clock, PERSON) as slack, slack_of([slack]) as address:
        slack.refresh, slack.token = "xoxe-T0FIRST-0", "xoxe.xoxb-T0FIRST-0"
        async with a_process(settings_of(address, database_url, KEY), content, clock) as laurel:
            await laurel.install(slack)
            first = slack.token
            await laurel.place.houses.look()
            assert slack.token == first  # it is good for hours
            clock.forward(hours=HALF_A_DAY.total_seconds() / 3600)
            await laurel.place.houses.look()
            assert slack.token != first
            slack.revoked.add(first)
            assert await laurel.says(slack, PERSON, QUESTION) != []
            house = laurel.place.houses.open["T0FIRST"]
            async with house.laurel.store.write() as session:
                await own.keep(session, {"LAUREL_TIMEZONE": "Europe/Berlin"}, by="U0ADMIN", now=clock())
            await laurel.place.houses.look()
            assert house.laurel.settings.timezone == "Europe/Berlin"
            assert await laurel.says(slack, PERSON, QUESTION) != [], "opened anew, it has the new token, too"


async def test_of_two_processes_one_asks_for_the_next_token_and_both_use_it(
    content: Content, clock: Clock, postgresql_url: str
) -> None:
    async with a_workspace("T0FIRST", clock, PERSON) as slack, slack_of([slack]) as address:
        slack.refresh, slack.token = "xoxe-T0FIRST-0", "xoxe.xoxb-T0FIRST-0"
        settings = settings_of(address, postgresql_url, KEY)
        async with a_process(settings, content, clock) as one, a_process(settings, content, clock) as other:
            await one.install(slack)
            await other.place.houses.look()
            first = slack.token
            clock.forward(hours=11)
            import asyncio

            await asyncio.gather(*(process.place.houses.look() for process in (one, other) * 3))
            asked = [call for call in slack.called("oauth.v2.access") if "refresh_token" in call]
            assert len(asked) == 1
            slack.revoked.add(first)
            for process in (one, other):
                # Either of the two may do the work: whoever does speaks with the new token.
                before = len(slack.posted())
                await process.bring(*slack.acts.says(PERSON, QUESTION))
                await slack.until(lambda before=before: len(slack.posted()) > before)  # type: ignore[misc]  # a default


async def test_while_slack_gives_no_new_token_the_old_one_has_to_do(
    content: Content, clock: Clock, sqlite_url: str
) -> None:
    async with a_workspace("T0FIRST", clock, PERSON) as slack, slack_of([slack]) as address:
        slack.refresh, slack.token = "xoxe-T0FIRST-0", "xoxe.xoxb-T0FIRST-0"
        async with a_process(settings_of(address, sqlite_url, KEY), content, clock) as laurel:
            await laurel.install(slack)
            clock.forward(hours=11)
            for trouble in (Trouble.BROKEN, Trouble.CUT):
                slack.faults.next("oauth.v2.access", trouble)
                await laurel.place.houses.look()
                assert await laurel.says(slack, PERSON, QUESTION) != []
            await laurel.place.houses.look()
            assert slack.token != "xoxe.xoxb-T0FIRST-0"
