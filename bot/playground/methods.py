"""The Web API methods of the stand-in: each takes the workspace and the arguments, and returns the answer."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.playground.limits import message_problems, view_problems

if TYPE_CHECKING:
    from bot.playground.workspace import Workspace

Arguments = dict[str, Any]
Answer = dict[str, Any]
Method = Callable[["Workspace", Arguments], Answer]

_PAGE = 100


class ApiError(Exception):
    """`{"ok": false, "error": code, …}`."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


def auth_test(slack: "Workspace", arguments: Arguments) -> Answer:
    """Who the token belongs to."""
    del arguments
    return {
        "url": "https://laurel.slack.com/",
        "team": "Laurel",
        "team_id": slack.team,
        "user": "laurel",
        "user_id": slack.bot_user,
        "bot_id": slack.bot_id,
        "is_enterprise_install": False,
    }


def post_message(slack: "Workspace", arguments: Arguments) -> Answer:
    """A new message; a user's id as channel means the DM with that user."""
    channel = _writable(slack, arguments)
    thread = arguments.get("thread_ts")
    if thread is not None and slack.message(channel, thread) is None:
        raise ApiError("thread_not_found")
    _check_message(arguments)
    if slack.too_soon(channel):
        raise ApiError("ratelimited")
    message = {
        "type": "message",
        "user": slack.bot_user,
        "bot_id": slack.bot_id,
        "channel": channel,
        "ts": slack.new_ts(),
        "text": arguments.get("text") or "",
        "blocks": arguments.get("blocks") or [],
    }
    if thread is not None:
        message["thread_ts"] = thread
    if arguments.get("metadata"):
        message["metadata"] = arguments["metadata"]
    slack.messages[channel].append(message)
    return {"channel": channel, "ts": message["ts"], "message": message}


def update(slack: "Workspace", arguments: Arguments) -> Answer:
    """Another text for one of the bot's messages."""
    channel = _writable(slack, arguments)
    message = slack.message(channel, arguments["ts"])
    if message is None:
        raise ApiError("message_not_found")
    if message.get("bot_id") != slack.bot_id:
        raise ApiError("cant_update_message")
    _check_message(arguments)
    message["text"] = arguments.get("text") or ""
    message["blocks"] = arguments.get("blocks") or []
    message["edited"] = {"user": slack.bot_user, "ts": slack.new_ts()}
    return {"channel": channel, "ts": message["ts"], "text": message["text"], "message": message}


def delete(slack: "Workspace", arguments: Arguments) -> Answer:
    """One of the bot's messages goes."""
    channel = _writable(slack, arguments)
    message = slack.message(channel, arguments["ts"])
    if message is None:
        raise ApiError("message_not_found")
    slack.messages[channel].remove(message)
    return {"channel": channel, "ts": message["ts"]}


def post_ephemeral(slack: "Workspace", arguments: Arguments) -> Answer:
    """A note that only one user sees."""
    channel = _writable(slack, arguments)
    if arguments.get("user") not in slack.people.members.get(channel, []):
        raise ApiError("user_not_in_channel")
    _check_message(arguments)
    note = {**arguments, "channel": channel, "ts": slack.new_ts()}
    slack.ephemerals.append(note)
    return {"message_ts": note["ts"]}


def respond(slack: "Workspace", arguments: Arguments) -> Answer:
    """What a response_url points to: a note for the one who caused it."""
    _check_message(arguments)
    slack.ephemerals.append({**arguments, "ts": slack.new_ts()})
    return {}


def get_permalink(slack: "Workspace", arguments: Arguments) -> Answer:
    """The address of a message."""
    channel, ts = arguments["channel"], arguments["message_ts"]
    if slack.message(channel, ts) is None:
        raise ApiError("message_not_found")
    return {
        "channel": channel,
        "permalink": f"https://laurel.slack.com/archives/{channel}/p{ts.replace('.', '')}",
    }


