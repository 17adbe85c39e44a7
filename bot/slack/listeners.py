"""What Bolt hears, in one list. Every listener stores what came in and only then says "got it".

Bolt takes a while to import and to build, so only who serves does: bot/app.py asks for it when it is needed.
What is done later with what was stored stands in stored.py.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError

from bot.slack import commands, forms, home, members, messages, presses, reactions, shortcuts
from bot.slack.front import Front

log = structlog.get_logger(__name__)

ANY = re.compile(".*")
Receive = Callable[[Any, Front], Awaitable[None]]


def bolt_app(front: Front) -> AsyncApp:
    """The Bolt app with all listeners. Who hands it a request has verified it: web.py or Slack's socket."""

    async def authorize() -> AuthorizeResult:
        identity = front.identity
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team,
            bot_token=front.client.token,
            bot_id=identity.bot,
            bot_user_id=identity.user,
        )

    app = AsyncApp(
        name="laurel",  # else Bolt looks through the whole stack of calls for one
        logger=logging.getLogger("slack_bolt"),  # Bolt's own speak at every start
        client=front.client,
        authorize=authorize,
        request_verification_enabled=False,  # web.py verifies before anything is parsed, and logs no body
        process_before_response=True,  # "got it" is said after the commit, not before
        raise_error_for_unhandled_request=True,  # so that `_unhandled` can answer 200 instead of 404
        ignoring_self_events_enabled=False,  # messages.receive drops all bots' words, edits included
    )
    for register, receive in LISTENERS:
        register(app)(_listener(receive, front))
    app.view(ANY)(_form_listener(front))
    app.error(_unhandled)
    return app


LISTENERS: tuple[tuple[Callable[[AsyncApp], Any], Receive], ...] = (
    (lambda app: app.event("message"), messages.receive),
    (lambda app: app.event("app_mention"), messages.receive),
    (lambda app: app.event("app_home_opened"), home.receive),
    (lambda app: app.event("user_change"), members.receive),
    (lambda app: app.event("subteam_members_changed"), members.receive),
    (lambda app: app.event("member_joined_channel"), members.receive),
    (lambda app: app.event("member_left_channel"), members.receive),
    (lambda app: app.event("reaction_added"), reactions.receive),
    (lambda app: app.action(ANY), presses.receive),
    (lambda app: app.command(ANY), commands.receive),
    (lambda app: app.shortcut(ANY), shortcuts.receive),
)


def _listener(receive: Receive, front: Front) -> Callable[..., Awaitable[None]]:
    async def listener(body: dict[str, Any], ack: AsyncAck) -> None:
        await receive(body, front)
        await ack()

    return listener


def _form_listener(front: Front) -> Callable[..., Awaitable[None]]:
    async def listener(body: dict[str, Any], ack: AsyncAck) -> None:
        await forms.receive(body, ack, front)

    return listener


async def _unhandled(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """200 for what nobody listens to; 500, so that Slack sends it again, where storing failed."""
    if isinstance(error, BoltUnhandledRequestError):
        kind = (body.get("event") or {}).get("type") or body.get("type") if isinstance(body, dict) else None
        log.debug("slack.unhandled", kind=str(kind))
        return BoltResponse(status=200, body="")
    log.error("slack.not_stored", exc_info=error)
    return BoltResponse(status=500, body="")
