"""People of another workspace in a shared channel, and people who left: public answers, and nothing more."""

import json

from bot.content import Content
from bot.messages import Who
from bot.playground.signing import SlackRequest
from bot.roles import Role, Roles
from tests.bot.way import FAQ, OTHER, PERSON, Way, open_way, settings_for, shown

THEIRS = "T0THEIRS"


def from_outside(request: SlackRequest) -> SlackRequest:
    """The same, of somebody whose own workspace is another, as Slack Connect sends it."""
    body = json.loads(request.body)
    body["event"] |= {"team": THEIRS, "user_team": THEIRS}
    return SlackRequest(json.dumps(body), request.headers)


async def test_somebody_of_another_workspace_is_answered_in_a_shared_channel(way: Way) -> None:
    requests = way.slack.acts.says(PERSON, f"<@{way.slack.bot_user}> what does top rated need", channel=FAQ)
    await way.bring(*map(from_outside, requests))
    assert "Top Rated asks" in shown(way.slack.posted())


async def test_a_guest_who_sits_in_the_agents_group_is_no_agent(way: Way) -> None:
    class All:
        async def of(self, place: str) -> list[str]:
            del place
            return [PERSON]

    roles = Roles(All(), {Role.AGENT: ["S1"]}, lambda: 0.0)
    roles.ours = way.laurel.front.ours
    assert await roles.of(Who(way.slack.team, PERSON)) == {Role.AGENT}
    assert await roles.of(Who(THEIRS, PERSON)) == frozenset()


async def test_a_guest_sees_no_record_and_no_ticket_of_who_has_the_same_id(way: Way) -> None:
    await way.says("open a ticket")
    ours = await way.says("what is the status of my ticket")
    requests = way.slack.acts.says(PERSON, "what is the status of my tickets")
    before = len(way.slack.posted())
    await way.bring(*map(from_outside, requests))
    theirs = way.slack.posted()[before:]
    assert "#1" not in shown(theirs)
    assert ours


async def test_a_guest_who_wants_a_record_linked_is_told_why_not(way: Way) -> None:
    way.slack.people.user(OTHER)
    await way.bring(way.slack.acts.commands(PERSON, "link"))
    view = way.slack.opened[-1]
    block = next(b for b in view["blocks"] if b["type"] == "input")
    state = {block["block_id"]: {block["element"]["action_id"]: {"type": "plain_text_input", "value": "f-1"}}}
    request = way.slack.acts.submits(PERSON, view, state)
    payload = request.body.replace(
        f"%22team_id%22%3A+%22{way.slack.team}%22", f"%22team_id%22%3A+%22{THEIRS}%22"
    )
    assert payload != request.body
    await way.bring(SlackRequest(payload, request.headers))
    assert "guest from another workspace" in shown(way.slack.posted())


async def test_who_is_deactivated_loses_their_roles_at_once(way: Way, content: Content) -> None:
    way.slack.people.groups["S0AGENTS"] = [PERSON]
    database = f"{way.laurel.settings.database_url}-agents"
    settings = settings_for(way.slack, database, LAUREL_AGENT_GROUP="S0AGENTS")
    async with open_way(way.slack, settings, content, way.clock) as house:

        async def may_look() -> bool:
            before = len(way.slack.opened)
            await house.bring(way.slack.acts.commands(PERSON, "lookup f-1"))
            return "reason" in str(way.slack.opened[before:]).lower()

        def changed(deleted: object) -> SlackRequest:
            user = {"id": PERSON, "team_id": way.slack.team, "deleted": deleted}
            return way.slack.acts.event({"type": "user_change", "user": user})

        assert await may_look()
        await house.bring(changed(deleted=True))
        assert not await may_look()
        await house.bring(changed(deleted=False))
        assert await may_look()


async def test_who_sends_a_form_of_a_whole_organisation_is_of_their_own_workspace(way: Way) -> None:
    front = way.laurel.front
    assert front.team_in({"team": None, "user": {"id": PERSON, "team_id": way.slack.team}}) == way.slack.team
    assert front.team_in({"team": {"id": way.slack.team}, "user": {"team_id": THEIRS}}) == THEIRS
