"""Answers about the desk: tickets, specialists, verification, incidents. They show; buttons and forms act."""

from bot.answers.question import Question
from bot.messages import Reply


async def ticket_open(question: Question) -> Reply:
    """A way to a person: the button that opens the form."""
    return question.reply()


async def ticket_status(question: Question) -> Reply:
    """The asker's own tickets."""
    return question.reply(private=True)


async def ticket_add(question: Question) -> Reply:
    """Adding something to a ticket."""
    return question.reply(private=True)


async def ticket_reopen(question: Question) -> Reply:
    """Opening a resolved ticket again."""
    return question.reply(private=True)


async def specialist(question: Question) -> Reply:
    """Category Specialists: who they are, when they are there, and a way into the queue."""
    return question.reply()


async def job_post(question: Question) -> Reply:
    """A draft of a job post, made with a specialist."""
    return question.reply()


async def verification(question: Question) -> Reply:
    """Identity and video checks."""
    return question.reply()


async def incident(question: Question) -> Reply:
    """Whether something is down."""
    return question.reply()
