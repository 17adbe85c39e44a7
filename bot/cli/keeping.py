"""`laurel backup` and `laurel restore`: the whole database in one file."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import CommandError, settings
from bot.store.backup import BackupError
from bot.store.backup import backup as write_backup
from bot.store.backup import restore as read_backup


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(backup)
    app.command()(restore)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
) -> None:
    """Write the whole database to FILE, while Laurel serves or not."""
    try:
        write_backup(settings(level="warning").database_url, file)
    except BackupError as error:
        raise CommandError(str(error)) from error
    typer.echo(f"{file}: {file.stat().st_size / 1_000_000:.1f} MB.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `laurel backup` wrote.")],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of what is there.")] = False,
) -> None:
    """Make the database what FILE holds. Stop `laurel serve` first."""
    try:
        kept = read_backup(settings(level="warning").database_url, file, replace=replace)
    except BackupError as error:
        raise CommandError(str(error)) from error
    if kept is not None:
        typer.echo(f"What was there is in {kept}.")
    typer.echo("Restored. Run `laurel db upgrade` if an earlier release wrote it, then `laurel serve`.")
