"""The replies to one question, understood or not: its answer, what stands below it, what is offered."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.asking import point, short
from bot.asking.direct import written
from bot.asking.kinds import ANSWERS, Answer, Notice, OwnFigures
from bot.asking.knowing import Known
from bot.asking.question import Question, Resources
from bot.messages import Asked, Reply
from intents.model import Tier, Understood, possible
from intents.named import Slots

FAILURES = 2
"""After so many questions in a row that were not understood, a ticket is offered."""
CLOSE = 0.5
"""A second or third choice this likely, compared with the first, is named below an answer."""
ENGLISH = "en"
OTHER = "other"  # the ticket category of what fits none
QUIET = frozenset({"smalltalk", "pointer"})
"""Kinds of reply that nobody who was not asked should give."""


class Replies:
    """Makes replies. `answers` holds what each kind of reply is made by; the rooms' join ours.

    `own` judges what askers tell of themselves, and `notices` are looked for below each answer. `community`
    says whether who got no answer may put the question to the community: a room that takes it sets it.
    """

    def __init__(self, resources: Resources, answers: Mapping[str, Answer] = {}) -> None:
        self.resources = resources
        self.answers: dict[str, Answer] = {**ANSWERS, **answers}
        self.own: OwnFigures | None = None
        self.notices: list[Notice] = []
        self.community = False

    async def to(self, asked: Asked, item: Understood, k: Known, now: datetime, failures: int) -> list[Reply]:
        """The replies to one question of a message; `failures` were not understood in a row."""
        replies: list[Reply] = []
        if item.language != ENGLISH:
            context = {"language": item.language, "category": self.category(item.intent)}
            return [Reply("replies/language.j2", context)]
        match item.tier:
            case Tier.ANSWER if item.intent is not None:
                replies += await self._answer(asked, item, k, now)
            case Tier.CHOOSE:
                items = [self.offer(choice.intent, item.slots) for choice in possible(item.choices)]
                replies.append(Reply("replies/choose.j2", {"items": items, "key": asked.key}))
            case _:
                replies.append(self.unsure(k, item, failures, asked.key))
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
                self.offer(name, replace(item.slots, amount=None, percent=None, ticket=None))
                for name in intent.followups
                if name in self.resources.catalogue
            ],
            "feedback": None if intent.reply in QUIET else f"{intent.id}|{asked.key}",
            **reply.context,
            "led": own is not None,
        }
        replies = [replace(reply, context=context)]
        if item.hedged:
            hedge = {"title": intent.title, "category": intent.category, "key": asked.key}
            replies.append(Reply("replies/hedge.j2", hedge))
        if own and own[0] is not reply:
            replies.insert(0 if own[1] else 1, own[0])
        notices = [await notice(question) for notice in self.notices]
        replies += [notice for notice in notices if notice is not None]
        rivals = [one for one in item.choices[1:3] if one.confidence >= CLOSE * item.confidence]
        if rivals and asked.direct is None:
            items = [self.offer(rival.intent, item.slots) for rival in rivals]
            replies.append(Reply("replies/also.j2", {"items": items}))
        return replies

    def unsure(self, k: Known, item: Understood, failures: int, key: str) -> Reply:
        """What is said when a question, the one with that key, was not understood."""
        context = {
            "k": k,
            "text": item.text,
            "offer": failures >= FAILURES,
            "community": self.discussed(key),
            "category": self.category(item.intent),
            "items": [self.offer(choice.intent, item.slots) for choice in possible(item.choices)[:2]],
        }
        return Reply("replies/unsure.j2", context)

    def sure(self, understood: Sequence[Understood]) -> bool:
        """Whether each question of a message has an answer that may be said to who did not ask us."""
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

    def category(self, intent: str | None) -> str:
        """The ticket category that fits an intent."""
        if intent is not None and intent in self.resources.catalogue:
            return self.resources.catalogue[intent].category
        return OTHER

    def discussed(self, key: str) -> str | None:
        """What a button to put the question of that key to the community carries; None: there is none."""
        return key if self.community else None

    def offer(self, intent: str, slots: Slots, label: str | None = None) -> dict[str, str]:
        """A button that asks `intent` with these slots."""
        return {"label": label or self.resources.catalogue[intent].title, "value": written(intent, slots)}
