"""What this room brings to the house: the workspace's own settings."""

import asyncio

from bot.messages import Who
from bot.room import House, Room
from bot.rooms.setup.surface import Setup

FRESH = 300.0  # seconds for which somebody counts as an admin, or as none


def room(house: House) -> Room:
    """The room."""
    known: dict[str, tuple[float, bool]] = {}
    seconds = asyncio.get_running_loop().time

    async def admin(who: Who) -> bool:
        """Whether Slack says that somebody administers this workspace."""
        if not house.roles.at_home(who.team):
            return False
        at, found = known.get(who.user, (float("-inf"), False))
        if seconds() - at >= FRESH:
            profile = await house.profiles.of(who)
            found = profile is not None and profile.admin
            known[who.user] = (seconds(), found)
        return found

    setup = Setup(house.settings, renderer=house.renderer, places=house.places, admin=admin)
    return Room(name="setup", surfaces=setup.surfaces())
