"""What a sender may answer instead of a result. Reasons are classes of errors, never anybody's words."""

from datetime import timedelta


class DeliveryError(Exception):
    """The effect did not happen, or it is not known whether it did."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RefusedError(DeliveryError):
    """It will never work as it is (channel archived, user gone): the job is parked."""


class LaterError(DeliveryError):
    """Try again: after `wait` if the other side named a time, else after a growing pause.

    `counts=False` means that it surely did not happen (429); with `wait`, the job's bucket pauses too.
    """

    def __init__(self, reason: str, *, wait: timedelta | None = None, counts: bool = True) -> None:
        super().__init__(reason)
        self.wait = wait
        self.counts = counts
