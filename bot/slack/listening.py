"""Listening for HTTP: uvicorn, with a limit to how long a connection may say nothing."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

log = structlog.get_logger(__name__)

IDLE_SECONDS = 10.0
"""How long a new connection may take to send its first request, headers and all."""
CONNECTIONS = 900
"""How many connections are kept at a time, below the thousand files that a process may open by default."""


async def listen(
    app: Starlette, host: str, port: int, stop: asyncio.Event, *, idle: float = IDLE_SECONDS
) -> None:
    """Serve `app` until `stop`; 0 takes a free port, and the log says which."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=_patient_for(idle),
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=10,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await serving


def _patient_for(idle: float) -> type[H11Protocol]:
    """The protocol of a connection that is cut when no request has come within `idle` seconds."""

    class Patient(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its own
            super().connection_made(transport)
            if len(self.connections) > CONNECTIONS:
                self._oldest_idle().cut()
            self.loop.call_later(idle, self.cut)

        def cut(self) -> None:
            """Close, unless it has sent a request."""
            if self.cycle is None and not self.transport.is_closing():
                self.transport.close()

        def _oldest_idle(self) -> "Patient":
            waiting = (one for one in self.connections if isinstance(one, Patient) and one.cycle is None)
            return next(waiting, self)

    return Patient


class _Server(uvicorn.Server):
    """Uvicorn without signal handlers of its own: bot/serving.py has them."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing to capture."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say where we listen once we do."""
        await super().startup(sockets)
        for server in self.servers:
            for bound in server.sockets:
                log.info("listening", host=bound.getsockname()[0], port=bound.getsockname()[1])
