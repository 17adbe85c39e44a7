"""The desk through the real Bolt app: from the button to the rating, and both threads in between."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.app import Content, build
from bot.delivery import Pacing
from bot.desk.content import load_desk
from bot.playground.faults import Trouble
from bot.playground.workspace import Workspace
from bot.serving import introduce, wrong
from bot.slack.web import web_app
from tests.bot.way import DESK, OTHER, PERSON, Way, settings_for, shown
from tests.clock import Clock

AGENT, SECOND = "U0AGENT", "U0SECOND"
SETTLE = load_desk().relay.settle_seconds


class DeskWay(Way):
    """What people and agents do with tickets."""

    async def settle(self) -> None:
        await self.laurel.delivery.drain()
        self.clock.forward(seconds=SETTLE)
        await self.laurel.delivery.drain()

    async def opens_form(self, user: str = PERSON) -> dict[str, Any]:
        await self.bring(
            self.slack.acts.presses(user, "ticket.open", value="account", message=await self.hello(user))
        )
        return self.slack.opened[-1]

    async def hello(self, user: str) -> dict[str, Any]:
        await self.says("hello", user)
        return self.slack.posted(self.slack.people.dm(user))[-1]

    async def sends_form(self, view: dict[str, Any], user: str = PERSON, **values: Any) -> httpx.Response:
        [answer] = await self.bring(self.slack.acts.submits(user, view, filled_in(**values)))
        await self.settle()
        return answer

    async def ticket(self, user: str = PERSON) -> "Opened":
        await self.sends_form(await self.opens_form(user), user)
        return Opened(self, user)

    async def modal(
        self, user: str, action: str, ticket: "Opened", what: str | None = None
    ) -> dict[str, Any]:
        """The modal that a button of the card (or its menu) opens."""
        element = None
        if what is not None:
            element = select(f"{what}:{ticket.id}")
        request = self.slack.acts.presses(user, action, message=ticket.card, element=element)
        await self.bring(request)
        return self.slack.opened[-1]

    async def sends(self, user: str, view: dict[str, Any], **values: Any) -> None:
        state = {block.replace("__", "."): {"a": element} for block, element in values.items()}
        await self.bring(self.slack.acts.submits(user, view, state))
        await self.settle()

    async def writes(self, channel: str, thread: str, words: str, user: str) -> None:
        await self.bring(*self.slack.acts.says(user, words, channel=channel, thread=thread))
        await self.settle()

    def alone(self, user: str) -> str:
        """What only this user was shown."""
        return "\n".join(m["text"] for m in self.slack.ephemerals if m["user"] == user)


class Opened:
    """A ticket as it is seen in Slack."""

    def __init__(self, way: DeskWay, user: str) -> None:
        self._way = way
        self.dm = way.slack.people.dm(user)
        self.card_ts = next(m["ts"] for m in reversed(way.slack.posted(DESK)) if "thread_ts" not in m)
        self.root = next(m for m in reversed(way.slack.posted(self.dm)) if "Your ticket is" in m["text"])

    @property
    def card(self) -> dict[str, Any]:
        found = self._way.slack.message(DESK, self.card_ts)
        assert found is not None
        return found

    @property
    def id(self) -> str:
        return str(buttons(self.card)["ticket.note"]["value"])

    def told(self) -> list[str]:
        return self._in(self.dm, self.root["ts"])

    def thread(self) -> list[str]:
        return self._in(DESK, self.card_ts)

    def _in(self, channel: str, ts: str) -> list[str]:
        return [m["text"] for m in self._way.slack.posted(channel) if m.get("thread_ts") == ts]


def filled_in(**values: Any) -> dict[str, dict[str, Any]]:
    """The form's state as Slack sends it."""
    given = {
        "category": select("account"),
        "subcategory.account": select("account.other"),
        "details": text("My profile is gone"),
        "files": {"type": "file_input", "files": [{"id": "F0SHOT"}]},
        "contact": text(""),
        **values,
    }
    return {block: {"ticket": element} for block, element in given.items()}


