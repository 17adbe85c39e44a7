"""What was found about one thing."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How it stands: fine, not as it should be, broken, or not set up (which may be what is wanted)."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it stands, what was seen, and the cure where there is one."""

    part: str
    health: Health
    seen: str
    cure: str = ""


def ok(part: str, seen: str) -> Finding:
    """It is fine."""
    return Finding(part, Health.OK, seen)


def warning(part: str, seen: str, cure: str) -> Finding:
    """It works, but not as it should."""
    return Finding(part, Health.WARNING, seen, cure)


def broken(part: str, seen: str, cure: str) -> Finding:
    """It does not work."""
    return Finding(part, Health.BROKEN, seen, cure)


def off(part: str, seen: str, cure: str) -> Finding:
    """It is not set up; `cure` says how it would be."""
    return Finding(part, Health.OFF, seen, cure)
