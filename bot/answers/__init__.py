"""How each kind of reply is answered: one small function each. An intent's `reply` names its kind.

A function takes a `Question` and returns a `Reply`. It reads; what changes something is a button or a form.
"""

from collections.abc import Awaitable, Callable, Mapping

from bot.answers import desk, eligibility, programs, referral, topic
from bot.answers.question import Question, Rooms
from bot.messages import Reply

__all__ = ["ANSWERS", "Answer", "Question", "Rooms"]

Answer = Callable[[Question], Awaitable[Reply]]

ANSWERS: Mapping[str, Answer] = {
    "topic": topic.topic,
    "pointer": topic.pointer,
    "smalltalk": topic.smalltalk,
    "overview": programs.overview,
    "criteria": programs.criteria,
    "perks": programs.perks,
    "perk": programs.perk,
    "compare": programs.compare,
    "check": eligibility.check,
    "lost": eligibility.lost,
    "regain": eligibility.regain,
    "weeks": eligibility.weeks,
    "threshold": eligibility.threshold,
    "referral": referral.referral,
    "ticket.open": desk.ticket_open,
    "ticket.status": desk.ticket_status,
    "ticket.add": desk.ticket_add,
    "ticket.reopen": desk.ticket_reopen,
    "specialist": desk.specialist,
    "job_post": desk.job_post,
    "verification": desk.verification,
    "incident": desk.incident,
}
