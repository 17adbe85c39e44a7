"""Roles follow membership in Slack: refreshed, kept through an outage for a while, then withdrawn."""

from collections.abc import Collection

from bot.messages import Who
from bot.roles import MembersUnknownError, Role, Roles

ADA = Who("T1", "U1")


class Slack:
    def __init__(self) -> None:
        self.members: dict[str, set[str]] = {"S1": {"U1"}, "C1": {"U2"}, "C2": {"U1"}}
        self.up = True
        self.asked = 0

    async def of(self, place: str) -> Collection[str]:
        self.asked += 1
        if not self.up:
            raise MembersUnknownError("down")
        return self.members[place]


async def test_who_is_in_a_named_group_or_channel_has_the_role() -> None:
    roles = Roles(Slack(), {Role.AGENT: ["S1", "C1"], Role.MODERATOR: ["C2"]}, lambda: 0.0)
    assert await roles.of(ADA) == {Role.AGENT, Role.MODERATOR}
    assert await roles.of(Who("T1", "U2")) == {Role.AGENT}
    assert await roles.of(Who("T1", "U3")) == frozenset()
    assert await roles.holders(Role.AGENT) == {"U1", "U2"}
    assert await roles.holders(Role.SPECIALIST) == frozenset()


async def test_members_are_asked_for_again_after_a_while_not_each_time() -> None:
    slack, time = Slack(), 0.0
    roles = Roles(slack, {Role.AGENT: ["S1"]}, lambda: time, fresh=300)
    assert await roles.of(ADA) == {Role.AGENT}
    slack.members["S1"] = set()
    time = 299.0
    assert await roles.of(ADA) == {Role.AGENT}
    assert slack.asked == 1
    time = 300.0
    assert await roles.of(ADA) == frozenset()
    slack.members["S1"] = {"U1"}
    roles.forget()
    assert await roles.of(ADA) == {Role.AGENT}


async def test_an_outage_keeps_roles_for_an_hour_and_then_nobody_has_one() -> None:
    slack, time = Slack(), 0.0
    roles = Roles(slack, {Role.AGENT: ["S1"]}, lambda: time)
    assert await roles.of(ADA) == {Role.AGENT}
    slack.up = False
    time = 3599.0
    assert await roles.of(ADA) == {Role.AGENT}
    time = 3600.0
    assert await roles.of(ADA) == frozenset()
    asked = slack.asked
    assert await roles.of(ADA) == frozenset()
    assert slack.asked == asked, "Slack is not asked at every turn while it is down"
    slack.up = True
    time = 3700.0
    assert await roles.of(ADA) == {Role.AGENT}


async def test_nobody_has_a_role_where_none_is_set_or_slack_never_answered() -> None:
    slack = Slack()
    assert await Roles(slack, {}, lambda: 0.0).of(ADA) == frozenset()
    slack.up = False
    assert await Roles(slack, {Role.AGENT: ["S1"]}, lambda: 0.0).of(ADA) == frozenset()
