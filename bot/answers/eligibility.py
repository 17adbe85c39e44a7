"""Am I eligible, why not, since when, and what would change it: the asker's record against the dated rules."""

from bot.answers.person import Reach, person, without_record
from bot.answers.question import Question
from bot.messages import Reply


async def check(question: Question) -> Reply:
    """A verdict for each program named, else for all that run; to the asker alone."""
    asker = await person(question)
    if asker.reach is not Reach.FOUND:
        return without_record(question, asker)
    return question.reply(private=True, record=asker.record)


async def lost(question: Question) -> Reply:
    """Why a badge went: in general, and for the asker where a record is there."""
    return question.reply()


async def regain(question: Question) -> Reply:
    """How to get a badge back: in general, and the asker's own way where a record is there."""
    return question.reply()


async def weeks(question: Question) -> Reply:
    """The 13-of-16 rule with a worked example, and the asker's own weeks where a record is there."""
    return question.reply()


async def threshold(question: Question) -> Reply:
    """What counts as a large contract, by category."""
    return question.reply()
