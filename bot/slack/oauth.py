"""Installing Laurel from a link: Slack's consent page, and the way back with a token."""

from collections.abc import Awaitable, Callable

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.settings import Settings
from bot.slack.installations import Installations, quiet, workspace_of
from bot.slack.manifest import bot_scopes
from bot.slack.tables import Workspace

INSTALL, BACK = "/slack/install", "/slack/oauth_redirect"
STATE_SECONDS = 600
"""How long somebody may take on Slack's consent page."""

Heard = Callable[[Workspace], Awaitable[None]]


def oauth_flow(
    settings: Settings,
    client: AsyncWebClient,
    *,
    installations: Installations,
    engine: AsyncEngine,
    heard: Heard,
) -> AsyncOAuthFlow:
    """Bolt's flow. `heard` is told of each installation once its token is kept."""
    client_id, client_secret = settings.app

    async def success(told: AsyncSuccessArgs) -> BoltResponse:
        await heard(workspace_of(told.installation))
        return await told.default.success(told)

    async def failure(told: AsyncFailureArgs) -> BoltResponse:
        return await told.default.failure(told)

    public = settings.public_url
    return AsyncOAuthFlow(
        client=client,
        logger=quiet(),
        settings=AsyncOAuthSettings(
            client_id=client_id,
            client_secret=client_secret,
            scopes=bot_scopes(),
            redirect_uri=None if public is None else f"{public.rstrip('/')}{BACK}",
            install_path=INSTALL,
            redirect_uri_path=BACK,
            callback_options=AsyncCallbackOptions(success=success, failure=failure),
            installation_store=installations,
            state_store=AsyncSQLAlchemyOAuthStateStore(STATE_SECONDS, engine, logger=quiet()),
            state_expiration_seconds=STATE_SECONDS,
        ),
    )


def oauth_routes(flow: AsyncOAuthFlow) -> list[Route]:
    """The link to install from, and where Slack sends the browser back to."""

    async def install(request: Request) -> Response:
        return to_starlette_response(await flow.handle_installation(to_async_bolt_request(request, b"")))

    async def back(request: Request) -> Response:
        return to_starlette_response(await flow.handle_callback(to_async_bolt_request(request, b"")))

    return [Route(INSTALL, install), Route(BACK, back)]
