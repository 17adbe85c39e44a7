"""What this room brings to the house: why a question was understood as it was."""

from bot.messages import Who
from bot.roles import MAY_LOOK
from bot.room import House, Room
from bot.rooms.moderation.surface import WhySurface
from bot.rooms.moderation.why import Explainer


def room(house: House) -> Room:
    """The room, for those who may see what others said."""

    async def may(who: Who) -> bool:
        return not (await house.roles.of(who)).isdisjoint(MAY_LOOK)

    conversation = house.conversation
    explainer = Explainer(conversation.understanding, house.resources.catalogue)
    return Room(name="moderation", surfaces=WhySurface(conversation, explainer, may).surfaces())
