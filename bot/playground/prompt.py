"""Reading lines: from a keyboard with a prompt, or from a pipe, where each line is shown as it is read."""

import asyncio
import sys

from rich.console import Console


class Prompt:
    """Asks for lines without blocking what runs meanwhile."""

    def __init__(self, console: Console, *, interactive: bool) -> None:
        self._console = console
        self._interactive = interactive

    async def line(self, label: str) -> str | None:
        """The next line, or None at the end of the input (or at Ctrl-C, Ctrl-D)."""
        try:
            return await asyncio.to_thread(self._read, f"{label}> ")
        except (EOFError, KeyboardInterrupt):
            self._console.print()
            return None

    def _read(self, label: str) -> str:
        if self._interactive:
            return input(label)
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        self._console.print(f"{label}{line.rstrip()}", style="bold", markup=False)
        return line
