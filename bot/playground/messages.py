"""Messages and reactions in the stand-in."""

from bot.playground import reactions
from bot.playground.api import Answer, ApiError, Arguments, known, writable
from bot.playground.limits import message_problems
from bot.playground.state import State

_PAGE = 100


def post_message(slack: State, arguments: Arguments) -> Answer:
    """A new message; a user's id as channel means the DM with that user."""
    channel = writable(slack, arguments)
    thread = arguments.get("thread_ts")
    if thread is not None and slack.message(channel, thread) is None:
        if thread not in slack.deleted:
            raise ApiError("thread_not_found")
        thread = None  # seen in the field: a reply to a deleted message is posted at the root
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


def update(slack: State, arguments: Arguments) -> Answer:
    """Another text for one of the bot's messages."""
    channel = writable(slack, arguments)
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


def delete(slack: State, arguments: Arguments) -> Answer:
    """One of the bot's messages goes."""
    channel = writable(slack, arguments)
    message = slack.message(channel, arguments["ts"])
    if message is None:
        raise ApiError("message_not_found")
    slack.messages[channel].remove(message)
    return {"channel": channel, "ts": message["ts"]}


def post_ephemeral(slack: State, arguments: Arguments) -> Answer:
    """A note that only one user sees."""
    channel = writable(slack, arguments)
    if arguments.get("user") not in slack.people.members.get(channel, []):
        raise ApiError("user_not_in_channel")
    _check_message(arguments)
    note = {**arguments, "channel": channel, "ts": slack.new_ts()}
    slack.ephemerals.append(note)
    return {"message_ts": note["ts"]}


def respond(slack: State, arguments: Arguments) -> Answer:
    """What a response_url points to: a note for the one who caused it."""
    _check_message(arguments)
    slack.ephemerals.append({**arguments, "ts": slack.new_ts()})
    return {}


def get_permalink(slack: State, arguments: Arguments) -> Answer:
    """The address of a message."""
    channel, ts = arguments["channel"], arguments["message_ts"]
    if slack.message(channel, ts) is None:
        raise ApiError("message_not_found")
    return {
        "channel": channel,
        "permalink": f"https://laurel.slack.com/archives/{channel}/p{ts.replace('.', '')}",
    }


def history(slack: State, arguments: Arguments) -> Answer:
    """A channel's messages without the threads' replies, newest first."""
    channel = known(slack, arguments)
    return _page(
        [m for m in slack.messages[channel] if m.get("thread_ts", m["ts"]) == m["ts"]][::-1], arguments
    )


def replies(slack: State, arguments: Arguments) -> Answer:
    """A thread's messages, the parent first."""
    channel = known(slack, arguments)
    thread = arguments["ts"]
    if slack.message(channel, thread) is None:
        raise ApiError("thread_not_found")
    return _page([m for m in slack.messages[channel] if thread in {m["ts"], m.get("thread_ts")}], arguments)


def reactions_add(slack: State, arguments: Arguments) -> Answer:
    """The bot reacts."""
    if not reactions.put(_reacted(slack, arguments), slack.bot_user, arguments["name"]):
        raise ApiError("already_reacted")
    return {}


def reactions_remove(slack: State, arguments: Arguments) -> Answer:
    """The bot takes its reaction back."""
    if not reactions.take_back(_reacted(slack, arguments), slack.bot_user, arguments["name"]):
        raise ApiError("no_reaction")
    return {}


def _check_message(arguments: Arguments) -> None:
    if not arguments.get("text") and not arguments.get("blocks"):
        raise ApiError("no_text")
    problems = message_problems(arguments)
    if any(problem.startswith("text:") for problem in problems):
        raise ApiError("msg_too_long")
    if problems:
        raise ApiError("invalid_blocks", response_metadata={"messages": problems})


def _reacted(slack: State, arguments: Arguments) -> Answer:
    message = slack.message(known(slack, arguments), str(arguments.get("timestamp")))
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
