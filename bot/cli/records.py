"""`laurel import` and `recheck`: freelancers' records, brought in and checked.

Nothing here loads the matcher or Slack's packages, so that it stays quick and small in memory.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from sqlalchemy import func, select
from sqlmodel import col

from bot.cli.common import CommandError, now, run, settings
from bot.cli.source import opened
from bot.rooms.people.checking import Checker
from bot.rooms.people.importing import ImportFileError, import_files, size_of
from bot.rooms.people.recheck import CHUNK, Recheck
from bot.rooms.people.saved import DateOrder, Saved
from bot.rooms.people.tables import Link, Run
from bot.store import Store
from knowledge.load import DIRECTORY


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("import")(import_)
    app.command()(recheck)


def import_(
    files: Annotated[list[Path], typer.Argument(help="JSON, JSON Lines, or a folder of CSV files.")],
    report: Annotated[Path, typer.Option(metavar="CSV", help="Where to list what was refused.")] = Path(
        "laurel-import-refused.csv"
    ),
    dates: Annotated[
        DateOrder | None, typer.Option(help="How days like 11/10/2026 are meant: month or day first.")
    ] = None,
) -> None:
    """Bring freelancers' records in: what is known is updated, what is wrong is listed, the rest is kept."""
    run(_import(files, report, Saved(dates)))


def recheck(
    processes: Annotated[
        int | None, typer.Option(help="Processes to check with; one a core by default.")
    ] = None,
) -> None:
    """Check every linked freelancer now. What there is to tell leaves with `laurel serve`."""
    run(_recheck(processes))


async def _import(files: Sequence[Path], report: Path, saved: Saved) -> None:
    read = settings(level="warning")
    try:
        total = size_of(files)
    except ImportFileError as error:
        raise CommandError(str(error)) from error
    store = await Store.open(read.database_url)
    bar = Progress(
        TextColumn("Importing"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    try:
        with bar:
            task = bar.add_task("", total=total)
            summary = await import_files(
                store,
                files,
                report=report,
                now=now(),
                progress=lambda size: bar.advance(task, size),
                saved=saved,
            )
    finally:
        await store.close()
    typer.echo(
        f"{summary.added} added, {summary.updated} updated, {summary.older} older than what is known, "
        f"{summary.referrals} referrals, {summary.refused} refused."
    )
    for name, encoding in saved.assumed.items():
        typer.echo(f"{name}: read as {encoding}; save it as UTF-8 if names look wrong.", err=True)
    if summary.report is not None:
        typer.echo(f"What was refused, and why: {summary.report}", err=True)
        if not summary.added + summary.updated + summary.older + summary.referrals:
            raise typer.Exit(1)


async def _run(store: Store, name: str) -> Run:
    async with store.read() as session:
        found = await session.get(Run, name)
    assert found is not None, "it was started here"
    return found


async def _looked_on(store: Store, name: str, progress: Callable[[int], None]) -> None:
    """Return when the run that another process works on is over."""
    while (run := await _run(store, name)).finished_at is None:
        progress(run.checked)
        await asyncio.sleep(0.5)


async def _recheck(processes: int | None) -> None:
    from bot.delivery import Delivery, ServedError

    read = settings(level="warning")
    async with opened(read) as (store, source):
        checker = Checker(DIRECTORY, processes=processes)
        name = f"by hand {now():%Y-%m-%dT%H:%M:%S}"
        async with store.read() as session:
            total = await session.scalar(
                select(func.count()).select_from(Link).where(col(Link.freelancer_id).is_not(None))
            )
        bar = Progress(
            TextColumn("Checking"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        with bar:
            task = bar.add_task("", total=total)
            work = Recheck(
                store,
                source,
                checker,
                zone=read.zone,
                clock=now,
                progress=lambda count: bar.advance(task, count),
            )
            async with store.write() as session:
                await work.start(session, name, now())
            delivery = Delivery(store)
            delivery.send(CHUNK, work.chunk)
            try:
                await delivery.drain()
            except ServedError:  # Laurel serves from this file: it does the work, we look on
                await _looked_on(store, name, lambda count: bar.update(task, completed=count))
        checker.rest()
        done = await _run(store, name)
    told = f"{done.changed} changed, {done.told} to be told, {done.unreachable} out of reach"
    typer.echo(f"{done.checked} checked, {told}.")
