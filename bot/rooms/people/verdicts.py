"""A verdict after something that a person told: a job of its own, because it reads what was just written."""

import datetime as dt

from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking.answering import ask
from bot.asking.conversation import Conversation
from bot.asking.direct import written
from bot.delivery.outbox import Job, enqueue
from bot.delivery.outside import Outside
from bot.messages import Surface, Where, Who, is_dm
from intents.named import Slots

VERDICT = "people.verdict"
"""A handler's job: `{team, user, channel, thread, program}` answers as if the person had asked for it."""
CHECK = "badge.eligibility_check"


async def then_check(
    session: AsyncSession, who: Who, where: Where, program: str, *, key: str, now: dt.datetime
) -> None:
    """Have the verdict told, once per `key`: in the DM that `where` is, else in the DM with the person."""
    payload = {
        "team": who.team,
        "user": who.user,
        "channel": where.channel,
        "thread": where.thread,
        "program": program,
    }
    await enqueue(session, key=f"verdict:{key}", kind=VERDICT, payload=payload, now=now)


async def check(session: AsyncSession, job: Job, now: dt.datetime, *, conversation: Conversation) -> Outside:
    """The handler of `VERDICT`."""
    payload = job.payload
    channel = str(payload["channel"] or "")
    in_dm = is_dm(channel)
    where = Where(channel, Surface.DM, payload["thread"]) if in_dm else Where("", Surface.HOME)
    direct = written(CHECK, Slots(programs=tuple(filter(None, [payload["program"]]))))
    who = Who(payload["team"], payload["user"])
    return await ask(
        session, conversation, key=job.key, who=who, where=where, text="", direct=direct, now=now
    )
