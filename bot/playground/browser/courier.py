"""Brings people's acts to the app over HTTP, as Slack does: in time or again, twice or late where asked to.

Events are repeated up to three times where the app does not answer 200 within three seconds; a press, a form
or a command is brought once, and its answer is shown to whoever waits for it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import httpx

from bot.playground.signing import Signer, SlackRequest
from bot.playground.state import State

PATIENCE = 3.0  # seconds
PAUSES = (0.0, 60.0, 300.0)  # seconds before each repetition
JSON = "application/json"


@dataclass(slots=True)
class Weather:
    """What goes wrong on the way to the app: each event twice, so many seconds late, in the wrong order."""

    twice: bool = False
    late: float = 0.0
    reversed: bool = False


@dataclass(slots=True)
class Brought:
    """A request that was brought: when, how often, the last status (0: none), how long it took."""

    at: float
    attempts: int = 0
    status: int = 0
    milliseconds: float = 0.0


@dataclass(slots=True)
class Courier:
    """One workspace's way to the app at `address`."""

    http: httpx.AsyncClient
    address: str
    slack: State
    pauses: Sequence[float] = PAUSES
    weather: Weather = field(default_factory=Weather)
    brought: list[Brought] = field(default_factory=list)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def events(self, requests: Sequence[SlackRequest]) -> None:
        """Bring events in the background, in order."""
        ordered = [*requests][::-1] if self.weather.reversed else [*requests]
        if self.weather.twice:
            ordered = [request for request in ordered for _ in range(2)]
        task = asyncio.create_task(self._bring_all(ordered))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def interaction(self, request: SlackRequest) -> dict[str, Any]:
        """Bring a press, a form, a shortcut or a command: `{status, …}` with what the app answered."""
        await asyncio.sleep(self.weather.late)
        brought = self._new()
        answer = await self._try(request, brought)
        if answer is None:
            return {"status": 0}
        body = answer.json() if answer.headers.get("content-type", "").startswith(JSON) else {}
        return {**body, "status": answer.status_code}

    async def idle(self) -> None:
        """Wait until nothing is on its way."""
        while self._under_way:
            await asyncio.wait([*self._under_way])

    async def close(self) -> None:
        """Bring nothing more."""
        for task in [*self._under_way]:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _bring_all(self, requests: Sequence[SlackRequest]) -> None:
        await asyncio.sleep(self.weather.late)
        for request in requests:
            await self._bring(request)

    async def _bring(self, request: SlackRequest) -> None:
        signer = Signer(self.slack.signing_secret, self.slack.team)
        brought = self._new()
        for retry, pause in enumerate((0.0, *self.pauses)):
            if retry:
                await asyncio.sleep(pause)
                reason = "http_timeout" if brought.status == 0 else "http_error"
                request = signer.again(request, at=self.slack.wall(), retry=retry, reason=reason)
            answer = await self._try(request, brought)
            if answer is not None and answer.is_success:
                return

    async def _try(self, request: SlackRequest, brought: Brought) -> httpx.Response | None:
        """The app's answer; None where none came in time."""
        brought.attempts += 1
        brought.status = 0
        started = perf_counter()
        try:
            answer = await self.http.post(
                self.address, content=request.body.encode(), headers=request.headers, timeout=PATIENCE
            )
        except httpx.HTTPError:
            return None
        finally:
            brought.milliseconds = (perf_counter() - started) * 1000
        brought.status = answer.status_code
        return answer

    def _new(self) -> Brought:
        self.brought.append(Brought(perf_counter()))
        return self.brought[-1]
