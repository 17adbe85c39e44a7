"""`make payloads`: what the stand-in sends and what Laurel posts, for tsc to compare with Slack's own types.

The house is played through: each kind of event, press, form, shortcut and command that it knows, and the
questions below. Each payload becomes a constant of the type that `bot/playground/page/truth/slack.ts` gives
to its kind.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from bot import logs
from bot.content import Content
from bot.playground.scopes import granted
from bot.playground.signing import SlackRequest
from bot.playground.workspace import Workspace
from tests.bot.slack.payloads import samples
from tests.bot.way import DESK, FAQ, GENERAL, OTHER, PERSON, Way, open_way, settings_for
from tests.clock import Clock
from tests.learned import LEARNED

ROLES = ("LAUREL_AGENT_GROUP", "LAUREL_MODERATOR_GROUP", "LAUREL_SPECIALIST_GROUP")
QUESTIONS = (
    "what does top rated ask for?",
    "am I eligible for top rated?",
    "top rated or top rated plus?",
    "badge",
    "how does my score work?",
    "what are the fees?",
    "who gets free connects?",
    "are specialists there now?",
    "is something down?",
    "is there a discord server for all of us",
    "what can you do?",
    "how do I refer a friend?",
    "thanks",
)
KINDS = {
    "event_callback": "Event",
    "block_actions": "Press",
    "view_submission": "Submission",
    "view_closed": "Closed",
    "shortcut": "GlobalShortcut",
    "message_action": "MessageShortcut",
}


async def recorded() -> list[tuple[str, Any]]:
    """Each payload with its type's name; the same one is told once."""
    clock = Clock(datetime(2025, 3, 3, 17, 0, tzinfo=UTC))
    with tempfile.TemporaryDirectory(prefix="laurel-payloads-") as folder:
        async with Workspace(clock=clock, scopes=granted()) as slack:
            _people(slack)
            settings = settings_for(
                slack,
                f"sqlite:///{folder}/laurel.db",
                LAUREL_SPECIALIST_CHANNEL=FAQ,
                LAUREL_COMMUNITY_CHANNEL=GENERAL,
                LAUREL_MEETING_URL="https://m/{id}",
                **dict.fromkeys(ROLES, "S0ALL"),
            )
            async with open_way(slack, settings, Content.read(LEARNED), clock) as way:
                sent = [payload async for payload in _played(way)]
            posted = [("Posted", _of(m, "text", "blocks")) for m in slack.posted()]
            notes = [("Posted", _of(m, "text", "blocks")) for m in slack.ephemerals]
            views = [("View", call.arguments["view"]) for call in slack.calls if "view" in call.arguments]
            return list(_once([*sent, *posted, *notes, *views]))


def _people(slack: Workspace) -> None:
    for user in (PERSON, OTHER):
        slack.people.user(user)["is_admin"] = True
    for channel in (DESK, FAQ, GENERAL):
        slack.people.channel(channel, members=(PERSON, OTHER))
    slack.people.group("S0ALL", PERSON)


async def _played(way: Way) -> Any:
    for question in QUESTIONS:
        await way.says(question)
    for request in samples(way):
        yield _sent(request)
        await way.bring(request)
    view = way.slack.opened[-1]
    way.slack.stacks[PERSON] = [view["id"]]
    said = next(m for m in way.slack.messages[way.slack.people.dm(PERSON)] if "bot_id" not in m)
    yield _sent(way.slack.acts.deletes(said))
    if told := way.slack.acts.closes(PERSON, {**view, "notify_on_close": True}):
        yield _sent(told)


def _sent(request: SlackRequest) -> tuple[str, Any]:
    """What a request carries, with its type's name."""
    if request.headers["content-type"] == "application/json":
        payload = json.loads(request.body)
    elif fields := parse_qs(request.body).get("payload"):
        payload = json.loads(fields[0])
    else:
        return "SlashCommand", dict(parse_qsl(request.body, keep_blank_values=True))
    return KINDS[payload["type"]], payload


def _of(message: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: message.get(name) or type(default)() for name, default in zip(names, ("", []), strict=True)}


def _once(payloads: list[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for kind, payload in payloads:
        text = json.dumps([kind, payload], sort_keys=True)
        if text not in seen:
            seen.add(text)
            yield kind, payload


def written(payloads: list[tuple[str, Any]]) -> str:
    """The payloads as TypeScript."""
    kinds = ", ".join(sorted({kind for kind, _ in payloads}))
    lines = [f'import type {{ {kinds} }} from "../truth/slack";']
    lines += [
        f"export const payload{number}: {kind} = {json.dumps(payload, indent=1)};"
        for number, (kind, payload) in enumerate(payloads)
    ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    logs.set_up("error")
    file = Path(sys.argv[1])
    file.parent.mkdir(exist_ok=True)
    file.write_text(written(asyncio.run(recorded())), "utf-8")
