"""The schema: models and migrations agree, and a start on the wrong one says what to do."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlmodel import SQLModel

import bot.app  # noqa: F401 - imports every room, so that all tables are known
from bot.store import SchemaError, Store, migrate
from bot.store.engine import create_engine
from bot.store.engine import database_url as parse_url
from bot.store.schema import MIGRATIONS, check_schema, head_revision, known_revision


async def test_the_models_and_the_migrations_describe_the_same_schema(store: Store) -> None:
    def differences(connection: Connection) -> list[Any]:
        # A database's own full-text index is beyond what models can describe.
        opts = {
            "compare_type": True,
            "include_object": lambda _, name, *__: not name.startswith("ticket_search"),
        }
        context = MigrationContext.configure(connection, opts=opts)
        return list(compare_metadata(context, SQLModel.metadata))

    async with store.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_new_sqlite_file_is_ready_after_opening(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite:///{tmp_path / 'new.db'}")
    async with store.read() as session:
        version = await session.execute(text("SELECT version_num FROM alembic_version"))
        assert version.scalar_one() == head_revision()
    await store.close()


def test_the_files_of_the_migrations_are_named_as_alembic_knows_them() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert scripts.get_heads() == [head_revision()]
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert len(revisions) == len(list((MIGRATIONS / "versions").glob("*.py")))
    assert all(map(known_revision, revisions))
    assert not known_revision("9999")


async def test_migrating_twice_changes_nothing(database_url: str) -> None:
    assert await migrate(database_url) == head_revision()


async def test_a_schema_left_behind_names_the_command_that_brings_it_up(database_url: str) -> None:
    engine = create_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(SchemaError, match="laurel db upgrade"):
        await check_schema(engine)
    await engine.dispose()


async def test_a_schema_from_a_newer_release_is_refused(database_url: str) -> None:
    engine = create_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await engine.dispose()
    with pytest.raises(SchemaError, match="newer release"):
        await Store.open(database_url)


@pytest.mark.parametrize("url", ["mysql://host/db", "nonsense", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_cannot_work_is_refused_with_what_would(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite"):
        parse_url(url)
