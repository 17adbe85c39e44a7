"""The `laurel` command. Each group of commands is a module of bot/cli with a `register(app)`.

A module is imported when one of its commands is asked for: an import of records need not carry the matcher
and Slack's packages in memory, and a quick command starts quickly.
"""

import gc
import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from bot.cli.common import app_errors

COMMANDS = {
    "serve": "serve",
    "chat": "chat",
    "playground": "playground",
    "ask": "ask",
    "eval": "eval",
    "lint": "lint",
    "import": "records",
    "check": "check",
    "link": "link",
    "recheck": "records",
    "stats": "stats",
    "jobs": "jobs",
    "doctor": "doctor",
    "db": "db",
    "backup": "keeping",
    "restore": "keeping",
    "export-person": "person",
    "forget": "person",
    "workspaces": "workspaces",
    "keys": "workspaces",
    "content": "content",
    "knowledge": "knowledge",
    "intents": "intents",
}
"""Each command and the module of bot/cli that has it, in the order of the help."""
NEW_OBJECTS = 20_000
"""After so many, Python looks for garbage; a start makes a million that stay, and each look is in vain."""


class Commands(TyperGroup):
    """The commands, found by name."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the order of the help."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        module = typer.Typer()
        module.callback()(lambda: None)  # so that a module with one command keeps its name
        import_module(f"bot.cli.{COMMANDS[cmd_name]}").register(module)
        return typer.main.get_group(module).get_command(ctx, cmd_name)


app = typer.Typer(
    name="laurel",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def laurel() -> None:
    """A Slack assistant that gives freelancers on a talent marketplace an answer they can trust."""


def main() -> None:
    """Run the command; what an operator can mend is said in one line each, without a trace."""
    gc.set_threshold(NEW_OBJECTS)
    with app_errors():
        app()
    sys.exit(0)