def conversations_open(slack: "Workspace", arguments: Arguments) -> Answer:
    """The DM with a user."""
    user = str(arguments.get("users", ""))
    if user not in slack.people.users:
        raise ApiError("user_not_found")
    if slack.people.users[user]["deleted"]:
        raise ApiError("user_disabled")
    return {"channel": {"id": slack.people.dm(user)}}


def history(slack: "Workspace", arguments: Arguments) -> Answer:
    """A channel's messages without the threads' replies, newest first."""
    channel = _known(slack, arguments)
    return _page(
        [m for m in slack.messages[channel] if m.get("thread_ts", m["ts"]) == m["ts"]][::-1], arguments
    )


def replies(slack: "Workspace", arguments: Arguments) -> Answer:
    """A thread's messages, the parent first."""
    channel = _known(slack, arguments)
    thread = arguments["ts"]
    if slack.message(channel, thread) is None:
        raise ApiError("thread_not_found")
    return _page([m for m in slack.messages[channel] if thread in {m["ts"], m.get("thread_ts")}], arguments)


def members(slack: "Workspace", arguments: Arguments) -> Answer:
    """Who is in a channel."""
    return {"members": slack.people.members[_known(slack, arguments)]}


def conversations_info(slack: "Workspace", arguments: Arguments) -> Answer:
    """What a channel is."""
    return {"channel": slack.people.channels[_known(slack, arguments)]}


def users_info(slack: "Workspace", arguments: Arguments) -> Answer:
    """Who somebody is."""
    user = slack.people.users.get(str(arguments.get("user")))
    if user is None:
        raise ApiError("user_not_found")
    return {"user": user}


def lookup_by_email(slack: "Workspace", arguments: Arguments) -> Answer:
    """Who has this address."""
    for user in slack.people.users.values():
        if user["profile"]["email"] == arguments.get("email"):
            return {"user": user}
    raise ApiError("users_not_found")


def group_users(slack: "Workspace", arguments: Arguments) -> Answer:
    """Who is in a user group."""
    group = slack.people.groups.get(str(arguments.get("usergroup")))
    if group is None:
        raise ApiError("no_such_subteam")
    return {"users": group}


def views_open(slack: "Workspace", arguments: Arguments) -> Answer:
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


def views_update(slack: "Workspace", arguments: Arguments) -> Answer:
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


def views_publish(slack: "Workspace", arguments: Arguments) -> Answer:
    """A user's App Home."""
    user = str(arguments.get("user_id"))
    if user not in slack.people.users:
        raise ApiError("user_not_found")
    view = {**_checked_view(arguments), "id": slack.new_id("V"), "hash": slack.new_id("H")}
    slack.homes[user] = view
    return {"view": view}


def reactions_add(slack: "Workspace", arguments: Arguments) -> Answer:
    """The bot reacts."""
    message = _reacted(slack, arguments)
    names = message.setdefault("reactions", [])
    if arguments["name"] in names:
        raise ApiError("already_reacted")
    names.append(arguments["name"])
    return {}


def reactions_remove(slack: "Workspace", arguments: Arguments) -> Answer:
    """The bot takes its reaction back."""
    names = _reacted(slack, arguments).get("reactions", [])
    if arguments["name"] not in names:
        raise ApiError("no_reaction")
    names.remove(arguments["name"])
    return {}


def upload_url(slack: "Workspace", arguments: Arguments) -> Answer:
    """A place to send a file's content to."""
    file = slack.new_id("F")
    slack.files[file] = {"id": file, "name": arguments["filename"], "size": int(arguments["length"])}
    return {"file_id": file, "upload_url": slack.upload_url + file}


def complete_upload(slack: "Workspace", arguments: Arguments) -> Answer:
    """Uploaded files appear in a channel."""
    channel = _writable(slack, {"channel": arguments.get("channel_id")})
    files = []
    for item in arguments["files"]:
        file = slack.files.get(item["id"])
        if file is None or "content" not in file:
            raise ApiError("file_not_found")
        file["title"] = item.get("title", file["name"])
        files.append({name: value for name, value in file.items() if name != "content"})
    message = {
        "type": "message",
        "subtype": "file_share",
        "user": slack.bot_user,
        "bot_id": slack.bot_id,
        "channel": channel,
        "ts": slack.new_ts(),
        "text": arguments.get("initial_comment") or "",
        "blocks": [],
        "files": files,
    }
    if arguments.get("thread_ts"):
        message["thread_ts"] = arguments["thread_ts"]
    slack.messages[channel].append(message)
    return {"files": files}


