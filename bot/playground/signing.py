"""What Slack sends to Laurel, built and signed as Slack does it."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

APP = "A0LAUREL"


@dataclass(frozen=True, slots=True)
class SlackRequest:
    """An HTTP request as Slack would send it: hand `body` and `headers` to the app, or POST them."""

    body: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with the app's secret (docs.slack.dev/authentication/verifying-requests-from-slack)."""

    secret: str
    team: str
    app: str = APP
    bot_user: str = "U0LAUREL"

    def event(
        self,
        event: dict[str, Any],
        *,
        at: datetime,
        event_id: str,
        retry: int = 0,
        reason: str = "http_timeout",
    ) -> SlackRequest:
        """An Events API callback; `retry` above 0 adds Slack's retry headers."""
        body = json.dumps(
            {
                "token": "verification",
                "team_id": self.team,
                "api_app_id": self.app,
                "event": event,
                "type": "event_callback",
                "event_id": event_id,
                "event_time": int(at.timestamp()),
                "authorizations": [
                    {
                        "enterprise_id": None,
                        "team_id": self.team,
                        "user_id": self.bot_user,
                        "is_bot": True,
                        "is_enterprise_install": False,
                    }
                ],
            }
        )
        headers = {"x-slack-retry-num": str(retry), "x-slack-retry-reason": reason} if retry else {}
        return self._signed(body, "application/json", at, headers)

    def again(self, request: SlackRequest, *, at: datetime, retry: int, reason: str) -> SlackRequest:
        """Slack's n-th repetition of a request that failed."""
        headers = {"x-slack-retry-num": str(retry), "x-slack-retry-reason": reason}
        return self._signed(request.body, request.headers["content-type"], at, headers)

    def interaction(self, payload: dict[str, Any], *, at: datetime) -> SlackRequest:
        """A pressed button, a submitted view, a shortcut."""
        full = {
            "team": {"id": self.team, "domain": "laurel"},
            "api_app_id": self.app,
            "token": "verification",
        }
        if payload["type"] in {"shortcut", "message_action"}:
            del full["api_app_id"]  # shortcuts come without it (docs.slack.dev, interaction-payloads)
        return self._form({"payload": json.dumps(full | payload)}, at)

    def command(self, fields: dict[str, str], *, at: datetime) -> SlackRequest:
        """A slash command."""
        full = {
            "team_id": self.team,
            "team_domain": "laurel",
            "api_app_id": self.app,
            "token": "verification",
        }
        return self._form(full | fields, at)

    def _form(self, fields: dict[str, str], at: datetime) -> SlackRequest:
        return self._signed(urlencode(fields), "application/x-www-form-urlencoded", at, {})

    def _signed(self, body: str, kind: str, at: datetime, headers: dict[str, str]) -> SlackRequest:
        stamp = str(int(at.timestamp()))
        digest = hmac.new(self.secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return SlackRequest(
            body,
            {
                "content-type": kind,
                "x-slack-request-timestamp": stamp,
                "x-slack-signature": f"v0={digest}",
                **headers,
            },
        )
