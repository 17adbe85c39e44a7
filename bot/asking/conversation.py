"""The one way of a question: understand it, look up what it asks for, and say so.

Nothing is changed here. What a conversation remembers comes in as the last turn and goes out as the next one;
whoever calls stores both it and the message, in one transaction.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.asking import short
from bot.asking.answered import Answered
from bot.asking.compose import joined
from bot.asking.direct import read as read_direct
from bot.asking.kinds import Answer, Overheard
from bot.asking.knowing import Known
from bot.asking.layer import Layer
from bot.asking.question import Resources
from bot.asking.replying import FAILURES, OTHER, Replies
from bot.messages import Asked, Reply, Surface
from bot.render import Message, Renderer
from intents.dialogue import Understanding
from intents.model import Choice, Tier, Turn, Understood, possible
from intents.named import Slots

NO_INTENT = "none"
PROMPTS = ("badge.eligibility_check", "program.criteria", "jss.how_calculated", "assistant.human")
"""What most people come for; Slack shows at most four."""


class Conversation:
    """Answers questions.

    `replies` makes them, and `told` hears the tier and the surface of each answer that is sent. `refresh`
    brings in, by `use`, what changes while the house runs; `overheard` hears of what got no answer, unasked,
    as nothing does in `silent` channels.
    """

    def __init__(
        self,
        *,
        resources: Resources,
        understanding: Understanding,
        renderer: Renderer,
        answers: Mapping[str, Answer] = {},
    ) -> None:
        self.replies = Replies(resources, answers)
        self.understanding = understanding
        self.layer = Layer(understanding, resources.catalogue, resources.knowledge)
        self.refresh: Callable[[], Awaitable[None]] | None = None
        self.overheard: Overheard | None = None
        self.renderer = renderer
        self.told: Callable[[str, str], None] = lambda *_: None
        self.silent: frozenset[str] = frozenset()

    @property
    def resources(self) -> Resources:
        """What questions are answered from at present."""
        return self.replies.resources

    def use(self, layer: Layer) -> None:
        """Answer from `layer` from now on."""
        self.layer = layer
        self.replies.resources = replace(
            self.resources,
            catalogue=layer.catalogue,
            standards=layer.standards,
            knowledge=layer.knowledge,
        )

    async def answer(
        self, asked: Asked, turn: Turn | None, now: datetime, *, day: date | None = None
    ) -> Answered:
        """The answer to `asked`, as of `day` (today where none is given).

        Where nobody addressed the house (`asked.mentioned` is False) anything less than a sure answer is
        silence.
        """
        if self.refresh is not None:
            await self.refresh()
        today = now.astimezone(self.resources.zone).date()
        understood = self._understand(asked, turn, now, day or today)
        if not asked.mentioned and (asked.where.channel in self.silent or not self.replies.sure(understood)):
            return Answered(tuple(understood), None, turn)
        if not understood:
            return self._empty(asked, turn, now)
        replies: list[Reply] = []
        known: list[Known] = []
        failures = turn.failures if turn else 0
        offers: str | None = None
        for item in [one for one in understood if not one.deferred]:
            k = Known(
                self.resources.knowledge,
                item.slots.on or day or today,
                today=today,
                audience=item.slots.audience or "freelancer",
            )
            failures = failures + 1 if item.tier is Tier.UNSURE else 0
            known.append(k)
            replies += await self.replies.to(asked, item, k, now, failures)
            if failures >= FAILURES:
                offers = self.replies.category(item.intent)
        later = [one for one in understood if one.deferred and one.intent]
        if later:
            items = [self.replies.offer(one.intent, one.slots, label=one.text) for one in later if one.intent]
            replies.append(Reply("replies/later.j2", {"items": items}))
        messages = [short.shown(self.renderer, reply) for reply in replies]
        return Answered(
            understood=tuple(understood),
            message=joined(messages),
            turn=self._turn(understood, turn, replies[-1].template, now),
            private=any(reply.private for reply in replies) and asked.where.surface is not Surface.DM,
            own=any(reply.own for reply in replies),
            sources=tuple(dict.fromkeys(source.id for k in known for source in k.sources)),
            templates=tuple(reply.template for reply in replies),
            offers_ticket=offers,
        )

    async def none_of_these(self, asked: Asked, turn: Turn | None, now: datetime) -> Answered:
        """What is said when none of the choices was it: as after a question not understood."""
        last = turn or Turn(None, Slots(), (), now)
        failures = last.failures + 1
        known = Known(self.resources.knowledge, now.date(), today=now.date())
        nothing = Understood(asked.text, Tier.UNSURE, None, Slots(), 0.0)
        reply = self.replies.unsure(known, nothing, failures, asked.key)
        return Answered(
            understood=(),
            message=self.renderer.message(reply.template, reply.context),
            turn=replace(last, intent=None, choices=(), failures=failures, at=now, reply=reply.template),
            offers_ticket=OTHER if failures >= FAILURES else None,
        )

    def behind(self, said: str, now: datetime) -> Message:
        """Every statement behind what an answer said, from its button's value."""
        today = now.astimezone(self.resources.zone).date()
        try:
            day = date.fromisoformat(said.partition("|")[0])
        except ValueError:
            day = today
        known = Known(self.resources.knowledge, day, today=today)
        rows = list(known.behind(said))
        return self.renderer.message("replies/sources.j2", {"k": known, "rows": rows})

    def prompts(self) -> list[dict[str, str]]:
        """Questions to begin with: prompts of the agent view, buttons of the home tab."""
        return [
            self.replies.offer(intent, Slots()) for intent in PROMPTS if intent in self.resources.catalogue
        ]

    def _understand(self, asked: Asked, turn: Turn | None, now: datetime, day: date) -> list[Understood]:
        if asked.direct is not None:
            intent, slots = read_direct(asked.direct)
            if intent in self.resources.catalogue:
                return [Understood(asked.text, Tier.ANSWER, intent, slots, 1.0, (Choice(intent, 1.0),))]
            return [Understood(asked.text, Tier.UNSURE, None, slots, 0.0)]
        if not any(letter.isalnum() for letter in asked.text):
            return []
        items = self.layer.read(asked, turn, now, day)
        if not asked.mentioned or self.replies.own is None:
            return list(items)
        return self.replies.own.meant(asked.text, items, now, day)

    def _empty(self, asked: Asked, turn: Turn | None, now: datetime) -> Answered:
        del now
        if not asked.mentioned:
            return Answered((), None, turn)
        message = self.renderer.message("replies/empty.j2", {"files": len(asked.files)})
        return Answered((), message, turn, templates=("replies/empty.j2",))

    def _turn(
        self, understood: Sequence[Understood], turn: Turn | None, template: str | None, now: datetime
    ) -> Turn:
        last = [one for one in understood if not one.deferred][-1]
        if last.tier is Tier.ANSWER and last.intent is not None:
            shown = self.resources.catalogue[last.intent].followups
        else:
            shown = tuple(choice.intent for choice in possible(last.choices))
        return Understanding.after(turn, last, now, choices=shown, reply=template)
