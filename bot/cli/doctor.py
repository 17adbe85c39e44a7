"""`laurel doctor`: whether everything is there that a serving Laurel needs."""

from dataclasses import asdict
from typing import Annotated

import typer

from bot.cli.common import now, run, settings, write_json


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Look at token, scopes, channels, roles, mail, database, records, keys, disk and queue.

    One line each, with the cure. Ends with 1 where something is broken. With SLACK_CLIENT_ID each workspace
    that Laurel is installed in has a line; LAUREL_WORKSPACE=T… shows all of one.
    """
    from bot.doctor import Health, examine

    found = run(examine(settings(level="error", whole=True), now()))
    if as_json:
        write_json([asdict(one) for one in found])
    else:
        for one in found:
            cure = f" -> {one.cure}" if one.cure else ""
            typer.echo(f"{one.health.value:8} {one.part}: {one.seen}{cure}")
    if any(one.health is Health.BROKEN for one in found):
        raise typer.Exit(1)
