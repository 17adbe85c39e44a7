"""Checks of the content beyond its form: every fact can be placed in time, traced and shown."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import combinations

from knowledge.criteria import REGISTRY
from knowledge.display import PLAIN, ROLES, value_text
from knowledge.load import Problem
from knowledge.model import (
    Audience,
    Award,
    Cell,
    Criterion,
    Knowledge,
    Located,
    Program,
    SourceKind,
    Statement,
    Value,
)

DIRECTORY_NAME = "knowledge"

NUMBERS = {"jss", "first_contract_age", "earnings_12m", "profile_complete"} | {
    "agency_size",
    "member_profiles",
    "owner_profile",
}
"""Criteria whose value is one number."""

FIGURES = {
    "jss_weeks": [{"needed", "window", "jss"}],
    "account_standing": [{"months"}, {"days", "off_platform_months"}],
    "activity": [{"days"}, {"days", "joined_days"}],
    "availability": [{"days"}],
}
"""Criteria whose value has several figures, and the sets of names that it may have."""


def lint(knowledge: Knowledge) -> list[Problem]:
    """Everything that is wrong, in the order of file and line; empty where all is well.

    Per statement: it can be shown, an unknown says what is known, doubts are explained. Per cell: the
    intervals of a rank do not overlap, and what ended says what stands in its place. Per program: known
    criteria, rows that stand once and have the same label everywhere. Sources: each is used. Offers: their
    programs and categories exist. Wording: nothing is left without a word. Points: the cells that they rest
    on exist, and what can end says what is said then.
    """
    found = [
        *(problem for cell in knowledge.cells() for problem in _cell(knowledge, cell)),
        *(problem for program in knowledge.programs.values() for problem in _program(knowledge, program)),
        *_labels(knowledge),
        *_sources(knowledge),
        *_offers(knowledge),
        *_wording(knowledge),
        *_points(knowledge),
    ]
    return sorted(found, key=lambda problem: (problem.file, problem.line))


def _problem(knowledge: Knowledge, file: str, place: tuple[str | int, ...], what: str, cure: str) -> Problem:
    line = knowledge.lines.get(file, {}).get(place, 1)
    return Problem(f"{DIRECTORY_NAME}/{file}", line, what, cure)


def _cell(knowledge: Knowledge, found: Located) -> Iterator[Problem]:
    def problem(number: int, what: str, cure: str) -> Problem:
        return _problem(knowledge, found.file, (*found.place, number), f"{found.path}: {what}", cure)

    statements = found.cell.statements
    if not statements:
        yield problem(0, "has no statement", "add one with its date and source")
    for number, statement in enumerate(statements):
        row = found.row or PLAIN
        try:
            value_text(knowledge.wording, statement, row)
        except (KeyError, IndexError) as error:
            yield problem(number, f"cannot be shown ({error})", "mend `show` or `unit`")
        if statement.value is None and (statement.confidence != "U" or not statement.note):
            yield problem(number, "an unknown value", "give it confidence U and a note of what is known")
        if statement.confidence == "L" and not statement.note:
            yield problem(number, "is doubtful without a word why", "add a note")
    for (_, one), (number, other) in combinations(enumerate(statements), 2):
        if _overlap(knowledge, found.cell, one, other) and not (one.disputed and other.disputed):
            yield problem(
                number,
                f"overlaps with another statement of its rank ({one.source} and {other.source})",
                "end one with `until`, or mark both `disputed: true`",
            )
    yield from _end(knowledge, found)


def _end(knowledge: Knowledge, found: Located) -> Iterator[Problem]:
    statements = found.cell.statements
    last = [found.cell.last_day(statement, knowledge.sources) for statement in statements]
    if statements and None not in last and not _goes_with_its_program(knowledge, found):
        end, number = max((day, n) for n, day in enumerate(last) if day is not None)
        if statements[number].value is not False and not statements[number].replaced_by:
            what, cure = (
                f"{found.path}: ends on {end} for good",
                "say in `replaced_by` what stands in its place",
            )
            yield _problem(knowledge, found.file, (*found.place, number), what, cure)


def _overlap(knowledge: Knowledge, cell: Cell, one: Statement, other: Statement) -> bool:
    sources = knowledge.sources
    if sources[one.source].kind is not sources[other.source].kind:
        return False
    first, second = sorted((one, other), key=lambda statement: statement.from_)
    last = cell.last_day(first, sources)
    return last is None or second.from_ <= last


def _goes_with_its_program(knowledge: Knowledge, found: Located) -> bool:
    """Whether the cell is over because its whole program is."""
    program = knowledge.programs.get(found.path.split(".")[0])
    if program is None or found.cell is program.existence:
        return False
    ends = [program.existence.last_day(s, knowledge.sources) for s in program.existence.statements]
    return None not in ends and bool(ends)


def _program(knowledge: Knowledge, program: Program) -> Iterator[Problem]:
    file = f"programs/{program.id}.yaml"
    for number, criterion in enumerate(program.criteria):
        if criterion.id not in REGISTRY:
            what = f"the criterion {criterion.id} is unknown to the check"
            yield _problem(knowledge, file, ("criteria", number), what, "mend the id, or teach the check")
        for audience, cell in criterion.audiences.items():
            for place, statement in enumerate(cell.statements):
                decides = knowledge.on(cell, statement.from_).statement is statement
                if decides and not _fits(knowledge, criterion, statement.value):
                    where = ("criteria", number, "audiences", audience.value, place)
                    what = f"{criterion.id} cannot be checked with the value {statement.value!r}"
                    yield _problem(knowledge, file, where, what, "give it the figures that the check needs")
    for kind, rows in (("criteria", program.criteria), ("perks", program.perks)):
        for name, times in Counter(row.id for row in rows).items():
            if times > 1:
                yield _problem(knowledge, file, (kind,), f"{name} stands {times} times", "keep one")


def _fits(knowledge: Knowledge, criterion: Criterion, value: Value) -> bool:
    """Whether the check can work with a value; None and a plain no only make a note of the criterion."""
    if value is None or value is False:
        return True
    if criterion.id in NUMBERS:
        return isinstance(value, int | Decimal) and value is not True
    if criterion.id in FIGURES:
        return isinstance(value, dict) and set(value) in FIGURES[criterion.id]
    if criterion.id == "large_contract":
        return isinstance(value, dict) and set(value) == set(knowledge.wording.categories)
    if criterion.id == "user_type":
        return isinstance(value, list)
    return value is True


def _labels(knowledge: Knowledge) -> Iterator[Problem]:
    """One row has one label in every program, so that programs can be compared."""
    labels: dict[tuple[str, str], str] = {}
    for program in knowledge.programs.values():
        for kind, rows in (("criteria", program.criteria), ("perks", program.perks)):
            for number, row in enumerate(rows):
                label = labels.setdefault((kind, row.id), row.label)
                if label != row.label:
                    what = f"{row.id} is called {row.label!r} here and {label!r} elsewhere"
                    file = f"programs/{program.id}.yaml"
                    yield _problem(knowledge, file, (kind, number, "label"), what, "use one label")


def _sources(knowledge: Knowledge) -> Iterator[Problem]:
    used = {name for cell in knowledge.cells() for s in cell.cell.statements for name in s.names}
    used |= {offer.source for offer in knowledge.offers.values()}
    for number, name in enumerate(knowledge.sources):
        if name not in used:
            what = f"the source {name} is not used"
            yield _problem(knowledge, "sources.yaml", (number,), what, "name it in a statement or remove it")


def _offers(knowledge: Knowledge) -> Iterator[Problem]:
    for offer in knowledge.offers.values():
        file = f"offers/{offer.id}.yaml"
        for program in offer.participation.programs:
            if program not in knowledge.programs:
                what = f"the program {program} is unknown"
                yield _problem(knowledge, file, ("participation", "programs"), what, "mend the id")
        category = offer.task.category
        if category is not None and category not in knowledge.wording.categories:
            what = f"the category {category} is unknown"
            yield _problem(knowledge, file, ("task", "category"), what, "mend the id")
        last = offer.window.until or dt.date.max
        if offer.task.by is not None and offer.task.by < offer.window.from_:
            yield _problem(knowledge, file, ("task", "by"), "is over before it opens", "mend the date")
        if last < offer.window.from_:
            yield _problem(knowledge, file, ("window",), "ends before it begins", "mend the dates")


def _points(knowledge: Knowledge) -> Iterator[Problem]:
    paths = {located.path for located in knowledge.cells()}
    for point in knowledge.points.values():
        for name, path in point.facts.items():
            if path not in paths:
                what = f"{point.id}: {name} names no cell ({path})"
                yield Problem(f"{DIRECTORY_NAME}/{point.file}", point.line, what, "mend the path")
        if point.until is not None and point.ended is None:
            what = f"{point.id} ends without a word"
            yield Problem(f"{DIRECTORY_NAME}/{point.file}", point.line, what, "add `ended`")


def _wording(knowledge: Knowledge) -> Iterator[Problem]:
    """Every kind, audience, award, role and degree of confidence has its words."""
    words = knowledge.wording
    needed: dict[str, tuple[Iterable[str], Iterable[str]]] = {
        "kinds": (SourceKind, words.kinds),
        "awards": (Award, words.awards),
        "audiences": (Audience, words.audiences),
        "roles": (ROLES, words.roles),
        "hedges": ("HMLU", words.hedges),
    }
    for part, (asked, given) in needed.items():
        for name in sorted(set(map(str, asked)) - set(map(str, given))):
            yield _problem(knowledge, "wording.yaml", (part,), f"{part} has no {name}", "add its words")
