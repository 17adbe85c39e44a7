"""What this room works with, and what it may refuse. `bot.app` builds one `Specialists` and hands it on."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from bot.render import Renderer
from bot.rooms.desk.room import Desk
from bot.rooms.desk.specialists.content import CHAT, VIDEO, Queue, SpecialistContent
from knowledge.calendar import Calendar, Hours, NeverOpenError

_LETTERS = "abcdefghijkmnpqrstuvwxyz"  # none that are taken for another when read out
_GROUPS = (3, 4, 3)  # 24^10 meetings: nobody guesses one


@dataclass(frozen=True, slots=True)
class Specialists:
    """The room. `channel` is the specialists' own, None where they have none; `desk` the help desk.

    `meeting_url` is the template of a meeting's address, with `{id}` for what makes it one of its own.
    `numbers` draws meetings (`random.SystemRandom()` outside of tests).
    """

    content: SpecialistContent
    calendars: Mapping[str, Calendar]
    desk: Desk
    channel: str | None
    meeting_url: str | None
    numbers: random.Random

    @property
    def renderer(self) -> Renderer:
        """The house's pen."""
        return self.desk.renderer

    def queue(self, name: str) -> Queue:
        """Raises KeyError."""
        return self.content.queues[name]

    def calendar(self, queue: str) -> Calendar:
        """The hours of a queue."""
        return self.calendars[self.queue(queue).calendar]

    def channel_of(self, queue: str) -> str | None:
        """Where a queue's cards stand: with the specialists, or (video checks) with the desk."""
        return self.channel if queue == CHAT else self.desk.channel or None

    def works(self, queue: str) -> bool:
        """Whether the queue can be used at all, as the house is set up."""
        return self.channel_of(queue) is not None and (queue != VIDEO or self.meeting_url is not None)

    def desk_of(self, queue: str) -> Desk:
        """The desk whose cards stand in the queue's channel."""
        channel = self.channel_of(queue)
        return self.desk if channel is None else replace(self.desk, channel=channel)

    def new_meeting(self) -> str:
        """The address of a new meeting. Raises ValueError where no address is set."""
        if self.meeting_url is None:
            raise ValueError("no address for meetings is set")
        name = "-".join("".join(self.numbers.choices(_LETTERS, k=size)) for size in _GROUPS)
        if "{id}" in self.meeting_url:
            return self.meeting_url.replace("{id}", quote(name))
        return self.meeting_url


@dataclass(frozen=True, slots=True)
class Times:
    """When a queue is open, on its own clock. `opens` is None while it is open, `closes` while it is not."""

    opens: datetime | None
    closes: datetime | None
    zone_title: str
    hours: tuple[Hours, ...]


def times(calendar: Calendar, now: datetime) -> Times:
    """As things stand at `now`. Pure."""
    opens = closes = None
    if calendar.is_open(now):
        closes = calendar.local(calendar.next_close(now))
    else:
        try:
            opens = calendar.local(calendar.next_open(now))
        except NeverOpenError:
            opens = None
    return Times(opens, closes, calendar.zone_title, calendar.hours())


class SpecialistsError(Exception):
    """The room refuses: `why` is a word that templates/desk/specialists/refused.j2 puts into a sentence."""

    def __init__(self, why: str, *, by: str | None = None) -> None:
        self.why = why
        self.by = by
        super().__init__(why)
