"""What Slack sends, brought into one shape at the door: what is read later has the type that it should.

A part of another type, or longer than Slack ever makes it, is left out, as if it had not been sent;
characters that no database takes are taken out. So a listener asks only whether a part is there. Names that
no shape knows pass as they are, but cleaned.
"""

import json
import math
import re
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

Fit = Callable[[Any], Any]
"""A value in its shape, or None where it cannot be brought into it."""

DEEPEST = 40  # levels; Slack's deepest, a view with its state, has about twelve
LONGEST_ID = 32  # characters of the id of a person, a place, a file …
LONGEST_NAME = 255  # characters of a name that we gave, or somebody gave a file
LONGEST_TEXT = 40_000  # characters of a message
LONGEST_ADDRESS = 3_000
FIELDS_MOST = 1_000  # fields of a form-encoded body
ITEMS_MOST = 500  # of a list
_LARGEST = 2**53
_MOMENT = re.compile(r"\d{1,11}(\.\d{1,9})?", re.ASCII)


class UnreadableError(Exception):
    """A body that is no request of Slack's: neither JSON nor a form, or no object."""


def read(body: str, content_type: str) -> dict[str, Any]:
    """The payload of a request in its shape. Raises UnreadableError."""
    try:
        if "json" in content_type or body.startswith("{"):
            payload = json.loads(body)
        else:
            fields = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=FIELDS_MOST))
            payload = json.loads(fields["payload"]) if "payload" in fields else fields
    except (ValueError, RecursionError) as error:
        raise UnreadableError from error
    if not isinstance(payload, dict):
        raise UnreadableError
    return fitted(payload)


def fitted(payload: dict[str, Any]) -> dict[str, Any]:
    """A payload in its shape."""
    found = _PAYLOAD(payload)
    assert isinstance(found, dict)
    return found


def _text(value: Any, most: int = LONGEST_TEXT) -> str | None:
    """Text, cut at `most`."""
    return _clean(value)[:most] if isinstance(value, str) else None


def _name(value: Any, most: int = LONGEST_NAME) -> str | None:
    """A name or an id: half of one is another one, so what is too long is left out."""
    return _clean(value) if isinstance(value, str) and 0 < len(value) <= most else None


def _moment(value: Any) -> str | None:
    """Slack's time, 1700000000.123456, which is also a message's id."""
    return value if isinstance(value, str) and _MOMENT.fullmatch(value) else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST else None


def _clean(value: str) -> str:
    """Without what no database stores: NUL, and halves of surrogate pairs."""
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def _any(value: Any, depth: int = 0) -> Any:
    """Whatever it is, cleaned."""
    if depth > DEEPEST:
        return None
    match value:
        case str():
            return _clean(value)
        case float() if not math.isfinite(value):
            return None
        case int() if abs(value) >= _LARGEST:
            return None
        case list():
            return [_any(item, depth + 1) for item in value[:ITEMS_MOST]]
        case dict():
            return {_clean(str(name)): _any(item, depth + 1) for name, item in value.items()}
    return value


def _listed(fit: Fit, most: int = ITEMS_MOST, *, least: int = 0) -> Fit:
    """A list of what fits; with less than `least` of that, none."""

    def listed(value: Any) -> list[Any] | None:
        if not isinstance(value, list):
            return None
        found = [item for item in map(fit, value[:most]) if item is not None]
        return found if len(found) >= least else None

    return listed


def _mapped(fit: Fit) -> Fit:
    """An object whose names are free."""

    def mapped(value: Any) -> dict[str, Any] | None:
        if not isinstance(value, dict):
            return None
        known = ((_name(name), fit(item)) for name, item in list(value.items())[:ITEMS_MOST])
        return {name: item for name, item in known if name is not None and item is not None}

    return mapped


def _object(**shapes: Fit) -> Fit:
    """An object with these parts, and others that nobody reads."""

    def formed(value: Any) -> dict[str, Any] | None:
        if not isinstance(value, dict):
            return None
        found = {}
        for name, item in value.items():
            fit = shapes.get(name)
            part = fit(item) if fit is not None else _any(item, 1)
            if part is not None or (fit is None and item is None):
                found[_clean(name)] = part
        return found

    return formed


def _with(fit: Fit, name: str) -> Fit:
    """An object that is nothing without that part."""
    return lambda value: found if (found := fit(value)) is not None and name in found else None


def _either(*fits: Fit) -> Fit:
    """The first shape that fits."""
    return lambda value: next((found for fit in fits if (found := fit(value)) is not None), None)


