"""`/laurel facts`: the names of facts, as answers print them, and what they say today."""

from datetime import datetime

from rapidfuzz import fuzz, process, utils
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking.surface import answer_command
from bot.rooms.moderation.room import Moderation
from bot.surfaces import Commanded, Surfaces
from knowledge import views

SHOWN = 12
LIKE = 60.0  # of 100


class Facts:
    """Takes the command `facts`."""

    def __init__(self, room: Moderation) -> None:
        self._room = room
        self._knowledge = room.conversation.resources.knowledge
        self._paths = [located.path for located in self._knowledge.cells()]

    def surfaces(self) -> Surfaces:
        """What this part takes."""
        return Surfaces(commands={"facts": self._by_command})

    async def _by_command(self, session: AsyncSession, command: Commanded, now: datetime) -> None:
        """Those whose names are like the words behind the command, the best first."""
        may = await self._room.may(command.who)
        found = self._found(command.words) if may else []
        day = now.astimezone(self._room.conversation.resources.zone).date()
        rows = [(path, views.fact(self._knowledge, path, day).text) for path in found]
        template = "moderation/facts.j2" if may else "moderation/refused.j2"
        message = self._room.renderer.message(template, {"rows": rows, "words": ""})
        await answer_command(session, command, message, now, name="facts")

    def _found(self, searched: str) -> list[str]:
        names = [path.replace(".", " ").replace("_", " ") for path in self._paths]
        ranked = process.extract(
            searched,
            names,
            scorer=fuzz.token_set_ratio,
            processor=utils.default_process,
            limit=SHOWN,
            score_cutoff=LIKE,
        )
        return [self._paths[at] for _, _, at in ranked]
