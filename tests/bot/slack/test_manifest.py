"""The app manifest: what Slack accepts, and what the house needs."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.scopes import BY_KIND, NEEDED
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
    assert "reaction_added" in events
    assert "reactions:read" in manifest["oauth_config"]["scopes"]["bot"]


def called() -> set[str]:
    """The Web API's methods that the house's code calls, by Slack's names."""
    methods = {name.replace("_", "."): name for name in dir(AsyncWebClient) if re.match(r"[a-z]+_\w+$", name)}
    written = "\n".join(path.read_text("utf-8") for path in (ROOT / "bot" / "slack").rglob("*.py"))
    found = set(re.findall(r"(?:client|_client)\.([a-z]+_\w+)\(", written))
    found |= {name.replace(".", "_") for name in re.findall(r"api_call\(\s*[\"']([\w.]+)", written)}
    calls = {dotted for dotted, name in methods.items() if name in found} - {"api.call"}
    if "files.upload.v2" in calls:  # slack_sdk's own name for two methods of Slack's
        calls = calls - {"files.upload.v2"} | {"files.getUploadURLExternal", "files.completeUploadExternal"}
    return calls


def test_every_call_that_is_made_has_its_scope(manifest: dict[str, Any]) -> None:
    scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    calls = called()
    assert {"chat.postMessage", "users.info", "conversations.replies", "usergroups.users.list"} <= calls
    free = {"views.open", "views.push", "views.publish", "views.update", "auth.test", "oauth.v2.access"}
    free |= {"chat.getPermalink"}
    unknown = calls - NEEDED.keys() - BY_KIND.keys() - free
    assert unknown == set(), "say in bot/playground/scopes.py which scope these need"
    missing = {method: NEEDED[method] for method in calls & NEEDED.keys() if NEEDED[method] not in scopes}
    assert missing == {}
    kinds = {
        f"{kind}:{BY_KIND[method]}" for method in calls & BY_KIND.keys() for kind in ("channels", "groups")
    }
    assert kinds | {"im:history", "app_mentions:read", "commands"} <= scopes


def test_slack_hints_at_every_subcommand(manifest: dict[str, Any], way: Way) -> None:
    [command] = manifest["features"]["slash_commands"]
    surfaces = way.laurel.front.surfaces
    known = {*surfaces.commands, *surfaces.command_openers, *QUESTIONS} - {"", "tickets"}  # as `status`
    assert {name for name in known if name not in re.findall(r"\w+", command["usage_hint"])} == set()
