"""A person's record as the operator hands it over: what it says, and what it leaves open.

Whatever is missing is unknown (None), and a missing list is not an empty one: without `contracts` nothing is
known of them, `[]` says that there are none. A week's `jss` is the one place where null says something of its
own: no score in that week; a week without the key leaves it open.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from knowledge.model import Audience
from knowledge.record_error import RecordError as RecordError  # noqa: PLC0414  # handed on to readers of records
from knowledge.record_error import problem
from knowledge.record_words import (
    AccountStatus,
    ActivityKind,
    Interview,
    Outcome,
    PaymentKind,
    PaymentStatus,
    StandingKind,
    UserType,
)


def _iso(value: object) -> object:
    # Without this pydantic reads a bare number as seconds since 1970.
    if isinstance(value, bool | int | float):
        raise PydanticCustomError("iso_date", "a number is not a date")
    return value


def _amount(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError("decimal_parsing", "a truth value is not an amount")
    return value


Day = Annotated[dt.date, BeforeValidator(_iso)]
Moment = Annotated[dt.datetime, BeforeValidator(_iso)]
Money = Annotated[Decimal, BeforeValidator(_amount)]
Percent = Annotated[float, Field(ge=0, le=100)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Part(BaseModel):
    """The base of a record and its parts: frozen; unknown keys are left aside unless they look like slips."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _no_slips(cls, data: object) -> object:
        """A misspelt key would silently turn into "unknown", so a near miss is an error."""
        if isinstance(data, Mapping) and not data.keys() <= cls.model_fields.keys() | cls._aliases:
            for key in data.keys() - cls.model_fields.keys() - cls._aliases:
                near = difflib.get_close_matches(str(key), cls.model_fields, n=1, cutoff=0.8)
                if near:
                    raise PydanticCustomError(
                        "slip", "unknown field '{key}'; did you mean '{near}'?", {"key": key, "near": near[0]}
                    )
        return data

    _aliases: ClassVar[frozenset[str]] = frozenset()


class Standing(Part):
    """Something against the account, from `on` to `until`, both included; without `until` it goes on."""

    on: Day
    until: Day | None = None
    kind: StandingKind
    note: str | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        return _ordered(self, "until", self.on, self.until)


class Week(Part):
    """The snapshot of a week. `week_of` is its Monday; `jss` in percent.

    `jss` null: the person had no score in that week. `jss` left out: it is not known.
    """

    week_of: Day
    jss: Percent | None = None
    rising_talent: bool | None = None

    @model_validator(mode="after")
    def _begins_on_monday(self) -> Self:
        if self.week_of.weekday():
            raise PydanticCustomError(
                "monday",
                "week_of {day} is a {name}; give the Monday the week begins with, {monday}",
                {
                    "day": str(self.week_of),
                    "name": f"{self.week_of:%A}",
                    "monday": str(self.week_of - dt.timedelta(days=self.week_of.weekday())),
                },
            )
        return self

    @property
    def without_score(self) -> bool:
        """True where the record says that there was no score."""
        return self.jss is None and ("jss" in self.model_fields_set or self.rising_talent is True)

    @model_serializer(mode="wrap")
    def _keep_the_difference(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        dumped: dict[str, Any] = handler(self)
        if "jss" not in self.model_fields_set:
            dumped.pop("jss", None)
        return dumped


class Payment(Part):
    """One movement of money, in USD before fees. A refund may be written with or without a minus sign."""

    on: Day
    amount: Money
    kind: PaymentKind
    status: PaymentStatus | None = None

    @model_validator(mode="after")
    def _sign(self) -> Self:
        if self.amount < 0 and self.kind is not PaymentKind.REFUND:
            raise PydanticCustomError(
                "negative", "amount {amount} is negative; money that flows back is of kind refund",
                {"amount": str(self.amount)},
            )  # fmt: skip
        return self

    @property
    def net(self) -> Decimal:
        """What the person has more (or, after a refund, less), in USD."""
        return -abs(self.amount) if self.kind is PaymentKind.REFUND else self.amount


class Contract(Part):
    """A contract and its payments. `ended_on` null: it runs; `outcome` null: it has none (yet)."""

    id: str
    client_id: str | None = None
    category: Name | None = None
    started_on: Day | None = None
    ended_on: Day | None = None
    outcome: Outcome | None = None
    via_agency: bool | None = None
    payments: tuple[Payment, ...] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        return _ordered(self, "ended_on", self.started_on, self.ended_on)


class Activity(Part):
    """A sign of work on the platform."""

    on: Day
    kind: ActivityKind


class Badge(Part):
    """A badge held from `from` to `until`, both included; without `until` it is still held."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, populate_by_name=True, serialize_by_alias=True, str_strip_whitespace=True
    )
    _aliases: ClassVar[frozenset[str]] = frozenset({"from"})

    program: Name
    from_: Day = Field(alias="from")
    until: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        return _ordered(self, "until", self.from_, self.until)


class Invitation(Part):
    """An invitation to a program; `interview` null: there has been none."""

    program: Name
    on: Day
    interview: Interview | None = None


class AgencyFigures(Part):
    """An agency's figures: members, their average profile and the owner's profile in percent."""

    members: Annotated[int, Field(ge=0)] | None = None
    member_profiles: Percent | None = None
    owner_profile: Percent | None = None


class Record(Part):
    """Everything known of one freelancer or agency. `as_of` is when the source wrote it (UTC if unsaid)."""

    id: Annotated[str, Field(min_length=1)]
    name: str | None = None
    email: str | None = None
    country: str | None = None
    audience: Audience = Audience.FREELANCER
    user_type: UserType | None = None
    category: Name | None = None
    joined_on: Day | None = None
    profile_completeness: Percent | None = None
    availability_updated_on: Day | None = None
    readiness_test_passed_on: Day | None = None
    email_opt_in: bool | None = None
    as_of: Moment | None = None
    account_status: AccountStatus | None = None
    standing: tuple[Standing, ...] | None = None
    weeks: tuple[Week, ...] | None = None
    contracts: tuple[Contract, ...] | None = None
    activity: tuple[Activity, ...] | None = None
    badges: tuple[Badge, ...] | None = None
    invitations: tuple[Invitation, ...] | None = None
    agency: AgencyFigures | None = None

    @model_validator(mode="after")
    def _each_week_once(self) -> Self:
        seen: set[dt.date] = set()
        for week in self.weeks or ():
            if week.week_of in seen:
                raise PydanticCustomError(
                    "twice", "weeks: {day} stands twice; keep one of them", {"day": str(week.week_of)}
                )
            seen.add(week.week_of)
        return self

    @property
    def as_of_day(self) -> dt.date | None:
        """The UTC date of `as_of`."""
        if self.as_of is None:
            return None
        return (self.as_of.astimezone(dt.UTC) if self.as_of.tzinfo else self.as_of).date()


def parse_record(data: Mapping[str, Any] | str | bytes) -> Record:
    """The record in `data`, a mapping or JSON text. Raises `RecordError`."""
    try:
        if isinstance(data, str | bytes):
            return Record.model_validate_json(data)
        return Record.model_validate(data)
    except ValidationError as error:
        # The input is left out of the errors: it may hold personal data.
        raise RecordError([problem(e) for e in error.errors(include_url=False)]) from None


P = TypeVar("P", bound=Part)


def _ordered(part: P, name: str, start: dt.date | None, end: dt.date | None) -> P:
    if start is not None and end is not None and end < start:
        raise PydanticCustomError(
            "order", "{name} {end} lies before the beginning, {start}",
            {"name": name, "end": str(end), "start": str(start)},
        )  # fmt: skip
    return part
