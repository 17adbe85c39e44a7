"""`oauth.v2.access`: a code or a refresh token becomes a bot's token (docs.slack.dev, each method's page)."""

from bot.playground.api import Answer, ApiError, Arguments
from bot.playground.state import State

SECONDS = 43_200
"""How long a token lasts where tokens are rotated."""


def access(slack: State, arguments: Arguments) -> Answer:
    """The token; a new one for each refresh token, of which each is taken once."""
    if arguments.get("grant_type") == "refresh_token":
        if slack.refresh is None or arguments.get("refresh_token") != slack.refresh:
            raise ApiError("invalid_refresh_token")
        number = slack.new_id("R")
        slack.token, slack.refresh = f"xoxe.xoxb-{slack.team}-{number}", f"xoxe-{slack.team}-{number}"
    elif arguments.get("code") != slack.code:
        raise ApiError("invalid_code")
    found: Answer = {
        "app_id": "A0LAUREL",
        "authed_user": {"id": slack.installer},
        "team": {"id": slack.team, "name": slack.name},
        "enterprise": None,
        "is_enterprise_install": False,
        "scope": ",".join(sorted(slack.scopes or ())),
        "token_type": "bot",
        "access_token": slack.token,
        "bot_user_id": slack.bot_user,
    }
    if slack.enterprise is not None:
        enterprise = {"id": slack.enterprise, "name": slack.name}
        found |= {"team": None, "enterprise": enterprise, "is_enterprise_install": True}
    if slack.refresh is not None:
        found |= {"refresh_token": slack.refresh, "expires_in": SECONDS}
    return found
