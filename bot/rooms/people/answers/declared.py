"""The asker's own figures lead the reply: what they name is judged, and what they do not name stays open."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.asking.question import Question, Resources
from bot.messages import Reply
from bot.rooms.people.answers.person import Reach, person
from bot.rooms.people.card import line
from bot.rooms.people.card_parts import Line
from bot.rooms.people.facade import People
from bot.rooms.people.own.declared_case import DeclaredCase
from bot.rooms.people.own.facts import named
from bot.rooms.people.own.form import OwnForm
from intents import declared
from intents.declared import Declared
from intents.dialogue import Understanding
from intents.model import Choice, Tier, Understood
from intents.named import Slots
from knowledge.advice import Voice
from knowledge.eligibility import CriterionVerdict
from knowledge.model import Audience
from knowledge.status import ProgramStatus

CHECK = "badge.eligibility_check"
VISIBLE = "badge.when_visible"
KINDS = frozenset({"criteria", "check", "threshold", "weeks", "lost", "regain"})
"""Kinds of reply that the asker's own figures change."""
FAMILIES = frozenset({"jss", "badge", "program", "top_rated", "top_rated_plus", "earnings", "agency"})
"""A question of these about a program that names figures and asks for a verdict is a check."""
ASKS = re.compile(
    r"\b(?:(?:can|do|am|will|could|would|should|may|are|is|does|did)\s(?:i|we|it|that|this|my|our)|enough|eligible"
    r"|elligible|qualif\w+|why (?:no|not|am i|have i|did i|is my|was)|(?:top rated|plus|talent|badge)\s?\?)",
    re.IGNORECASE,
)
KEEPS = re.compile(
    r"\b(?:keep|keeping|cost|costs|lose|losing|stay|remain|retain|still have)\b", re.IGNORECASE
)
BADGE = re.compile(r"\b(?:badges?|enough|eligible|elligible|qualif\w+)\b", re.IGNORECASE)
PLUS = re.compile(r"\bplus\s?\?*\s*$", re.IGNORECASE)
ELSEWHERE = re.compile(r"\bwhere\b", re.IGNORECASE)
"""Who asks where something stands wants no verdict."""
TOP_RATED = "top_rated"
LARGE, WEEKS = "large_contract", "jss_weeks"
FOCUS = {"threshold": LARGE, "weeks": WEEKS}
"""Kinds of reply that are about one criterion."""
LASTING = frozenset({"no_jss", "user_type"})
"""What time and work do not change."""


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion as the reply shows it: its line, and what it asks for and what is missing in short."""

    line: Line
    named: bool
    asked: str
    gap: str
    through: str = ""
    """The program that asks for it, where the one asked about builds on another."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the figures came to. `verdict`: yes, no or open; `focus`: the one row that is asked about."""

    name: str
    verdict: str
    rows: tuple[Row, ...]
    focus: Row | None
    lasting: bool
    discretion: bool
    keeps: bool
    category: str | None
    assumed_alone: bool

    def of(self, status: str) -> list[Row]:
        """The rows of a status that rest on what was named."""
        return [row for row in self.rows if row.named and row.line.status == status]

    @property
    def open(self) -> list[Row]:
        """What was not named."""
        return [row for row in self.rows if not row.named and row.line.status == "unknown"]


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """What askers tell of themselves, as the conversation asks about it (bot.asking.kinds.OwnFigures)."""

    people: People
    resources: Resources
    understanding: Understanding

    def meant(self, text: str, items: Sequence[Understood], now: datetime, day: date) -> list[Understood]:
        """The readings, those that name the asker's own figures for a program as questions for a verdict."""
        return _meant(text, items, self, moment(now, day, self.resources.zone))

    async def lead(self, question: Question) -> tuple[Reply, bool] | None:
        """The reply by the asker's own figures, and whether they say no."""
        return await _lead(question, self)

    def beside(self, question: Question) -> bool:
        """Whether the intent's own reply is given too: it tells something that figures do not."""
        return _beside(question)


def moment(now: datetime, day: date, zone: ZoneInfo) -> datetime:
    """When figures were named, in the house's zone: "today" and "two years ago" count from `day`."""
    here = now.astimezone(zone)
    return here if here.date() == day else datetime.combine(day, time(12), zone)


