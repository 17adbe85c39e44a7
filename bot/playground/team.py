"""Who works in the playground's workspace, and which channels it has."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.playground.people import People

TEAM = Path(__file__).with_name("team.yaml")
GROUPS = {"agent": "S0AGENTS", "specialist": "S0SPECIALISTS", "moderator": "S0MODERATORS"}
EVERYBODY = "everybody"
FREELANCER = "freelancer"
ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the workspace. `roles` are keys of GROUPS, or ADMIN; none for a freelancer."""

    user: str
    name: str
    roles: tuple[str, ...]
    about: str
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A channel; `members` is everybody, or one role."""

    id: str
    name: str
    topic: str
    members: str

    def has(self, member: Member) -> bool:
        """Whether somebody is in it; who administers the workspace is in each."""
        return self.members == EVERYBODY or self.members in member.roles or ADMIN in member.roles


def team() -> tuple[list[Member], list[Place]]:
    """The team and the channels of team.yaml."""
    content = yaml.safe_load(TEAM.read_text("utf-8"))
    members = [
        Member(
            entry["user"],
            entry["name"],
            () if entry["role"] == FREELANCER else (entry["role"],),
            entry["about"],
        )
        for entry in content["people"]
    ]
    return members, [Place(**entry) for entry in content["channels"]]


def settle(people: People, members: list[Member], places: list[Place]) -> None:
    """Make users, groups and channels."""
    for member in members:
        people.user(member.user, member.name, email=member.email, is_admin=ADMIN in member.roles)
        people.dm(member.user)
    for place in places:
        inside = tuple(member.user for member in members if place.has(member))
        people.channel(place.id, place.name, members=inside)
        people.channels[place.id]["topic"] = place.topic
        people.channels[place.id]["is_private"] = place.members != EVERYBODY
    for role, group in GROUPS.items():
        people.group(group, *(member.user for member in members if role in member.roles))
