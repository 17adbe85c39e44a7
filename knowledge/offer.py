"""A limited offer as its file tells it: when, for whom, what is asked and what is given."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

from pydantic import Field

from knowledge.statement import Id, Model


class Window(Model):
    """The days on which an offer is open, both included."""

    from_: dt.date = Field(alias="from")
    until: dt.date | None = None
    approximate: bool = False
    note: str | None = None


class Participation(Model):
    """Who may take part in an offer. An empty tuple asks for nothing."""

    countries: tuple[str, ...] = ()
    programs: tuple[Id, ...] = ()
    email_opt_in: bool = False


class Task(Model):
    """What a referred friend must do: be new, come through the link, earn `amount` USD in `category`."""

    new_to_platform: bool = True
    category: Id | None = None
    amount: Decimal
    by: dt.date | None = None


class Reward(Model):
    """What the referrer gets, in USD, and when: `business_days` after the end of the month."""

    amount: Decimal
    fee_free: bool
    friend: str | None = None
    business_days: int


class OfferQuestion(Model):
    """A question people ask about an offer, with its answer."""

    id: Id
    question: str
    answer: str


class Offer(Model):
    """A limited offer, whole in one file."""

    id: Id
    title: str
    summary: str
    window: Window
    participation: Participation
    task: Task
    reward: Reward
    steps: tuple[str, ...] = ()
    questions: tuple[OfferQuestion, ...] = ()
    source: Id
    confidence: Literal["H", "M", "L", "U"]
    after: str | None = None