def _meant(text: str, items: Sequence[Understood], own: OwnFigures, now: datetime) -> list[Understood]:
    """The questions, those that name the asker's own figures for a program as questions for a verdict."""
    facts = declared.read(text, now)
    if not facts.figures or any(item.follow_up or item.language != "en" for item in items):
        return list(items)
    if len(items) > 1 and all(_fits(item, text, own) or _states(item, now) for item in items):
        whole = replace(items[-1], text=text, slots=own.understanding.slots(text, now), deferred=False)
        taken = _taken(whole, facts, own, now)
        return [taken] if taken is not None else list(items)
    read = [item if len(items) == 1 else None for item in items]
    return [
        _taken(item, facts if whole_ else declared.read(item.text, now), own, now) or item
        for item, whole_ in zip(items, read, strict=True)
    ]


def _taken(item: Understood, facts: Declared, own: OwnFigures, now: datetime) -> Understood | None:
    """The question as one for a verdict; None where its figures decide nothing that it asks about."""
    if not facts.figures or item.deferred or not _fits(item, item.text, own):
        return None
    # A date of the asker's story is not the day that is asked about.
    slots = replace(item.slots, on=own.understanding.slots(facts.rest, now).on)
    intent = own.resources.catalogue[item.intent] if item.intent else None
    answers = item.tier is Tier.ANSWER and not item.hedged and intent is not None
    keeps = answers and intent is not None and (intent.reply in KINDS or intent.id == VISIBLE)
    if item.point is not None and intent is not None and intent.reply in FOCUS:
        told = facts.contract if intent.reply == "threshold" else facts.weeks
        keeps = told is not None and facts.figures == 1  # else other figures decide than those of this line
    program = _program(slots, facts, intent.program if keeps and intent else None)
    program = program or _usual(facts, item.text)
    day = slots.on or now.astimezone(own.resources.zone).date()
    if program is None or not _case(own, facts, slots, day).decides(program):
        return None
    others = tuple(name for name in slots.programs if name != program)
    slots = replace(slots, programs=(program, *others) if keeps else (program,))
    meant_ = item.intent if keeps and item.intent else CHECK
    return replace(
        item,
        tier=Tier.ANSWER,
        intent=meant_,
        slots=slots,
        choices=(Choice(meant_, item.confidence),),
        point=None,
        hedged=False,
    )


def _states(item: Understood, now: datetime) -> bool:
    """Whether a part of a message only tells of its asker: what is asked stands in another part."""
    return bool(declared.read(item.text, now).figures) and not ASKS.search(item.text) and "?" not in item.text


def _fits(item: Understood, text: str, own: OwnFigures) -> bool:
    """Whether a verdict may be what is asked for."""
    if ELSEWHERE.search(text):
        return False
    if item.intent is None:
        return bool(ASKS.search(text))
    intent = own.resources.catalogue[item.intent]
    if intent.reply in KINDS or intent.id == VISIBLE:
        return True
    doubtful = item.tier is not Tier.ANSWER or item.hedged
    if doubtful:
        near = [own.resources.catalogue[choice.intent] for choice in item.choices]
        if any(one.reply in KINDS for one in near):
            return True
    family = intent.id.partition(".")[0]
    return (doubtful or family in FAMILIES) and bool(ASKS.search(text))


def _program(slots: Slots, facts: Declared, natural: str | None) -> str | None:
    """The program asked about: one named and not held already, else the one the intent or a badge is of."""
    aimed = [name for name in slots.programs if name not in facts.held]
    return next(iter((*aimed, *slots.programs)), None) or natural or next(iter(facts.held), None)


def _usual(facts: Declared, text: str) -> str | None:
    """The program that figures without a program's name are mostly about, where a verdict is asked for."""
    if PLUS.search(text):
        return "top_rated_plus"
    if facts.weeks is not None and facts.figures > 1:  # nobody else counts weeks
        return TOP_RATED
    if not BADGE.search(text):
        return None
    return "top_rated_plus" if facts.contract is not None else TOP_RATED


def _case(own: OwnFigures, facts: Declared, slots: Slots, day: date) -> DeclaredCase:
    audience = Audience(slots.audience or Audience.FREELANCER)
    return DeclaredCase(own.people.rulebook, facts, day, audience, slots.category)


