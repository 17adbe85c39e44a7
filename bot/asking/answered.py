"""What comes of a question, and how a turn of the conversation is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.render import Message
from intents.model import Tier, Turn, Understood


@dataclass(frozen=True, slots=True)
class Answered:
    """What comes of a question. `message` None: silence; `turn` is what to remember; `own`: see `Reply`."""

    understood: tuple[Understood, ...]
    message: Message | None
    turn: Turn | None
    private: bool = False
    own: bool = False
    sources: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    offers_ticket: str | None = None

    @property
    def first(self) -> Understood | None:
        """The first question of the message."""
        return self.understood[0] if self.understood else None

    @property
    def tier(self) -> Tier:
        """That of the first question."""
        return self.first.tier if self.first else Tier.UNSURE


def memory(turn: Turn | None, asker: str) -> dict[str, Any] | None:
    """A turn as it is stored: with who asked, so that a thread knows whose follow-up counts."""
    return None if turn is None else {**turn.as_dict(), "asker": asker}


def recalled(stored: Mapping[str, Any] | None) -> Turn | None:
    """The inverse of `memory`; None also for what is no turn."""
    return Turn.from_dict(stored) if stored and "intent" in stored else None
