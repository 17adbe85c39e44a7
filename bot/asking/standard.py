"""Standard answers: what moderators wrote themselves, said as theirs. They compete with all other answers."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from bot.messages import Asked, Surface
from intents.model import Intent
from intents.named import Slots
from knowledge.statement import Model

KIND = "standard"
"""The kind of reply, and the family of the intents."""
TEXT_LIMIT = 2500  # characters, so that facts find room in a section of 3000

Wording = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]


class StandardAnswer(Model):
    """One answer. `owner` is who answers for it, `since` from when it holds.

    It is given to `audience` (None: everybody) in `channels` (none: everywhere), until the day `expires`.
    `text` is written in the markup of bot/asking/markup.py; `ticket` offers a ticket below it.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=40)]
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=60)]
    wordings: tuple[Wording, ...] = Field(min_length=1, max_length=40)
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TEXT_LIMIT)]
    owner: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    since: date
    link: Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>|]+$", max_length=500)] | None = None
    review: date | None = None
    expires: date | None = None
    audience: Literal["freelancer", "agency"] | None = None
    channels: tuple[str, ...] = ()
    ticket: bool = False
    category: str = "other"

    @property
    def intent(self) -> str:
        """The id of its intent."""
        return f"{KIND}.{self.id}"

    def as_intent(self) -> Intent:
        """It, as understanding takes it."""
        given: dict[str, Any] = {"id": self.intent, "title": self.title, "category": self.category}
        kind: Any = KIND  # one that no file of the catalogue may name
        return Intent.model_construct(**given, examples=self.wordings, reply=kind)

    def applies(self, asked: Asked, slots: Slots, day: date) -> bool:
        """Whether it may be given there, to such a question, on that day."""
        if self.expires is not None and day > self.expires:
            return False
        if self.channels and (
            asked.where.surface is not Surface.CHANNEL or asked.where.channel not in self.channels
        ):
            return False
        return self.audience is None or slots.audience in (None, self.audience)
