"""`laurel doctor` names what is wrong and what to do, against Slack's stand-in and real databases."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bot.doctor import Finding, Health, examine
from bot.playground.faults import Trouble
from bot.playground.workspace import Workspace
from bot.settings import Settings
from bot.slack.manifest import MANIFEST
from tests.bot.way import DESK, FAQ, settings_for


@pytest.fixture
def slack(workspace: Workspace) -> Workspace:
    """A workspace in which everything is as it should be."""
    workspace.scopes = yaml.safe_load(MANIFEST.read_text("utf-8"))["oauth_config"]["scopes"]["bot"]
    for channel in (DESK, FAQ):
        workspace.people.channel(channel)
    workspace.people.group("S0AGENTS", "U1", "U2")
    return workspace


async def found(slack: Workspace, database: str, more: Mapping[str, str] | None = None) -> list[Finding]:
    settings = settings_for(slack, database, **(more or {}))
    return await examine(settings, datetime.now(UTC))


def worst(findings: list[Finding], part: str) -> Finding:
    order = (Health.BROKEN, Health.WARNING, Health.OFF, Health.OK)
    return min((one for one in findings if one.part == part), key=lambda one: order.index(one.health))


async def test_a_house_in_order_has_nothing_broken(slack: Workspace, database_url: str) -> None:
    more = {"LAUREL_AGENT_GROUP": "S0AGENTS", "LAUREL_SECRET": "x" * 32}
    findings = await found(slack, database_url, more)
    assert [one for one in findings if one.health is Health.BROKEN] == []
    assert {one.part for one in findings if one.health is Health.OK} >= {
        "keys",
        "disk",
        "database",
        "queue",
        "records",
        "token",
        "scopes",
        "clock",
        "channel",
        "role",
        "way in",
    }
    assert "2 agents of S0AGENTS" in {one.seen for one in findings}
    assert worst(findings, "mail").health is Health.OFF


async def test_a_channel_without_laurel_says_how_to_bring_it_in(slack: Workspace, sqlite_url: str) -> None:
    slack.people.channels[DESK]["is_member"] = False
    slack.people.channel(FAQ, archived=True)
    findings = await found(slack, sqlite_url)
    broken = {one.seen: one.cure for one in findings if one.health is Health.BROKEN}
    assert any("is not in" in seen and "/invite @Laurel" in cure for seen, cure in broken.items())
    assert any("archived" in seen for seen in broken)


async def test_a_scope_that_the_token_lacks_is_named(slack: Workspace, sqlite_url: str) -> None:
    slack.scopes = [scope for scope in slack.scopes or () if scope != "users:read"]
    told = worst(await found(slack, sqlite_url), "scopes")
    assert (told.health, "users:read" in told.seen, "reinstall" in told.cure) == (Health.BROKEN, True, True)


async def test_a_group_that_is_not_there_is_named(slack: Workspace, sqlite_url: str) -> None:
    told = worst(await found(slack, sqlite_url, {"LAUREL_AGENT_GROUP": "S0NONE"}), "role")
    assert (told.health, "S0NONE" in told.seen) == (Health.BROKEN, True)


async def test_a_token_that_slack_refuses_ends_the_questions_to_slack(
    slack: Workspace, sqlite_url: str
) -> None:
    slack.faults.next("auth.test", Trouble.REFUSED, error="invalid_auth")
    findings = await found(slack, sqlite_url)
    told = worst(findings, "token")
    assert (told.health, "invalid_auth" in told.seen) == (Health.BROKEN, True)
    assert not any(one.part == "channel" for one in findings)


async def test_a_slack_out_of_reach_a_dead_mail_server_and_an_old_schema_each_get_a_line(
    slack: Workspace, tmp_path: Path
) -> None:
    findings = await found(
        slack,
        f"sqlite:///{tmp_path}/empty.db",
        {
            "SLACK_API_URL": "http://127.0.0.1:9/api/",
            "LAUREL_SMTP_HOST": "127.0.0.1",
            "LAUREL_SMTP_PORT": "9",
            "LAUREL_SMTP_FROM": "laurel@example.com",
            "LAUREL_RECORDS": "http://127.0.0.1:9/records",
        },
    )
    assert {one.part for one in findings if one.health is Health.BROKEN} == {"token", "mail", "database"}
    assert "laurel db upgrade" in worst(findings, "database").cure
    assert not (tmp_path / "empty.db-wal").exists()


async def test_without_any_settings_the_first_steps_are_named(sqlite_url: str) -> None:
    findings = await examine(Settings.read({"LAUREL_DATABASE_URL": sqlite_url}), datetime.now(UTC))
    said = " ".join(f"{one.seen} {one.cure}" for one in findings if one.health is Health.BROKEN)
    assert "SLACK_BOT_TOKEN is missing" in said
    assert "SLACK_SIGNING_SECRET is missing" in said


async def test_a_record_source_out_of_reach_is_named(slack: Workspace, sqlite_url: str) -> None:
    told = worst(await found(slack, sqlite_url, {"LAUREL_RECORDS": "http://127.0.0.1:9/records"}), "records")
    assert (told.health, "LAUREL_RECORDS" in told.cure) == (Health.BROKEN, True)
