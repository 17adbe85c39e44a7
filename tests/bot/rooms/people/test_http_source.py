"""Records from an endpoint that answers, stalls, lies, floods and dies."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from aiohttp import web

from bot.rooms.people.breaker import CircuitBreaker
from bot.rooms.people.http_source import HttpSource
from bot.rooms.people.records import SourceUnreachableError
from knowledge.record import parse_record
from tests.bot.rooms.people.samples import freelancer

ERRORS: dict[str, Callable[[], web.HTTPException]] = {
    "redirects": lambda: web.HTTPFound("/elsewhere"),
    "fails": web.HTTPInternalServerError,
    "unauthorized": web.HTTPUnauthorized,
    "busy": lambda: web.HTTPTooManyRequests(headers={"Retry-After": "120"}),
}
LIES = {
    "broken json": "<html>sorry</html>",
    "wrong record": json.dumps(freelancer("f-2")),
    "wrong fields": json.dumps({"id": "f-1", "weeks": "many"}),
}


class Endpoint:
    """A real server on loopback. `mood` decides how it answers; `seen` keeps what it was asked."""

    def __init__(self) -> None:
        self.mood = "honest"
        self.records: dict[str, Any] = {"f-1": freelancer(), "a/b c": freelancer("a/b c")}
        self.seen: list[web.Request] = []
        self.arrived = asyncio.Event()
        self.released = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.address = ""

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/api/records/{id}", self._record)
        app.router.add_post("/api/lookups", self._lookup)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        port = int(self.address.rsplit(":", 1)[1].split("/")[0]) if self.address else 0
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}/api"

    async def stop(self) -> None:
        self.released.set()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _record(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        self.arrived.set()
        if self.mood in ERRORS:
            error = ERRORS[self.mood]()
            raise error
        if self.mood in LIES:
            return web.Response(text=LIES[self.mood], content_type="application/json")
        if self.mood == "stalls":
            await self.released.wait()
        if self.mood != "honest":
            return await self._in_pieces(request)
        record = self.records.get(request.match_info["id"])
        if record is None:
            raise web.HTTPNotFound
        etag = f'"{record["as_of"]}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.json_response(record, headers={"ETag": etag})

    async def _in_pieces(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000000000"})
        await response.prepare(request)
        await response.write(b'{"id":')
        if self.mood == "stalls half-way":
            await self.released.wait()
        try:
            while self.mood == "floods":
                await response.write(b" " * 65536)
        except ConnectionError:
            return response
        assert request.transport is not None
        request.transport.close()
        return response

    async def _lookup(self, request: web.Request) -> web.Response:
        self.seen.append(request)
        if self.mood == "wrong fields":
            return web.json_response({"ids": [1]})
        address = (await request.json())["email"].lower()
        return web.json_response({"ids": [r["id"] for r in self.records.values() if r["email"] == address]})


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    server = Endpoint()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def source(endpoint: Endpoint) -> AsyncIterator[HttpSource]:
    opened = HttpSource(
        endpoint.address, "s3cret", timeout=2, breaker=CircuitBreaker(lambda: 0.0, threshold=99)
    )
    yield opened
    await opened.close()


async def test_a_record_is_fetched_with_the_token_and_only_again_when_it_changed(
    endpoint: Endpoint, source: HttpSource
) -> None:
    first = await source.record("f-1")
    assert first == parse_record(freelancer())
    assert endpoint.seen[0].headers["Authorization"] == "Bearer s3cret"
    assert await source.record("f-1") == first
    assert endpoint.seen[1].headers["If-None-Match"] == '"2026-11-21T00:00:00Z"'
    endpoint.records["f-1"] = freelancer(country="DE", as_of="2026-11-22T00:00:00Z")
    changed = await source.record("f-1")
    assert changed is not None
    assert changed.country == "DE"


async def test_nobody_is_nobody_and_odd_ids_stay_one_segment(source: HttpSource) -> None:
    assert await source.record("nobody") is None
    assert await source.record("../records/f-1") is None
    odd = await source.record("a/b c")
    assert odd is not None


async def test_people_are_found_by_address_without_the_address_in_the_url(
    endpoint: Endpoint, source: HttpSource
) -> None:
    assert await source.ids_by_email(" F-1@Example.com ") == ["f-1"]
    assert await source.ids_by_email("x@example.com") == []
    assert "@" not in str(endpoint.seen[0].url)
    endpoint.mood = "wrong fields"
    with pytest.raises(SourceUnreachableError):
        await source.ids_by_email("x@example.com")


@pytest.mark.parametrize(
    "mood",
    [
        "dies half-way",
        "floods",
        "broken json",
        "wrong record",
        "wrong fields",
        "redirects",
        "fails",
        "unauthorized",
        "busy",
    ],
)
async def test_whatever_is_no_clean_answer_means_unreachable_and_it_recovers(
    endpoint: Endpoint, mood: str
) -> None:
    source = HttpSource(endpoint.address, breaker=CircuitBreaker(lambda: 0.0, threshold=99, pause=0))
    endpoint.mood = mood
    with pytest.raises(SourceUnreachableError):
        await source.record("f-1")
    assert await source.documents(["f-1"]) == {}
    if mood != "busy":
        endpoint.mood = "honest"
        assert await source.record("f-1") is not None
    await source.close()


@pytest.mark.parametrize("mood", ["stalls", "stalls half-way"])
async def test_who_stalls_is_given_up_after_the_time_allowed(endpoint: Endpoint, mood: str) -> None:
    source = HttpSource(endpoint.address, timeout=0.2)
    endpoint.mood = mood
    with pytest.raises(SourceUnreachableError, match="too long"):
        await source.record("f-1")
    await source.close()


async def test_who_keeps_failing_is_left_alone_then_tried_once_and_trusted_again(endpoint: Endpoint) -> None:
    time = 0.0
    source = HttpSource(endpoint.address, breaker=CircuitBreaker(lambda: time, threshold=3, pause=30))
    await endpoint.stop()
    for _ in range(3):
        with pytest.raises(SourceUnreachableError, match="ConnectError"):
            await source.record("f-1")
    await endpoint.start()
    with pytest.raises(SourceUnreachableError, match="left alone"):
        await source.record("f-1")
    assert endpoint.seen == []
    time = 31.0
    endpoint.mood = "fails"
    answers = await asyncio.gather(*(source.record("f-1") for _ in range(5)), return_exceptions=True)
    assert all(isinstance(answer, SourceUnreachableError) for answer in answers)
    assert len(endpoint.seen) == 1, "half-open: one tries, the others wait for what comes of it"
    endpoint.mood = "honest"
    time = 62.0
    assert await source.record("f-1") is not None
    assert await source.record("f-1") is not None
    await source.close()


async def test_a_pause_that_is_asked_for_is_kept(endpoint: Endpoint) -> None:
    time = 0.0
    source = HttpSource(endpoint.address, breaker=CircuitBreaker(lambda: time))
    endpoint.mood = "busy"
    with pytest.raises(SourceUnreachableError):
        await source.record("f-1")
    endpoint.mood = "honest"
    time = 119.0
    with pytest.raises(SourceUnreachableError):
        await source.record("f-1")
    assert len(endpoint.seen) == 1
    time = 121.0
    assert await source.record("f-1") is not None
    await source.close()


async def test_a_call_that_is_called_off_says_nothing_about_the_endpoint(endpoint: Endpoint) -> None:
    time = 0.0
    breaker = CircuitBreaker(lambda: time, threshold=1, pause=10)
    source = HttpSource(endpoint.address, breaker=breaker)
    endpoint.mood = "fails"
    with pytest.raises(SourceUnreachableError):
        await source.record("f-1")
    time = 11.0
    endpoint.mood = "stalls"
    endpoint.arrived.clear()
    trying = asyncio.create_task(source.record("f-1"))
    await endpoint.arrived.wait()
    trying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trying
    endpoint.mood = "honest"
    assert await source.record("f-1") is not None
    await source.close()


def test_the_openapi_description_accepts_the_record_of_the_format() -> None:
    path = Path(__file__).parents[4] / "bot/rooms/people/records.openapi.yaml"
    described = yaml.safe_load(path.read_text())
    schema = {**described["components"]["schemas"]["Record"], "components": described["components"]}
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(
        json.loads(json.dumps(freelancer(badges=[{"program": "x", "from": "2025-01-01"}]))), schema
    )
    known = set(parse_record(freelancer()).model_dump(by_alias=True))
    assert set(described["components"]["schemas"]["Record"]["properties"]) == known