def select(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": {"text": {}, "value": value}}


def text(value: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": value}


def buttons(message: dict[str, Any]) -> dict[str, dict[str, Any]]:
    elements = [e for block in message["blocks"] for e in block.get("elements", [])]
    return {e["action_id"]: e for e in elements if "action_id" in e}


@pytest.fixture
async def way(
    content: Content, clock: Clock, workspace: Workspace, sqlite_url: str
) -> AsyncIterator[DeskWay]:
    for user in (PERSON, OTHER, AGENT, SECOND):
        workspace.people.user(user, tz="Europe/Berlin")
    workspace.people.channel(DESK, members=(AGENT, SECOND, OTHER))
    workspace.people.group("S0AGENTS", AGENT, SECOND)
    settings = settings_for(workspace, sqlite_url).model_copy(update={"agent_group": "S0AGENTS"})
    async with build(settings, clock=clock, content=content, pacing=Pacing(pace=timedelta(0))) as laurel:
        await introduce(laurel)
        transport = httpx.ASGITransport(web_app(laurel.bolt, lambda: wrong(laurel)))
        async with httpx.AsyncClient(transport=transport, base_url="http://laurel") as http:
            yield DeskWay(workspace, laurel, http, clock)


async def test_from_the_button_to_the_ticket(way: DeskWay) -> None:
    view = await way.opens_form()
    assert view["callback_id"] == "ticket.form"
    assert [b["block_id"] for b in view["blocks"] if b["type"] == "input"] == [
        "category",
        "subcategory.account",
        "details",
        "files",
        "contact",
    ]
    await way.sends_form(view)
    ticket = Opened(way, PERSON)
    assert "My profile is gone" in ticket.card["text"]
    assert "1 attachment" in ticket.card["text"]
    assert "for you" in ticket.root["text"], "Slack knows the person's zone"
    assert any("hello" in line for line in ticket.thread()), "what was said before travels along"


async def test_a_form_sent_twice_is_one_ticket(way: DeskWay) -> None:
    view = await way.opens_form()
    await way.sends_form(view)
    await way.sends_form(view)
    assert len([m for m in way.slack.posted(DESK) if "thread_ts" not in m]) == 1


async def test_a_form_with_a_mistake_says_so_in_the_form(way: DeskWay) -> None:
    view = await way.opens_form()
    answer = await way.sends_form(view, contact=text("nobody"), details=text(" "))
    errors = answer.json()["errors"]
    assert set(errors) == {"contact", "details"}
    assert "e-mail address" in errors["contact"]
    assert way.slack.posted(DESK) == []


async def test_choosing_a_category_brings_its_subcategories_and_popular_topics(way: DeskWay) -> None:
    view = await way.opens_form()
    view = {**view, "state": {"values": {"details": {"ticket.details": text("typed so far")}}}}
    await way.bring(
        way.slack.acts.presses(
            PERSON, "ticket.category", view=view, element=select("connects"), block_id="category"
        )
    )
    now = way.slack.views[view["id"]]
    assert "subcategory.connects" in [b.get("block_id") for b in now["blocks"]]
    assert "typed so far" in str(now["blocks"])
    [topics] = [b for b in now["blocks"] if b.get("block_id") == "topics"]
    [first, *_] = topics["elements"]
    await way.bring(way.slack.acts.presses(PERSON, first["action_id"], view=now, value=first["value"]))
    answer = way.slack.opened[-1]
    assert len(answer["blocks"]) > 2
    assert "ticket.helped" in str(answer["blocks"])


async def test_the_command_and_the_message_shortcut_open_the_form_too(way: DeskWay) -> None:
    await way.bring(way.slack.acts.commands(PERSON, "ticket my badge is gone"))
    assert "my badge is gone" in str(way.slack.opened[-1]["blocks"])
    message = {"ts": way.slack.new_ts(), "text": "it &lt;broke&gt;", "user": PERSON, "channel": DESK}
    await way.bring(way.slack.acts.uses_shortcut(PERSON, "ticket.from_message", message=message))
    assert "it <broke>" in str(way.slack.opened[-1]["blocks"])


async def test_i_want_a_human_offers_the_form(way: DeskWay) -> None:
    [reply] = await way.says("I want to talk to a human")
    assert "ticket.open" in buttons(reply)


async def test_after_two_questions_not_understood_a_ticket_is_offered(way: DeskWay) -> None:
    await way.says("qwertz uiop")
    [reply] = await way.says("zxcvb asdf")
    assert buttons(reply)["ticket.open"]["style"] == "primary"


async def test_my_tickets_are_shown_to_me_alone(way: DeskWay) -> None:
    ticket = await way.ticket()
    number = ticket.root["text"].split("Your ticket is ")[1][:11]
    await way.says("where is my ticket?")
    assert number in way.slack.posted(ticket.dm)[-1]["text"]
    await way.says("where is my ticket?", OTHER)
    theirs = way.slack.posted(way.slack.people.dm(OTHER))
    assert number not in shown(theirs)
    assert "no tickets" in shown(theirs)


async def test_both_threads_mirror_each_other(way: DeskWay) -> None:
    ticket = await way.ticket()
    await way.writes(ticket.dm, ticket.root["ts"], "Still nothing &amp; more", PERSON)
    assert any(line.startswith("Still nothing &amp; more") for line in ticket.thread())
    await way.writes(DESK, ticket.card_ts, "strange one", AGENT)
    await way.writes(DESK, ticket.card_ts, "&gt;&gt; Looking into it", AGENT)
    assert [line.splitlines()[0] for line in ticket.told()] == ["Looking into it"]


async def test_edits_and_deletions_are_carried_over(way: DeskWay) -> None:
    ticket = await way.ticket()
    await way.writes(ticket.dm, ticket.root["ts"], "teh error", PERSON)
    mine = next(m for m in reversed(way.slack.messages[ticket.dm]) if m["user"] == PERSON)
    await way.bring(way.slack.acts.edits(mine, "the error"))
    assert ticket.thread()[-1].startswith("the error")
    assert "edited" in ticket.thread()[-1]
    await way.bring(way.slack.acts.deletes(mine))
    assert "deleted this message" in ticket.thread()[-1]


async def test_a_channel_member_without_the_role_cannot_answer_or_act(way: DeskWay) -> None:
    ticket = await way.ticket()
    await way.writes(DESK, ticket.card_ts, "&gt;&gt; I am no agent", OTHER)
    await way.bring(way.slack.acts.presses(OTHER, "ticket.claim", message=ticket.card))
    assert ticket.told() == []
    assert "nobody yet" in ticket.card["text"]
    assert way.alone(OTHER).count("Only agents") >= 1
    view = await way.modal(OTHER, "ticket.reply", ticket)
    assert "Only agents" in str(view["blocks"])


async def test_who_claims_second_is_told_who_was_quicker(way: DeskWay) -> None:
    ticket = await way.ticket()
    card = ticket.card
    await way.bring(
        way.slack.acts.presses(AGENT, "ticket.claim", message=card),
        way.slack.acts.presses(SECOND, "ticket.claim", message=card),
    )
    assert f"<@{AGENT}>" in ticket.card["text"]
    assert f"<@{AGENT}> was quicker" in way.alone(SECOND)


async def test_an_agent_replies_with_a_macro_asks_notes_and_resolves(way: DeskWay) -> None:
    ticket = await way.ticket()
    view = await way.modal(AGENT, "ticket.reply", ticket)
    await way.bring(
        way.slack.acts.presses(AGENT, "ticket.macro", view=view, element=select("details"), block_id="macros")
    )
    filled = way.slack.views[view["id"]]
    assert "Could you send a screenshot" in str(filled["blocks"])
    await way.sends(AGENT, filled, text__details=text("Could you send a screenshot?"))
    assert ticket.told()[0].startswith("Could you send a screenshot?")
    assert "Waiting for the person" in ticket.card["text"]
    await way.sends(AGENT, await way.modal(AGENT, "ticket.note", ticket), text=text("smells like #42"))
    assert len(ticket.told()) == 1
    view = await way.modal(AGENT, "ticket.resolve", ticket)
    await way.sends(AGENT, view, reason=select("fixed"), text=text("Done!"), link=text(""))
    assert [line.splitlines()[0] for line in ticket.told()[1:2]] == ["Done!"]
    assert "is resolved" in ticket.told()[2]
    rate = next(m for m in reversed(way.slack.posted(ticket.dm)) if "ticket.rate#5" in buttons(m))
    await way.bring(way.slack.acts.presses(PERSON, "ticket.rate#5", message=rate))
    await way.bring(way.slack.acts.presses(PERSON, "ticket.rate#1", message=rate))
    assert ticket.told()[-1].startswith("You have told us already")


async def test_the_menu_assigns_edits_snoozes_hands_over_merges_and_shows_the_history(way: DeskWay) -> None:
    first, second = await way.ticket(), await way.ticket()
    view = await way.modal(AGENT, "ticket.more", first, "assign")
    await way.sends(AGENT, view, to={"type": "users_select", "selected_user": OTHER})
    assert "Only agents can be given" in shown(way.slack.posted(way.slack.people.dm(AGENT)))
    await way.sends(AGENT, view | {"id": "V2"}, to={"type": "users_select", "selected_user": SECOND})
    assert f"<@{SECOND}>" in first.card["text"]
    view = await way.modal(AGENT, "ticket.more", first, "edit")
    await way.bring(
        way.slack.acts.presses(AGENT, "ticket.edit_category", view=view, element=select("connects"))
    )
    view = way.slack.views[view["id"]]
    await way.sends(
        AGENT,
        view,
        category=select("connects"),
        subcategory__connects=select("count"),
        priority=select("urgent"),
    )
    assert "Connects are missing" in first.card["text"]
    assert "Urgent" in first.card["text"]
    view = await way.modal(AGENT, "ticket.more", first, "snooze")
    await way.sends(AGENT, view, span=select("3600"))
    assert ":zzz:" in first.card["text"]
    view = await way.modal(AGENT, "ticket.more", first, "hand_over")
    await way.sends(AGENT, view, reason=text("a job post"))
    assert "the specialists" in first.card["text"]
    number = second.card["text"].split("*")[1]
    view = await way.modal(AGENT, "ticket.more", first, "merge")
    await way.sends(AGENT, view, into=text(number.lower()))
    assert "Closed" in first.card["text"]
    view = await way.modal(AGENT, "ticket.more", first, "history")
    assert "assigned it" in str(view["blocks"])
    assert "merged it" in str(view["blocks"])


async def test_words_that_could_not_be_sent_are_given_back(way: DeskWay) -> None:
    ticket = await way.ticket()
    view = await way.modal(AGENT, "ticket.reply", ticket)
    done = await way.modal(SECOND, "ticket.resolve", ticket)
    await way.sends(SECOND, done, reason=select("fixed"))
    await way.sends(AGENT, view, text=text("a long answer"))
    assert "a long answer" in way.alone(AGENT)
    assert "cannot be answered" in way.alone(AGENT)


async def test_agents_have_a_home_with_queues_and_search_and_others_do_not(way: DeskWay) -> None:
    ticket = await way.ticket()
    await way.bring(way.slack.acts.opens_home(AGENT), way.slack.acts.opens_home(PERSON))
    home = way.slack.homes[AGENT]
    assert "Unclaimed (1)" in str(home["blocks"])
    assert "Help desk" not in str(way.slack.homes[PERSON]["blocks"])
    home = {**home, "id": "V0HOME"}
    value = buttons(home)["desk.list#unclaimed"]["value"]
    await way.bring(way.slack.acts.presses(AGENT, "desk.list#unclaimed", view=home, value=value))
    assert "My profile is gone" in str(way.slack.homes[AGENT]["blocks"])
    await way.bring(
        way.slack.acts.presses(AGENT, "desk.search", view=home, element=text("profile"), block_id="search")
    )
    assert ticket.card["text"].split("*")[1] in str(way.slack.homes[AGENT]["blocks"])


async def test_a_persons_home_shows_their_own_tickets(way: DeskWay) -> None:
    ticket = await way.ticket()
    await way.bring(way.slack.acts.opens_home(PERSON), way.slack.acts.opens_home(OTHER))
    number = ticket.card["text"].split("*")[1]
    assert number in str(way.slack.homes[PERSON]["blocks"])
    assert number not in str(way.slack.homes[OTHER]["blocks"])


async def test_what_slack_refuses_for_good_is_shown_to_agents_and_sent_again(way: DeskWay) -> None:
    ticket = await way.ticket()
    way.slack.people.channels[DESK]["is_archived"] = True
    await way.writes(ticket.dm, ticket.root["ts"], "anybody there?", PERSON)
    await way.bring(way.slack.acts.opens_home(AGENT))
    home = {**way.slack.homes[AGENT], "id": "V0HOME"}
    assert "could not be delivered" in str(home["blocks"])
    way.slack.people.channels[DESK]["is_archived"] = False
    rows = [b["accessory"] for b in home["blocks"] if b.get("accessory")]
    for row in rows:
        await way.bring(way.slack.acts.presses(AGENT, row["action_id"], view=home, value=row["value"]))
    assert any(line.startswith("anybody there?") for line in ticket.thread())


async def test_a_reply_in_the_tickets_thread_is_not_lost_while_slacks_answer_is(way: DeskWay) -> None:
    view = await way.opens_form()
    # The message is posted, but nobody tells us: its place is found by looking for it a moment later.
    way.slack.faults.next("chat.postMessage", Trouble.LOST, times=2)
    await way.bring(way.slack.acts.submits(PERSON, view, filled_in()))
    root = next(m for m in way.slack.posted(way.slack.people.dm(PERSON)) if "Your ticket is" in m["text"])
    await way.bring(*way.slack.acts.says(PERSON, "here is more", thread=root["ts"]))
    for _ in range(4):
        way.clock.forward(seconds=3)
        await way.laurel.delivery.drain()
    ticket = Opened(way, PERSON)
    assert any(line.startswith("here is more") for line in ticket.thread())
    assert ticket.told() == [], "it was no question"
