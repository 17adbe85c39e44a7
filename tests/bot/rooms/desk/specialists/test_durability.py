"""Nothing of a talk is lost, doubled or put out of order, whatever breaks and whoever is killed."""

import pytest

from tests.bot.rooms.desk.specialists.conftest import LOUNGE, SPEC, SPEC2
from tests.bot.rooms.desk.specialists.storm import TalkStorm
from tests.bot.rooms.desk.storm import ANSWERS, BURST, stand_in

KILLS = 2
TALKS = 6


@pytest.mark.timeout(400)
async def test_every_talk_has_one_specialist_and_every_word_once_and_in_order(database_url: str) -> None:
    async with stand_in() as slack:
        for user in (SPEC, SPEC2):
            slack.people.user(user)
        slack.people.channel(LOUNGE, members=(SPEC, SPEC2))
        report = await TalkStorm(slack, database_url, talks=TALKS, kills=KILLS, seed=7).run()
        quicker = [note for note in slack.ephemerals if "was quicker" in note["text"]]
    assert report.wrong == []
    assert report.messages == TALKS * (BURST + ANSWERS)
    assert report.kills == KILLS
    assert report.troubles > 5
    assert len(quicker) >= TALKS  # each time the other one was told
