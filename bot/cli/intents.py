"""`laurel intents`: the catalogue from and to Rasa's form, and why an answer was given."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.common import CommandError, understanding, write_json
from intents.load import load_catalogue
from intents.rasa import families, read_nlu, write_nlu


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="The catalogue of intents.", no_args_is_help=True)
    app.add_typer(group, name="intents")

    group.command("import")(import_nlu)
    group.command()(export)
    group.command()(explain)


def import_nlu(
    file: Annotated[Path, typer.Argument(help="An NLU file of Rasa's (YAML).")],
    into: Annotated[Path, typer.Option(help="The folder to write catalogue files to.")],
    force: Annotated[bool, typer.Option(help="Overwrite files that are there.")] = False,
) -> None:
    """Read Rasa's NLU YAML into the catalogue's form."""
    if not file.is_file():
        raise CommandError(f"{file}: no such file")
    written = families(read_nlu(file), load_catalogue())
    there = [name for name in written if (into / name).exists()]
    if there and not force:
        raise CommandError(
            f"{into}: {', '.join(there)} would be overwritten; say --force or name another folder"
        )
    into.mkdir(parents=True, exist_ok=True)
    for name, content in written.items():
        (into / name).write_text(content, "utf-8")
        typer.echo(into / name)


def export(
    file: Annotated[
        Path | None, typer.Argument(help="The file to write; standard output without one.")
    ] = None,
) -> None:
    """Write the catalogue as Rasa's NLU YAML."""
    text = write_nlu(load_catalogue())
    if file is None:
        typer.echo(text, nl=False)
    else:
        file.write_text(text, "utf-8")


def explain(
    question: Annotated[str, typer.Argument(help="A question.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say why a question is understood as it is."""
    why = understanding().explain(question)
    told = {
        "intent": why.match.intent,
        "tier": why.match.tier.value,
        "confidence": round(why.match.confidence, 3),
        "nearest": why.nearest,
        "nearest_intent": why.nearest_intent,
        "similarity": round(why.similarity, 3),
        "repairs": [f"{repair.written} -> {repair.read}" for repair in why.repairs],
        "features": [[name, round(weight, 3)] for name, weight in why.features],
        "runner_up": None if why.runner_up is None else why.runner_up.intent,
    }
    if as_json:
        write_json(told)
        return
    console = Console()
    for name, value in told.items():
        console.print(f"{name:15} {value}", markup=False)
