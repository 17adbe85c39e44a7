"""Column types that mean the same on SQLite and on PostgreSQL.

Every room's tables use these, so that a moment, a document and a person's words come back exactly as they
went in, whichever database stands behind the house.
"""

from datetime import UTC, datetime

from sqlalchemy import JSON, BigInteger, DateTime, Integer, String, Text, TypeDecorator
from sqlalchemy.engine import Dialect

BigId = BigInteger().with_variant(Integer(), "sqlite")
"""A primary key: SQLite numbers only INTEGER by itself, PostgreSQL keeps 64 bits."""

Document = JSON(none_as_null=True)
"""A JSON column. Plain JSON, not JSONB: JSONB refuses the NUL characters that people's texts may contain."""


OrderKey = String(64).with_variant(String(64, collation="C"), "postgresql")
"""Short text that sorts by its bytes on either database, whatever the server's language."""


class UTCDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC and read back aware and in UTC, to the microsecond.

    Raises ValueError for a naive datetime: its zone would be a guess.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite keeps no zone, so there the UTC moment is stored without one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """What a person wrote, of any length, without what a database cannot hold (NUL, lone surrogates)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Both databases get the same text, so that a search finds it on either."""
        del dialect
        return None if value is None else storable(value)


def storable(text: str) -> str:
    """`text` without NUL (PostgreSQL refuses it) and lone surrogates (nothing can encode them)."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


KEY_LENGTH = 255
"""Characters of a column that holds a key."""


def fitted(key: str) -> str:
    """A key as its column holds it. What makes it one of its kind stands at its beginning."""
    return key[:KEY_LENGTH]