def set_status(slack: "Workspace", arguments: Arguments) -> Answer:
    """What the assistant is doing."""
    slack.statuses.append(arguments)
    return {}


def set_prompts(slack: "Workspace", arguments: Arguments) -> Answer:
    """What the assistant proposes to ask; at most four."""
    if not 1 <= len(arguments.get("prompts") or []) <= 4:  # noqa: PLR2004 - assistant.threads.setSuggestedPrompts
        raise ApiError("invalid_arguments")
    slack.prompts.append(arguments)
    return {}


def nothing(slack: "Workspace", arguments: Arguments) -> Answer:
    """Accepted, without consequence here."""
    del slack, arguments
    return {}


METHODS: dict[str, Method] = {
    "api.test": nothing,
    "assistant.threads.setStatus": set_status,
    "assistant.threads.setSuggestedPrompts": set_prompts,
    "assistant.threads.setTitle": nothing,
    "auth.test": auth_test,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
    "chat.postEphemeral": post_ephemeral,
    "chat.postMessage": post_message,
    "chat.update": update,
    "conversations.history": history,
    "conversations.info": conversations_info,
    "conversations.members": members,
    "conversations.open": conversations_open,
    "conversations.replies": replies,
    "files.completeUploadExternal": complete_upload,
    "files.getUploadURLExternal": upload_url,
    "response": respond,
    "reactions.add": reactions_add,
    "reactions.remove": reactions_remove,
    "usergroups.users.list": group_users,
    "users.info": users_info,
    "users.lookupByEmail": lookup_by_email,
    "views.open": views_open,
    "views.publish": views_publish,
    "views.push": views_open,
    "views.update": views_update,
}


def _known(slack: "Workspace", arguments: Arguments) -> str:
    channel = str(arguments.get("channel"))
    if channel in slack.people.users:
        return slack.people.dm(channel)
    if channel not in slack.people.channels:
        raise ApiError("channel_not_found")
    return channel


def _writable(slack: "Workspace", arguments: Arguments) -> str:
    channel = _known(slack, arguments)
    if slack.people.channels[channel]["is_archived"]:
        raise ApiError("is_archived")
    return channel


def _check_message(arguments: Arguments) -> None:
    if not arguments.get("text") and not arguments.get("blocks"):
        raise ApiError("no_text")
    problems = message_problems(arguments)
    if any(problem.startswith("text:") for problem in problems):
        raise ApiError("msg_too_long")
    if problems:
        raise ApiError("invalid_blocks", response_metadata={"messages": problems})


def _checked_view(arguments: Arguments) -> Answer:
    view: Answer = arguments.get("view") or {}
    problems = view_problems(view)
    if problems:
        raise ApiError("invalid_arguments", response_metadata={"messages": problems})
    return view


def _reacted(slack: "Workspace", arguments: Arguments) -> Answer:
    message = slack.message(_known(slack, arguments), str(arguments.get("timestamp")))
    if message is None:
        raise ApiError("message_not_found")
    return message


def _page(messages: list[Answer], arguments: Arguments) -> Answer:
    oldest, latest = str(arguments.get("oldest") or "0"), str(arguments.get("latest") or "9" * 20)
    found = [m for m in messages if float(oldest) <= float(m["ts"]) <= float(latest)]
    if str(arguments.get("include_all_metadata", "")).lower() not in {"1", "true"}:
        found = [{name: value for name, value in m.items() if name != "metadata"} for m in found]
    start = int(arguments.get("cursor") or 0)
    limit = int(arguments.get("limit") or _PAGE)
    more = start + limit < len(found)
    return {
        "messages": found[start : start + limit],
        "has_more": more,
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }
