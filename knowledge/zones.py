"""Time zones by the names that people give them: "in London time", "for me in Manila"."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import field_validator

from knowledge.load import DIRECTORY, read_file
from knowledge.statement import Model


def zone_named(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises ValueError, for a folder of zones ("America") too."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no such time zone: {name}; write one such as America/Los_Angeles") from error


class Zone(Model):
    """A zone of zones.yaml: its IANA name, what it is called in an answer, and how people name it."""

    zone: str
    title: str
    names: tuple[str, ...]

    @field_validator("zone")
    @classmethod
    def _exists(cls, value: str) -> str:
        zone_named(value)
        return value


def load_zones(directory: Path = DIRECTORY) -> tuple[Zone, ...]:
    """The zones of zones.yaml. Raises ContentError with file, line and cure."""
    return read_file(directory / "zones.yaml", tuple[Zone, ...])
