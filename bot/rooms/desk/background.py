"""What stands first in a card's thread: what an agent should know of the time before the ticket."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.rooms.desk.tables import Ticket
from knowledge.status import ProgramStatus, Status

_PICTURES = str.maketrans(dict.fromkeys("🟩🟥🟦⬜"))
"""The weeks and bars that a reply drew; in a short line they only take room."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of the conversation before: whose it is (person, bot or agent), and its words on one line."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Matched:
    """An intent that was understood; `guess`: not for sure."""

    intent: str
    guess: bool


@dataclass(frozen=True, slots=True)
class Open:
    """A criterion that is not met, or of which nobody knows."""

    id: str
    unknown: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict of the day on which the ticket was opened, and what is open of it."""

    program: str
    status: str
    open: tuple[Open, ...]


@dataclass(frozen=True, slots=True)
class Background:
    """`follows` is the number of the ticket before; `judged`: there were verdicts, if perhaps none to show.

    `figures` are what the person told of themselves and lets agents see; `contact`: they left an address.
    """

    follows: str | None
    files: list[dict[str, Any]]
    transcript: tuple[Spoken, ...]
    matched: tuple[Matched, ...]
    judged: bool
    verdicts: tuple[Judged, ...]
    figures: tuple[str, ...]
    contact: bool


def background(ticket: Ticket, follows: str | None) -> Background:
    """What is known of the time before `ticket`. Verdicts on what has ended are left out."""
    return Background(
        follows=follows,
        files=ticket.files,
        transcript=tuple(Spoken(line["role"], _on_one_line(line["text"])) for line in ticket.transcript),
        matched=tuple(Matched(one["intent"], bool(one["guess"])) for one in ticket.intents),
        judged=bool(ticket.verdicts),
        verdicts=tuple(
            _judged(one) for one in ticket.verdicts if one["status"] != ProgramStatus.DISCONTINUED
        ),
        figures=tuple(ticket.figures),
        contact=bool(ticket.contact),
    )


def _on_one_line(text: str) -> str:
    return text.translate(_PICTURES).replace("\n", " ")


def _judged(verdict: Mapping[str, Any]) -> Judged:
    lacking = [one for one in verdict["criteria"] if one["status"] != Status.MET]
    rows = tuple(Open(one["id"], one["status"] == Status.UNKNOWN) for one in lacking)
    return Judged(verdict["program"], verdict["status"], rows)
