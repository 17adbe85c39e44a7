"""How settings are written: lists, modes by channel, channels, times; each mistake says how it is written."""

from datetime import time
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, SecretStr
from pydantic_settings import NoDecode


def _listed(value: object) -> object:
    """`C1, C2` as a tuple of ids."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _or_none(value: object) -> object:
    """A setting left empty is a setting not made."""
    return None if isinstance(value, str) and not value.strip() else value


class FaqMode(StrEnum):
    """What is done, unasked, in a channel for questions.

    ANSWER: what is sure is answered, the rest suggested to the moderators; SUGGEST: all of it is suggested.
    """

    SILENT = "silent"
    SUGGEST = "suggest"
    ANSWER = "answer"


def _modes(value: object) -> object:
    """`C1:suggest, C2:silent` as modes by channel; `answer` is what the others have, too."""
    if not isinstance(value, str):
        return value
    found = {}
    for part in filter(None, map(str.strip, value.split(","))):
        channel, _, mode = part.partition(":")
        if mode.strip() not in set(FaqMode):
            raise ValueError(f"no such mode as {part}; write C…:silent, C…:suggest or C…:answer")
        found[channel_id(channel.strip())] = FaqMode(mode.strip())
    return {channel: mode for channel, mode in found.items() if mode is not FaqMode.ANSWER}


Modes = Annotated[dict[str, FaqMode], NoDecode, BeforeValidator(_modes)]
Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
Keys = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
Word = Annotated[str | None, BeforeValidator(_or_none)]
Secret = Annotated[SecretStr | None, BeforeValidator(_or_none)]


def channel_id(value: str) -> str:
    """A channel's id as it is. Raises ValueError for what is none."""
    if not (value[:1] in "CGD" and value.isalnum() and value.isupper()):
        raise ValueError("not a channel's id; open the channel's details in Slack and copy the id (C…)")
    return value


def span(value: str) -> tuple[time, time]:
    """From when until when. Raises ValueError."""
    start, _, end = value.partition("-")
    try:
        return time.fromisoformat(start.strip()), time.fromisoformat(end.strip())
    except ValueError as error:
        raise ValueError("not two times; write them as 21:00-08:00") from error
