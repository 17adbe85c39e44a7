"""What Slack says: the token and its scopes, the clock, channels, roles, Socket Mode."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from bot.doctor.finding import Finding, broken, off, ok, warning
from bot.roles import places
from bot.settings import Settings
from bot.slack.manifest import MANIFEST, bot_scopes
from bot.slack.probe import UNREACHABLE, Told, ask
from bot.slack.sending import slack_client, slack_session

SKEW = timedelta(minutes=1)
"""How far our clock may be from Slack's. At five minutes Bolt refuses every request (docs.slack.dev,
"Verifying requests from Slack")."""

_AWAY = "see that this machine reaches Slack, and SLACK_API_URL"


async def workspace(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    """All that can be asked of Slack with the token that is set, and with that of Socket Mode."""
    if settings.slack_bot_token is None:
        yield broken("token", "SLACK_BOT_TOKEN is missing", "copy it from your app's OAuth page")
        return
    connections = slack_session()
    token = settings.slack_bot_token.get_secret_value()
    client = slack_client(token, settings.slack_api_url, session=connections)
    try:
        told = await ask(client, "auth.test")
        async for found in of_token(client, settings, told, now, anew="copy SLACK_BOT_TOKEN anew"):
            yield found
        if told.error is None:
            yield await _way_in(client, settings)
    finally:
        await connections.close()


async def of_token(
    client: Any, settings: Settings, told: Told, now: datetime, *, anew: str
) -> AsyncIterator[Finding]:
    """What Slack says of a token: itself, scopes, the clock, channels and roles.

    `told` is what `auth.test` told; `anew` is how another token is had.
    """
    yield _token(told, anew)
    if told.error is not None:
        return
    for found in (_scopes(told), _clock(told, now)):
        if found is not None:
            yield found
    async for found in _channels(client, settings):
        yield found
    async for found in _roles(client, settings):
        yield found


def _token(told: Told, anew: str) -> Finding:
    if told.error is None:
        return ok("token", f"{told.data.get('user')} in {told.data.get('team')} ({told.data.get('team_id')})")
    if told.error == UNREACHABLE:
        return broken("token", "Slack does not answer", _AWAY)
    return broken("token", f"Slack refuses it ({told.error})", anew)


def _scopes(told: Told) -> Finding | None:
    """What the token may do, against the manifest; None where Slack does not tell or there is no manifest."""
    granted = told.headers.get("x-oauth-scopes")
    if granted is None or not MANIFEST.exists():
        return None
    wanted = bot_scopes()
    missing = sorted(set(wanted) - {scope.strip() for scope in granted.split(",")})
    if missing:
        return broken(
            "scopes", f"missing: {', '.join(missing)}", "update the app's manifest and reinstall it"
        )
    return ok("scopes", f"all {len(wanted)} of the manifest")


def _clock(told: Told, now: datetime) -> Finding | None:
    """Our time against the time of Slack's answer; None where it names none."""
    try:
        theirs = parsedate_to_datetime(told.headers.get("date", ""))
    except ValueError:
        return None
    apart = abs(now - theirs)
    seen = f"{apart.total_seconds():.0f} s from Slack's"
    if apart <= SKEW:
        return ok("clock", seen)
    return broken("clock", seen, "set this machine's time: Slack's requests are refused at five minutes")


async def _channels(client: Any, settings: Settings) -> AsyncIterator[Finding]:
    """Whether we are in each channel that the settings name."""
    named = {
        "LAUREL_DESK_CHANNEL": settings.desk_channel,
        "LAUREL_SPECIALIST_CHANNEL": settings.specialist_channel,
        "LAUREL_MODERATOR_CHANNEL": settings.moderator_channel,
        "LAUREL_AGENT_CHANNEL": settings.agent_channel,
        "LAUREL_COMMUNITY_CHANNEL": settings.community_channel,
    }
    if settings.desk_channel is None:
        yield off("channel", "LAUREL_DESK_CHANNEL is not set", "set it, so that tickets have a place")
    wanted = [(name, channel) for name, channel in named.items() if channel]
    for name, channel in [*wanted, *(("LAUREL_FAQ_CHANNELS", one) for one in settings.faq_channels)]:
        told = await ask(client, "conversations.info", channel=channel)
        yield _channel(name, channel, told)


def _channel(name: str, channel: str, told: Told) -> Finding:
    if told.error == UNREACHABLE:
        return broken("channel", f"{name} {channel}: Slack does not answer", _AWAY)
    if told.error is not None:
        seen = f"{name} {channel}: {told.error}"
        return broken("channel", seen, "check the id; invite Laurel if the channel is private")
    found = told.data.get("channel") or {}
    title = f"{name} #{found.get('name', channel)}"
    if found.get("is_archived"):
        return broken("channel", f"{title} is archived", "unarchive it, or name another")
    if not found.get("is_member"):
        return broken("channel", f"Laurel is not in {title}", "write /invite @Laurel there")
    return ok("channel", title)


async def _roles(client: Any, settings: Settings) -> AsyncIterator[Finding]:
    """Who has which role."""
    for role, where in places(settings).items():
        if not where:
            variable = f"LAUREL_{role.value.upper()}_GROUP"
            yield off("role", f"nobody is {role.value}", f"set {variable} to a user group's id (S…)")
        for place in where:
            group = place.startswith("S")
            told = (
                await ask(client, "usergroups.users.list", usergroup=place)
                if group
                else await ask(client, "conversations.members", channel=place)
            )
            yield _role(role.value, place, told, "users" if group else "members")


def _role(role: str, place: str, told: Told, key: str) -> Finding:
    if told.error is not None:
        return broken("role", f"{role}s of {place}: {told.error}", "check the id of the group or channel")
    people = told.data.get(key) or []
    if not people:
        return warning("role", f"nobody is in {place}, so there are no {role}s", "add people to it")
    return ok("role", f"{len(people)} {role}s of {place}")


async def _way_in(client: Any, settings: Settings) -> Finding:
    """Socket Mode's token, or the signing secret of HTTP."""
    if settings.slack_app_token is None:
        return next(_http(settings))
    told = await ask(client, "apps.connections.open", token=settings.slack_app_token.get_secret_value())
    if told.error is None:
        return ok("way in", "Socket Mode")
    if told.error == UNREACHABLE:
        return broken("way in", "Slack does not answer", _AWAY)
    cure = "make an app token with connections:write, and copy it to SLACK_APP_TOKEN"
    return broken("way in", f"Socket Mode: Slack refuses the token ({told.error})", cure)


def _http(settings: Settings) -> Iterator[Finding]:
    if settings.slack_signing_secret is None:
        cure = "set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"
        yield broken("way in", "neither an app token nor a signing secret", cure)
    yield ok("way in", "HTTP at /slack/events")
