"""The app manifest: what Slack accepts, and what the house needs."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.slack.commands import QUESTIONS
from tests.bot.slack.manifest_schema import MANIFEST
from tests.bot.way import Way

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "slack-manifest.yaml").read_text("utf-8"))
    return loaded


def test_slack_accepts_the_manifest(manifest: dict[str, Any]) -> None:
    jsonschema.Draft7Validator(MANIFEST).validate(manifest)


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (("display_information", "name"), "x" * 36),
        (("display_information", "description"), "x" * 141),
        (("features", "slash_commands"), [{"command": "laurel", "description": "no slash"}]),
        (("features", "agent_view", "suggested_prompts"), [{"title": "t", "message": "m"}] * 5),
        (("features", "unknown_feature"), {}),
    ],
)
def test_the_schema_would_notice_a_slip(manifest: dict[str, Any], place: tuple[str, ...], wrong: Any) -> None:
    whole = yaml.safe_load(yaml.safe_dump(manifest))
    part = whole
    for name in place[:-1]:
        part = part[name]
    part[place[-1]] = wrong
    assert not jsonschema.Draft7Validator(MANIFEST).is_valid(whole)


def test_every_event_that_is_listened_to_is_subscribed(manifest: dict[str, Any]) -> None:
    events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    assert events >= {"app_mention", "app_home_opened", "message.im", "message.channels", "message.groups"}


def test_every_call_that_is_made_has_its_scope(manifest: dict[str, Any]) -> None:
    scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    needed = {
        "chat:write",  # chat.postMessage, chat.update, chat.postEphemeral
        "im:write",  # conversations.open
        "im:history",  # conversations.history and .replies in DMs, message.im
        "channels:history",
        "groups:history",
        "channels:read",  # conversations.members
        "groups:read",
        "users:read",  # users.info
        "users:read.email",
        "usergroups:read",  # usergroups.users.list
        "files:write",  # files.getUploadURLExternal
        "assistant:write",  # assistant.threads.setSuggestedPrompts
        "app_mentions:read",
        "commands",
    }
    assert needed <= scopes


def test_slack_hints_at_every_subcommand(manifest: dict[str, Any], way: Way) -> None:
    [command] = manifest["features"]["slash_commands"]
    surfaces = way.laurel.front.surfaces
    known = {*surfaces.commands, *surfaces.command_openers, *QUESTIONS} - {"", "tickets"}  # as `status`
    assert {name for name in known if name not in re.findall(r"\w+", command["usage_hint"])} == set()
