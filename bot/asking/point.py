"""The answer to one point: its lead on the day, and the way to the whole page."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.asking.direct import written
from bot.asking.question import Question
from bot.messages import Reply
from intents.model import Form
from intents.named import Slots
from intents.text import names_any
from knowledge.display import Shown, State
from knowledge.points import Point, named

TEMPLATE = "replies/point.j2"


def answer(question: Question, point: Point) -> Reply:
    """The reply to a question that asks for `point`, as of the question's day."""
    facts = {name: question.k.fact(path) for name, path in point.facts.items()}
    rests_on = next(iter(facts.values()), None)
    earlier = point.said_on(question.day)
    if earlier is not None and not all(_known(facts[name]) for name in named(earlier)):
        earlier = None
    first = earlier or _lead(point, rests_on, question.day)
    revised = _revised(question, point)
    if revised is not None:
        # Its words were written for what the fact said before: the fact speaks for itself.
        first, rests_on = None, facts[revised]
    printed = {name: _printed(fact) for name, fact in facts.items()}
    holds = earlier is None and first and (rests_on is None or rests_on.state is State.IN_FORCE)
    return Reply(
        TEMPLATE,
        {
            **question.common(),
            "rests_on": rests_on,
            "called": None if revised is None else _called(question, point.facts[revised]),
            "first": _begun(question, point, _sentence(first, printed)) if first else None,
            "more": [_sentence(line, printed) for line in point.more] if holds else [],
            "page": written(point.intent, _slots(question, point)),
        },
    )


def _revised(question: Question, point: Point) -> str | None:
    """The fact that was changed while the house runs and says otherwise on the day, by its name there."""
    revised = question.k.knowledge.revised
    return next(
        (name for name, path in point.facts.items() if revised.get(path, date.max) <= question.day), None
    )


def _called(question: Question, path: str) -> str:
    """What a cell is about and what it is called there."""
    knowledge = question.k.knowledge
    subject, row = knowledge.subject(path), knowledge.located(path).row
    return subject if row is None else f"{subject}, {row.label.lower()}"


def _slots(question: Question, point: Point) -> Slots:
    """What the page is asked with: what was named, else what the point is about."""
    named = question.slots
    programs = named.programs or ((point.program,) if point.program else ())
    return replace(named, programs=programs, audience=named.audience or point.audience)


def _lead(point: Point, fact: Shown | None, day: date) -> str | None:
    """The sentence that holds in the fact's state; None where only the fact itself can say it."""
    if point.until is not None and day > point.until:
        return point.ended
    match None if fact is None else fact.state:
        case None | State.IN_FORCE:
            return point.lead
        case State.ENDED:
            return point.ended
        case State.UNKNOWN:
            return point.unknown or point.lead
        case _:
            return None


def _sentence(text: str, printed: Mapping[str, str]) -> str:
    """The text with its cells, beginning large: a cell may stand first."""
    return _large(text.format(**printed))


def _large(said: str) -> str:
    """The sentence with a capital letter."""
    return said[:1].upper() + said[1:]


def _known(fact: Shown) -> bool:
    """Whether a sentence can print the cell: it holds, or held."""
    return fact.state in {State.IN_FORCE, State.ENDED}


def _begun(question: Question, point: Point, lead: str) -> str:
    """A lead that begins as the question was put: with Yes or No where that was asked for, the right one."""
    wording, form = question.k.knowledge.wording, question.understood.form
    for said, turned in wording.verdicts.items():
        if lead.startswith((f"{said}:", f"{said},")):
            if form is not Form.WHETHER:
                return _large(lead[len(said) + 1 :].strip())
            if names_any(question.understood.text, point.turns):
                return turned + lead[len(said) :]
    if form is not Form.WHO:
        for said in wording.for_persons:
            if lead.startswith(f"{said}:"):
                return _large(lead[len(said) + 1 :].strip())
    return lead


def _printed(fact: Shown) -> str:
    """The text of a cell as a sentence takes it: its last value where it ended."""
    return fact.was if fact.state is State.ENDED else fact.text
