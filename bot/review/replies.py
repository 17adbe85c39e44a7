"""Reading every reply before anybody else does: each intent, for each program, audience and era.

`cases` are the questions as buttons would ask them; `review` answers them in a house of its own and says what
Slack would refuse and what a reader would not like. Nobody is linked in that house, so personal replies are
those for a stranger, unless `answered` is told whose record counts.
"""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile

from bot.asking.conversation import Conversation
from bot.asking.direct import written
from bot.messages import Asked, Surface, Where, Who
from bot.playground.limits import message_problems
from bot.render import Message, TemplateError
from intents.model import Catalogue
from intents.named import Slots
from knowledge.model import Audience, Knowledge

BODY_LIMIT = 1200  # characters before the table: more is a wall of text
READER = Who("TREVIEW", "UREVIEW")
PAIR = ("top_rated", "top_rated_plus")
TIMELESS = frozenset({"smalltalk", "pointer", "ticket.open", "ticket.status", "ticket.add", "ticket.reopen"})
"""Kinds of reply that say no dated fact."""
STAFFED = frozenset({"specialist", "job_post", "verification", "ticket.open"})
"""Kinds of reply that tell whether somebody is there: they are read by day and by night."""
NIGHT = 22  # o'clock: nobody is there
ODD = re.compile(
    r"\bNone\b|\(\)|\.\.(?!\.)| ,|\{\{|\}\}|\bTrue\b|\bFalse\b|Decimal"
    r"|[a-z)][.;?!](?=[A-Z⚖“•])"  # no space between two sentences
    r"|\b1 (?:day|week|month|hour)s\b"
)
"""What slips of a template look like in its text."""


@dataclass(frozen=True, slots=True)
class Case:
    """One intent with the slots and the day it is asked for."""

    intent: str
    slots: Slots
    day: date
    night: bool = False

    def __str__(self) -> str:
        named = [*self.slots.programs, self.slots.audience or "", self.slots.category or ""]
        named += ["at night"] if self.night else []
        return f"{self.intent} ({' '.join(filter(None, [*named, self.day.isoformat()]))})"


def cases(catalogue: Catalogue, knowledge: Knowledge, today: date) -> Iterator[Case]:
    """Every intent on every day on which some fact changes, with every slot that could change its reply."""
    changes = sorted({s.from_ for located in knowledge.cells() for s in located.cell.statements} | {today})
    of_program = {
        name: sorted(
            {
                statement.from_
                for located in knowledge.cells()
                if located.path.startswith(f"{name}.")
                for statement in located.cell.statements
            }
            | {today}
        )
        for name in knowledge.programs
    }
    for intent in catalogue:
        if intent.reply in STAFFED:
            yield Case(intent.id, Slots(), today, night=True)
        if intent.reply in TIMELESS:
            yield Case(intent.id, Slots(), today)
            continue
        yield from (Case(intent.id, Slots(), day) for day in changes)
        audiences: tuple[str | None, ...] = (None,)
        if "audience" in intent.slots:
            audiences = (None, Audience.AGENCY.value)
            yield from (
                Case(intent.id, Slots(audience="agency"), day) for day in changes[:: len(changes) // 4]
            )
        if "program" in intent.slots:
            for audience in audiences:
                for name, days in of_program.items():
                    yield from (Case(intent.id, Slots(programs=(name,), audience=audience), d) for d in days)
                yield Case(intent.id, Slots(programs=PAIR, audience=audience), today)
        if "category" in intent.slots:
            for category in knowledge.wording.categories:
                yield Case(intent.id, Slots(category=category), today)


async def answered(
    conversation: Conversation, case: Case, now: datetime, *, freelancer: str | None = None
) -> Message | None:
    """The reply to a case, as somebody gets it in a DM at `now`, or that night."""
    if case.night:
        now = now.astimezone(conversation.resources.zone).replace(hour=NIGHT)
    asked = Asked(
        text=case.intent,
        who=READER,
        where=Where("DREVIEW", Surface.DM),
        key="review",
        at=now,
        direct=written(case.intent, case.slots),
        freelancer=freelancer,
    )
    return (await conversation.answer(asked, None, now, day=case.day)).message


async def review(conversation: Conversation, now: datetime) -> AsyncIterator[str]:
    """Every problem of every reply: `replies/x.j2: what; cure`."""
    rooms = conversation.resources
    broken: set[str] = set()
    for case in cases(rooms.catalogue, rooms.knowledge, now.astimezone(rooms.zone).date()):
        try:
            message = await answered(conversation, case, now)
        except TemplateError as error:
            if str(error) not in broken:
                broken.add(str(error))
                yield f"templates/{error} ({case})"
            continue
        if message is None:
            yield f"templates/replies/{case.intent}.j2: {case} gets no reply; give it words"
            continue
        for problem in problems(message):
            yield f"templates/replies/{case.intent}.j2: {case}: {problem}"


def problems(message: Message) -> Iterator[str]:
    """What is wrong with one reply."""
    yield from (
        f"Slack refuses it: {problem}; mend the template" for problem in message_problems(dict(message))
    )
    body = before_table(message)
    if body > BODY_LIMIT:
        yield f"{body} characters before the table; say it in {BODY_LIMIT}"
    odd = ODD.search(message["text"])
    if odd is not None:
        around = message["text"][max(0, odd.start() - 30) : odd.end() + 30].replace("\n", " ")
        yield f"something slipped: “{around}”; mend the template"


def before_table(message: Message) -> int:
    """How many characters of text somebody reads before the table, or in all where there is none."""
    read = takewhile(lambda block: block["type"] != "table", message["blocks"])
    return sum(len(block["text"]["text"]) for block in read if block["type"] == "section" and "text" in block)
