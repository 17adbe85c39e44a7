"""`laurel stats`: how the desk does, as text, JSON or CSV."""

import csv
import sys
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.common import CommandError, day_of, now, run, settings, write_json
from bot.rooms.desk.statistics.report import ALL, Report, report
from bot.store import Store
from knowledge.calendar import load_calendars

SPAN = timedelta(days=27)  # with the last day: four weeks
NOTHING = "-"
COLUMNS = ("", "opened", "solved", "first reply", "resolution", "missed", "CSAT", "answers", "deflected")


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
        first, last = _days(day_of(since, "--since"), day_of(until, "--until"))
        figures = run(_report(first, last))
        if as_json:
            write_json(figures.as_dict())
        elif as_csv:
            rows = figures.rows()
            writer = csv.DictWriter(sys.stdout, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        else:
            _draw(figures, f"{first} to {last}")


def _days(since: date | None, until: date | None) -> tuple[date, date]:
    """The first and the last day, by the desk's clock. Raises CommandError."""
    last = until or load_calendars()["desk"].local(now()).date()
    first = since or last - SPAN
    if last < first:
        raise CommandError(f"--until {last} is before --since {first}; turn them round")
    return first, last


async def _report(first: date, last: date) -> Report:
    read = settings(level="warning")
    calendar = load_calendars()["desk"]
    async with Store.opened(read.database_url) as store, store.read() as session:
        start = datetime.combine(first, time(), calendar.tz)
        end = datetime.combine(last + timedelta(days=1), time(), calendar.tz)
        return await report(session, calendar, start.astimezone(UTC), end.astimezone(UTC), now=now())


def _draw(report: Report, days: str) -> None:
    """A table that fits eighty columns; --csv has each figure by itself."""
    print_line = Console(highlight=False).print
    print_line(f"{days}; business hours in the median / in nine of ten.\n")
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for name in COLUMNS:
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    groups = [(ALL, report.total), *report.by_category.items()]
    groups += [(monday.isoformat(), figures) for monday, figures in report.by_week.items()]
    for name, f in groups:
        table.add_row(
            name,
            str(f.opened),
            str(f.resolved),
            _pair(f.first_reply_median, f.first_reply_p90),
            _pair(f.resolution_median, f.resolution_p90),
            _share(f.breach_rate),
            NOTHING if f.csat is None else f"{f.csat:.1f}",
            str(f.answered),
            _share(f.deflection),
        )
    print_line(table)


def _pair(median: float | None, p90: float | None) -> str:
    return NOTHING if median is None or p90 is None else f"{median:.1f} / {p90:.1f}"


def _share(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.0%}"
