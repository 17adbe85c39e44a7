"""`laurel knowledge`: the tables, printed or exported."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.common import CommandError, day_of, now, write_json
from bot.settings import Settings
from knowledge import export as exporting
from knowledge.load import load

On = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="As of this day; today by default.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="The programs' tables.", no_args_is_help=True)
    app.add_typer(group, name="knowledge")

    @group.command()
    def show(
        program: Annotated[str, typer.Argument(help="A program's id, such as top_rated.")],
        on: On = None,
        audience: Annotated[str, typer.Option(help="freelancer or agency.")] = "freelancer",
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    ) -> None:
        """Print a program's criteria and perks."""
        knowledge = load()
        if program not in knowledge.programs:
            raise CommandError(f"{program}: no such program; choose one of {', '.join(knowledge.programs)}")
        if audience not in {"freelancer", "agency"}:
            raise CommandError(f"--audience {audience}: choose freelancer or agency")
        day = day_of(on) or now().astimezone(Settings.read().zone).date()
        if as_json:
            write_json(exporting.document(knowledge, program, day, audience))
            return
        console = Console()
        for title, table in zip(
            ("Criteria", "Perks"), exporting.tables(knowledge, program, day, audience), strict=True
        ):
            drawn = Table(title=f"{table.title}: {title.lower()} on {day}", title_justify="left")
            head, *rows = table.rows
            for name in head:
                drawn.add_column(name)
            for row in rows:
                drawn.add_row(*row)
            console.print(drawn)

    @group.command()
    def export(
        directory: Annotated[Path, typer.Argument(help="The folder to write to.")],
        on: On = None,
    ) -> None:
        """Write all tables as CSV and Markdown."""
        day = day_of(on) or now().astimezone(Settings.read().zone).date()
        for path in exporting.export(load(), day, directory):
            typer.echo(path)
