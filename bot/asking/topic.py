"""Answers that are a template and the facts it looks up: topics, pointers, small talk."""

from bot.asking.question import Question
from bot.messages import Reply


async def topic(question: Question) -> Reply:
    """A subject of the knowledge; the template takes its facts by `fact(…)`."""
    return question.reply()


async def pointer(question: Question) -> Reply:
    """Outside of the knowledge: where to ask, never an invented answer."""
    return question.reply()


async def smalltalk(question: Question) -> Reply:
    """Talk about the talk."""
    return question.reply()
