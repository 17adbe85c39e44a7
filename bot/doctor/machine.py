"""What stands on this machine: keys, database, queue, disk."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery import outbox
from bot.doctor.finding import Finding, broken, ok, warning
from bot.settings import Settings
from bot.store.engine import Store, create_engine, database_url
from bot.store.schema import SchemaError, check_schema, head_revision

ROOM = 500_000_000
"""Bytes that should be free where the database is: a backup and a year of a busy desk fit in."""
LATE = timedelta(minutes=5)
"""How long something may be due before somebody should look. Retries wait less."""

_VERSION = {"sqlite": "SELECT sqlite_version()", "postgresql": "SHOW server_version"}


def keys(settings: Settings) -> Finding:
    """Whether codes and links are signed with a secret of their own."""
    if settings.secret is not None:
        return ok("keys", "LAUREL_SECRET is set")
    return warning(
        "keys",
        "codes and links are signed with a key made from Slack's secret",
        "set LAUREL_SECRET, so that they outlive a new signing secret",
    )


async def database(settings: Settings) -> Finding:
    """Whether it answers, in which version, with this release's schema. It is not changed."""
    engine = create_engine(settings.database_url)
    kind = engine.dialect.name
    try:
        async with engine.connect() as connection:
            version = await connection.scalar(text(_VERSION[kind]))
        await check_schema(engine)
    except SchemaError as error:
        return broken("database", str(error), "run `laurel db upgrade`, or this release's own Laurel")
    except (SQLAlchemyError, OSError) as error:
        seen = f"{kind} does not answer ({type(error).__name__})"
        return broken("database", seen, "check LAUREL_DATABASE_URL, and that the server runs")
    finally:
        await engine.dispose()
    return ok("database", f"{kind} {version}, schema {head_revision()}")


async def queue(store: Store, now: datetime) -> Iterator[Finding]:
    """What waits and what was given up."""
    async with store.read() as session:
        waiting, since = await outbox.overdue(session, now)
        parked = (await outbox.counts(session)).get("parked", 0)
    late = since is not None and now - since > LATE
    found = [
        warning("queue", f"{waiting} jobs wait, the first since {since}", "see that `laurel serve` runs")
        if late
        else ok("queue", f"{waiting} jobs wait")
    ]
    if parked:
        cure = "look at why in the log (delivery.parked); what an incident held up can be sent again"
        found.append(warning("parked", f"{parked} jobs were given up", cure))
    return iter(found)


def disk(settings: Settings) -> Iterator[Finding]:
    """How much room there is for the database and for what the matcher learned."""
    address = database_url(settings.database_url)
    places = {"cache": settings.cache}
    if address.get_backend_name() == "sqlite":
        places["database"] = Path(address.database or ".").absolute()
    for name, place in places.items():
        if place is None:
            continue
        there = next(folder for folder in (place, *place.absolute().parents) if folder.exists())
        free = shutil.disk_usage(there).free
        seen = f"{free / 1e9:.1f} GB free for the {name}"
        yield ok("disk", seen) if free >= ROOM else warning("disk", seen, f"make room at {there}")
