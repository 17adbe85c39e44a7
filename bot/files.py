"""Files that people send, as a room may ask for them."""

from typing import Protocol


class FileError(Exception):
    """The file cannot be had, now or ever. `why`: gone, too_large or closed (Slack does not let us)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Files(Protocol):
    """Where files are kept."""

    async def content(self, file_id: str, *, most: int) -> bytes:
        """A file's bytes. Raises FileError, and LaterError where it may work later."""
