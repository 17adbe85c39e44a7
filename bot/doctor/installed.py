"""What Laurel is installed in from a link: whether our keys open the tokens, and each workspace by them."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from bot.doctor import machine
from bot.doctor.finding import Finding, Health, broken, off, ok
from bot.doctor.workspace import of_token
from bot.rooms.setup import own
from bot.settings import Settings, SettingsError
from bot.slack.installations import Installations
from bot.slack.oauth import BACK, INSTALL
from bot.slack.probe import ask
from bot.slack.sending import slack_client, slack_session
from bot.slack.tables import Workspace, listed
from bot.store import Store
from bot.store.engine import part_of
from bot.store.sealing import Seal, SealError
from bot.workspaces.houses import of_workspace

_ANEW = f"install Laurel there anew from {INSTALL}"


async def installed(settings: Settings, store: Store, now: datetime) -> AsyncIterator[Finding]:
    """How many there are, the keys, and a line for each workspace, more where something is wrong with it.

    Where `settings` name a workspace, all lines of that one. No token is replaced by a new one.
    """
    yield _address(settings)
    async with store.read() as session:
        rows = await listed(session)
    there = [row for row in rows if row.gone_at is None]
    yield _count(there, gone=len(rows) - len(there))
    wanted = [row for row in there if settings.workspace in {None, row.id}]
    if settings.workspace is not None and not wanted:
        seen = f"Laurel is not installed in {settings.workspace}"
        yield broken("workspaces", seen, "`laurel workspaces list` prints the ids")
    try:
        seal = Seal(settings.keys)
    except SealError:
        if settings.keys:  # that there are none is said already
            yield broken("tokens", "LAUREL_KEYS holds what is no key", "`laurel keys new` makes one")
        return
    installations = Installations(settings.slack_client_id or "", store.writing, seal)
    tokens = {row.id: await _token(store, installations, row) for row in wanted}
    opened = [row for row in wanted if isinstance(tokens[row.id], str)]
    if opened:
        yield ok("tokens", f"LAUREL_KEYS opens those of {len(opened)}")
    for found in tokens.values():
        if isinstance(found, Finding):
            yield found
    connections = slack_session()
    try:
        clocks = set()
        for row in opened:
            token = str(tokens[row.id])
            client = slack_client(token, settings.slack_api_url, session=connections)
            told = [one async for one in _workspace(settings, client, row, now)]
            clocks |= {one for one in told if one.part == "clock"}
            for one in _shown(row, [one for one in told if one.part != "clock"], settings):
                yield one
        for one in sorted(clocks, key=lambda one: one.health is Health.OK)[:1]:
            yield one  # one machine has one clock
    finally:
        await connections.close()


def _address(settings: Settings) -> Finding:
    if settings.public_url is not None:
        return ok("address", f"{settings.public_url.rstrip('/')}{INSTALL}")
    seen = "LAUREL_PUBLIC_URL is not set, so browsers come back to the app's first redirect URL"
    return off("address", seen, f"set it where that is not https://your.host{BACK}")


def _count(there: Sequence[Workspace], *, gone: int) -> Finding:
    left = f", {gone} uninstalled and not forgotten yet" if gone else ""
    if not there:
        return off("workspaces", f"installed in none{left}", f"open {INSTALL} in a browser")
    return ok("workspaces", f"installed in {len(there)}{left}")


async def _token(store: Store, installations: Installations, row: Workspace) -> str | Finding:
    """Its token, or why there is none."""
    try:
        async with store.read() as session:
            token = await installations.token(session, row)
    except SealError:
        cure = "put the key that sealed it behind the new one"
        return broken(f"{row.id} token", "no key of LAUREL_KEYS opens it", cure)
    return broken(f"{row.id} token", "none is kept", _ANEW) if token is None else token.token


async def _workspace(
    settings: Settings, client: Any, row: Workspace, now: datetime
) -> AsyncIterator[Finding]:
    """Its database and queue, and what Slack says of its token, by the settings that it made itself."""
    theirs = of_workspace(
        settings,
        row.id,
        slack_bot_token=SecretStr(client.token),
        database_url=part_of(settings.database_url, row.id),
    )
    database = await machine.database(theirs)
    yield database
    if database.health is Health.OK:
        async with Store.opened(theirs.database_url) as store:
            async with store.read() as session:
                values = await own.read(session)
            for found in await machine.queue(store, now):
                yield found
        try:
            theirs = theirs.over(values)
        except SettingsError as error:
            for line in error.lines:
                yield broken("settings", line, "set it anew in that workspace's App Home")
    told = await ask(client, "auth.test")
    async for found in of_token(client, theirs, told, now, anew=_ANEW):
        yield found


def _shown(row: Workspace, told: Sequence[Finding], settings: Settings) -> Iterator[Finding]:
    """All of it where it was asked for; else what is wrong, or one line that says that nothing is."""
    wrong = [one for one in told if one.health in {Health.WARNING, Health.BROKEN}]
    if settings.workspace is None and not wrong:
        looked = sorted({one.part for one in told if one.health is Health.OK})
        yield ok(row.id, f"{row.name}: {', '.join(looked)}")
        return
    for one in told if settings.workspace is not None else wrong:
        yield replace(one, part=f"{row.id} {one.part}")
