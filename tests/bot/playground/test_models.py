"""What Laurel says is as slack_sdk's own models have it: a second opinion beside the stand-in's limits."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.bot.way import Way

QUESTIONS = (
    "what does top rated ask for?",
    "top rated or top rated plus?",
    "am I eligible for top rated?",
    "badge",
    "what are the fees?",
    "who gets free connects?",
    "are specialists there now?",
    "is there a discord server for all of us",
    "what can you do?",
)


def faults(blocks: list[dict[str, Any]]) -> Iterator[str]:
    """What the models hold to be wrong; a block that they do not know is wrong, too."""
    for block in blocks:
        parsed = Block.parse(block)
        if not isinstance(parsed, Block):
            yield f"{block.get('type')}: unknown"
            continue
        try:
            parsed.validate_json()
        except SlackObjectFormationError as error:
            yield f"{block['type']}: {error}"


@pytest.mark.parametrize("question", QUESTIONS)
async def test_each_reply_is_one_that_slacks_own_models_take(way: Way, question: str) -> None:
    replies = await way.says(question)
    assert replies
    assert [fault for reply in replies for fault in faults(reply["blocks"])] == []


async def test_each_form_and_the_home_tab_are_ones_that_slacks_own_models_take(way: Way) -> None:
    acts, surfaces = way.slack.acts, way.laurel.front.surfaces
    user = next(iter(way.slack.people.users.keys() - {way.slack.bot_user}))
    await way.bring(acts.opens_home(user))
    for callback in sorted(surfaces.shortcuts):
        await way.bring(acts.uses_shortcut(user, callback))
    for action in sorted(surfaces.openers):
        await way.bring(acts.presses(user, action, value="1", view={"id": "V1", "blocks": []}))
    views = [call.arguments["view"] for call in way.slack.calls if "view" in call.arguments]
    assert {view["type"] for view in views} == {"home", "modal"}
    for view in views:
        assert list(faults(view["blocks"])) == []
        View(**view).validate_json()


def test_the_models_see_what_is_wrong() -> None:
    assert list(faults([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}])) != []
    assert list(faults([{"type": "no_such_block"}])) != []
