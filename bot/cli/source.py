"""The store and the source of records, for commands about records and links."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.rooms.people.records import RecordSource
from bot.rooms.people.sources import open_source
from bot.settings import Settings
from bot.store import Store


@asynccontextmanager
async def opened(read: Settings) -> AsyncIterator[tuple[Store, RecordSource]]:
    """The store and the source of records that the settings name, while the context lasts."""
    async with Store.opened(read.database_url) as store:
        source = open_source(read, store)
        try:
            yield store, source
        finally:
            await source.close()
