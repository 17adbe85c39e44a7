"""`laurel jobs`: what waits in the queue and what was given up, and how to send that again."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.common import CommandError, now, run, settings, write_json
from bot.delivery import outbox
from bot.delivery.outbox import ParkedJob
from bot.delivery.standing import Standing, by_kind
from bot.store import Store

MOST = 100  # given up jobs that are shown, the latest first


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def jobs(
        resend: Annotated[
            str | None, typer.Option(metavar="KEY", help="Let a job that was given up go again.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    ) -> None:
        """What waits to be done, and what was given up and why."""
        standing, parked = run(_look(resend))
        if as_json:
            write_json(
                {
                    "kinds": [asdict(kind) for kind in standing],
                    "parked": [_told(job) for job in parked],
                }
            )
            return
        _draw(standing, parked)


async def _look(resend: str | None) -> tuple[list[Standing], list[ParkedJob]]:
    async with Store.opened(settings(level="warning").database_url) as store:
        if resend is not None:
            async with store.write() as session:
                if not await outbox.resend(session, resend, now=now()):
                    raise CommandError(
                        f"--resend {resend}: no such job was given up; `laurel jobs` lists them"
                    )
        async with store.read() as session:
            return await by_kind(session, now()), list(await outbox.parked(session, limit=MOST))


def _told(job: ParkedJob) -> dict[str, object]:
    """Without the payload: it holds what people wrote."""
    return {
        "key": job.key,
        "kind": job.kind,
        "reason": job.reason,
        "attempts": job.attempts,
        "created_at": job.created_at,
    }


def _draw(standing: list[Standing], parked: list[ParkedJob]) -> None:
    console = Console()
    if not standing:
        console.print("Nothing waits, and nothing was given up.")
        return
    table = Table("kind", "due", "due since", "being done", "later", "given up")
    for kind in standing:
        since = "" if kind.since is None else f"{kind.since:%Y-%m-%d %H:%M} UTC"
        table.add_row(kind.kind, str(kind.due), since, str(kind.doing), str(kind.later), str(kind.parked))
    console.print(table)
    if parked:
        given_up = Table("key", "kind", "why", "attempts", title="Given up, the latest first")
        for job in parked:
            given_up.add_row(escape(job.key), job.kind, escape(job.reason), str(job.attempts))
        console.print(given_up)
        console.print("`laurel jobs --resend KEY` lets one go again.")
