"""The door as those behind it see it: verified requests of Slack's, and what Slack is answered."""

from typing import Protocol

from slack_bolt.request.async_request import AsyncBoltRequest as Request
from slack_bolt.response import BoltResponse as Answer

__all__ = ["Answer", "Door", "Request"]


class Door(Protocol):
    """Takes what Slack sends once it is verified: a Bolt app, or what chooses one."""

    async def async_dispatch(self, req: Request) -> Answer:
        """What Slack is answered."""
