"""Structured logs. Fields are chosen one by one: no message text, no name, no address ever gets here."""

import logging
import sys

import structlog

SILENCED = ("slack_bolt", "slack_sdk", "aiohttp.access", "uvicorn.access", "httpx")
"""Libraries that write what passes through them: their warnings are kept, the rest is not."""


def set_up(level: str = "info", *, readable: bool | None = None) -> None:
    """One line per event on standard error: JSON for machines, columns for a terminal."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    readable = sys.stderr.isatty() if readable is None else readable
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_values,
    ]
    structlog.configure(
        processors=[
            *shared,
            structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=max(threshold, logging.INFO), stream=sys.stderr, format="%(name)s %(message)s")
    for name in SILENCED:
        logging.getLogger(name).setLevel(logging.ERROR)


def _without_values(
    logger: object, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """An exception's message may quote what a person wrote, so only its type and place are kept."""
    del logger, method
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is not None:
            event["at"] = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
    return event
