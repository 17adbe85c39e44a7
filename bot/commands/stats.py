"""`laurel stats`: how the desk does, as text, JSON or CSV."""

import csv
import sys
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.commands.common import CommandError, day_of, now, run, settings, write_json
from bot.learning.statistics import Report, report
from bot.store import Store
from knowledge.calendar import load_calendars

WEEKS = timedelta(days=28)


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def stats(
        since: Annotated[
            str | None, typer.Option(metavar="YYYY-MM-DD", help="Four weeks ago by default.")
        ] = None,
        until: Annotated[
            str | None, typer.Option(metavar="YYYY-MM-DD", help="The last day; today by default.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
        as_csv: Annotated[bool, typer.Option("--csv", help="Print one line per group.")] = False,
    ) -> None:
        """Volume, times, breaches, CSAT and deflection, by category and week."""
        figures = run(_report(day_of(since), day_of(until)))
        if as_json:
            write_json(figures.as_dict())
        elif as_csv:
            rows = figures.rows()
            writer = csv.DictWriter(sys.stdout, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        else:
            _draw(figures)


async def _report(since: date | None, until: date | None) -> Report:
    read = settings(level="warning")
    calendar = load_calendars()["desk"]
    last = until or calendar.local(now()).date()
    first = since or last - WEEKS
    if last < first:
        raise CommandError(f"--until {last} is before --since {first}; turn them round")
    store = await Store.open(read.database_url)
    try:
        async with store.read() as session:
            start = datetime.combine(first, time(), calendar.tz)
            end = datetime.combine(last + timedelta(days=1), time(), calendar.tz)
            return await report(session, calendar, start.astimezone(UTC), end.astimezone(UTC), now=now())
    finally:
        await store.close()


def _draw(figures: Report) -> None:
    table = Table(
        title=f"{figures.since:%Y-%m-%d} to {figures.until:%Y-%m-%d}, business hours", title_justify="left"
    )
    rows = figures.rows()
    for name in rows[0]:
        table.add_column(name.replace("_", " "))
    for row in rows:
        table.add_row(*("–" if value is None else str(value) for value in row.values()))  # noqa: RUF001 - a dash
    Console().print(table)
