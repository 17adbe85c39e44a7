"""The one database of the house: sessions, migrations, the outbox, what conversations remember."""

from bot.store.engine import Store, migrate
from bot.store.schema import SchemaError

__all__ = ["SchemaError", "Store", "migrate"]
