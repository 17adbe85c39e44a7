"""Making and dropping the database of one workspace beside the main one (see `engine.part_of`)."""

import asyncio
from pathlib import Path

from sqlalchemy import text

from bot.store.engine import create_engine, database_url, migrate, part_of, schema_of


async def make(url: str, name: str) -> str:
    """Have the part there, with this release's schema; its address. Raises SchemaError, ValueError."""
    part = part_of(url, name)
    if database_url(url).get_backend_name() == "postgresql":
        engine = create_engine(url)
        try:
            async with engine.begin() as connection:
                await connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema_of(name)}"))
        finally:
            await engine.dispose()
    await migrate(part)
    return part


async def drop(url: str, name: str) -> None:
    """Delete the part and all that it holds. Raises ValueError."""
    address = database_url(part_of(url, name))
    if address.get_backend_name() == "postgresql":
        engine = create_engine(url)
        try:
            async with engine.begin() as connection:
                await connection.execute(text(f"DROP SCHEMA IF EXISTS {schema_of(name)} CASCADE"))
        finally:
            await engine.dispose()
        return
    for end in ("", "-wal", "-shm", "-serving"):
        await asyncio.to_thread(Path(f"{address.database}{end}").unlink, missing_ok=True)
