"""Records from an HTTP endpoint of the operator's (records.openapi.yaml describes what it must offer).

Everything that is not a clean answer (slow, too big, broken JSON, another person's record, an error) is
"unreachable". An answer with an ETag is kept, and asked for again with If-None-Match.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import structlog

from bot.rooms.people.breaker import CircuitBreaker
from bot.rooms.people.records import RecordSource, SourceUnreachableError, read_document
from bot.rooms.people.store_source import pack, unpack

TIMEOUT = 5.0  # seconds for a whole answer
SIZE_LIMIT = 2 << 20  # bytes of a record
KEPT = 2_000  # answers kept for If-None-Match, compressed: some 2 MB
LONGEST_PAUSE = 300.0  # seconds that a Retry-After is honoured for

T = TypeVar("T")

_log = structlog.get_logger(__name__)


class HttpSource(RecordSource):
    """An endpoint below `address`. `token` is sent as a bearer token; redirects are not followed with it."""

    def __init__(
        self,
        address: str,
        token: str | None = None,
        *,
        timeout: float = TIMEOUT,
        size_limit: int = SIZE_LIMIT,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self._client = httpx.AsyncClient(
            base_url=address.rstrip("/") + "/", headers=headers, timeout=timeout, follow_redirects=False
        )
        self._timeout = timeout
        self._size_limit = size_limit
        self._breaker = breaker or CircuitBreaker(lambda: asyncio.get_running_loop().time())
        self._kept: OrderedDict[str, tuple[str, bytes]] = OrderedDict()

    async def document(self, freelancer_id: str) -> bytes | None:
        """One record as JSON. Raises SourceUnreachableError."""
        kept = self._kept.get(freelancer_id)
        request = self._client.build_request(
            "GET",
            f"records/{quote(freelancer_id, safe='')}",
            headers={"If-None-Match": kept[0]} if kept else {},
        )
        return await self._guarded(self._record(freelancer_id, request, kept))

    async def ids_by_email(self, address: str) -> Sequence[str]:
        """The freelancers with this address; it travels in the body, so that no access log keeps it."""
        request = self._client.build_request("POST", "lookups", json={"email": address.strip()})
        return await self._guarded(self._lookup(request))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _record(
        self, freelancer_id: str, request: httpx.Request, kept: tuple[str, bytes] | None
    ) -> bytes | None:
        status, headers, body = await self._send(request)
        if status == httpx.codes.NOT_MODIFIED and kept is not None:
            self._kept.move_to_end(freelancer_id)
            return unpack(kept[1])
        if status in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
            self._kept.pop(freelancer_id, None)
            return None
        if status != httpx.codes.OK:
            raise SourceUnreachableError(f"the record source answered {status}")
        read_document(freelancer_id, body)
        if "ETag" in headers:
            self._kept[freelancer_id] = (headers["ETag"], pack(body))
            self._kept.move_to_end(freelancer_id)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return body

    async def _lookup(self, request: httpx.Request) -> Sequence[str]:
        status, _, body = await self._send(request)
        if status == httpx.codes.NOT_FOUND:
            return ()
        if status != httpx.codes.OK:
            raise SourceUnreachableError(f"the record source answered {status}")
        try:
            ids = json.loads(body)["ids"]
        except (ValueError, KeyError, TypeError) as error:
            raise SourceUnreachableError("the record source's lookup is no object with ids") from error
        if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
            raise SourceUnreachableError("the record source's ids are no list of texts")
        return ids

    async def _send(self, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
        """Status, headers and body; the whole answer within the time and the size allowed."""
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._client.send(request, stream=True)
                try:
                    body = bytearray()
                    async for piece in response.aiter_bytes():
                        body += piece
                        if len(body) > self._size_limit:
                            raise SourceUnreachableError("the record source's answer is too big")
                finally:
                    await response.aclose()
        except TimeoutError as error:
            raise SourceUnreachableError("the record source took too long") from error
        except httpx.HTTPError as error:
            raise SourceUnreachableError(f"the record source failed: {type(error).__name__}") from error
        pause = response.headers.get("Retry-After", "")
        if response.status_code in {429, 503} and pause.isdecimal():
            raise _BusyError(min(float(pause), LONGEST_PAUSE))
        return response.status_code, response.headers, bytes(body)

    async def _guarded(self, call: Coroutine[Any, Any, T]) -> T:
        if not self._breaker.allows():
            call.close()
            raise SourceUnreachableError("the record source failed just before; it is left alone for a while")
        try:
            answer = await call
        except SourceUnreachableError as error:
            self._breaker.failed(error.pause if isinstance(error, _BusyError) else None)
            # What stands behind a colon may quote the record.
            reason = str(error).partition(":")[0]
            _log.warning("record source unreachable", reason=reason, circuit_open=self._breaker.is_open)
            raise
        except BaseException:
            self._breaker.gave_up()
            raise
        self._breaker.succeeded()
        return answer


class _BusyError(SourceUnreachableError):
    """The other side asks for a pause of so many seconds."""

    def __init__(self, pause: float) -> None:
        super().__init__("the record source asks for a pause")
        self.pause = pause
