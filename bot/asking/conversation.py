"""The one way of a question: understand it, look up what it asks for, and say so.

Nothing is changed here. What a conversation remembers comes in as the last turn and goes out as the next one;
whoever calls stores both it and the message, in one transaction.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot.asking import point, short
from bot.asking.compose import joined
from bot.asking.direct import read as read_direct
from bot.asking.direct import written
from bot.asking.kinds import ANSWERS, Answer, Notice, Overheard, OwnFigures
from bot.asking.knowing import Known
from bot.asking.layer import Layer
from bot.asking.question import Question, Resources
from bot.messages import Asked, Reply, Surface
from bot.render import Message, Renderer
from intents.dialogue import Understanding
from intents.model import Choice, Tier, Turn, Understood
from intents.named import Slots

FAILURES = 2
"""After so many questions in a row that were not understood, a ticket is offered."""
CLOSE = 0.5
"""A second choice this likely, compared with the first, is named below an answer."""
UNLIKELY = 0.05
"""Below this a meaning is never offered: it would only puzzle."""
ENGLISH = "en"
OTHER = "other"  # the ticket category of what fits none
QUIET = frozenset({"smalltalk", "pointer"})
"""Kinds of reply that nobody who was not asked should give."""
SHOWN = 4  # choices that a "did you mean" shows
NO_INTENT = "none"
PROMPTS = ("badge.eligibility_check", "program.criteria", "jss.how_calculated", "assistant.human")
"""What most people come for; Slack shows at most four."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What comes of a question. `message` None means silence; `turn` is what to remember."""

    understood: tuple[Understood, ...]
    message: Message | None
    turn: Turn | None
    private: bool = False
    sources: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    offers_ticket: str | None = None

    @property
    def first(self) -> Understood | None:
        """The first question of the message."""
        return self.understood[0] if self.understood else None

    @property
    def tier(self) -> Tier:
        """That of the first question."""
        return self.first.tier if self.first else Tier.UNSURE


