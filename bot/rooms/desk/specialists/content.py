"""The queues, the questions before a video check and the form of a job post, read from specialists.yaml."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from bot.roles import Role
from knowledge.load import read_file
from knowledge.statement import Id, Model

SPECIALISTS = Path(__file__).with_name("specialists.yaml")
"""Where the content that comes with the package stands."""

CHAT = "chat"
"""The queue for a talk with a Category Specialist."""
VIDEO = "video"
"""The queue for a video check."""

_FACT = re.compile(r"\{([a-z_.]+)\}")


class Queue(Model):
    """A queue: when it is open, who takes people from it, and what ticket comes of it."""

    title: str
    calendar: Id
    role: Role
    duty: bool
    category: Id
    subcategory: Id
    message: Id


class Option(Model):
    """One answer to a question; a `cure` says what to change where it is not `good`."""

    id: Id
    label: str
    good: bool = True
    cure: str | None = None

    @model_validator(mode="after")
    def _curable(self) -> Self:
        if self.good is (self.cure is not None):
            raise ValueError(
                f"the option {self.id}: a cure belongs to an answer that is not good, and only there"
            )
        return self

    def cured(self, facts: Mapping[str, str]) -> str | None:
        """The cure with its facts filled in. Raises KeyError for one that is missing."""
        return None if self.cure is None else _FACT.sub(lambda found: facts[found[1]], self.cure)


class CheckQuestion(Model):
    """What is asked before somebody waits for a video check."""

    id: Id
    label: str
    options: tuple[Option, ...] = Field(min_length=2)

    def option(self, name: str) -> Option | None:
        """The answer of that name, if there is one."""
        return next((option for option in self.options if option.id == name), None)


class Outcome(Model):
    """How a video check can end."""

    id: Id
    title: str


class VideoCheck(Model):
    """The questions and the outcomes."""

    questions: tuple[CheckQuestion, ...]
    outcomes: tuple[Outcome, ...] = Field(min_length=1)

    @property
    def facts(self) -> frozenset[str]:
        """The facts that the cures name, by path."""
        cures = (option.cure or "" for question in self.questions for option in question.options)
        return frozenset(name for cure in cures for name in _FACT.findall(cure))


class DraftField(Model):
    """A field of the form. `want` is the hint for one that is empty or shorter than `least` characters."""

    id: Id
    label: str
    want: str
    placeholder: str | None = None
    optional_word: str | None = None
    limit: int = Field(default=200, gt=0, le=3000)
    least: int = 1
    multiline: bool = False
    required: bool = False

    @property
    def chosen(self) -> bool:
        """Whether it is chosen from the marketplace's categories instead of written."""
        return self.optional_word is not None


class JobPostForm(Model):
    """The form of a job post."""

    turns_shown: int = Field(gt=0)
    fields: tuple[DraftField, ...] = Field(min_length=1)


class SpecialistContent(Model):
    """All of specialists.yaml."""

    queues: dict[Id, Queue]
    video: VideoCheck
    job_post: JobPostForm

    @model_validator(mode="after")
    def _both_queues(self) -> Self:
        missing = {CHAT, VIDEO} - set(self.queues)
        if missing:
            raise ValueError(f"the queue {min(missing)} is missing")
        return self


def load_specialists(path: Path = SPECIALISTS) -> SpecialistContent:
    """The content. Raises ContentError with file, line and cure."""
    return read_file(path, SpecialistContent)
