"""The workspace's settings as a form shows them and as it gives them back."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.rooms.setup.own import OPEN
from bot.settings import Settings
from bot.values import FaqMode

SUGGEST = "suggest"  # the block of the channels in which answers are only suggested
FIELDS = {
    "desk_channel": "LAUREL_DESK_CHANNEL",
    "agent_channel": "LAUREL_AGENT_CHANNEL",
    "agent_group": "LAUREL_AGENT_GROUP",
    "moderator_channel": "LAUREL_MODERATOR_CHANNEL",
    "moderator_group": "LAUREL_MODERATOR_GROUP",
    "specialist_channel": "LAUREL_SPECIALIST_CHANNEL",
    "specialist_group": "LAUREL_SPECIALIST_GROUP",
    "community_channel": "LAUREL_COMMUNITY_CHANNEL",
    "timezone": "LAUREL_TIMEZONE",
    "quiet_hours": "LAUREL_QUIET_HOURS",
    "retention_days": "LAUREL_RETENTION_DAYS",
    "approvals": "LAUREL_APPROVALS",
    "meeting_url": "LAUREL_MEETING_URL",
}
"""The fields that hold one value each, and the setting that each is; a field's name is a setting's, too."""
ANSWER = "faq_channels"
NAMES = {**{setting: name for name, setting in FIELDS.items()}, "LAUREL_FAQ_CHANNELS": ANSWER}
PLACES = ("_CHANNEL", "_GROUP", "_CHANNELS")
STEPS: Mapping[str, tuple[str, ...]] = {
    "desk": ("desk_channel",),
    "agents": ("agent_group", "agent_channel"),
    "moderators": ("moderator_group", "moderator_channel"),
    "specialists": ("specialist_group", "specialist_channel"),
    "questions": ("faq_channels",),
}
"""What a fresh workspace lacks, in the order of setting it up; one of the settings will do."""


def steps_left(settings: Settings) -> list[str]:
    """The steps that nobody has taken yet."""
    return [step for step, any_of in STEPS.items() if not any(getattr(settings, one) for one in any_of)]


def shown(settings: Settings) -> dict[str, Any]:
    """What the form holds at first."""
    held = {name: getattr(settings, name) for name in FIELDS}
    modes = settings.faq_modes
    suggest = [channel for channel in settings.faq_channels if modes.get(channel) is FaqMode.SUGGEST]
    return {**held, ANSWER: [c for c in settings.faq_channels if c not in modes], SUGGEST: suggest}


def values(fields: Mapping[str, Any]) -> dict[str, str]:
    """What somebody gave, as variables would hold it."""
    given = {name: "" if fields.get(name) is None else str(fields[name]).strip() for name in FIELDS}
    found = {setting: given[name] for name, setting in FIELDS.items()}
    for setting in ("LAUREL_TIMEZONE", "LAUREL_QUIET_HOURS", "LAUREL_RETENTION_DAYS", "LAUREL_APPROVALS"):
        if not found[setting]:
            del found[setting]  # these always have a value
    suggest = [str(one) for one in fields.get(SUGGEST) or ()]
    answer = [str(one) for one in fields.get(ANSWER) or () if str(one) not in suggest]
    found["LAUREL_FAQ_CHANNELS"] = ",".join([*answer, *suggest])
    found["LAUREL_FAQ_MODES"] = ",".join(f"{channel}:{FaqMode.SUGGEST.value}" for channel in suggest)
    return found


def changed(settings: Settings, given: Mapping[str, str]) -> dict[str, str]:
    """Those of `given` that differ from what holds now."""
    before = shown(settings)
    held = values({name: before[name] for name in (*FIELDS, ANSWER, SUGGEST)})
    return {name: value for name, value in given.items() if name in OPEN and held.get(name, "") != value}


def places_in(given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The channels and groups that settings name, each with the setting."""
    for name, value in given.items():
        if name.endswith(PLACES):
            yield from ((name, place) for place in value.split(",") if place)


def block(line: str) -> str:
    """The block of the setting that a line or a name begins with."""
    return NAMES.get(line.partition(":")[0], ANSWER)