_id = partial(_name, most=LONGEST_ID)
_LABEL = _object(type=_name, text=_text)
_ADDRESS = partial(_name, most=LONGEST_ADDRESS)
_FILE = _object(id=_id, name=_name, mimetype=_name, size=_count, permalink=_ADDRESS)
_OPTION = _object(text=_LABEL, value=_text)
_ELEMENT = _object(
    type=_name,
    action_id=_name,
    block_id=_name,
    action_ts=_moment,
    text=_LABEL,
    value=_text,
    selected_option=_OPTION,
    selected_options=_listed(_OPTION),
    selected_user=_id,
    selected_users=_listed(_id),
    selected_conversation=_id,
    selected_conversations=_listed(_id),
    selected_channel=_id,
    selected_channels=_listed(_id),
    selected_date=_name,
    selected_time=_name,
    selected_date_time=_count,
    files=_listed(_FILE),
)
"""A control that was used, or an input with what it holds."""
_STATE = _object(values=_mapped(_mapped(_ELEMENT)))
_METADATA = _object(event_type=_name, event_payload=_object())
_BLOCK = _object(type=_name, block_id=_name, elements=_listed(_object(action_id=_name)))
_MESSAGE = _object(
    type=_name,
    subtype=_name,
    user=_id,
    bot_id=_id,
    bot_profile=_object(),
    app_id=_id,
    text=_text,
    ts=_moment,
    thread_ts=_moment,
    team=_id,
    files=_listed(_FILE),
    blocks=_listed(_BLOCK),
    metadata=_METADATA,
    edited=_object(user=_id, ts=_moment),
)
_VIEW = _object(
    id=_id,
    type=_name,
    callback_id=_name,
    private_metadata=_text,
    state=_STATE,
    team_id=_id,
    app_installed_team_id=_id,
    blocks=_listed(_BLOCK),
)
_EVENT = _object(
    type=_name,
    subtype=_name,
    user=_either(_id, _object(id=_id, team_id=_id, deleted=_flag)),
    bot_id=_id,
    bot_profile=_object(),
    app_id=_id,
    text=_text,
    ts=_moment,
    thread_ts=_moment,
    event_ts=_moment,
    deleted_ts=_moment,
    channel=_either(_id, _object(id=_id)),
    channel_type=_name,
    team=_id,
    user_team=_id,
    enterprise_id=_id,
    team_id=_id,
    hidden=_flag,
    tab=_name,
    reaction=_name,
    item_user=_id,
    files=_listed(_FILE),
    message=_MESSAGE,
    previous_message=_MESSAGE,
    metadata=_METADATA,
    view=_VIEW,
    item=_object(type=_name, channel=_id, ts=_moment),
    tokens=_object(bot=_listed(_id), oauth=_listed(_id)),
    assistant_thread=_object(user_id=_id, channel_id=_id, thread_ts=_moment),
    function_execution_id=_name,
    bot_access_token=_name,
)
_PAYLOAD = _object(
    type=_name,
    token=_name,
    challenge=_name,
    ssl_check=_name,
    api_app_id=_id,
    event=_with(_EVENT, "type"),
    event_id=_name,
    event_time=_count,
    authorizations=_listed(
        _object(team_id=_id, enterprise_id=_id, user_id=_id, is_bot=_flag, is_enterprise_install=_flag)
    ),
    is_enterprise_install=_either(_flag, _id),
    is_ext_shared_channel=_flag,
    enterprise=_either(_object(id=_id), _id),
    enterprise_id=_id,
    context_team_id=_id,
    context_enterprise_id=_id,
    team=_object(id=_id, enterprise_id=_id),
    team_id=_id,
    user=_object(id=_id, team_id=_id),
    user_id=_id,
    channel=_object(id=_id),
    channel_id=_id,
    thread_ts=_moment,
    message=_MESSAGE,
    previous_message=_MESSAGE,
    message_ts=_moment,
    action_ts=_moment,
    action_id=_name,
    block_id=_name,
    callback_id=_name,
    trigger_id=_name,
    response_url=_ADDRESS,
    response_urls=_listed(_object(response_url=_ADDRESS)),
    container=_object(
        type=_name, message_ts=_moment, thread_ts=_moment, channel_id=_id, view_id=_id, is_ephemeral=_flag
    ),
    actions=_listed(_with(_ELEMENT, "action_id"), 25, least=1),
    view=_with(_VIEW, "type"),
    state=_STATE,
    command=_name,
    text=_text,
    item=_object(channel=_id),
    assistant_thread=_object(user_id=_id, channel_id=_id, thread_ts=_moment),
    function_data=_object(execution_id=_name),
    function_execution_id=_name,
    bot_access_token=_name,
)
