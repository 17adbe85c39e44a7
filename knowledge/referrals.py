"""Referred friends: the signed personal code and link, and how far each friend is.

Everything is pure: the day, the secret and the records are handed in, the terms come from the offer.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from knowledge.offer import Offer
from knowledge.offers import payout_by, weekday

NOTHING = Decimal(0)
PARAMETER = "ref"
"""The name under which a link carries the code."""

_SIGNATURE_BYTES = 10


def code(offer: Offer, freelancer: str, secret: bytes) -> str:
    """The signed personal code of a freelancer for an offer. Raises ValueError for an empty secret."""
    if not secret:
        raise ValueError("a personal code needs a secret to be signed with")
    name = freelancer.encode()
    return f"{_encode(name)}.{_encode(_sign(offer, name, secret))}"


def referrer(offer: Offer, given: str, secret: bytes) -> str | None:
    """The freelancer whose code `given` is; None if it was not signed for this offer with this secret."""
    try:
        freelancer = _decode(given.partition(".")[0]).decode()
    except (ValueError, binascii.Error):
        return None
    return (
        freelancer if hmac.compare_digest(given.encode(), code(offer, freelancer, secret).encode()) else None
    )


def link(base_url: str, personal_code: str) -> str:
    """The personal link: `base_url` with the code; what the address already asks for stays."""
    parts = urlsplit(base_url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), (PARAMETER, personal_code)]
    return urlunsplit(parts._replace(query=urlencode(query)))


class Referred(Protocol):
    """What must be known of a referred friend; `earned` is USD by work category."""

    @property
    def friend_id(self) -> str:
        """The friend's id."""

    @property
    def registered_on(self) -> dt.date:
        """When the friend registered."""

    @property
    def code(self) -> str | None:
        """The code of the link the friend came through."""

    @property
    def new_to_platform(self) -> bool | None:
        """Whether the friend had no account before."""

    @property
    def earned(self) -> Mapping[str, Decimal]:
        """USD so far, by work category."""

    @property
    def reached_on(self) -> dt.date | None:
        """When the offer's sum was reached."""


class Standing(StrEnum):
    """How a friend stands: the sum was earned in time, may still be, was not, never counted, or unknown."""

    EARNED = "earned"
    ON_THE_WAY = "on_the_way"
    MISSED = "missed"
    NOT_COUNTED = "not_counted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Progress:
    """A referred friend on a day. Amounts in USD; `missing` is 0 once the sum is reached.

    `why` names what decides where the friend does not count or is unknown: `registered_on`, `code`,
    `new_to_platform` or `reached_on`. `payout_by` is known once the sum was reached in time.
    """

    friend_id: str
    registered_on: dt.date
    earned: Decimal
    needed: Decimal
    by: dt.date | None
    standing: Standing
    why: str | None
    payout_by: dt.date | None

    @property
    def missing(self) -> Decimal:
        """What is still to be earned."""
        return max(self.needed - self.earned, NOTHING)

    @property
    def share(self) -> float:
        """How much of the sum is earned, from 0 to 1."""
        return min(float(self.earned / self.needed), 1.0) if self.needed else 1.0


def progress(
    offer: Offer,
    friend: Referred,
    personal_code: str,
    day: dt.date,
    business_day: Callable[[dt.date], bool] = weekday,
) -> Progress:
    """How a friend stands on `day`, for the person with `personal_code`."""
    task = offer.task
    standing, why = _standing(offer, friend, personal_code, day)
    paid = payout_by(offer, friend.reached_on or day, business_day) if standing is Standing.EARNED else None
    return Progress(
        friend_id=friend.friend_id,
        registered_on=friend.registered_on,
        earned=earned_for(offer, friend),
        needed=task.amount,
        by=task.by,
        standing=standing,
        why=why,
        payout_by=paid,
    )


def earned_for(offer: Offer, friend: Referred) -> Decimal:
    """What the friend has earned so far where it counts for the offer, in USD."""
    if offer.task.category is None:
        return sum(friend.earned.values(), NOTHING)
    return friend.earned.get(offer.task.category, NOTHING)


def rewards(offer: Offer, friends: Iterable[Progress]) -> Decimal:
    """What the friends have brought in all, in USD."""
    return offer.reward.amount * sum(friend.standing is Standing.EARNED for friend in friends)


def _standing(
    offer: Offer, friend: Referred, personal_code: str, day: dt.date
) -> tuple[Standing, str | None]:
    task, window = offer.task, offer.window
    early = friend.registered_on < window.from_ and not window.approximate
    if early or (window.until is not None and friend.registered_on > window.until):
        return Standing.NOT_COUNTED, "registered_on"
    unknown: str | None = None
    if friend.code is None:
        unknown = "code"
    elif not hmac.compare_digest(friend.code.encode(), personal_code.encode()):
        return Standing.NOT_COUNTED, "code"
    if task.new_to_platform:
        if friend.new_to_platform is False:
            return Standing.NOT_COUNTED, "new_to_platform"
        if friend.new_to_platform is None:
            unknown = unknown or "new_to_platform"
    over = task.by is not None and day > task.by
    not_yet = friend.reached_on is not None and friend.reached_on > day
    if earned_for(offer, friend) < task.amount or (not_yet and not over):
        return (Standing.MISSED, None) if over else (Standing.ON_THE_WAY, unknown)
    if task.by is not None and friend.reached_on is not None and friend.reached_on > task.by:
        return Standing.MISSED, "reached_on"
    if over and friend.reached_on is None:
        unknown = unknown or "reached_on"
    return (Standing.UNKNOWN, unknown) if unknown else (Standing.EARNED, None)


def _sign(offer: Offer, name: bytes, secret: bytes) -> bytes:
    message = offer.id.encode() + b"\0" + name
    return hmac.new(secret, message, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
