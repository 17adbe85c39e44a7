"""A desk that can be killed: the real Bolt app behind HTTP, forked from a process that has everything loaded.

Input, a line each: JSON [database address, Web API address, port]. Each starts one server in a child of its
own; output: "PID", "ready" once it listens, "died" when it is over. The reader kills it by its id.
"""

import asyncio
import json
import logging
import os
import random
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import structlog
import uvicorn
from sqlalchemy import event

from bot.delivery import Delivery, Pacing
from bot.messages import Who
from bot.render import Message, Renderer
from bot.rooms.desk.surface.counter import About, Counter
from bot.rooms.desk.surface.room import DeskRoom
from bot.settings import Settings
from bot.slack.front import Front, Identity
from bot.slack.inbox import Inbox
from bot.slack.listeners import bolt_app
from bot.slack.sending import register_slack, slack_client
from bot.slack.stored import deliver
from bot.slack.web import web_app
from bot.store import Store
from bot.surfaces import Surfaces, merged
from tests.bot.rooms.desk.room import AGENT, make_desk

DESK = "C0DESK"
SECRET = "stand-in-signing-secret"
PACING = Pacing(
    pace=timedelta(0),
    lease=timedelta(seconds=4),
    timeout=timedelta(seconds=3),
    poll=timedelta(seconds=0.2),
    first_pause=timedelta(seconds=0.05),
    longest_pause=timedelta(seconds=0.5),
)


Build = Callable[[Store, Any, Any], tuple[Front, Delivery]]
"""What is served, from the store, Slack's client and the clock."""


def now() -> datetime:
    return datetime.now(UTC)


def make_front(settings: Settings, store: Store, client: Any, clock: Any, renderer: Renderer) -> Front:
    """The way in, to surfaces that are put in later; nothing that comes in is a question."""
    return Front(
        settings=settings,
        clock=clock,
        store=store,
        inbox=Inbox(store, clock),
        conversation=cast(Any, None),
        renderer=renderer,
        surfaces=Surfaces(),
        client=client,
        roles=cast(Any, None),
        identity=Identity(team="T0LAUREL", user="U0LAUREL", bot="B0LAUREL"),
    )


def room(store: Store, client: Any, clock: Any) -> tuple[Front, Delivery]:
    """The desk and its deliveries, without the conversation: nothing here asks a question."""

    async def is_agent(who: Who) -> bool:
        return who.user == AGENT

    async def about(who: Who, at: datetime) -> About:
        del who, at
        return About(zone="Europe/Berlin")

    async def answer(intent: str, who: Who, at: datetime) -> Message:
        del intent, who, at
        return {"text": "", "blocks": []}

    desk = make_desk(DESK, settle=1.0, numbers=random.SystemRandom())
    settings = Settings.read({"SLACK_SIGNING_SECRET": SECRET, "LAUREL_DESK_CHANNEL": DESK})
    front = make_front(settings, store, client, clock, desk.renderer)
    counter = Counter(
        desk=desk,
        store=store,
        clock=clock,
        is_agent=is_agent,
        is_specialist=is_agent,
        about=about,
        answer=answer,
        title=lambda intent: intent,
        category=lambda intent: intent,
    )
    part = DeskRoom(counter)
    front.surfaces = merged(part.surfaces)
    delivery = Delivery(store, clock=clock, pacing=PACING)
    register_slack(delivery, client)
    deliver(front, delivery)
    part.jobs.register(delivery)
    return front, delivery


def hurry(store: Store) -> None:
    """Let SQLite not wait for the disk: what is killed here is the process, not the machine."""
    if store.dialect == "sqlite":
        event.listen(store.engine.sync_engine, "connect", lambda c, _: c.execute("PRAGMA synchronous = OFF"))


async def serve(build: Build, database: str, api_url: str, port: int) -> None:
    store = await Store.open(database)
    hurry(store)
    front, delivery = build(store, slack_client("xoxb-stand-in", api_url, timeout=2), now)

    async def ready() -> dict[str, str]:
        return {}

    config = uvicorn.Config(
        web_app(bolt_app(front), ready, SECRET), port=port, log_config=None, access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    await delivery.start()
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    say("ready")
    await serving


def main(build: Build = room) -> None:
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet, logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    logging.disable(logging.CRITICAL)  # requests that a kill cuts off are no news here
    make_desk(DESK)
    living: set[int] = set()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(serve(build, *json.loads(line)))
            os._exit(0)
        living.add(child)
        say(str(child))
        threading.Thread(target=mourn, args=(child, living), daemon=True).start()
    for left in living:
        os.kill(left, signal.SIGKILL)  # the storm is over, or gave up


def mourn(child: int, living: set[int]) -> None:
    os.waitpid(child, 0)
    living.discard(child)
    say("died")


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
