"""Which source the settings name: the store, an HTTP endpoint, or a database of the operator's."""

from bot.rooms.people.records import RecordSource
from bot.rooms.people.sql_source import QueriesError, SqlSource, read_queries
from bot.rooms.people.store_source import StoreSource
from bot.settings import Settings, SettingsError
from bot.store.engine import Store

STORE = "store"


def open_source(settings: Settings, store: Store) -> RecordSource:
    """The source of LAUREL_RECORDS. Raises SettingsError where address or queries cannot be used."""
    where = settings.records
    if where == STORE:
        return StoreSource(store)
    if where.startswith(("http://", "https://")):
        from bot.rooms.people.http_source import HttpSource  # it brings httpx, which the others do without

        token = settings.records_token
        return HttpSource(where, token.get_secret_value() if token else None)
    if settings.records_queries is None:
        raise SettingsError(["LAUREL_RECORDS_QUERIES is missing; name the YAML file with the queries"])
    try:
        return SqlSource(where, read_queries(settings.records_queries))
    except QueriesError as error:
        raise SettingsError([f"LAUREL_RECORDS_QUERIES: {error}"]) from error
