"""The ticket's form: one model, from which the modal's fields, the check and the table follow.

A new field is a line here, a label in desk.yaml (`form:`), and a column in the migration.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, String
from sqlmodel import Field, SQLModel

from bot.rooms.desk.content import DeskContent, Label
from bot.store.types import Document, Words

DETAILS_LIMIT = 3000  # Slack's limit for a text field of a modal
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ADDRESS_LENGTH = 320


class TicketForm(SQLModel):
    """What the person fills in. `files` are {id, name, url} of Slack's: the bytes stay there."""

    category: str = Field(sa_column=Column(String(64), nullable=False))
    subcategory: str = Field(sa_column=Column(String(64), nullable=False))
    details: str = Field(sa_column=Column(Words, nullable=False))
    files: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Document, nullable=False))
    contact: str | None = Field(default=None, sa_column=Column(Words, nullable=True))


class Input(StrEnum):
    """How a field is asked for."""

    SELECT = "select"
    TEXT = "text"
    FILES = "files"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field as a modal shows it. `options` are pairs of (label, value)."""

    name: str
    input: Input
    label: Label
    optional: bool = False
    options: tuple[tuple[str, str], ...] = ()
    value: str | None = None
    limit: int = DETAILS_LIMIT
    dispatch: bool = False

    @property
    def block(self) -> str:
        """The block's id. The subcategory's changes with the category, or Slack would keep the old choice."""
        return self.name if self.name != "subcategory" else f"subcategory.{self.options[0][1].split('.')[0]}"


def fields(content: DeskContent, values: Mapping[str, str | None]) -> list[FormField]:
    """The fields to show after `values` were given; a subcategory is asked for after a category."""
    labels = content.form
    category = next((entry for entry in content.categories if entry.id == values.get("category")), None)
    shown = [
        FormField(
            "category",
            Input.SELECT,
            labels["category"],
            options=tuple((entry.title, entry.id) for entry in content.categories),
            value=values.get("category"),
            dispatch=True,
        )
    ]
    if category is not None:
        options = tuple((entry.title, f"{category.id}.{entry.id}") for entry in category.subcategories)
        chosen = f"{category.id}.{values.get('subcategory')}"
        shown.append(
            FormField(
                "subcategory",
                Input.SELECT,
                labels["subcategory"],
                options=options,
                value=chosen if chosen in {value for _, value in options} else None,
                dispatch=True,
            )
        )
    shown.append(FormField("details", Input.TEXT, labels["details"], value=values.get("details")))
    if content.attachments:
        shown.append(
            FormField("files", Input.FILES, labels["files"], optional=True, limit=content.attachments)
        )
    contact_optional = not content.contact_required
    shown.append(
        FormField(
            "contact", Input.EMAIL, labels["contact"], optional=contact_optional, value=values.get("contact")
        )
    )
    return shown


class Mistake(StrEnum):
    """What is wrong with a field; the words are in templates/desk/ticket_mistake.j2."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    NO_ADDRESS = "no_address"


class FormError(Exception):
    """The form cannot be taken as it is: field name -> what is wrong."""

    def __init__(self, mistakes: Mapping[str, Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__(", ".join(f"{name}: {mistake}" for name, mistake in mistakes.items()))


def read_form(content: DeskContent, values: Mapping[str, Any]) -> TicketForm:
    """The form from what was typed. Raises FormError with every mistake."""
    mistakes: dict[str, Mistake] = {}
    category = next((entry for entry in content.categories if entry.id == values.get("category")), None)
    sub = str(values.get("subcategory") or "").rpartition(".")[2]
    if category is None:
        mistakes["category"] = Mistake.MISSING
    elif sub not in {entry.id for entry in category.subcategories}:
        mistakes["subcategory"] = Mistake.MISSING
    details = str(values.get("details") or "").strip()
    if not details:
        mistakes["details"] = Mistake.MISSING
    elif len(details) > DETAILS_LIMIT:
        mistakes["details"] = Mistake.TOO_LONG
    files = [dict(file) for file in values.get("files") or ()]
    if len(files) > content.attachments:
        mistakes["files"] = Mistake.TOO_MANY
    contact = str(values.get("contact") or "").strip() or None
    if contact is None and content.contact_required:
        mistakes["contact"] = Mistake.MISSING
    elif contact is not None and (len(contact) > _ADDRESS_LENGTH or not _ADDRESS.fullmatch(contact)):
        mistakes["contact"] = Mistake.NO_ADDRESS
    if mistakes or category is None:
        raise FormError(mistakes)
    return TicketForm(category=category.id, subcategory=sub, details=details, files=files, contact=contact)
