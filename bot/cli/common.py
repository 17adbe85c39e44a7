"""What commands share: settings, the house, days, and errors in one line each.

Settings, database and content are imported where they are used: the playground's page is there before them.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

if TYPE_CHECKING:
    from bot.app import Laurel
    from bot.settings import Settings
    from intents.dialogue import Understanding

T = TypeVar("T")


class CommandError(Exception):
    """Something the person at the keyboard can mend. Its text is what they read."""


@contextmanager
def app_errors() -> Iterator[None]:
    """Turn errors that have a cure into lines on standard error and exit code 2."""
    try:
        yield
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        if not isinstance(error, _with_a_cure()):
            raise
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


def _with_a_cure() -> tuple[type[Exception], ...]:
    """The errors whose text says what to do."""
    from bot.render import TemplateError
    from bot.settings import SettingsError
    from bot.store.schema import SchemaError
    from bot.store.sealing import SealError
    from bot.store.serving import ServedError
    from intents.load import ContentError as IntentContentError
    from knowledge.load import ContentError as KnowledgeContentError

    return (
        SettingsError,
        SchemaError,
        ServedError,
        SealError,
        IntentContentError,
        KnowledgeContentError,
        TemplateError,
    )


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine to its end."""
    return asyncio.run(main)


def settings(*, level: str | None = None, whole: bool = False) -> "Settings":
    """The settings, with logs set up as they say (or at `level`).

    Where LAUREL_WORKSPACE names one of many workspaces, the database is that one's; the one that lists them
    all where a command is about the `whole`.
    """
    from bot import logs
    from bot.settings import Settings, SettingsError

    read = Settings.read()
    logs.set_up(level or read.log_level)
    if read.workspace is None or whole:
        return read
    from bot.store.engine import part_of

    try:
        part = part_of(read.database_url, read.workspace)
    except ValueError as error:
        raise SettingsError([f"LAUREL_WORKSPACE: {error}"]) from error
    return read.model_copy(update={"database_url": part})


@asynccontextmanager
async def house() -> AsyncIterator["Laurel"]:
    """The house of a command that answers at once: only what goes wrong is logged."""
    from bot.app import build

    async with build(settings(level="warning")) as laurel:
        yield laurel


def now() -> datetime:
    """The time: commands are the edge where a clock may be read."""
    return datetime.now(UTC)


def day_of(text: str | None, option: str = "--on") -> date | None:
    """The day that an option names. Raises CommandError."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{option} {text}: no such day; write it as YYYY-MM-DD") from error


def understanding() -> "Understanding":
    """Understanding as it serves: of the catalogue and the points, learned once for all commands."""
    from bot.content import wordings
    from intents.dialogue import Understanding
    from intents.entities import load_entities
    from intents.load import load_catalogue
    from knowledge.load import load

    cache = settings(level="warning").cache
    return Understanding.train(load_catalogue(), load_entities(), points=wordings(load()), cache=cache)


def read_lines(path: Path, key: str = "text") -> list[dict[str, Any]]:
    """The objects of a JSON Lines file, each with `key`. Raises CommandError naming the line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: cannot be read; name a JSON Lines file") from error
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except ValueError as error:
            raise CommandError(f"{path}:{number}: no JSON; mend the line") from error
        if not isinstance(item, dict) or key not in item:
            raise CommandError(f"{path}:{number}: no object with a {key}; mend the line")
        found.append(item)
    if not found:
        raise CommandError(f"{path}: no questions in it; name another file")
    return found


def write_json(value: Any) -> None:
    """`value` as JSON on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
