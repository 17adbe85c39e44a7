"""Where freelancers' records come from: the port that every source stands behind.

A source answers in one of three ways, and the difference is the whole point: the record, "there is none"
(None), or `SourceUnreachableError`. The last makes every criterion unknown; it never makes one unmet.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from knowledge.record import Record, RecordError, parse_record

AT_ONCE = 8
"""Records asked for side by side in a batch; more would only queue at the other end."""


class SourceUnreachableError(Exception):
    """The source did not answer, or answered something that cannot be the record. Nothing is known then."""


class RecordSource(ABC):
    """A place that keeps records. An adapter gives documents (one record's JSON); the rest follows."""

    @abstractmethod
    async def document(self, freelancer_id: str) -> bytes | None:
        """One record as JSON, None where there is none. Raises SourceUnreachableError."""

    @abstractmethod
    async def ids_by_email(self, address: str) -> Sequence[str]:
        """The freelancers with this address on record, whatever its case. Raises SourceUnreachableError."""

    async def documents(self, ids: Sequence[str]) -> Mapping[str, bytes | None]:
        """Many at once; those that could not be reached are missing from the result."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(freelancer_id: str) -> tuple[str, bytes | None] | None:
            async with gate:
                try:
                    return freelancer_id, await self.document(freelancer_id)
                except SourceUnreachableError:
                    return None

        found = await asyncio.gather(*(one(freelancer_id) for freelancer_id in ids))
        return dict(pair for pair in found if pair is not None)

    async def record(self, freelancer_id: str) -> Record | None:
        """One record, None where there is none. Raises SourceUnreachableError, also if it is unfit."""
        document = await self.document(freelancer_id)
        return None if document is None else read_document(freelancer_id, document)

    async def close(self) -> None:  # noqa: B027 - most sources hold nothing open
        """Give back what the source holds open."""


def read_document(freelancer_id: str, document: bytes) -> Record:
    """The record in `document`. Raises SourceUnreachableError for JSON that is none, or somebody else's."""
    try:
        record = parse_record(document)
    except RecordError as error:
        raise SourceUnreachableError(f"the record cannot be read: {error}") from error
    if record.id != freelancer_id:
        raise SourceUnreachableError("the source answered with another person's record")
    return record


def email_key(address: str) -> str:
    """The form in which addresses are compared."""
    return address.strip().casefold()
