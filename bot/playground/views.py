"""Views, homes and the assistant's marks in the stand-in."""

from datetime import timedelta

from bot.playground.api import Answer, ApiError, Arguments
from bot.playground.limits import view_problems
from bot.playground.signing import APP
from bot.playground.state import State

STACK = 3
"""Modals that may lie on each other."""
TRIGGER = timedelta(seconds=3)
"""How long a trigger lives."""


def views_open(slack: State, arguments: Arguments) -> Answer:
    """A modal opens; a trigger works once, for three seconds."""
    user = _triggered(slack, arguments)
    view = _opened(slack, arguments)
    slack.stacks[user] = [view["id"]]
    return {"view": view}


def views_push(slack: State, arguments: Arguments) -> Answer:
    """A modal opens over the one that is open; at most three lie on each other."""
    user = _triggered(slack, arguments)
    if len(slack.stacks[user]) >= STACK:
        raise ApiError("push_limit_reached")
    view = _opened(slack, arguments)
    slack.stacks[user].append(view["id"])
    return {"view": view}


def views_update(slack: State, arguments: Arguments) -> Answer:
    """Another content for an open modal."""
    view_id = arguments.get("view_id")
    if view_id is None:
        external = arguments.get("external_id")
        view_id = next((v["id"] for v in slack.views.values() if v.get("external_id") == external), "")
    if view_id not in slack.views:
        raise ApiError("not_found")
    old = slack.views[view_id]
    if arguments.get("hash") not in {None, old["hash"]}:
        raise ApiError("hash_conflict")
    view = {**_shown(slack, arguments, view_id), "root_view_id": old["root_view_id"]}
    slack.views[view_id] = view
    return {"view": view}


def views_publish(slack: State, arguments: Arguments) -> Answer:
    """A user's App Home."""
    user = str(arguments.get("user_id"))
    if user not in slack.people.users:
        raise ApiError("user_not_found")
    view = _shown(slack, arguments, slack.new_id("V"))
    slack.homes[user] = view
    return {"view": view}


def set_status(slack: State, arguments: Arguments) -> Answer:
    """What the assistant is doing."""
    slack.statuses.append(arguments)
    return {}


def set_prompts(slack: State, arguments: Arguments) -> Answer:
    """What the assistant proposes to ask; at most four."""
    if not 1 <= len(arguments.get("prompts") or []) <= 4:  # noqa: PLR2004 - assistant.threads.setSuggestedPrompts
        raise ApiError("invalid_arguments")
    slack.prompts.append(arguments)
    return {}


def _triggered(slack: State, arguments: Arguments) -> str:
    """Whose act lets a modal open. Raises ApiError."""
    name = arguments.get("trigger_id")
    trigger = slack.triggers.get(str(name))
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if name in slack.spent:
        raise ApiError("exchanged_trigger_id")
    if slack.clock() - trigger.at > TRIGGER:
        raise ApiError("expired_trigger_id")
    return trigger.user


def _opened(slack: State, arguments: Arguments) -> Answer:
    view = _shown(slack, arguments, slack.new_id("V"))
    slack.spent.add(arguments["trigger_id"])
    slack.views[view["id"]] = view
    slack.opened.append(view)
    return view


def _shown(slack: State, arguments: Arguments, view_id: str) -> Answer:
    """A view as Slack answers and sends it: with all that the app left out. Raises ApiError."""
    return {
        "callback_id": "",
        "private_metadata": "",
        "external_id": "",
        "title": {"type": "plain_text", "text": ""},
        "submit": None,
        "close": None,
        "clear_on_close": False,
        "notify_on_close": False,
        "state": {"values": {}},
        **_checked_view(arguments),
        "id": view_id,
        "hash": slack.new_id("H"),
        "team_id": slack.team,
        "app_id": APP,
        "app_installed_team_id": slack.team,
        "bot_id": slack.bot_id,
        "root_view_id": view_id,
        "previous_view_id": None,
    }


def _checked_view(arguments: Arguments) -> Answer:
    view: Answer = arguments.get("view") or {}
    problems = view_problems(view)
    if problems:
        raise ApiError("invalid_arguments", response_metadata={"messages": problems})
    return view
