"""Files in the stand-in: sent by the app, dropped by people, and fetched with the bot's token."""

from mimetypes import guess_type
from pathlib import PurePosixPath

from bot.playground.api import Answer, ApiError, Arguments, writable
from bot.playground.state import State

UNKNOWN = "application/octet-stream"


def dropped(slack: State, user: str, name: str, content: bytes) -> Answer:
    """A file that somebody drops into a message; returns it as a message shows it."""
    return shown(_file(slack, user, name, len(content), content))


def shown(file: Answer) -> Answer:
    """A file as messages and files.info show it."""
    return {name: value for name, value in file.items() if name != "content"}


def info(slack: State, arguments: Arguments) -> Answer:
    """What a file is."""
    file = slack.files.get(str(arguments.get("file")))
    if file is None:
        raise ApiError("file_not_found")
    return {"file": shown(file), "comments": [], "response_metadata": {"next_cursor": ""}}


def upload_url(slack: State, arguments: Arguments) -> Answer:
    """A place to send a file's content to."""
    file = _file(slack, slack.bot_user, arguments["filename"], int(arguments["length"]))
    return {"file_id": file["id"], "upload_url": slack.upload_url + file["id"]}


def complete_upload(slack: State, arguments: Arguments) -> Answer:
    """Uploaded files appear in a channel."""
    channel = writable(slack, {"channel": arguments.get("channel_id")})
    files = []
    for item in arguments["files"]:
        file = slack.files.get(item["id"])
        if file is None or "content" not in file:
            raise ApiError("file_not_found")
        file["title"] = item.get("title", file["name"])
        files.append(shown(file))
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


def _file(slack: State, user: str, name: str, size: int, content: bytes | None = None) -> Answer:
    """A file as Slack keeps it; without `content` until that is sent."""
    file_id = slack.new_id("F")
    place = f"{slack.api_url.removesuffix('api/')}files/{file_id}/{name}"
    created, kind = int(slack.clock().timestamp()), PurePosixPath(name).suffix.lstrip(".").lower()
    file: Answer = {
        "id": file_id,
        "created": created,
        "timestamp": created,
        "name": name,
        "title": name,
        "mimetype": guess_type(name)[0] or UNKNOWN,
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": user,
        "user_team": slack.team,
        "username": "",
        "editable": False,
        "size": size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": False,
        "display_as_bot": False,
        "media_display_type": "unknown",
        "channels": [],
        "groups": [],
        "file_access": "visible",
        "url_private": place,
        "url_private_download": place,
        "permalink": f"https://laurel.slack.com/files/{user}/{file_id}/{name}",
    }
    if content is not None:
        file["content"] = content
    slack.files[file_id] = file
    return file
