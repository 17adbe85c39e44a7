"""Files that people sent in Slack: fetched with the bot's token, as a stream, up to a size."""

from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.errors import LaterError, RefusedError
from bot.files import FileError
from bot.slack.sending import explained

PIECE = 64 * 1024  # bytes at a time
SLACK = ".slack.com"


class SlackFiles:
    """Asks Slack. It is the `Files` of the rooms."""

    def __init__(self, client: AsyncWebClient) -> None:
        assert client.session is not None, "slack_client was given the house's connections"
        self._client = client
        self._connections = client.session

    async def content(self, file_id: str, *, most: int) -> bytes:
        """A file's bytes. Raises FileError, and LaterError where it may work later."""
        try:
            address = await self._address(file_id, most)
            return await self._fetched(address, most)
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise LaterError(f"slack: {type(error).__name__}") from error

    async def _address(self, file_id: str, most: int) -> str:
        """Where Slack keeps it."""
        try:
            file = (await self._client.files_info(file=file_id))["file"]
        except SlackApiError as error:
            meant = explained(error)
            if isinstance(meant, RefusedError):
                gone = meant.reason.endswith(("file_not_found", "file_deleted"))
                raise FileError("gone" if gone else "closed") from error
            raise meant from error
        if int(file.get("size") or 0) > most:
            raise FileError("too_large")
        address = str(file.get("url_private_download") or file.get("url_private") or "")
        if not self._ours(address):
            raise FileError("closed")
        return address

    def _ours(self, address: str) -> bool:
        """Whether the token may go there: to Slack and nobody else."""
        place, api = urlsplit(address), urlsplit(self._client.base_url)
        if (place.scheme, place.netloc) == (api.scheme, api.netloc):
            return True
        return place.scheme == "https" and (place.hostname or "").endswith(SLACK)

    async def _fetched(self, address: str, most: int) -> bytes:
        headers = {"Authorization": f"Bearer {self._client.token}"}
        async with self._connections.get(address, headers=headers, allow_redirects=False) as answer:
            if answer.status in (404, 410):
                raise FileError("gone")
            if answer.status == 429 or answer.status >= 500:  # noqa: PLR2004 - HTTP's own
                raise LaterError(f"slack: file {answer.status}")
            # Who may not read it is sent to the sign-in page.
            if answer.status != 200 or answer.content_type == "text/html":  # noqa: PLR2004 - HTTP's own
                raise FileError("closed")
            pieces: list[bytes] = []
            size = 0
            async for piece in answer.content.iter_chunked(PIECE):
                size += len(piece)
                if size > most:
                    raise FileError("too_large")
                pieces.append(piece)
            return b"".join(pieces)
