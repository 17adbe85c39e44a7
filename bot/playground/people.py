"""Who and where in the stand-in: users, channels, groups."""

from typing import Any


class People:
    """The workspace's directory. Users and channels that a test names are made as it names them."""

    def __init__(self, bot_user: str) -> None:
        self.bot_user = bot_user
        self.users: dict[str, dict[str, Any]] = {}
        self.channels: dict[str, dict[str, Any]] = {}
        self.members: dict[str, list[str]] = {}
        self.groups: dict[str, list[str]] = {}
        self.user(bot_user, "laurel", is_bot=True)

    def user(
        self,
        user: str,
        name: str | None = None,
        *,
        email: str | None = None,
        tz: str = "America/Los_Angeles",
        is_bot: bool = False,
        is_admin: bool = False,
        deleted: bool = False,
    ) -> dict[str, Any]:
        """Add or change a user; returns it as users.info does."""
        name = name or user.lower()
        self.users[user] = {
            "id": user,
            "name": name,
            "real_name": name.title(),
            "tz": tz,
            "deleted": deleted,
            "is_bot": is_bot,
            "is_admin": is_admin,
            "is_owner": False,
            "profile": {"real_name": name.title(), "display_name": name, "email": email},
        }
        return self.users[user]

    def channel(
        self, channel: str, name: str | None = None, *, members: tuple[str, ...] = (), archived: bool = False
    ) -> dict[str, Any]:
        """Add or change a channel, with the bot in it; returns it as conversations.info does."""
        self.channels[channel] = {
            "id": channel,
            "name": name or channel.lower(),
            "is_channel": True,
            "is_im": False,
            "is_archived": archived,
            "is_member": True,
        }
        self.members[channel] = [self.bot_user, *members]
        return self.channels[channel]

    def group(self, group: str, *members: str) -> None:
        """Add or change a user group."""
        self.groups[group] = list(members)

    def dm(self, user: str) -> str:
        """The id of the DM between the bot and `user`, opened if need be."""
        for channel in self.channels.values():
            if channel["is_im"] and channel["user"] == user:
                return str(channel["id"])
        channel_id = "D" + user[1:]
        self.channels[channel_id] = {
            "id": channel_id,
            "is_im": True,
            "is_channel": False,
            "user": user,
            "is_archived": False,
        }
        self.members[channel_id] = [self.bot_user, user]
        return channel_id
