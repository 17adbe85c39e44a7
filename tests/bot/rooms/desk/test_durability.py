"""Nothing that is sent is lost, doubled or put out of order, whatever breaks."""

import pytest

from tests.bot.rooms.desk.storm import ANSWERS, BURST, Storm, stand_in

KILLS = 3
TALKS = 30


@pytest.mark.timeout(400)
async def test_every_message_arrives_once_and_in_order_through_kills_and_a_bad_day_of_slack(
    database_url: str,
) -> None:
    async with stand_in() as slack:
        report = await Storm(slack, database_url, talks=TALKS, kills=KILLS, seed=11).run()
    assert report.wrong == []
    assert report.messages == TALKS * (BURST + ANSWERS)
    assert report.kills == KILLS
    assert report.troubles > 10
