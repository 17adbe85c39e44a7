"""Friends who registered through a personal link, and what they have earned so far."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlmodel import col

from bot.rooms.people.tables import ReferralRow
from bot.store.engine import Store
from knowledge.record import Day, Moment, Money, RecordError

Key = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00]+$")]


class Referral(BaseModel):
    """One referred friend, as imported.

    `code` is that of the personal link the friend came through, `earned` is USD by work category,
    `reached_on` the day on which the offer's sum was reached, where the source knows it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    referrer_id: Key
    friend_id: Key
    registered_on: Day
    code: Annotated[str, Field(max_length=255)] | None = None
    new_to_platform: bool | None = None
    earned: Mapping[str, Money] = {}
    reached_on: Day | None = None
    as_of: Moment | None = None

    def row(self) -> dict[str, Any]:
        """The referral as the table keeps it."""
        as_of = self.as_of
        return {
            **self.model_dump(exclude={"earned", "as_of"}),
            "earned": {category: format(amount, "f") for category, amount in self.earned.items()},
            "as_of": as_of.replace(tzinfo=dt.UTC) if as_of is not None and as_of.tzinfo is None else as_of,
        }


def parse_referral(data: Mapping[str, Any]) -> Referral:
    """The referral in `data`. Raises RecordError with one line per field."""
    try:
        return Referral.model_validate(data)
    except ValidationError as error:
        raise RecordError(
            [
                f"{'.'.join(map(str, fault['loc'])) or 'the referral'}: {fault['msg'].lower()}"
                for fault in error.errors(include_url=False, include_input=False)
            ]
        ) from None


async def referrals_of(store: Store, referrer_id: str) -> Sequence[Referral]:
    """The friends this freelancer referred, the earliest first."""
    async with store.read() as session:
        rows = await session.scalars(
            select(ReferralRow)
            .where(col(ReferralRow.referrer_id) == referrer_id)
            .order_by(col(ReferralRow.registered_on), col(ReferralRow.friend_id))
        )
        return [
            Referral(
                referrer_id=row.referrer_id,
                friend_id=row.friend_id,
                registered_on=row.registered_on,
                code=row.code,
                new_to_platform=row.new_to_platform,
                earned={category: Decimal(amount) for category, amount in row.earned.items()},
                reached_on=row.reached_on,
                as_of=row.as_of,
            )
            for row in rows
        ]
