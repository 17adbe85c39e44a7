"""What somebody sees of the workspace: every item under a key, so that only what changed need be told."""

from typing import Any

from bot.playground.scene import Scene
from bot.playground.state import State

Items = dict[str, Any]
"""Key -> JSON: `m:CHANNEL:TS` a message, `e:N` a note for one person, `home`, `modal`, `prompts`."""
_KEPT_BACK = frozenset({"metadata", "channel"})


def sees(scene: Scene, user: str) -> Items:
    """All that `user` can see."""
    slack = scene.slack
    items: Items = {}
    for channel, inside in slack.people.members.items():
        if user in inside:
            items |= _messages(slack, channel)
    for number, note in enumerate(slack.ephemerals):
        if note.get("user") == user:
            place = {"channel": note["channel"], "user": slack.bot_user}  # a note's user is who may see it
            items[f"e:{number}"] = {**_shown(note), **place, "ephemeral": True}
    if user in slack.homes:
        items["home"] = slack.homes[user]
    modals = [slack.views[view] for view in slack.stacks.get(user, ()) if view in slack.views]
    if modals:
        items["modal"] = {"depth": len(modals), "view": modals[-1]}
    dm = slack.people.dm(user)
    proposed = (call["prompts"] for call in reversed(slack.prompts) if call.get("channel_id") == dm)
    items["prompts"] = next(proposed, [])
    return items


def channels(scene: Scene, user: str) -> list[dict[str, Any]]:
    """The DM and the channels that `user` is in."""
    found = []
    for channel in scene.slack.people.channels.values():
        if user not in scene.slack.people.members[channel["id"]]:
            continue
        entry = {"id": channel["id"], "dm": channel["is_im"], "name": channel.get("name", "Laurel")}
        entry |= {"topic": channel.get("topic", ""), "private": channel.get("is_private", False)}
        entry["members"] = len(scene.slack.people.members[channel["id"]])
        found.append(entry)
    return sorted(found, key=lambda entry: not entry["dm"])


def people(scene: Scene) -> list[dict[str, Any]]:
    """Everybody whom one can be, and the bot."""
    found = [
        {
            "user": member.user,
            "name": member.name,
            "about": member.about,
            "role": member.roles[0] if member.roles else "freelancer",
        }
        for member in scene.members
    ]
    return [*found, {"user": scene.slack.bot_user, "name": "Laurel", "about": "", "role": "app"}]


def _messages(slack: State, channel: str) -> Items:
    return {f"m:{channel}:{message['ts']}": _shown(message) for message in slack.messages[channel]}


def _shown(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name not in _KEPT_BACK}
