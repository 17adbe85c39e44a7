"""Why a badge was lost: the last day on which it was held, beside the day asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from knowledge.advice import Voice, advise
from knowledge.case import Case
from knowledge.record import Badge, Record
from knowledge.rules import Rule
from knowledge.status import Finding, Status


@dataclass(frozen=True, slots=True)
class Turned:
    """A criterion that turned: unmet from the day `on` to `until` (None: still unmet on the day asked).

    `on` is None where it was unmet as far back as was looked. `before` is the finding of the day before,
    `after` that of the day `on`, `now` that of the day asked (None where it is no criterion any more).
    """

    rule: Rule
    on: dt.date | None
    until: dt.date | None
    before: Finding | None
    after: Finding
    now: Finding | None
    advice: str | None


@dataclass(frozen=True, slots=True)
class Lost:
    """A badge held until `held_until`. Empty `turned`: the record does not show why it was lost."""

    program: str
    held_from: dt.date
    held_until: dt.date
    asked: dt.date
    turned: tuple[Turned, ...]


def why_lost(case: Case, program: str) -> Lost | None:
    """The criteria unmet at any time from the last day the badge was held to the case's day, oldest first.

    A badge may outlive a criterion by some days, so the day of each turn is looked for back to the day the
    badge was given, within our practice's `horizon_days`. None: the record knows no lost badge of `program`.
    """
    day = case.measures.day
    badge = _last_badge(case.measures.record, program, day)
    if badge is None or badge.until is None:
        return None
    horizon = dt.timedelta(days=case.practice.horizon_days)
    start = max(badge.from_, badge.until - horizon)
    spells = _spells(case, program, start)
    now = {rule.id: finding for rule, finding in case.findings(program)}
    voice = Voice(case.rulebook.knowledge)
    turned = [
        Turned(
            rule=spell.rule,
            on=None if spell.on == start else spell.on,
            until=spell.until,
            before=spell.before,
            after=spell.after,
            now=now.get(spell.rule.id),
            advice=advise(voice, case, spell.rule, now[spell.rule.id]) if spell.until is None else None,
        )
        for spell in spells
        if spell.until is None or spell.until >= badge.until
    ]
    turned.sort(key=lambda one: one.on or dt.date.min)
    return Lost(program, badge.from_, badge.until, day, tuple(turned))


@dataclass(slots=True)
class _Spell:
    """Days in a row on which a criterion was unmet."""

    rule: Rule
    on: dt.date
    before: Finding | None
    after: Finding
    until: dt.date | None = None


def _spells(case: Case, program: str, start: dt.date) -> list[_Spell]:
    """Every spell from `start` to the case's day, stepping through the days; `until` None: it lasts."""
    spells: list[_Spell] = []
    running: dict[str, _Spell] = {}
    before: dict[str, Finding] = {}
    for number in range((case.measures.day - start).days + 1):
        day = start + dt.timedelta(days=number)
        found = {rule.id: (rule, f) for rule, f in case.on(day).findings(program)}
        unmet = {name for name, (_, finding) in found.items() if finding.status is Status.UNMET}
        for name in running.keys() - unmet:
            running.pop(name).until = day - dt.timedelta(days=1)
        for name in unmet - running.keys():
            rule, finding = found[name]
            running[name] = _Spell(rule, day, before.get(name), finding)
            spells.append(running[name])
        before = {name: finding for name, (_, finding) in found.items()}
    return spells


def _last_badge(record: Record, program: str, day: dt.date) -> Badge | None:
    """The badge of `program` held last before `day`; None if it is held on `day` or never was."""
    held = [badge for badge in record.badges or () if badge.program == program and badge.from_ <= day]
    last = max(held, key=lambda badge: badge.until or dt.date.max, default=None)
    return None if last is None or last.until is None or last.until >= day else last
