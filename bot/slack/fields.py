"""What the inputs of a view hold, by block id, as plain values."""

from collections.abc import Mapping
from typing import Any

_VALUES = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
"""Where an element keeps its value, if not under `value`."""


def fields_of(state: Mapping[str, Any]) -> dict[str, Any]:
    """`view.state` as block id -> value: text, an option's value or several, a date, a user, files."""
    found: dict[str, Any] = {}
    for block, elements in (state.get("values") or {}).items():
        for element in elements.values():
            found[block] = value_of(element)
    return found


def value_of(element: Mapping[str, Any]) -> Any:
    """The value of one input element; None where nothing was given."""
    match element.get("type"):
        case "checkboxes" | "multi_static_select":
            return [option["value"] for option in element.get("selected_options") or () if "value" in option]
        case "file_input":
            return [
                {"id": file["id"], "name": file.get("name"), "url": file.get("permalink")}
                for file in element.get("files") or ()
                if file.get("id")
            ]
        case "multi_channels_select":
            return list(element.get("selected_channels") or ())
        case "multi_users_select":
            return list(element.get("selected_users") or ())
    if "selected_option" in element:
        return (element["selected_option"] or {}).get("value")
    return element.get(_VALUES.get(str(element.get("type")), "value"))


def chosen(action: Mapping[str, Any]) -> str:
    """What a control carries or what was chosen with it, as text."""
    value = value_of(action)
    if isinstance(value, list):
        return ",".join(map(str, value))
    return "" if value is None else str(value)
