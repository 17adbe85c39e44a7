"""The durable inbox: what Slack brings is stored under its key before Slack is told "got it"."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog

from bot.delivery.outbox import enqueue
from bot.store import Store

log = structlog.get_logger(__name__)


class Inbox:
    """Stores what came in. The same key is stored once, however often it comes."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    async def put(
        self, kind: str, *, key: str, payload: Mapping[str, Any], lane: str | None = None, order: str = ""
    ) -> bool:
        """Store it and return once it is committed; False when it was there already."""
        now = self._clock()
        async with self._store.write() as session:
            new = await enqueue(
                session,
                key=key,
                kind=kind,
                payload={**payload, "at": now.isoformat()},
                lane=lane,
                order=order,
                now=now,
            )
        log.debug("inbox.put", kind=kind, new=new)
        return new
