"""The asker's own record, fetched once, and what is said when there is none."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.asking.question import Question
from bot.messages import Reply
from bot.rooms.people.facade import People
from bot.rooms.people.own.facts import Told
from bot.rooms.people.records import SourceUnreachableError
from knowledge.record import Record


class Reach(StrEnum):
    """How far we got to the asker's record."""

    FOUND = "found"
    UNLINKED = "unlinked"
    MISSING = "missing"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Person:
    """The asker as a freelancer."""

    reach: Reach
    freelancer: str | None = None
    record: Record | None = None
    told: Told = field(default_factory=Told)

    @property
    def known(self) -> bool:
        """Whether there is anything to judge them by."""
        return self.reach is Reach.FOUND or bool(self.told)


async def person(question: Question, people: People) -> Person:
    """The asker: their record, or why there is none, and what they told of themselves."""
    told = Told() if question.asked.freelancer else await people.told(question.asked.who)
    freelancer = question.asked.freelancer or await people.freelancer_of(question.asked.who, question.now)
    if freelancer is None:
        return Person(Reach.UNLINKED, told=told)
    try:
        record = await people.record(freelancer)
    except SourceUnreachableError:
        return Person(Reach.UNREACHABLE, freelancer, told=told)
    if record is None:
        return Person(Reach.MISSING, freelancer, told=told)
    return Person(Reach.FOUND, freelancer, record, told)


def without_record(question: Question, asker: Person) -> Reply:
    """What is said instead of a personal result: how to link, or that nothing could be read just now."""
    return Reply(
        f"replies/{asker.reach.value}.j2",
        {**question.common(), "intent": question.intent, "freelancer": asker.freelancer},
        private=asker.reach is not Reach.UNLINKED,
    )
