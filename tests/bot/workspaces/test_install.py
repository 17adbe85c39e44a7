"""Laurel is installed from a link, serves each workspace from then on, and leaves when it is uninstalled."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.cli import common
from bot.content import Content
from bot.playground.faults import Trouble
from bot.playground.workspace import Workspace
from bot.settings import Settings
from bot.store.engine import part_of
from bot.store.sealing import Seal, SealError, new_key
from tests.bot.way import PERSON
from tests.bot.workspaces.slacks import a_process, a_workspace, settings_of, slack_of
from tests.clock import Clock

QUESTION = "what are the criteria for top rated"
ANSWER = "Top Rated asks"
KEY = new_key()


@pytest.fixture
async def first(clock: Clock) -> AsyncIterator[Workspace]:
    async with a_workspace("T0FIRST", clock, PERSON) as slack:
        yield slack


@pytest.fixture
async def second(clock: Clock) -> AsyncIterator[Workspace]:
    async with a_workspace("T0SECOND", clock, PERSON) as slack:
        yield slack


@pytest.fixture
async def settings(first: Workspace, second: Workspace, database_url: str) -> AsyncIterator[Settings]:
    async with slack_of([first, second]) as address:
        yield settings_of(address, database_url, KEY)


async def test_an_admin_follows_the_link_and_their_people_are_answered(
    content: Content, clock: Clock, settings: Settings, first: Workspace, second: Workspace
) -> None:
    async with a_process(settings, content, clock) as laurel:
        assert await laurel.says(first, PERSON, QUESTION) == []  # nobody invited Laurel yet
        assert (await laurel.install(first)).status_code == 200
        [reply] = await laurel.says(first, PERSON, QUESTION)
        assert ANSWER in reply["text"]
        assert second.calls == []
        assert (await laurel.install(second)).status_code == 200
        [reply] = await laurel.says(second, PERSON, QUESTION)
        assert ANSWER in reply["text"]
        assert len(first.posted()) == 1


async def test_after_a_restart_every_workspace_is_served_as_before(
    content: Content, clock: Clock, settings: Settings, first: Workspace, second: Workspace
) -> None:
    async with a_process(settings, content, clock) as laurel:
        await laurel.install(first)
        await laurel.install(second)
    async with a_process(settings, content, clock) as laurel:
        for slack in (first, second):
            [reply] = await laurel.says(slack, PERSON, QUESTION)
            assert ANSWER in reply["text"]


async def test_a_consent_that_nobody_here_asked_for_installs_nothing(
    content: Content, clock: Clock, settings: Settings, first: Workspace
) -> None:
    async with a_process(settings, content, clock) as laurel:
        forged = {"code": first.code, "state": "made-up"}
        answer = await laurel.http.get(
            "/slack/oauth_redirect", params=forged, headers={"cookie": "slack-app-oauth-state=made-up"}
        )
        assert answer.status_code == 401
        assert laurel.place.houses.open == {}


async def test_who_changes_their_mind_on_slacks_page_is_told_so(
    content: Content, clock: Clock, settings: Settings
) -> None:
    async with a_process(settings, content, clock) as laurel:
        answer = await laurel.http.get("/slack/oauth_redirect", params={"error": "access_denied"})
        assert answer.status_code == 200
        assert "access_denied" in answer.text


async def test_an_uninstalled_workspace_is_left_at_once_and_forgotten_after_the_time_of_grace(
    content: Content, clock: Clock, settings: Settings, first: Workspace, second: Workspace
) -> None:
    async with a_process(settings, content, clock) as laurel:
        await laurel.install(first)
        await laurel.install(second)
        await laurel.says(first, PERSON, QUESTION)
        clock.forward(minutes=1)
        await laurel.bring(first.acts.event({"type": "app_uninstalled"}))
        calls = len(first.calls)
        assert await laurel.says(first, PERSON, QUESTION) == []
        assert len(first.calls) == calls
        assert await laurel.says(second, PERSON, QUESTION) != []
        clock.forward(days=29)
        await laurel.place.houses.look()
        assert await _is_there(settings, "T0FIRST")
        clock.forward(days=2)
        await laurel.place.houses.look()
        assert not await _is_there(settings, "T0FIRST")
        assert await _is_there(settings, "T0SECOND")
        assert [row.id for row in await laurel.place.registry.all()] == ["T0SECOND"]


async def test_who_installs_again_within_the_time_of_grace_finds_everything(
    content: Content, clock: Clock, settings: Settings, first: Workspace
) -> None:
    async with a_process(settings, content, clock) as laurel:
        await laurel.install(first)
        await laurel.says(first, PERSON, "open a ticket")
        clock.forward(minutes=1)
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [first.bot_user]}}
        removed = first.acts.event({"type": "app_uninstalled"})
        await laurel.bring(first.acts.event(revoked), removed)
        assert laurel.place.houses.open == {}
        clock.forward(minutes=1)
        await laurel.install(first)
        await laurel.bring(removed)  # Slack sends it again: it is older than the new installation
        [reply] = await laurel.says(first, PERSON, QUESTION)
        assert ANSWER in reply["text"]


async def test_what_waited_for_a_new_token_is_sent_once_laurel_is_installed_anew(
    content: Content, clock: Clock, settings: Settings, first: Workspace
) -> None:
    async with a_process(settings, content, clock) as laurel:
        await laurel.install(first)
        first.token = "xoxb-T0FIRST-anew"  # Slack takes the old one no longer
        first.faults.next("chat.postMessage", Trouble.REFUSED, error="token_revoked")
        assert await laurel.says(first, PERSON, QUESTION) == []
        clock.forward(hours=1)
        await laurel.install(first)
        await laurel.bring()
        [reply] = first.posted()
        assert ANSWER in reply["text"]


async def test_somebody_elses_revoked_token_changes_nothing(
    content: Content, clock: Clock, settings: Settings, first: Workspace
) -> None:
    async with a_process(settings, content, clock) as laurel:
        await laurel.install(first)
        await laurel.bring(
            first.acts.event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}})
        )
        assert await laurel.says(first, PERSON, QUESTION) != []


async def test_an_organisation_is_served_in_each_of_its_workspaces(
    content: Content, clock: Clock, settings: Settings, first: Workspace
) -> None:
    first.enterprise = "E0ORG"
    async with a_process(settings, content, clock) as laurel:
        await laurel.install(first)
        assert list(laurel.place.houses.open) == ["E0ORG"]
        [request] = first.acts.says(PERSON, QUESTION)
        sent = json.loads(request.body)
        everywhere = {"enterprise_id": "E0ORG", "team_id": None, "is_enterprise_install": True}
        body = json.dumps({**sent, "authorizations": [everywhere]})
        await laurel.bring(type(request)(body, request.headers))
        [reply] = first.posted()
        assert ANSWER in reply["text"]


async def test_no_token_can_be_read_from_the_database_or_the_log(
    content: Content, clock: Clock, first: Workspace, sqlite_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    first.refresh = "xoxe-T0FIRST-refresh"
    async with slack_of([first]) as address:
        settings = settings_of(address, sqlite_url, KEY, LAUREL_LOG_LEVEL="debug")
        async with a_process(settings, content, clock) as laurel:
            await laurel.install(first)
            await laurel.says(first, PERSON, QUESTION)
    held = _all_of(Path(sqlite_url.removeprefix("sqlite:///")).parent)
    said = capfd.readouterr()
    for secret in (first.token, first.refresh, KEY, "client-secret"):
        assert secret.encode() not in held
        assert secret not in said.out + said.err


async def test_a_key_is_changed_while_the_old_one_still_opens(
    content: Content, clock: Clock, first: Workspace, sqlite_url: str
) -> None:
    fresh = new_key()
    async with slack_of([first]) as address:
        async with a_process(settings_of(address, sqlite_url, KEY), content, clock) as laurel:
            await laurel.install(first)
        both = settings_of(address, sqlite_url, f"{fresh},{KEY}")
        async with a_process(both, content, clock) as laurel:
            assert await laurel.place.registry.seal_anew() == 2  # of the bot, and of the installation
        async with a_process(settings_of(address, sqlite_url, fresh), content, clock) as laurel:
            assert await laurel.says(first, PERSON, QUESTION) != []
        # With the old key alone nobody is served, and the log says why; nothing else breaks.
        async with a_process(settings_of(address, sqlite_url, KEY), content, clock) as laurel:
            assert laurel.place.houses.open == {}
            assert (await laurel.http.get("/healthz")).status_code == 200


def test_a_wrong_key_says_how_to_make_one() -> None:
    with pytest.raises(SealError, match="laurel keys new"):
        Seal(["secret"])


@pytest.mark.parametrize("name", ["../other", "T1; DROP", "", "Tü"])
def test_what_is_no_id_never_becomes_a_file_or_a_schema(name: str, database_url: str) -> None:
    with pytest.raises(ValueError, match="no id of a workspace"):
        part_of(database_url, name)


def test_a_command_for_one_workspace_has_its_database_and_one_about_all_has_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LAUREL_DATABASE_URL", "sqlite:///laurel.db")
    monkeypatch.setenv("LAUREL_WORKSPACE", "T0FIRST")
    assert make_url(common.settings().database_url).database == "laurel-T0FIRST.db"
    assert make_url(common.settings(whole=True).database_url).database == "laurel.db"


def _all_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


def _exists(file: str) -> bool:
    return Path(file).exists()


async def _is_there(settings: Settings, key: str) -> bool:
    """Whether that workspace's database still holds anything."""
    address = make_url(part_of(settings.database_url, key))
    if address.get_backend_name() == "sqlite":
        return _exists(str(address.database))
    import psycopg

    plain = make_url(settings.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(plain) as connection:
        query = "SELECT 1 FROM information_schema.schemata WHERE schema_name = %s"
        found = await (await connection.execute(query, (f"laurel_{key.lower()}",))).fetchone()
    return found is not None
