"""What people do in the stand-in: each act is remembered there and returns the signed requests it causes."""

from typing import Any
from urllib.parse import urlencode

from bot.messages import is_dm
from bot.playground import reactions
from bot.playground.signing import Signer, SlackRequest
from bot.playground.state import State


# size: a flat list, one method for each thing that people do in Slack
class Acts:
    """People's acts, signed at the workspace's time."""

    def __init__(self, slack: State) -> None:
        self._slack = slack
        self._signer = Signer(slack.signing_secret, slack.team)

    def says(
        self,
        user: str,
        text: str,
        *,
        channel: str | None = None,
        thread: str | None = None,
        files: tuple[dict[str, Any], ...] = (),
    ) -> list[SlackRequest]:
        """A message, in the DM with the bot if no channel is named.

        A mention of the bot in a channel causes two events, as in Slack: `app_mention` and `message`.
        """
        slack = self._slack
        place = channel or slack.people.dm(user)
        is_dm = bool(slack.people.channels[place]["is_im"])
        message: dict[str, Any] = {"type": "message", "user": user, "text": text, "ts": slack.new_ts()}
        if thread is not None:
            message["thread_ts"] = thread
        if files:
            message |= {"subtype": "file_share", "files": list(files)}
        slack.messages[place].append({**message, "channel": place, "blocks": []})
        event = {
            **message,
            "channel": place,
            "event_ts": message["ts"],
            "channel_type": "im" if is_dm else "channel",
        }
        if not files:
            event["team"] = slack.team
        events = [event]
        if not is_dm and f"<@{slack.bot_user}>" in text:
            named = {name: value for name, value in event.items() if name not in {"channel_type", "subtype"}}
            events.insert(0, {**named, "type": "app_mention", "team": slack.team})
        return [self.event(event) for event in events]

    def edits(self, message: dict[str, Any], text: str) -> SlackRequest:
        """A message gets another text."""
        before = {name: value for name, value in message.items() if name not in {"channel", "blocks"}}
        message["text"] = text
        after = {**before, "text": text, "edited": {"user": message["user"], "ts": self._slack.new_ts()}}
        return self._changed(message["channel"], "message_changed", message=after, previous_message=before)

    def deletes(self, message: dict[str, Any]) -> SlackRequest:
        """A message goes."""
        channel = message["channel"]
        self._slack.messages[channel].remove(message)
        self._slack.deleted.add(message["ts"])
        before = {name: value for name, value in message.items() if name not in {"channel", "blocks"}}
        return self._changed(channel, "message_deleted", deleted_ts=message["ts"], previous_message=before)

    def reacts(self, user: str, message: dict[str, Any], emoji: str) -> SlackRequest:
        """An emoji is put on a message."""
        reactions.put(message, user, emoji)
        return self.event(
            {
                "type": "reaction_added",
                "user": user,
                "reaction": emoji,
                "item_user": message["user"],
                "item": {"type": "message", "channel": message["channel"], "ts": message["ts"]},
                "event_ts": self._slack.new_ts(),
            }
        )

    def opens_home(self, user: str, *, tab: str = "home") -> SlackRequest:
        """The app's tab is opened; `tab` is "home" or "messages"."""
        slack = self._slack
        event: dict[str, Any] = {
            "type": "app_home_opened",
            "user": user,
            "channel": slack.people.dm(user),
            "tab": tab,
            "event_ts": slack.new_ts(),
        }
        if tab == "home" and user in slack.homes:
            event["view"] = slack.homes[user]
        return self.event(event)

    def presses(
        self,
        user: str,
        action_id: str,
        *,
        value: str | None = None,
        message: dict[str, Any] | None = None,
        view: dict[str, Any] | None = None,
        element: dict[str, Any] | None = None,
        block_id: str = "b",
    ) -> SlackRequest:
        """A button is pressed, or (with `element`, the action as Slack sends it) another element used.

        Without `value`, it is looked up in the message or the view.
        """
        slack = self._slack
        action: dict[str, Any] = element or _pressed(message or view or {}, action_id, value)
        action = {"action_id": action_id, "block_id": block_id, "action_ts": slack.new_ts(), **action}
        payload: dict[str, Any] = {
            "type": "block_actions",
            "user": {"id": user, "team_id": slack.team, "username": user.lower()},
            "trigger_id": slack.new_trigger(user),
            "actions": [action],
        }
        if message is not None:
            channel = message["channel"]
            payload |= {
                "channel": {"id": channel, "name": "directmessage" if is_dm(channel) else channel},
                "message": message,
                "container": {
                    "type": "message",
                    "message_ts": message["ts"],
                    "channel_id": channel,
                    "is_ephemeral": message.get("type") != "message",
                },
                "response_url": self._response_url(user, channel),
            }
        if view is not None:
            payload |= {"view": view, "container": {"type": "view", "view_id": view.get("id")}}
        return self._signer.interaction(payload, at=slack.wall())

    def submits(self, user: str, view: dict[str, Any], values: dict[str, dict[str, Any]]) -> SlackRequest:
        """A modal is sent off; `values` is block id -> action id -> the element's state as Slack sends it."""
        slack = self._slack
        payload = {
            "type": "view_submission",
            "user": {"id": user, "team_id": slack.team, "name": user.lower()},
            "trigger_id": slack.new_trigger(user),
            "view": {**view, "state": {"values": values}},
            "response_urls": [],
        }
        return self._signer.interaction(payload, at=slack.wall())

    def answered(self, user: str, view: dict[str, Any], answer: dict[str, Any]) -> None:
        """What becomes of the modals when the app has answered a submission (`response_action`)."""
        slack, stack = self._slack, self._slack.stacks[user]
        match answer.get("response_action"):
            case "errors":
                return
            case "clear":
                stack.clear()
            case "update" | "push" as action:
                shown = {**view, **answer["view"], "hash": slack.new_id("H")}
                if action == "push":
                    shown["id"] = slack.new_id("V")
                    stack.append(shown["id"])
                slack.views[shown["id"]] = shown
            case _:
                if stack:
                    stack.pop()

    def closes(self, user: str, view: dict[str, Any]) -> SlackRequest | None:
        """A modal is closed; the app is told where it asked for that."""
        slack = self._slack
        slack.stacks[user].remove(view["id"])
        if not view.get("notify_on_close"):
            return None
        who = {"id": user, "team_id": slack.team, "name": user.lower()}
        payload = {"type": "view_closed", "user": who, "view": view, "is_cleared": False}
        return self._signer.interaction(payload, at=slack.wall())

    def uses_shortcut(
        self, user: str, callback: str, *, message: dict[str, Any] | None = None
    ) -> SlackRequest:
        """A shortcut: on a message if one is given, else a global one."""
        slack = self._slack
        payload: dict[str, Any] = {
            "type": "shortcut" if message is None else "message_action",
            "callback_id": callback,
            "user": {"id": user, "team_id": slack.team, "username": user.lower()},
            "trigger_id": slack.new_trigger(user),
            "action_ts": slack.new_ts(),
        }
        if message is not None:
            payload["user"]["name"] = user.lower()
            payload |= {
                "message": message,
                "message_ts": message["ts"],
                "channel": {"id": message["channel"], "name": message["channel"]},
                "response_url": self._response_url(user, message["channel"]),
            }
        return self._signer.interaction(payload, at=slack.wall())

    def commands(
        self, user: str, text: str = "", *, channel: str | None = None, command: str = "/laurel"
    ) -> SlackRequest:
        """A slash command, in the DM with the bot if no channel is named."""
        slack = self._slack
        place = channel or slack.people.dm(user)
        fields = {
            "command": command,
            "text": text,
            "user_id": user,
            "user_name": user.lower(),
            "channel_id": place,
            "channel_name": "directmessage" if is_dm(place) else place,
            "trigger_id": slack.new_trigger(user),
            "response_url": self._response_url(user, place),
        }
        return self._signer.command(fields, at=slack.wall())

    def event(self, event: dict[str, Any], *, retry: int = 0, event_id: str | None = None) -> SlackRequest:
        """Any event, signed; with `retry`, as Slack's n-th repetition."""
        slack = self._slack
        return self._signer.event(
            event, at=slack.wall(), event_id=event_id or slack.new_id("Ev"), retry=retry
        )

    def _response_url(self, user: str, channel: str) -> str:
        """Where a reply for `user` alone may be sent to."""
        return f"{self._slack.api_url}response?{urlencode({'user': user, 'channel': channel})}"

    def _changed(self, channel: str, subtype: str, **more: Any) -> SlackRequest:
        ts = self._slack.new_ts()
        kind = "im" if self._slack.people.channels[channel]["is_im"] else "channel"
        event = {
            "type": "message",
            "subtype": subtype,
            "channel": channel,
            "channel_type": kind,
            "hidden": True,
        }
        return self.event({**event, "ts": ts, "event_ts": ts, **more})


def _pressed(where: dict[str, Any], action_id: str, value: str | None) -> dict[str, Any]:
    """The button with this action id as Slack sends it. Raises LookupError when it is not there.

    With a `value` it need not be: people press buttons of messages that are others by now.
    """
    for block in where.get("blocks", []):
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            if element.get("action_id") == action_id:
                held = str(element.get("value", "")) if value is None else value
                return {"type": "button", "text": element.get("text"), "value": held}
    if value is not None:
        return {"type": "button", "text": {"type": "plain_text", "text": action_id}, "value": value}
    raise LookupError(f"no button {action_id!r}")
