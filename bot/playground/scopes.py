"""What a token may do: the scopes that the app's manifest asks for, and those that each method needs.

From each method's page in docs.slack.dev. Where a method takes one of several scopes by the kind of channel,
the kind decides. Methods that are not named need none.
"""

from collections.abc import Collection
from typing import Any

from bot.playground.api import ApiError, Arguments, known
from bot.playground.state import State
from bot.slack.manifest import bot_scopes, manifest

NEEDED = {
    "assistant.threads.setStatus": "assistant:write",
    "assistant.threads.setSuggestedPrompts": "assistant:write",
    "assistant.threads.setTitle": "assistant:write",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.open": "im:write",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "files.info": "files:read",
    "reactions.add": "reactions:write",
    "reactions.remove": "reactions:write",
    "usergroups.users.list": "usergroups:read",
    "users.info": "users:read",
    "users.lookupByEmail": "users:read.email",
}
BY_KIND = {
    "conversations.history": "history",
    "conversations.info": "read",
    "conversations.members": "read",
    "conversations.replies": "history",
}


def granted() -> frozenset[str]:
    """The bot's scopes in the app's manifest."""
    return frozenset(bot_scopes())


def shortcuts() -> list[dict[str, Any]]:
    """The app's shortcuts: name, type (global or message), callback_id."""
    return list(manifest()["features"]["shortcuts"])


def check_scope(slack: State, method: str, arguments: Arguments) -> None:
    """Refuse, as Slack does, what the token may not. Raises ApiError."""
    if slack.scopes is None:
        return
    needed = NEEDED.get(method)
    if method in BY_KIND:
        needed = f"{_kind(slack, arguments)}:{BY_KIND[method]}"
    if needed is not None:
        _refuse_without(needed, slack.scopes)
    if method == "chat.postMessage" and _outside(slack, arguments):
        _refuse_without("chat:write.public", slack.scopes)


def may_read_files(slack: State) -> bool:
    """Whether the token may fetch files."""
    return slack.scopes is None or "files:read" in slack.scopes


def _refuse_without(needed: str, scopes: Collection[str]) -> None:
    if needed not in scopes:
        raise ApiError("missing_scope", needed=needed, provided=",".join(sorted(scopes)))


def _kind(slack: State, arguments: Arguments) -> str:
    channel = slack.people.channels[known(slack, arguments)]
    if channel["is_im"]:
        return "im"
    return "groups" if channel.get("is_private") else "channels"


def _outside(slack: State, arguments: Arguments) -> bool:
    """Whether the app is no member of the channel it writes to."""
    channel = slack.people.channels[known(slack, arguments)]
    return not channel["is_im"] and not channel.get("is_member", True)
