"""Many talks with two specialists whose room is killed again and again, with a Slack that has a bad day.

People get in line, both specialists accept everybody at once, both sides write in bursts, talks are resolved;
requests come twice and in any order. Afterwards everything is counted; see tests/bot/rooms/desk/storm.py.
"""

from typing import Any

from bot.messages import Who
from bot.rooms.desk.specialists import duty
from bot.rooms.desk.specialists.content import CHAT
from bot.store import Store
from tests.bot.rooms.desk.server import Build, now
from tests.bot.rooms.desk.specialists.conftest import LOUNGE, SPEC, SPEC2
from tests.bot.rooms.desk.specialists.server import room, specialists
from tests.bot.rooms.desk.storm import Report, Storm, Talk, form, value_of

MET = "Your talk has the number"


class TalkStorm(Storm):
    """Drives it."""

    server = "tests.bot.rooms.desk.specialists.server"
    build: Build = staticmethod(room)
    channel = LOUNGE

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._waits: dict[int, dict[str, Any]] = {}

    async def run(self) -> Report:
        """With both specialists on duty."""
        store = await Store.open(self.database)
        async with store.write() as session:
            for member in (SPEC, SPEC2):
                await duty.go_on(session, specialists(), CHAT, Who(self.slack.team, member), now())
        await store.close()
        return await super().run()

    def _see(self, channel: str, message: dict[str, Any]) -> None:
        if message.get("bot_id") is None:
            return
        waits = channel == LOUNGE and "waits" in message["text"] and message.get("thread_ts") is None
        if waits:
            talk = self.talks[int(message["text"].split("Conversation ")[1][:5])]
            self._waits[talk.number] = message
            talk.changed.set()
        elif channel == LOUNGE or message.get("thread_ts") is not None or MET in message["text"]:
            super()._see(channel, message)

    async def _talk(self, talk: Talk) -> None:
        acts = self.slack.acts
        async with self._turn:
            view = form(f"J{talk.number}", "specialist.join", channel=talk.dm, thread=talk.user)
            details = {"details": {"a": {"type": "plain_text_input", "value": talk.name}}}
            await self._send([acts.submits(talk.user, view, details)])
            await talk.until(lambda: talk.number in self._waits)
            card = self._waits[talk.number]
            wait = value_of(card, "queue.accept")
            await self._send(
                [acts.presses(user, "queue.accept", value=wait, message=card) for user in (SPEC, SPEC2)]
            )
            await self._converse(talk, (SPEC, SPEC2))

    def _is_root(self, message: dict[str, Any]) -> bool:
        return MET in message["text"]

    def _count(self, talk: Talk) -> None:
        super()._count(talk)
        lounge = [message["text"] for message in self.slack.posted(LOUNGE)]
        person = f"<@{talk.user}>"
        met = [text for text in lounge if f"talked with {person}" in text]
        hello = [text for text in lounge if f"you are connected with {person}" in text]
        places = [m["text"] for m in self.slack.posted(talk.dm) if m.get("thread_ts") is None]
        places = [text for text in places if MET not in text]
        if not (len(met) == len(hello) == len(places) == 1 and "is over" in places[0]):
            self.report.wrong.append(f"{talk.name} {len(met)} cards, {len(hello)} hellos, {places}")
