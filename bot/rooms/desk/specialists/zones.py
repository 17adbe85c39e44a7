"""The time zones that people live in, as Slack knows them."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.messages import Who
from bot.roles import Profiles

FRESH = timedelta(hours=1)
"""So long a zone is taken as told: people move seldom, and Slack limits how often it can be asked."""
KEPT = 1_000


class Zones:
    """Asks Slack once an hour for each person, and keeps the latest thousand answers."""

    def __init__(self, profiles: Profiles, clock: Callable[[], datetime]) -> None:
        self._profiles = profiles
        self._clock = clock
        self._known: OrderedDict[Who, tuple[datetime, str | None]] = OrderedDict()

    async def of(self, who: Who) -> str | None:
        """The IANA name of somebody's zone; None where Slack does not say."""
        now = self._clock()
        known = self._known.get(who)
        if known is not None and now - known[0] < FRESH:
            return known[1]
        profile = await self._profiles.of(who)
        zone = None if profile is None else profile.zone
        self._known[who] = (now, zone)
        self._known.move_to_end(who)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return zone
