"""Processes that deliver until nothing is left, or kill themselves at a named step (for test_kill.py).

Each line of the input is a JSON list: database address, Web API address, what the clock is ahead in seconds,
the step, and at which of its occurrences to die (0: never). Each line of the output is how that one ended.
One process per line is forked from this one, which has imported everything and done nothing.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.delivery import Delivery, Pacing, outbox
from bot.delivery.doing import Doing
from bot.delivery.embedded import Embedded
from bot.delivery.shared import Shared
from bot.slack.sending import register_slack, slack_client
from bot.store import Store
from tests.bot.delivery.steps import settle
from tests.clock import Clock

STEPS = ("claiming", "claimed", "begun", "handled", "sent", "finished", "committed")


def arrange_death(step: str, occurrence: int) -> Callable[[str], None]:
    left = occurrence

    def passed(point: str) -> None:
        nonlocal left
        if point == step:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return passed


def watch(passed: Callable[[str], None]) -> None:
    """Tell `passed` of each step, from outside: the product knows nothing of this."""
    finish, perform = outbox.finish, Doing.perform
    take: dict[Any, Any] = {engine: engine.take for engine in (Embedded, Shared)}

    async def watched_take(self: Any, *args: Any, **more: Any) -> list[outbox.Job]:
        passed("claiming")
        jobs: list[outbox.Job] = await take[type(self)](self, *args, **more)
        if jobs:
            passed("claimed")
        return jobs

    async def watched_finish(*args: Any, **more: Any) -> None:
        await finish(*args, **more)
        passed("finished")

    async def watched_perform(self: Doing, job: outbox.Job) -> None:
        passed("begun")
        await perform(self, job)
        passed("committed")

    for engine in take:
        engine.take = watched_take
    outbox.finish = watched_finish
    Doing.perform = watched_perform  # type: ignore[method-assign] # the test's own hook


async def main(url: str, api: str, ahead: float, step: str, occurrence: int) -> None:
    passed = arrange_death(step, occurrence)
    watch(passed)
    clock = Clock(datetime.now(UTC) + timedelta(seconds=ahead))
    store = await Store.open(url)
    delivery = Delivery(store, clock=clock, pacing=Pacing(pace=timedelta(0), workers=3))
    register_slack(delivery, slack_client("xoxb-test", api))
    post = delivery._doing._senders["slack.post"]

    async def reply(session: Any, job: outbox.Job, now: datetime) -> None:
        for part in ("a", "b"):
            await outbox.enqueue(
                session,
                key=f"{job.key} {part}",
                kind="slack.post",
                payload={**job.payload, "text": f"{job.payload['text']}{part}"},
                lane=f"out {job.payload['channel']}",
                order=job.order,
                now=now,
            )
        passed("handled")

    async def send(job: outbox.Job) -> dict[str, Any]:
        result = await post(job)
        passed("sent")
        return result

    delivery.handle("inbox.message", reply)
    delivery.send("slack.post", send)
    await settle(store, delivery, clock)
    await store.close()


if __name__ == "__main__":
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(main(*json.loads(line)))
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), file=sys.stderr, flush=True)
