"""The words that a record is written in: the values that its fields may have."""

from enum import StrEnum


class UserType(StrEnum):
    """How a freelancer works; an exclusive agency member has no standing of their own."""

    FREELANCER = "freelancer"
    NON_EXCLUSIVE = "non_exclusive_agency_member"
    EXCLUSIVE = "exclusive_agency_member"


class AccountStatus(StrEnum):
    """The account's state when the record was made."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class StandingKind(StrEnum):
    """What can stand against an account."""

    HOLD = "hold"
    SUSPENSION = "suspension"
    VIOLATION = "violation"
    PERFORMANCE_NOTICE = "performance_notice"
    OFF_PLATFORM_PAYMENT = "off_platform_payment"


class Outcome(StrEnum):
    """How a contract ended for the Job Success Score."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class PaymentKind(StrEnum):
    """What money moved: a refund flows back to the client."""

    PAYMENT = "payment"
    BONUS = "bonus"
    REFUND = "refund"


class PaymentStatus(StrEnum):
    """Only settled money counts as earned."""

    SETTLED = "settled"
    PENDING = "pending"
    IN_REVIEW = "in_review"


class ActivityKind(StrEnum):
    """What shows that somebody is active."""

    PROPOSAL = "proposal"
    ACCEPTED_INVITATION = "accepted_invitation"
    EARNING = "earning"


class Interview(StrEnum):
    """How the interview of an invitation went."""

    PASSED = "passed"
    FAILED = "failed"
    PENDING = "pending"
