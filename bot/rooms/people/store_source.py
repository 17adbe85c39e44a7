"""Records from Laurel's own database, put there by `laurel import`."""

import zlib
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from bot.rooms.people.records import RecordSource, SourceUnreachableError, email_key
from bot.rooms.people.tables import Freelancer
from bot.store.engine import Store


class StoreSource(RecordSource):
    """The imported records."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def document(self, freelancer_id: str) -> bytes | None:
        """One record as JSON. Raises SourceUnreachableError when the database fails."""
        try:
            async with self._store.read() as session:
                packed = await session.scalar(
                    select(col(Freelancer.record)).where(col(Freelancer.id) == freelancer_id)
                )
        except SQLAlchemyError as error:
            raise SourceUnreachableError("the database of imported records failed") from error
        return None if packed is None else unpack(packed)

    async def documents(self, ids: Sequence[str]) -> Mapping[str, bytes | None]:
        """Many in one query; nothing where the database fails."""
        found: dict[str, bytes | None] = dict.fromkeys(ids)
        try:
            async with self._store.read() as session:
                rows = await session.execute(
                    select(col(Freelancer.id), col(Freelancer.record)).where(col(Freelancer.id).in_(ids))
                )
                for freelancer_id, packed in rows:
                    found[freelancer_id] = unpack(packed)
        except SQLAlchemyError:
            return {}
        return found

    async def ids_by_email(self, address: str) -> Sequence[str]:
        """The freelancers with this address. Raises SourceUnreachableError when the database fails."""
        try:
            async with self._store.read() as session:
                found = await session.scalars(
                    select(col(Freelancer.id)).where(col(Freelancer.email_key) == email_key(address)).limit(2)
                )
                return found.all()
        except SQLAlchemyError as error:
            raise SourceUnreachableError("the database of imported records failed") from error


def pack(document: bytes) -> bytes:
    """A record's JSON for the database: its dates and keys repeat, so it shrinks to a fraction."""
    return zlib.compress(document, 1)


def unpack(packed: bytes) -> bytes:
    """The record's JSON as it was packed."""
    return zlib.decompress(packed)
