"""The app's manifest, which comes with the package."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

MANIFEST = Path(__file__).resolve().parents[2] / "slack-manifest.yaml"


@cache
def manifest() -> Mapping[str, Any]:
    """What Slack is told of the app."""
    read: Mapping[str, Any] = yaml.safe_load(MANIFEST.read_text("utf-8"))
    return read


def bot_scopes() -> list[str]:
    """The bot's scopes."""
    return list(manifest()["oauth_config"]["scopes"]["bot"])
