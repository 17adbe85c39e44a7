"""Accepting somebody from a queue: the first wins, and the talk or the check begins."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import Who
from bot.rooms.desk.specialists import chat, places, queue, video
from bot.rooms.desk.specialists.content import VIDEO
from bot.rooms.desk.specialists.room import Specialists
from bot.rooms.desk.specialists.tables import Wait


async def accept(
    session: AsyncSession, room: Specialists, wait_id: int, by: Who, now: datetime
) -> Wait | None:
    """Take the person and begin; None when `by` had done so before. Raises as `queue.take`."""
    wait = await queue.take(session, room, wait_id, by, now)
    if wait is None:
        return None
    if wait.queue == VIDEO:
        await video.begin(session, room, wait, now)
    else:
        await chat.connect(session, room, wait, now)
    await places.show(session, room, wait, now)
    return wait