async def _lead(question: Question, own: OwnFigures) -> tuple[Reply, bool] | None:
    """The reply by the asker's own figures, and whether they say no: then it goes before the intent's own.

    None where no figures are named, where they decide nothing, or where the asker's record is there: it knows
    better.
    """
    if question.asked.direct is not None or not (
        question.intent.reply in KINDS or question.intent.id == VISIBLE
    ):
        return None
    named_at = moment(question.now, question.day, question.resources.zone)
    facts = declared.read(question.understood.text, named_at)
    if not facts.figures or ELSEWHERE.search(question.understood.text):
        return None
    program = _program(question.slots, facts, question.intent.program)
    case = _case(own, facts, question.slots, question.day)
    if program is None or program not in question.resources.knowledge.programs or not case.decides(program):
        return None
    focus = FOCUS.get(question.intent.reply)
    if focus and not any(rule.id == focus and case.names(rule) for rule in case.era(program).rules):
        return None
    asker = await person(question, own.people)
    if asker.reach is Reach.FOUND:
        return None
    judged = _judged(case, program, question.understood.text, focus)
    question.k.criteria(program, question.audience.value)
    context = {**question.common(), "judged": judged, "linkable": asker.reach is Reach.UNLINKED}
    context |= {"program": program, "beside": _beside(question)}
    context |= {"keeps": _keeps(question, own, facts, program)}
    return Reply("replies/declared.j2", context), judged.verdict == "no"


def _keeps(question: Question, own: OwnFigures, facts: Declared, program: str) -> str:
    """What a button that keeps the figures carries; empty where there is nothing to keep."""
    form = OwnForm.of(own.people.rulebook, question.day)
    kept = named(facts, question.slots.category, form.window)
    said = {"user": question.asked.who.user, "on": question.day.isoformat(), "program": program}
    return json.dumps(said | {"facts": kept}, separators=(",", ":")) if kept else ""


def _beside(question: Question) -> bool:
    """Whether the intent's own reply is given too: it tells something that figures do not."""
    return question.intent.reply in {"lost", "regain"} or question.intent.id == VISIBLE


def _judged(case: DeclaredCase, program: str, text: str, focus: str | None) -> Judged:
    rows = tuple(_rows(case, program))
    status = case.status(program)
    unmet = {row.line.id for row in rows if row.line.status == "unmet"}
    words = case.rulebook.knowledge.wording
    return Judged(
        name=case.rulebook.knowledge.program(program).name,
        verdict="no" if unmet else "yes" if status.met else "open",
        rows=rows,
        focus=next((row for row in rows if row.line.id == focus), None),
        lasting=bool(unmet & LASTING),
        discretion=status in (ProgramStatus.AT_DISCRETION, ProgramStatus.BY_INVITATION),
        keeps=program in case.declared.held or bool(KEEPS.search(text)),
        category=words.categories.get(case.category) if case.category else None,
        assumed_alone=case.declared.user_type is None and any(row.line.id == "user_type" for row in rows),
    )


def _rows(case: DeclaredCase, program: str) -> Iterator[Row]:
    """The program's rows; unless Top Rated is held, its rows in the place of the one that asks for it."""
    verdicts = case.verdicts(program)
    own = {verdict.rule.id for verdict in verdicts}
    builds = False
    for verdict in verdicts:
        if verdict.rule.id == TOP_RATED and verdict.finding.value is not None:
            builds = True
        else:
            yield _row(case, verdict)
    name = case.rulebook.knowledge.program(TOP_RATED).name
    for verdict in case.verdicts(TOP_RATED) if builds else ():
        if verdict.rule.id not in own:
            yield replace(_row(case, verdict), through=name)


def _row(case: DeclaredCase, verdict: CriterionVerdict) -> Row:
    voice = Voice(case.rulebook.knowledge)
    asked = gap = ""
    value, required = verdict.finding.value, verdict.finding.required
    if verdict.rule.criterion.unit == "usd" and isinstance(required, Decimal):
        asked = voice.money(required)
        if isinstance(value, Decimal) and value < required:
            gap = voice.money(required - value)
    return Row(line(voice, verdict), case.names(verdict.rule), asked, gap)
