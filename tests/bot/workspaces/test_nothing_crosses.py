"""Two workspaces with the same user ids, channel ids, message times and ticket numbers: nothing crosses."""

import asyncio
import random
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from bot.content import Content
from bot.rooms.setup import own
from bot.settings import Settings
from bot.store.engine import part_of
from bot.store.sealing import new_key
from tests.bot.way import DESK, FAQ, GENERAL
from tests.bot.workspaces.slacks import Many, a_process, a_workspace, settings_of, slack_of
from tests.bot.workspaces.walking import Walker
from tests.clock import Clock

KEY = new_key()
WORDS = {"T0FIRST": "zanzibar", "T0SECOND": "quagga"}
"""What the people of one workspace say, and nobody else."""
PEOPLE = ["U0ANN", "U0BOB", "U0AGENT", "U0MOD"]
MODS = "C0MODS"
OWN = {
    "LAUREL_DESK_CHANNEL": DESK,
    "LAUREL_FAQ_CHANNELS": FAQ,
    "LAUREL_AGENT_GROUP": "S0AGENTS",
    "LAUREL_SPECIALIST_GROUP": "S0AGENTS",
    "LAUREL_MODERATOR_GROUP": "S0MODS",
    "LAUREL_MODERATOR_CHANNEL": MODS,
    "LAUREL_COMMUNITY_CHANNEL": GENERAL,
}
STEPS = 120


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_two_workspaces_do_neither_sees_a_word_of_the_other(
    content: Content, clock: Clock, database_url: str, seed: int
) -> None:
    async with AsyncExitStack() as stack:
        slacks = [await stack.enter_async_context(a_workspace(team, clock, *PEOPLE)) for team in WORDS]
        for slack in slacks:
            for channel in (DESK, FAQ, GENERAL, MODS):
                slack.people.channel(channel, members=tuple(PEOPLE))
            slack.people.groups |= {"S0AGENTS": ["U0AGENT"], "S0MODS": ["U0MOD"]}
            slack.people.users["U0MOD"]["is_admin"] = True
        settings = settings_of(await stack.enter_async_context(slack_of(slacks)), database_url, KEY)
        laurel = await stack.enter_async_context(a_process(settings, content, clock))
        for slack in slacks:
            await laurel.install(slack)
            await _set_up(laurel, slack.team, clock)
        walkers = [Walker(slack, WORDS[slack.team], PEOPLE, random.Random(seed)) for slack in slacks]
        # Both walk the same way, at the same moments: what is keyed by less than the workspace collides.
        for _ in range(STEPS):
            for walker in walkers:
                for answer in await laurel.bring(*walker.act()):
                    assert answer.status_code == 200
            clock.forward(seconds=20)
        for walker, other in zip(walkers, reversed(walkers), strict=True):
            said = walker.shown()
            assert walker.word in said
            assert other.word not in said
            assert other.slack.team not in said
            assert len(walker.done) == len({"says", "commands", "presses", "submits", "shortcut", "home"})
    for team, word in WORDS.items():
        others = [one for one in WORDS if one != team]
        held = await _held(settings, team)
        assert word in held
        assert not [one for one in others if one in held or WORDS[one] in held]
    kept = await _held(settings, None)
    assert not [word for word in WORDS.values() if word in kept]


async def test_each_workspace_has_the_roles_and_the_channels_that_it_set(
    content: Content, clock: Clock, sqlite_url: str
) -> None:
    async with AsyncExitStack() as stack:
        slacks = [await stack.enter_async_context(a_workspace(team, clock, *PEOPLE)) for team in WORDS]
        settings = settings_of(await stack.enter_async_context(slack_of(slacks)), sqlite_url, KEY)
        laurel = await stack.enter_async_context(a_process(settings, content, clock))
        for slack in slacks:
            slack.people.channel(MODS, members=tuple(PEOPLE))
            slack.people.groups |= {"S0AGENTS": ["U0AGENT"], "S0MODS": ["U0MOD"]}
            await laurel.install(slack)
        await _set_up(laurel, "T0FIRST", clock)
        first, second = slacks
        await laurel.bring(*(slack.acts.commands("U0AGENT", "stats month") for slack in slacks))
        asked = {slack.team: [call.method for call in slack.calls] for slack in slacks}
        assert "usergroups.users.list" in asked["T0FIRST"]
        assert "usergroups.users.list" not in asked["T0SECOND"]
        assert first.ephemerals != second.ephemerals


async def _set_up(laurel: Many, team: str, clock: Clock) -> None:
    """What the workspace's admin sets."""
    house = laurel.place.houses.open[team]
    async with house.laurel.store.write() as session:
        await own.keep(session, OWN, by="U0ADMIN", now=clock())
    await house.look()


async def _held(settings: Settings, team: str | None) -> str:
    """All that a workspace's database holds (None: the main one), as text."""
    url = settings.database_url if team is None else part_of(settings.database_url, team)
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return await asyncio.to_thread(_read, Path(str(address.database)))
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(plain) as connection:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        tables = [name for (name,) in await (await connection.execute(query)).fetchall()]
        found = [
            str(await (await connection.execute(f'SELECT t::text FROM "{one}" t'.encode())).fetchall())
            for one in tables
        ]
    return "\n".join(found)


def _read(file: Path) -> str:
    parts = [Path(f"{file}{end}") for end in ("", "-wal")]
    return "".join(part.read_bytes().decode("latin-1") for part in parts if part.exists())
