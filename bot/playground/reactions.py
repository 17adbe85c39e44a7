"""Emoji on messages, kept as Slack shows them: `{name, users, count}`, in the order in which they came."""

from typing import Any

Message = dict[str, Any]


def put(message: Message, user: str, emoji: str) -> bool:
    """Somebody puts an emoji on a message; False where theirs is there already."""
    reactions = message.setdefault("reactions", [])
    found = next((one for one in reactions if one["name"] == emoji), None)
    if found is None:
        found = {"name": emoji, "users": [], "count": 0}
        reactions.append(found)
    if user in found["users"]:
        return False
    _set(found, [*found["users"], user])
    return True


def take_back(message: Message, user: str, emoji: str) -> bool:
    """Somebody takes their emoji back; False where there is none of theirs."""
    reactions = message.get("reactions", [])
    found = next((one for one in reactions if one["name"] == emoji and user in one["users"]), None)
    if found is None:
        return False
    _set(found, [one for one in found["users"] if one != user])
    if not found["users"]:
        reactions.remove(found)
        if not reactions:
            del message["reactions"]
    return True


def _set(reaction: dict[str, Any], users: list[str]) -> None:
    reaction["users"], reaction["count"] = users, len(users)
