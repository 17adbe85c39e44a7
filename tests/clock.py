"""A clock for tests, which stands still until it is moved."""

from datetime import datetime, timedelta


class Clock:
    """Call it for the time (aware, UTC)."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        """Move on by a timedelta's arguments; returns the new time."""
        self.now += timedelta(**by)
        return self.now
