"""The kinds of reply that this room answers."""

from collections.abc import Mapping
from functools import partial

from bot.asking.kinds import Answer
from bot.rooms.people.answers import eligibility, referral, way
from bot.rooms.people.facade import People
from bot.settings import Settings


def kinds(people: People, settings: Settings) -> Mapping[str, Answer]:
    """Each kind of reply with its function, which asks `people`."""
    return {
        "check": partial(eligibility.check, people=people),
        "lost": partial(eligibility.lost, people=people),
        "regain": partial(eligibility.regain, people=people),
        "way": partial(way.plan, people=people),
        "weeks": partial(eligibility.weeks, people=people),
        "threshold": eligibility.threshold,
        "referral": partial(referral.referral, people=people, settings=settings),
    }
