"""What somebody at the keyboard sees: new messages, the Home tab, the desk, and the controls they can use."""

from dataclasses import dataclass, field
from typing import Any

from rich.console import Console

from bot.playground.drawing import Control, draw
from bot.playground.samples import Sample
from bot.playground.scene import DESK, SPECIALISTS
from bot.playground.workspace import Workspace

AGENT = "U0AGENT"


@dataclass(kw_only=True)
class Screen:
    """Draws for one person, or for an agent where somebody sits at the desk.

    `controls` are those that were drawn last, each with the message or view that it stands in.
    """

    slack: Workspace
    console: Console
    who: Sample
    at_desk: bool = False
    seen: set[str] = field(default_factory=set)
    controls: list[tuple[Control, dict[str, Any]]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Who is typing."""
        return "agent" if self.at_desk else self.who.id

    @property
    def user(self) -> str:
        """Their Slack user."""
        return AGENT if self.at_desk else self.who.user

    def draw_new(self) -> None:
        """Draw what this person has not seen: messages in their DM, notes for them alone."""
        fresh = [message for message in self._visible() if message["ts"] not in self.seen]
        if fresh:
            self.controls = []
        for message in fresh:
            self.seen.add(message["ts"])
            self._draw(message)
        elsewhere = [m for m in self.of_the_desk() if m["ts"] not in self.seen]
        if elsewhere and not self.at_desk:
            self.console.print(f"({len(elsewhere)} new at the support desk: /desk)", style="dim")

    def draw_home(self) -> None:
        """Draw the Home tab."""
        view = self.slack.homes.get(self.user)
        if view is not None:
            self.controls = []
            for control in draw(self.console, view["blocks"], title="Home"):
                self.controls.append((control, view))

    def draw_desk(self) -> None:
        """Draw the desk's channel and the specialists'."""
        messages = self.of_the_desk()
        self.controls = []
        if not messages:
            self.console.print("The desk is empty.", style="dim")
        for message in messages:
            self.seen.add(message["ts"])
            self._draw(message)

    def _visible(self) -> list[dict[str, Any]]:
        channel = self.slack.people.dm(self.user)
        messages = self.slack.posted(channel) + (self.of_the_desk() if self.at_desk else [])
        notes = [note for note in self.slack.ephemerals if note.get("user") == self.user]
        return sorted([*messages, *notes], key=lambda message: str(message["ts"]))

    def of_the_desk(self) -> list[dict[str, Any]]:
        """What stands where agents and specialists work."""
        found = [message for channel in (DESK, SPECIALISTS) for message in self.slack.posted(channel)]
        return sorted(found, key=lambda message: str(message["ts"]))

    def _draw(self, message: dict[str, Any]) -> None:
        title = "Laurel" if "metadata" in message or "bot_id" in message else "Laurel, to you alone"
        first = len(self.controls) + 1
        for control in draw(self.console, message.get("blocks") or [], title=title, first=first):
            self.controls.append((control, message))
