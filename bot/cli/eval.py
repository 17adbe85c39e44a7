"""`laurel eval`: how well questions are understood."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.common import CommandError, now, read_lines, understanding, write_json
from intents.dialogue import Understanding
from intents.entities import load_entities
from intents.evaluate import benchmark, cross_validate, labelled
from intents.load import load_catalogue
from intents.model import OUT_OF_SCOPE, Question, Understood
from knowledge.load import load

SHOWN_MISSES = 40
Questions = Sequence[dict[str, Any]]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("eval")
    def evaluate(  # noqa: PLR0917 - typer asks for the options by name
        file: Annotated[
            Path | None,
            typer.Argument(
                help="Labelled questions, JSON Lines; with --cross-validate those of the catalogue if none."
            ),
        ] = None,
        cross: Annotated[
            bool,
            typer.Option(
                "--cross-validate", help="Learn the other folds' questions before each fold is asked."
            ),
        ] = False,
        train: Annotated[
            Path | None, typer.Option(help="Measure on another data set: learn this file.")
        ] = None,
        test: Annotated[Path | None, typer.Option(help="With --train: ask this file.")] = None,
        oos: Annotated[Path | None, typer.Option(help="With --train: questions that belong nowhere.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    ) -> None:
        """Run labelled questions and print how well they were understood."""
        own = cross and file is None and train is None
        if (train is None) != (test is None) or (not own and (file is None) == (train is None)):
            raise CommandError("name a FILE, or --train F and --test F, or --cross-validate alone")
        if train is not None and test is not None:
            outside = [item["text"] for item in read_lines(oos)] if oos else []
            result: dict[str, Any] = dict(benchmark(_pairs(train), _pairs(test), outside))
        else:
            questions = [_with_accept(item) for item in (read_lines(file) if file else _own())]
            result = _crossed(questions) if cross else _asked(questions)
        if as_json:
            write_json(result)
        else:
            _print(result)


def _asked(questions: Questions) -> dict[str, Any]:
    learned = understanding()
    return labelled(questions, lambda text: learned.read(text, None, now()))


def _crossed(questions: Questions) -> dict[str, Any]:
    from bot.content import wordings  # takes a second, which the other ways of this command are spared

    catalogue, entities, points = load_catalogue(), load_entities(), wordings(load())
    unseen = {item["text"] for item in questions}
    known = [question for question in catalogue.questions() if question.text not in unseen]

    def reader(others: Sequence[Question]) -> Any:
        learned = Understanding.train(catalogue, entities, asked=[*known, *others], points=points)

        def read(text: str) -> Sequence[Understood]:
            return learned.read(text, None, now())

        return read

    return cross_validate(questions, reader)


def _own() -> Questions:
    """What people asked, as the catalogue has it."""
    return [
        {
            "text": question.text,
            "intent": (question.accept or (OUT_OF_SCOPE,))[0],
            "accept": [*question.accept],
        }
        for question in load_catalogue().questions()
    ]


def _pairs(path: Path) -> list[tuple[str, str]]:
    items = read_lines(path)
    if any("intent" not in item for item in items):
        raise CommandError(f"{path}: a line has no intent; mend it")
    return [(item["text"], item["intent"]) for item in items]


def _with_accept(item: dict[str, Any]) -> dict[str, Any]:
    intent = item.get("intent", OUT_OF_SCOPE)
    return {**item, "intent": intent, "accept": item.get("accept") or [intent]}


def _print(result: dict[str, Any]) -> None:
    console = Console()
    figures = Table(show_header=False, box=None)
    for name, value in result.items():
        if name != "misses":
            shown = "-" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
            figures.add_row(name, shown)
    console.print(figures)
    misses = result.get("misses") or []
    for miss in misses[:SHOWN_MISSES]:
        said = f"{miss['intent']} ({miss['tier']}, {miss['confidence']:.2f})"
        console.print(f"  {miss['text']}\n    {said}, not {' or '.join(miss['accept'])}", markup=False)
    if len(misses) > SHOWN_MISSES:
        console.print(f"  … and {len(misses) - SHOWN_MISSES} more; --json lists all")
