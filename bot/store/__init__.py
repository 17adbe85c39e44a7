"""The one database of the house: sessions, migrations, the outbox, what conversations remember."""

from bot.store.engine import Store
from bot.store.schema import SchemaError, migrate

__all__ = ["SchemaError", "Store", "migrate"]
