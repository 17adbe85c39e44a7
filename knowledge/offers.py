"""Limited offers: open or not, who may take part, and when is paid. Pure; the terms come from offers/*.yaml.

The personal link and the friends' progress are in `knowledge.referrals`.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

from knowledge.display import SourceView, date_text, number, source_view
from knowledge.model import Knowledge
from knowledge.offer import Offer, OfferQuestion

ONE_DAY = dt.timedelta(days=1)
_WEEKEND = 5


class OfferState(StrEnum):
    """Whether an offer is open on a day."""

    UPCOMING = "upcoming"
    OPEN = "open"
    ENDED = "ended"


def state(offer: Offer, day: dt.date) -> OfferState:
    """Whether `offer` is open on `day`; its first and last day are open."""
    if day < offer.window.from_:
        return OfferState.UPCOMING
    if offer.window.until is not None and day > offer.window.until:
        return OfferState.ENDED
    return OfferState.OPEN


def open_on(knowledge: Knowledge, day: dt.date) -> Offer | None:
    """The offer that is open on `day`; of several the one that opened last."""
    found = [offer for offer in knowledge.offers.values() if state(offer, day) is OfferState.OPEN]
    return max(found, key=lambda offer: offer.window.from_, default=None)


def ended_before(knowledge: Knowledge, day: dt.date) -> Offer | None:
    """The offer that ended last before `day`."""
    found = [offer for offer in knowledge.offers.values() if state(offer, day) is OfferState.ENDED]
    return max(found, key=lambda offer: offer.window.until or dt.date.max, default=None)


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition of taking part: `window`, `country`, `program` or `email_opt_in`. None is unknown."""

    id: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether somebody may take part, with every condition. `allowed` is None where a record is silent."""

    reasons: tuple[Reason, ...]

    @property
    def allowed(self) -> bool | None:
        """False if any condition is unmet, else None if any is unknown, else True."""
        met = [reason.met for reason in self.reasons]
        if False in met:
            return False
        return None if None in met else True


def admission(
    offer: Offer,
    day: dt.date,
    *,
    country: str | None,
    programs: Collection[str] | None,
    email_opt_in: bool | None,
) -> Admission:
    """Whether somebody may take part in `offer` on `day`.

    `country` is an ISO 3166-1 code, `programs` are the badges held on the day; None is unknown.
    """
    asked = offer.participation
    reasons = [Reason("window", state(offer, day) is OfferState.OPEN)]
    if asked.countries:
        reasons.append(Reason("country", None if country is None else country.upper() in asked.countries))
    if asked.programs:
        held = None if programs is None else not set(asked.programs).isdisjoint(programs)
        reasons.append(Reason("program", held))
    if asked.email_opt_in:
        reasons.append(Reason("email_opt_in", email_opt_in))
    return Admission(tuple(reasons))


def weekday(day: dt.date) -> bool:
    """Monday to Friday."""
    return day.weekday() < _WEEKEND


def payout_by(
    offer: Offer, reached_on: dt.date, business_day: Callable[[dt.date], bool] = weekday
) -> dt.date:
    """The latest day of payment: so many business days after the end of the month of `reached_on`."""
    day = reached_on.replace(day=calendar.monthrange(reached_on.year, reached_on.month)[1])
    left = offer.reward.business_days
    while left:
        day += ONE_DAY
        left -= business_day(day)
    return day


@dataclass(frozen=True, slots=True)
class OfferView:
    """An offer on a day, in words for the templates."""

    id: str
    title: str
    summary: str
    state: OfferState
    since: str
    until: str
    note: str | None
    countries: tuple[str, ...]
    programs: tuple[str, ...]
    email_opt_in: bool
    category: str
    amount: str
    by: str
    reward: str
    fee_free: bool
    friend: str | None
    business_days: int
    steps: tuple[str, ...]
    questions: tuple[OfferQuestion, ...]
    after: str | None
    hedge: str
    source: SourceView


def view(knowledge: Knowledge, name: str, day: dt.date) -> OfferView:
    """One offer on a day. Raises KeyError for an unknown offer."""
    offer, words = knowledge.offers[name], knowledge.wording
    window, task = offer.window, offer.task
    usd = words.units["usd"]
    return OfferView(
        id=offer.id,
        title=offer.title,
        summary=offer.summary,
        state=state(offer, day),
        since=date_text(words, window.from_, about=window.approximate),
        until=date_text(words, window.until) if window.until else "",
        note=window.note,
        countries=offer.participation.countries,
        programs=tuple(knowledge.program(program).name for program in offer.participation.programs),
        email_opt_in=offer.participation.email_opt_in,
        category=words.categories[task.category] if task.category else "",
        amount=usd.format(value=number(task.amount)),
        by=date_text(words, task.by) if task.by else "",
        reward=usd.format(value=number(offer.reward.amount)),
        fee_free=offer.reward.fee_free,
        friend=offer.reward.friend,
        business_days=offer.reward.business_days,
        steps=offer.steps,
        questions=offer.questions,
        after=offer.after,
        hedge=words.hedges[offer.confidence],
        source=source_view(words, knowledge.sources[offer.source]),
    )
