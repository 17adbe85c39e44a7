"""The reply to a question that a standard answer answers."""

from bot.asking import markup
from bot.asking.question import Question
from bot.messages import Reply
from knowledge.display import State


async def standard(question: Question) -> Reply:
    """What the answer of this intent says."""
    answer = question.resources.standards[question.intent.id]

    def fact(path: str) -> str:
        shown = question.k.fact(path)
        return shown.was if shown.state is State.ENDED else shown.text

    context = {
        **question.common(),
        "answer": answer,
        "text": markup.said(answer.text, fact),
        "late": answer.review is not None and question.day > answer.review,
    }
    return Reply("replies/standard.j2", context)
