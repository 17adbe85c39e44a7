"""The `laurel` command. Each group of commands is a module of bot/commands with a `register(app)`."""

import sys
from importlib import import_module

import typer

from bot.commands.common import app_errors

GROUPS = (
    "serve",
    "chat",
    "ask",
    "eval",
    "lint",
    "db",
    "knowledge",
    "intents",
)
"""The modules of bot/commands, in the order of the help."""

app = typer.Typer(
    name="laurel",
    help="A Slack assistant that gives freelancers on a talent marketplace an answer they can trust.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for group in GROUPS:
    import_module(f"bot.commands.{group}").register(app)


def main() -> None:
    """Run the command; what an operator can mend is said in one line each, without a trace."""
    with app_errors():
        app()
    sys.exit(0)
