"""Slack's directory as the rooms ask about it: members of groups and channels, and users' profiles."""

from collections.abc import Collection
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.messages import Who
from bot.roles import MembersUnknownError, Profile

PAGE = 200


class Directory:
    """Asks Slack. It is the `Members` of roles and the `Profiles` of people."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def of(self, place: str) -> Collection[str]:
        """The users in a user group ("S…") or channel ("C…"). Raises MembersUnknownError."""
        try:
            if place.startswith("S"):
                group = await self._client.usergroups_users_list(usergroup=place)
                return _users(group.get("users"))
            members: list[str] = []
            cursor = None
            while True:
                page = await self._client.conversations_members(channel=place, limit=PAGE, cursor=cursor)
                members += _users(page.get("members"))
                after = page.get("response_metadata")
                cursor = after.get("next_cursor") if isinstance(after, dict) else None
                if not cursor:
                    return members
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            raise MembersUnknownError(type(error).__name__) from error

    async def joined(self, channel: str) -> bool:
        """Whether we are in a channel. Raises MembersUnknownError."""
        try:
            found = (await self._client.conversations_info(channel=channel)).get("channel")
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            raise MembersUnknownError(type(error).__name__) from error
        return isinstance(found, dict) and found.get("is_member") is True


def _users(value: Any) -> list[str]:
    """User ids as Slack lists them. Raises MembersUnknownError for anything else: nobody is none of them."""
    if not isinstance(value, list):
        raise MembersUnknownError("an answer without members")
    return [str(user) for user in value]


class Users:
    """Users' profiles."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def of(self, who: Who) -> Profile | None:
        """A user's confirmed address and time zone; None where Slack has no such user or does not answer."""
        try:
            user = (await self._client.users_info(user=who.user)).get("user")
        except (SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError):
            return None
        if not isinstance(user, dict) or user.get("deleted") or user.get("is_bot"):
            return None
        profile = user.get("profile")
        address = profile.get("email") if isinstance(profile, dict) else None
        admin = user.get("is_admin") is True or user.get("is_owner") is True
        return Profile(address if user.get("is_email_confirmed") else None, user.get("tz"), admin)
