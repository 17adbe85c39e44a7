"""Views, homes and the assistant's marks in the stand-in."""

from bot.playground.api import Answer, ApiError, Arguments
from bot.playground.limits import view_problems
from bot.playground.state import State


def views_open(slack: State, arguments: Arguments) -> Answer:
    """A modal opens, or opens over another; a trigger works once."""
    trigger = arguments.get("trigger_id")
    if not trigger:
        raise ApiError("invalid_trigger_id")
    if any(view["trigger_id"] == trigger for view in slack.opened):
        raise ApiError("exchanged_trigger_id")
    view = _checked_view(arguments)
    view = {**view, "id": slack.new_id("V"), "hash": slack.new_id("H"), "trigger_id": trigger}
    slack.views[view["id"]] = view
    slack.opened.append(view)
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
    view = {
        **_checked_view(arguments),
        "id": view_id,
        "hash": slack.new_id("H"),
        "trigger_id": old["trigger_id"],
    }
    slack.views[view_id] = view
    return {"view": view}


def views_publish(slack: State, arguments: Arguments) -> Answer:
    """A user's App Home."""
    user = str(arguments.get("user_id"))
    if user not in slack.people.users:
        raise ApiError("user_not_found")
    view = {**_checked_view(arguments), "id": slack.new_id("V"), "hash": slack.new_id("H")}
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


def _checked_view(arguments: Arguments) -> Answer:
    view: Answer = arguments.get("view") or {}
    problems = view_problems(view)
    if problems:
        raise ApiError("invalid_arguments", response_metadata={"messages": problems})
    return view
