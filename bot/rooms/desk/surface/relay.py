"""The desk's ear in a ticket's two threads: messages, edits and deletions go to the relay."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking.words import spoken
from bot.delivery import LaterError
from bot.messages import Who
from bot.rooms.desk import relay
from bot.rooms.desk.said import Said as Words
from bot.rooms.desk.states import ImpossibleError
from bot.rooms.desk.surface.counter import NOT_AGENT, Counter, refusal, tell_alone
from bot.rooms.desk.tables import Side, Ticket
from bot.surfaces import Changed, Said, Surfaces

_MOMENT = timedelta(seconds=0.5)  # until the place of a thread's first message is known


class RelaySurface:
    """Takes what is said in a thread that belongs to a ticket."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._desk = counter.desk

    def register(self, surfaces: Surfaces) -> None:
        """Listen in DMs and in the desk's channel."""
        surfaces.said.append(self.said)
        surfaces.changed.append(self.changed)
        surfaces.channels.add(self._desk.channel)

    async def said(self, session: AsyncSession, said: Said, now: datetime) -> bool:
        """Carry over a message of one of a ticket's threads; True: it is the desk's, not a question."""
        thread = said.where.thread
        if thread is None or said.where.ts is None:
            return False
        found = await self._found(session, said.who, said.where.channel, thread)
        if found is None:
            return False
        words = _words(
            key=said.key,
            author=said.who.user,
            raw=said.raw,
            channel=said.where.channel,
            ts=said.where.ts,
            files=said.files,
        )
        await self._carry(session, found, words, said.who, now)
        return True

    async def changed(self, session: AsyncSession, change: Changed, now: datetime) -> None:
        """Mark an edit or a deletion in the copy."""
        where = change.where
        if where.thread is None or where.thread == change.ts or change.who is None:
            return
        found = await self._found(session, change.who, where.channel, where.thread)
        if found is None:
            return
        key = f"message:{change.who.team}:{where.channel}:{change.ts}"
        before = _words(
            key=key, author=change.who.user, raw=change.before, channel=where.channel, ts=change.ts
        )
        if change.text is None:
            await relay.deleted(session, self._desk, found, before, now=now)
            return
        if found[1] is Side.DESK and not await self._counter.may_work(change.who, found[0]):
            return
        await relay.edited(
            session,
            self._desk,
            found,
            before,
            text=spoken(change.raw),
            edited_ts=change.stamp,
            now=now,
        )

    async def _found(
        self, session: AsyncSession, who: Who, channel: str, thread: str
    ) -> tuple[Ticket, Side] | None:
        """The ticket of a thread. Raises LaterError while that cannot be told yet."""
        found = await relay.find_thread(session, channel, thread)
        if found is not None:
            return found
        if await relay.may_become_ours(session, who, channel, thread):
            raise LaterError("the thread's first message is on its way", wait=_MOMENT, counts=False)
        # On PostgreSQL its place may have become known between the two looks.
        return await relay.find_thread(session, channel, thread)

    async def _carry(
        self, session: AsyncSession, found: tuple[Ticket, Side], words: Words, who: Who, now: datetime
    ) -> None:
        ticket, side = found
        refused: Mapping[str, Any] | None = None
        answers = side is Side.DESK and relay.is_answer(self._desk, words)
        if answers and not await self._counter.may_work(who, ticket):
            refused = NOT_AGENT
        else:
            try:
                await relay.wrote(session, self._desk, found, words, now)
            except ImpossibleError as error:
                refused = refusal(error, ticket)
        if refused is not None:
            await tell_alone(
                session,
                self._counter,
                "desk/refused.j2",
                refused,
                user=who.user,
                key=f"refused:{words.key}",
                now=now,
                channel=words.channel,
                thread=ticket.desk_thread,
            )


def _words(
    *, key: str, author: str, raw: str, channel: str, ts: str, files: Sequence[Mapping[str, Any]] = ()
) -> Words:
    """A message in plain words, with the ids of its files. Slack's ts is its time."""
    shared = [{"id": f["id"], "name": f.get("name"), "url": f.get("permalink")} for f in files]
    at = datetime.fromtimestamp(float(ts), UTC)
    return Words(key=key, author=author, text=spoken(raw), at=at, channel=channel, ts=ts, files=shared)
