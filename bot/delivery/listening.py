"""Hearing of jobs that another process enqueued (PostgreSQL's LISTEN)."""

import asyncio
from collections.abc import Callable

import psycopg
import structlog
from psycopg import sql
from sqlalchemy.engine import URL

from bot.delivery.outbox import CHANNEL

log = structlog.get_logger(__name__)

_RECONNECT_SECONDS = 5.0


async def listen(url: URL, wake: Callable[[], None]) -> None:
    """Call `wake` at each notification, until cancelled. Without a connection, polling remains."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
                found = await (await connection.execute("SELECT current_schema()")).fetchone()
                channel = sql.Identifier(f"{CHANNEL}_{found[0] if found else 'public'}")
                await connection.execute(sql.SQL("LISTEN {}").format(channel))
                wake()  # what came while nobody listened
                async for _ in connection.notifies():
                    wake()
        except psycopg.Error as error:
            log.warning("delivery.listen_failed", error=type(error).__name__)
        await asyncio.sleep(_RECONNECT_SECONDS)
