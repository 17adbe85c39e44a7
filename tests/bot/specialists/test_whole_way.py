"""Specialists through the real Bolt app: roles by membership, buttons, modals, the relay and the home tab."""

from datetime import timedelta
from typing import Any, cast

import httpx

from bot.app import Content, build
from bot.delivery import Pacing
from bot.playground.signing import SlackRequest
from bot.playground.workspace import Workspace
from bot.serving import introduce, wrong
from bot.settings import Settings
from bot.slack.web import EVENTS, web_app
from intents.dialogue import Understanding
from tests.bot.specialists.conftest import ANA, DESK, KNOWLEDGE, LOUNGE, RENDERER, SPEC
from tests.bot.specialists.test_answers import CATALOGUE
from tests.bot.way import signed_now
from tests.clock import Clock


def typed(text: str) -> dict[str, Any]:
    return {"details": {"details": {"type": "plain_text_input", "value": text}}}


async def test_a_person_reaches_a_specialist(slack: Workspace, clock: Clock, sqlite_url: str) -> None:
    slack.people.channel(LOUNGE, members=(SPEC,))
    settings = Settings.read(
        {
            "SLACK_BOT_TOKEN": slack.token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
            "LAUREL_DATABASE_URL": sqlite_url,
            "LAUREL_DESK_CHANNEL": DESK,
            "LAUREL_SPECIALIST_CHANNEL": LOUNGE,
        }
    )
    # Buttons need no understanding, and training it takes seconds.
    content = Content(KNOWLEDGE, CATALOGUE, cast("Understanding", None), RENDERER)
    pacing = Pacing(pace=timedelta(0))
    async with build(settings, clock=clock, content=content, pacing=pacing) as laurel:
        await introduce(laurel)
        transport = httpx.ASGITransport(web_app(laurel.bolt, lambda: wrong(laurel)))
        async with httpx.AsyncClient(transport=transport, base_url="http://laurel") as http:

            async def bring(*requests: SlackRequest) -> None:
                for request in requests:
                    signed = signed_now(request, slack.signing_secret)
                    answer = await http.post(EVENTS, content=signed.body.encode(), headers=signed.headers)
                    assert answer.status_code == 200
                await laurel.delivery.drain()
                clock.forward(seconds=2)
                await laurel.delivery.drain()

            acts, dm = slack.acts, slack.people.dm(ANA)
            await bring(acts.opens_home(SPEC))
            home = slack.homes[SPEC]
            assert "You are off duty" in str(home)
            await bring(acts.presses(SPEC, "specialist.duty_on", view=home))
            assert "You are on duty until Mon 3 Mar, 5:00 pm" in str(slack.homes[SPEC])

            await bring(acts.presses(ANA, "ask", value="specialist.chat"))
            (answer,) = slack.posted(dm)
            assert "A specialist is free now" in answer["text"]
            await bring(acts.presses(ANA, "specialist.talk", message=answer))
            modal = list(slack.views.values())[-1]
            await bring(acts.submits(ANA, modal, typed("A logo")))
            (card,) = slack.posted(LOUNGE)
            again = acts.presses(SPEC, "queue.accept", message=card)
            await bring(again, again)
            met = slack.posted(dm)[-1]
            assert f"You are connected with <@{SPEC}>" in met["text"]
            await bring(*acts.says(ANA, "Shall it be blue?", thread=met["ts"]))
            assert "Shall it be blue?" in slack.posted(LOUNGE)[-1]["text"]
            talk = slack.posted(LOUNGE)[-1]["thread_ts"]
            await bring(*acts.says(SPEC, ">> Blue is good", channel=LOUNGE, thread=talk))
            assert "Blue is good" in slack.posted(dm)[-1]["text"]
