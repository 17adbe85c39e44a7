"""The sample freelancers on any day."""

from datetime import date, timedelta

import pytest

from bot.playground.samples import samples


@pytest.mark.parametrize("later", range(7))
def test_the_latest_week_of_a_sample_is_the_one_that_ended_last_on_every_day_of_the_week(later: int) -> None:
    monday = date(2026, 11, 23)
    today = monday + timedelta(days=later)
    ended = monday if later == 6 else monday - timedelta(days=7)  # a week is over on its Sunday
    ana = samples(today)[0]
    assert ana.record["weeks"][0]["week_of"] == ended.isoformat()
