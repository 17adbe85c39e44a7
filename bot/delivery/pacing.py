"""How fast the delivery works and how patient it is."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Pacing:
    """How fast, how long, how often.

    `pace` is Slack's "about one message per second per channel"; `lease` must outlast every timeout of a
    sender (`timeout`). A pause doubles from `first_pause` to `longest_pause`; with the defaults a job is
    parked after some four hours of failing, a local handler, whose failure is a defect, after eight attempts.
    """

    pace: timedelta = timedelta(seconds=1)
    lease: timedelta = timedelta(seconds=90)
    timeout: timedelta = timedelta(seconds=60)
    poll: timedelta = timedelta(seconds=1)
    first_pause: timedelta = timedelta(seconds=1)
    longest_pause: timedelta = timedelta(minutes=5)
    attempts: int = 60
    handler_attempts: int = 8
    workers: int = 20
    keep_jobs: timedelta = timedelta(days=7)
    upkeep: timedelta = timedelta(hours=1)
