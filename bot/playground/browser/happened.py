"""What stands in the drawer "What happened": a message's payload and how the app came to it."""

from datetime import datetime
from typing import Any

from bot.asking import conversations
from bot.asking.answered import recalled
from bot.asking.answering import REPLY
from bot.playground.browser.courier import Courier
from bot.playground.browser.tracing import Noted, Tracer, declared, plain, rows, slots
from bot.playground.limits import MESSAGE_BLOCKS, MESSAGE_TEXT, message_problems
from bot.playground.scene import Scene
from bot.playground.state import Call
from bot.rooms.moderation.why import Explainer, Reading
from intents.declared import read as read_declared

Json = dict[str, Any]


async def happened(scene: Scene, tracer: Tracer, courier: Courier, message: Json) -> Json:
    """Everything about one of the bot's messages; parts that it does not have are left out."""
    payload: Json = {"text": message.get("text") or "", "blocks": message.get("blocks") or []}
    found: Json = {"payload": payload, "limits": _limits(payload)}
    call = _call(scene, message)
    if call is not None:
        found |= _time(call, tracer, courier)
    key = next((b["block_id"] for b in payload["blocks"] if b.get("block_id", "").startswith(REPLY)), None)
    if key is not None:
        found |= await _asked(scene, tracer, key)
    return found


def _limits(payload: Json) -> Json:
    return {
        "blocks": [len(payload["blocks"]), MESSAGE_BLOCKS],
        "text": [len(payload["text"]), MESSAGE_TEXT],
        "problems": message_problems(payload),
    }


def _call(scene: Scene, message: Json) -> Call | None:
    """The call that brought the message as it is now."""
    same = (
        call
        for call in reversed(scene.slack.calls)
        if (call.arguments.get("text") or "") == (message.get("text") or "")
        and (call.arguments.get("blocks") or []) == (message.get("blocks") or [])
    )
    return next(same, None)


def _time(call: Call, tracer: Tracer, courier: Courier) -> Json:
    """From the act before the call to the call: milliseconds, attempts, statements."""
    before = [brought for brought in courier.brought if brought.at <= call.at]
    found: Json = {"method": call.method}
    if before:
        act = before[-1]
        statements = tracer.between(act.at, call.at)
        found["milliseconds"] = round((call.at - act.at) * 1000, 1)
        found["acknowledged"] = {
            "status": act.status,
            "attempts": act.attempts,
            "milliseconds": round(act.milliseconds, 1),
        }
        found["statements"] = [{"sql": s.sql, "milliseconds": round(s.milliseconds, 2)} for s in statements]
    return found


async def _asked(scene: Scene, tracer: Tracer, line: str) -> Json:
    """The question behind a reply: how it was read, and what was answered to each part of it."""
    laurel, team = scene.laurel, scene.slack.team
    key = line.removeprefix(REPLY)
    async with laurel.store.read() as session:
        reply = await conversations.line(session, team, line)
        question = await conversations.line(session, team, key)
    text = question.text if question is not None else ""
    found: Json = {"question": text, "answers": [_answer(noted) for noted in tracer.of(key)]}
    asked = reply.asked if reply is not None else None
    if asked is None:
        return found
    explainer = Explainer(laurel.conversation.understanding, laurel.content.catalogue)
    at = datetime.fromisoformat(asked["at"])
    if asked["direct"] is not None:
        readings = [explainer.pressed(text, asked["direct"])]
    else:
        readings = explainer.readings(text, recalled(asked["before"]), at)
        found["declared"] = declared(read_declared(text, at))
    found["readings"] = [_reading(reading) for reading in readings]
    return found


def _reading(reading: Reading) -> Json:
    return {
        "text": reading.text,
        "words": reading.words,
        "rule": reading.rule.value,
        "tier": reading.tier.value,
        "hedged": reading.hedged,
        "point": reading.point,
        "choices": [plain(choice) for choice in reading.choices[:4]],
        "repairs": [plain(repair) for repair in reading.repairs],
    }


def _answer(noted: Noted) -> Json:
    question = noted.question
    return {
        "intent": question.intent.id,
        "kind": question.intent.reply,
        "template": noted.reply.template,
        "day": question.day.isoformat(),
        "private": noted.reply.private,
        "slots": slots(question.understood),
        "rows": rows(noted.reply.context),
        "sources": [{"id": source.id, "title": source.title} for source in question.k.sources],
    }