class Conversation:
    """Answers questions. `answers` holds what each kind of reply is made by; the rooms' join ours.

    `own` judges what askers tell of themselves, `notices` are looked for below each answer, and `told` hears
    the tier and the surface of each answer that is sent. `refresh` brings in, by `use`, what changes while
    the house runs; `overheard` hears of what got no answer, unasked, as nothing does in `silent` channels.
    """

    def __init__(
        self,
        *,
        resources: Resources,
        understanding: Understanding,
        renderer: Renderer,
        answers: Mapping[str, Answer] = {},
    ) -> None:
        self.resources = resources
        self.understanding = understanding
        self.layer = Layer(understanding, resources.catalogue)
        self.refresh: Callable[[], Awaitable[None]] | None = None
        self.overheard: Overheard | None = None
        self.renderer = renderer
        self.answers: dict[str, Answer] = {**ANSWERS, **answers}
        self.own: OwnFigures | None = None
        self.notices: list[Notice] = []
        self.told: Callable[[str, str], None] = lambda *_: None
        self.silent: frozenset[str] = frozenset()

    def use(self, layer: Layer) -> None:
        """Answer from `layer` from now on."""
        self.layer, standards = layer, layer.standards
        self.resources = replace(self.resources, catalogue=layer.catalogue, standards=standards)

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
        if not asked.mentioned and (asked.where.channel in self.silent or not self._sure(understood)):
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
            replies += await self._replies(asked, item, k, now, failures)
            if failures >= FAILURES:
                offers = self.category(item.intent)
        later = [one for one in understood if one.deferred and one.intent]
        if later:
            items = [self._offer(one.intent, one.slots, label=one.text) for one in later if one.intent]
            replies.append(Reply("replies/later.j2", {"items": items}))
        messages = [short.shown(self.renderer, reply) for reply in replies]
        return Answered(
            understood=tuple(understood),
            message=joined(messages),
            turn=self._turn(understood, turn, replies[-1].template, now),
            private=any(reply.private for reply in replies) and asked.where.surface is not Surface.DM,
            sources=tuple(dict.fromkeys(source.id for k in known for source in k.sources)),
            templates=tuple(reply.template for reply in replies),
            offers_ticket=offers,
        )

    async def none_of_these(self, asked: Asked, turn: Turn | None, now: datetime) -> Answered:
        """What is said when none of the choices was it: as after a question not understood."""
        last = turn or Turn(None, Slots(), (), now)
        failures = last.failures + 1
        known = Known(self.resources.knowledge, now.date(), today=now.date())
        reply = self._unsure(known, Understood(asked.text, Tier.UNSURE, None, Slots(), 0.0), failures)
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
        return [self._offer(intent, Slots()) for intent in PROMPTS if intent in self.resources.catalogue]

    def _understand(self, asked: Asked, turn: Turn | None, now: datetime, day: date) -> list[Understood]:
        if asked.direct is not None:
            intent, slots = read_direct(asked.direct)
            if intent in self.resources.catalogue:
                return [Understood(asked.text, Tier.ANSWER, intent, slots, 1.0, (Choice(intent, 1.0),))]
            return [Understood(asked.text, Tier.UNSURE, None, slots, 0.0)]
        if not any(letter.isalnum() for letter in asked.text):
            return []
        items = self.layer.read(asked, turn, now, day)
        if not asked.mentioned or self.own is None:
            return list(items)
        return self.own.meant(asked.text, items, now, day)

    def _sure(self, understood: Sequence[Understood]) -> bool:
        return (
            bool(understood)
            and all(
                one.tier is Tier.ANSWER
                and not one.hedged
                and self.resources.catalogue[one.intent].reply not in QUIET
                for one in understood
                if one.intent is not None and not one.deferred
            )
            and all(one.intent is not None for one in understood)
        )

    async def _replies(
        self, asked: Asked, item: Understood, k: Known, now: datetime, failures: int
    ) -> list[Reply]:
        replies: list[Reply] = []
        if item.language != ENGLISH:
            context = {"language": item.language, "category": self.category(item.intent)}
            return [Reply("replies/language.j2", context)]
        match item.tier:
            case Tier.ANSWER if item.intent is not None:
                replies += await self._answer(asked, item, k, now)
            case Tier.CHOOSE:
                items = [self._offer(choice.intent, item.slots) for choice in _possible(item.choices)]
                replies.append(Reply("replies/choose.j2", {"items": items, "key": asked.key}))
            case _:
                replies.append(self._unsure(k, item, failures))
        return replies

    async def _answer(self, asked: Asked, item: Understood, k: Known, now: datetime) -> list[Reply]:
        assert item.intent is not None, "the tier is answer"
        intent = self.resources.catalogue[item.intent]
        question = Question(asked, item, intent, self.resources, now, k.day, k)
        own = None if self.own is None else await self.own.lead(question)
        line = self.resources.knowledge.points.get(item.point or "")
        if own and self.own is not None and not self.own.beside(question):
            reply = own[0]
        elif line is not None and line.lead is not None and not own:
            reply = point.answer(question, line)
        else:
            reply = await self.answers[intent.reply](question)
        context = {
            "whole": short.whole(asked, item, intent, reply),
            "followups": [
                self._offer(name, replace(item.slots, amount=None, percent=None, ticket=None))
                for name in intent.followups
                if name in self.resources.catalogue
            ],
            "feedback": None if intent.reply in QUIET else f"{intent.id}|{asked.key}",
            **reply.context,
        }
        replies = [replace(reply, context=context)]
        if item.hedged:
            hedge = {"title": intent.title, "category": intent.category, "key": asked.key}
            replies.append(Reply("replies/hedge.j2", hedge))
        if own and own[0] is not reply:
            replies.insert(0 if own[1] else 1, own[0])
        notices = [await notice(question) for notice in self.notices]
        replies += [notice for notice in notices if notice is not None]
        rival = item.choices[1] if len(item.choices) > 1 else None
        if rival is not None and rival.confidence >= CLOSE * item.confidence and asked.direct is None:
            items = [self._offer(rival.intent, item.slots)]
            replies.append(Reply("replies/also.j2", {"items": items}))
        return replies

    def _unsure(self, k: Known, item: Understood, failures: int) -> Reply:
        context = {
            "k": k,
            "text": item.text,
            "offer": failures >= FAILURES,
            "category": self.category(item.intent),
            "items": [self._offer(choice.intent, item.slots) for choice in _possible(item.choices)[:2]],
        }
        return Reply("replies/unsure.j2", context)

    def _empty(self, asked: Asked, turn: Turn | None, now: datetime) -> Answered:
        del now
        if not asked.mentioned:
            return Answered((), None, turn)
        message = self.renderer.message("replies/empty.j2", {"files": len(asked.files)})
        return Answered((), message, turn, templates=("replies/empty.j2",))

    def category(self, intent: str | None) -> str:
        """The ticket category that fits an intent."""
        if intent is not None and intent in self.resources.catalogue:
            return self.resources.catalogue[intent].category
        return OTHER

    def _offer(self, intent: str, slots: Slots, label: str | None = None) -> dict[str, str]:
        """A button that asks `intent` with these slots."""
        return {"label": label or self.resources.catalogue[intent].title, "value": written(intent, slots)}

    def _turn(
        self, understood: Sequence[Understood], turn: Turn | None, template: str | None, now: datetime
    ) -> Turn:
        last = [one for one in understood if not one.deferred][-1]
        if last.tier is Tier.ANSWER and last.intent is not None:
            shown = self.resources.catalogue[last.intent].followups
        else:
            shown = tuple(choice.intent for choice in _possible(last.choices))
        return Understanding.after(turn, last, now, choices=shown, reply=template)


def _possible(choices: Sequence[Choice]) -> list[Choice]:
    """The readings that are worth a button."""
    return [choice for choice in choices[:SHOWN] if choice.confidence >= UNLIKELY]


def memory(turn: Turn | None, asker: str) -> dict[str, Any] | None:
    """A turn as it is stored: with who asked, so that a thread knows whose follow-up counts."""
    return None if turn is None else {**turn.as_dict(), "asker": asker}


def recalled(stored: Mapping[str, Any] | None) -> Turn | None:
    """The inverse of `memory`; None also for what is no turn."""
    return Turn.from_dict(stored) if stored and "intent" in stored else None
