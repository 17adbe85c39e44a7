"""What is down: asked for, and said below an answer that it touches."""

from bot.asking.question import Question
from bot.messages import Reply
from bot.rooms.incidents import incidents
from bot.rooms.incidents.content import IncidentContent

KIND = "incident"
"""The kind of reply that tells what is down."""


async def incident(question: Question, content: IncidentContent) -> Reply:
    """Whether something is down."""
    who = question.asked.who
    async with question.resources.store.read() as session:
        current = await incidents.current(session, content, who.team)
        told = await incidents.subscribed(session, who)
    return question.reply(incidents=current, told=told)


async def notice(question: Question, content: IncidentContent) -> Reply | None:
    """What is down now and touches the intent; None where nothing does, and below the answer about it."""
    async with question.resources.store.read() as session:
        down = await incidents.touching(session, content, question.asked.who.team, question.intent.id)
    if not down or question.intent.reply == KIND:
        return None
    return Reply("replies/incident_notice.j2", {"incidents": down})
