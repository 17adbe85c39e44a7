"""`laurel doctor` where Laurel is installed from a link: keys, tokens, and a line for each workspace."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.content import Content
from bot.doctor import Finding, Health, examine
from bot.playground.faults import Trouble
from bot.playground.workspace import Workspace
from bot.rooms.setup import own
from bot.settings import Settings
from bot.store import Store
from bot.store.engine import part_of
from bot.store.sealing import new_key
from tests.bot.way import DESK, PERSON
from tests.bot.workspaces.slacks import a_process, a_workspace, settings_of, slack_of
from tests.clock import Clock

KEY = new_key()


@pytest.fixture
def clock() -> Clock:
    """The machine's: Slack's answers name their time."""
    return Clock(datetime.now(UTC))


@pytest.fixture
async def first(clock: Clock) -> AsyncIterator[Workspace]:
    async with a_workspace("T0FIRST", clock, PERSON) as slack:
        yield slack


@pytest.fixture
async def settings(
    content: Content, clock: Clock, first: Workspace, database_url: str
) -> AsyncIterator[Settings]:
    """Installed in two workspaces, whose houses are closed again."""
    async with a_workspace("T0SECOND", clock, PERSON) as second, slack_of([first, second]) as address:
        found = settings_of(address, database_url, KEY)
        async with a_process(found, content, clock) as laurel:
            await laurel.install(first)
            await laurel.install(second)
        yield found


def of(findings: list[Finding], part: str) -> list[Finding]:
    return [one for one in findings if one.part == part]


async def test_each_workspace_in_order_has_one_line(settings: Settings) -> None:
    findings = await examine(settings, datetime.now(UTC))
    assert [one for one in findings if one.health is Health.BROKEN] == []
    assert [one.seen for one in of(findings, "workspaces")] == ["installed in 2"]
    assert [one.seen for one in of(findings, "tokens")] == ["LAUREL_KEYS opens those of 2"]
    for key in ("T0FIRST", "T0SECOND"):
        [line] = of(findings, key)
        assert line.seen.endswith(": database, queue, scopes, token")
    assert len(of(findings, "clock")) == 1


async def test_a_workspace_whose_token_slack_refuses_is_named_and_the_others_are_looked_at(
    settings: Settings, first: Workspace
) -> None:
    first.faults.next("auth.test", Trouble.REFUSED, error="token_revoked")
    findings = await examine(settings, datetime.now(UTC))
    [told] = of(findings, "T0FIRST token")
    assert (told.health, "token_revoked" in told.seen) == (Health.BROKEN, True)
    assert "/slack/install" in told.cure
    assert of(findings, "T0SECOND")


async def test_a_token_that_no_key_opens_is_named_and_how_it_is_opened_again(settings: Settings) -> None:
    other = settings.model_copy(update={"keys": (new_key(),)})
    findings = await examine(other, datetime.now(UTC))
    closed = [one for one in findings if one.health is Health.BROKEN]
    assert {one.part for one in closed} == {"T0FIRST token", "T0SECOND token"}
    assert "behind the new" in closed[0].cure
    both = settings.model_copy(update={"keys": (new_key(), KEY)})
    assert not [one for one in await examine(both, datetime.now(UTC)) if one.health is Health.BROKEN]


async def test_what_a_workspace_set_for_itself_is_looked_at(settings: Settings, first: Workspace) -> None:
    first.people.channel(DESK)
    first.people.channels[DESK]["is_member"] = False
    store = await Store.open(part_of(settings.database_url, "T0FIRST"))
    async with store.write() as session:
        await own.keep(session, {"LAUREL_DESK_CHANNEL": DESK}, by="U1", now=datetime.now(UTC))
    await store.close()
    findings = await examine(settings, datetime.now(UTC))
    [told] = of(findings, "T0FIRST channel")
    assert (told.health, "/invite @Laurel" in told.cure) == (Health.BROKEN, True)
    assert not of(findings, "T0SECOND channel")


async def test_one_workspace_can_be_looked_at_alone_and_line_by_line(settings: Settings) -> None:
    findings = await examine(settings.model_copy(update={"workspace": "T0FIRST"}), datetime.now(UTC))
    parts = {one.part for one in findings}
    assert {"T0FIRST database", "T0FIRST token", "T0FIRST scopes", "T0FIRST role"} <= parts
    assert not any("T0SECOND" in part for part in parts)
    nowhere = await examine(settings.model_copy(update={"workspace": "T0NONE"}), datetime.now(UTC))
    assert of(nowhere, "workspaces")[-1].health is Health.BROKEN


async def test_what_a_link_needs_is_named_and_a_bot_token_is_not_asked_for(database_url: str) -> None:
    bare = Settings.read({"LAUREL_DATABASE_URL": database_url, "SLACK_CLIENT_ID": "1.2"})
    findings = await examine(bare, datetime.now(UTC))
    said = " ".join(f"{one.seen} {one.cure}" for one in findings if one.health is Health.BROKEN)
    assert "LAUREL_KEYS is missing" in said
    assert "SLACK_CLIENT_SECRET is missing" in said
    assert "SLACK_BOT_TOKEN" not in said
    assert of(findings, "workspaces")[0].health is Health.OFF
    wrong = bare.model_copy(update={"keys": ("secret",)})
    [told] = of(await examine(wrong, datetime.now(UTC)), "tokens")
    assert "laurel keys new" in told.cure


async def test_no_token_and_no_key_stands_in_what_it_says(settings: Settings, first: Workspace) -> None:
    for given in (settings, settings.model_copy(update={"workspace": "T0FIRST"})):
        said = str(await examine(given, datetime.now(UTC)))
        assert first.token not in said
        assert KEY not in said
