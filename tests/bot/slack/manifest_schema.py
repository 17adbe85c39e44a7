"""Slack's rules for an app manifest, restated for the parts that an app like ours has.

The rules are those of schemas/manifest.schema.2.0.0.json in slackapi/manifest-schema; as there, keys that are
not listed are refused.
"""

from typing import Any


def _object(*required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _text(most: int, *, least: int = 1, pattern: str | None = None) -> dict[str, Any]:
    rule: dict[str, Any] = {"type": "string", "minLength": least, "maxLength": most}
    return rule | ({"pattern": pattern} if pattern else {})


def _list(items: dict[str, Any], most: int, *, least: int = 0, unique: bool = False) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most, "uniqueItems": unique}


_BOOL = {"type": "boolean"}
_INT = {"type": "integer"}
_ADDRESS = "^https?://"
_PROMPT = _object("title", "message", title={"type": "string"}, message={"type": "string"})

MANIFEST = _object(
    "display_information",
    _metadata=_object(schema_version=_INT, min_version=_INT, major_version=_INT, minor_version=_INT),
    display_information=_object(
        "name",
        name=_text(35),
        description=_text(140),
        background_color=_text(7, least=4, pattern="^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$"),
        long_description=_text(4000, least=175),
    ),
    features=_object(
        app_home=_object(
            home_tab_enabled=_BOOL, messages_tab_enabled=_BOOL, messages_tab_read_only_enabled=_BOOL
        ),
        bot_user=_object("display_name", display_name=_text(80), always_online=_BOOL),
        shortcuts=_list(
            _object(
                "name",
                "type",
                "callback_id",
                "description",
                name=_text(24),
                type={"enum": ["message", "global"]},
                callback_id=_text(255),
                description=_text(150),
            ),
            10,
            least=1,
        ),
        slash_commands=_list(
            _object(
                "command",
                "description",
                command=_text(32, least=2, pattern="^/"),
                url=_text(3000, pattern=_ADDRESS),
                description=_text(2000),
                usage_hint=_text(1000),
                should_escape=_BOOL,
            ),
            50,
            least=1,
        ),
        agent_view=_object(agent_description=_text(300, least=0), suggested_prompts=_list(_PROMPT, 4)),
    ),
    oauth_config=_object(
        redirect_urls=_list(_text(2500, least=0), 1000, unique=True),
        scopes=_object(bot=_list(_text(50, least=0), 255), user=_list(_text(50, least=0), 255)),
    ),
    settings=_object(
        event_subscriptions=_object(
            request_url=_text(3500, pattern=_ADDRESS),
            bot_events=_list(_text(50, least=0), 100, unique=True),
        ),
        interactivity=_object("is_enabled", is_enabled=_BOOL, request_url=_text(3500, pattern=_ADDRESS)),
        org_deploy_enabled=_BOOL,
        socket_mode_enabled=_BOOL,
        token_rotation_enabled=_BOOL,
    ),
)
