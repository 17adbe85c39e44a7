"""The conversation in the terminal.

What is typed becomes a signed request to the real Bolt app; what the app sends to Slack's stand-in is drawn.
Nothing leaves the machine, and nothing is kept.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from bot.app import Laurel
from bot.playground.drawing import Control
from bot.playground.filling import fill
from bot.playground.prompt import Prompt
from bot.playground.samples import Sample, samples
from bot.playground.scene import scene
from bot.playground.screen import AGENT, Screen
from bot.playground.signing import SlackRequest
from bot.playground.team import GROUPS, Member
from bot.serving import wrong
from bot.settings import SettingsError
from bot.slack.web import EVENTS, web_app

HELP = """Ask anything, or
  [bold]3[/bold]            press button 3
  [bold]/laurel …[/bold]    the slash command, as in Slack
  [bold]/thread …[/bold]    write in the thread of the last message, as in a ticket's
  [bold]/home[/bold]        open the Home tab
  [bold]/desk[/bold]        see what the support desk sees, and act as an agent there
  [bold]/me[/bold]          back to being the person
  [bold]/as ID[/bold]       be somebody else; [bold]/who[/bold] lists the sample freelancers
  [bold]/quit[/bold]        leave"""


@dataclass(kw_only=True)
class Chat(Screen):
    """One person (or agent) at a keyboard."""

    laurel: Laurel
    http: httpx.AsyncClient
    prompt: Prompt
    people: Sequence[Sample]

    async def run(self) -> None:
        """Until the person leaves or the input ends."""
        self.greet()
        while (line := await self.prompt.line(self.name)) is not None:
            words = line.strip()
            if words in {"/quit", "/exit", "/q"}:
                break
            await self.take(words)

    def greet(self) -> None:
        """The first screen."""
        self.console.rule("[bold]Laurel[/bold]")
        self.console.print(
            f"You are [bold]{self.who.record['name']}[/bold] ({self.who.id}): {self.who.about}.\n"
            "Try: [italic]what does Top Rated Plus need?[/italic] · [italic]am I eligible?[/italic] · "
            "[italic]who gets free Connects?[/italic] · [italic]I want a human[/italic]"
        )
        self.console.print(HELP + "\n", style="dim")

    async def take(self, words: str) -> None:
        """One line that was typed."""
        name, _, rest = words.partition(" ")
        rest = rest.strip()
        match name:
            case "":
                return
            case "/laurel":
                await self.send(self.slack.acts.commands(self.user, rest))
            case "/thread":
                await self.reply_in_thread(rest)
            case "/home":
                await self.send(self.slack.acts.opens_home(self.user))
                self.draw_home()
            case _ if name in LOCAL:
                LOCAL[name](self, rest)
            case _ if words.isdigit():
                await self.press(int(words))
            case _ if self.at_desk:
                await self.reply_at_desk(words)
            case _:
                await self.send(*self.slack.acts.says(self.who.user, words))

    async def press(self, number: int) -> None:
        """Use the control with that number."""
        found = next((pair for pair in self.controls if pair[0].number == number), None)
        if found is None:
            self.console.print(f"There is no button {number}.", style="yellow")
            return
        control, holder = found
        element = element_of(control)
        in_view = "callback_id" in holder or holder.get("type") == "home"
        action_id = control.element["action_id"]
        request = self.slack.acts.presses(
            self.user,
            action_id,
            element=element,
            block_id=control.block,
            view=holder if in_view else None,
            message=None if in_view else holder,
        )
        await self.send(request)

    async def send(self, *requests: SlackRequest) -> None:
        """Bring requests to the app, let everything happen, and draw what came of it."""
        before = len(self.slack.opened)
        for request in requests:
            answer = await self.http.post(EVENTS, content=request.body.encode(), headers=request.headers)
            if answer.status_code != httpx.codes.OK:
                self.console.print(f"The app answered {answer.status_code}.", style="red")
        await self.laurel.delivery.drain()
        if len(self.slack.opened) > before:
            await fill(self, self.slack.opened[-1])
        self.draw_new()

    async def submit(self, view: dict[str, Any], values: dict[str, dict[str, Any]]) -> dict[str, str]:
        """Send a modal in; errors by block id."""
        request = self.slack.acts.submits(self.user, view, values)
        answer = await self.http.post(EVENTS, content=request.body.encode(), headers=request.headers)
        body = answer.json() if answer.content.strip() else {}
        await self.laurel.delivery.drain()
        errors: dict[str, str] = body.get("errors") or {}
        return errors

    async def reply_at_desk(self, words: str) -> None:
        """An agent writes in the thread of the latest card."""
        cards = [m for m in self.of_the_desk() if "ticket.more" in str(m["blocks"])]
        if not cards:
            self.console.print("There is no ticket to write to.", style="yellow")
            return
        await self.send(
            *self.slack.acts.says(AGENT, words, channel=cards[-1]["channel"], thread=cards[-1]["ts"])
        )

    async def reply_in_thread(self, words: str) -> None:
        """The person writes in the thread of the latest message that began one."""
        channel = self.slack.people.dm(self.who.user)
        threads = [m.get("thread_ts") or m["ts"] for m in self.slack.posted(channel)]
        if threads and words:
            await self.send(*self.slack.acts.says(self.who.user, words, channel=channel, thread=threads[-1]))

    def go(self, *, at_desk: bool) -> None:
        """Sit down at the support desk, or get up again."""
        self.at_desk = at_desk
        if at_desk:
            self.draw_desk()

    def become(self, name: str) -> None:
        """Go on as another sample freelancer."""
        found = next((sample for sample in self.people if sample.id == name), None)
        if found is None:
            self.console.print(f"{name}: nobody of that name; /who lists them.", style="yellow")
            return
        self.who, self.at_desk, self.controls = found, False, []
        self.console.print(f"You are [bold]{found.record['name']}[/bold] now: {found.about}.")

    def list_people(self) -> None:
        """The sample freelancers."""
        table = Table(box=None, show_header=False)
        for sample in self.people:
            table.add_row(f"[bold]{sample.id}[/bold]", sample.record["name"], sample.about)
        self.console.print(table)


LOCAL: Mapping[str, Callable[[Chat, str], None]] = {
    "/as": Chat.become,
    "/who": lambda chat, _: chat.list_people(),
    "/desk": lambda chat, _: chat.go(at_desk=True),
    "/me": lambda chat, _: chat.go(at_desk=False),
    "/help": lambda chat, _: chat.console.print(HELP, style="dim"),
}
"""What is typed to the terminal and not to Laurel."""


async def chat(as_id: str | None) -> None:
    """Open a conversation on this terminal. Raises SettingsError for a sample nobody knows."""
    console = Console(highlight=False)
    people = samples(datetime.now(UTC).date())
    who = next((sample for sample in people if sample.id == (as_id or people[0].id)), None)
    if who is None:
        known = ", ".join(sample.id for sample in people)
        raise SettingsError([f"--as {as_id}: nobody of that name; choose one of {known}"])
    desk = Member(AGENT, "agent", tuple(GROUPS), "the whole team")
    async with scene(alone=desk) as opened:
        laurel = opened.laurel

        async def shown(response: httpx.Response) -> None:
            del response
            await laurel.front.settled()  # a modal opens beside the acknowledgement

        door = httpx.ASGITransport(web_app(laurel.bolt, lambda: wrong(laurel), opened.slack.signing_secret))
        hooks = {"response": [shown]}
        async with httpx.AsyncClient(transport=door, base_url="http://laurel", event_hooks=hooks) as http:
            prompt = Prompt(console, interactive=sys.stdin.isatty())
            await Chat(
                slack=opened.slack,
                console=console,
                who=who,
                laurel=laurel,
                http=http,
                prompt=prompt,
                people=people,
            ).run()


def element_of(control: Control) -> dict[str, Any]:
    """What Slack sends of a control that was used."""
    element = control.element
    if control.option is None:
        return {"type": element["type"], "value": element.get("value", "")}
    return {"type": element["type"], "selected_option": control.option}
