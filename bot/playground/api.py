"""What the methods of the stand-in's Web API share: their form, their errors, channels that are there."""

from collections.abc import Callable
from typing import Any

from bot.playground.state import State

Arguments = dict[str, Any]
Answer = dict[str, Any]
Method = Callable[[State, Arguments], Answer]


class ApiError(Exception):
    """`{"ok": false, "error": code, …}`."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


def known(slack: State, arguments: Arguments) -> str:
    """The channel that is meant; a user's id means the DM with that user. Raises ApiError."""
    channel = str(arguments.get("channel"))
    if channel in slack.people.users:
        return slack.people.dm(channel)
    if channel not in slack.people.channels:
        raise ApiError("channel_not_found")
    return channel


def writable(slack: State, arguments: Arguments) -> str:
    """The same, where something may still be posted. Raises ApiError."""
    channel = known(slack, arguments)
    if slack.people.channels[channel]["is_archived"]:
        raise ApiError("is_archived")
    return channel
