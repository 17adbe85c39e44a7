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
    drawn = structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, drawn],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    libraries = logging.StreamHandler(sys.stderr)
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _named],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, drawn],
        )
    )
    logging.basicConfig(level=max(threshold, logging.INFO), handlers=[libraries])
    for name in SILENCED:
        logging.getLogger(name).setLevel(logging.ERROR)


def _named(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Which library says it."""
    del logger, method
    event["logger"] = event["_record"].name
    return event


def _without_values(
    logger: object, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """An exception's message may quote what a person wrote, so only its type and place are kept."""
    del logger, method
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):  # as the standard library's loggers have it
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is not None:
            event["at"] = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
    return event
