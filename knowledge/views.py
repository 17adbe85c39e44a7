"""What the templates are given: tables, topics and figures as they stand on a day. Pure; words from YAML.

    program(knowledge, "top_rated", day, "freelancer") -> ProgramView: .name .exists .existence (Shown)
        .award (words) .criteria .perks (Table) .facts["share"].text
    overview(knowledge, day)                           -> list[ProgramView], in the order of the programs
    criteria(knowledge, "top_rated", day, "agency")    -> Table (perks likewise)
    across(knowledge, "connects", day)                 -> Table: one row over all programs, both audiences
    compare(knowledge, ["top_rated", "top_rated_plus"], day, "freelancer", kind="perks") -> Table
    topic(knowledge, "jss", day)                       -> TopicView: .title .facts["formula"] .table .examples
    fact(knowledge, "fees.service_fee", day)           -> Shown, any cell by its path
    thresholds(knowledge, day, "freelancer")           -> [(category id, its name, "$5,000" or "Not known")]

A `Table` has `.rows` (lists of texts, the header first: hand it to the `table` macro), `.lines` (each with
`.id`, `.label`, `.cells`), `.ended` (lines that are over, for "no longer asked for: …"), `.behind` (all
statements for "Where does this come from?"), `.sources` (each once, in order), `.disagreements` (label, what
we say, what equally good sources say instead) and `.notes`. Each cell is a `knowledge.display.Shown`: `.text`
`.state` `.value` `.note` `.hedge` (empty where we are sure) `.since` `.ended_on` `.was` `.replaced_by`
`.disputed` `.disagreeing` `.sources` `.behind` `.holds`.

Criteria that are in force make the lines of a criteria table; ended ones stand in `.ended`. In a perks table
perks that ended (other than a plain no) follow at the end of `.rows`, "Ended 3 Sep 2024" in their cell.
`.former_rows` says what the ended lines were, for a program that is over.

Topics and their facts:
jss: formula windows updated first_score size_counts size_weights private_feedback unpaid_jobs
flagged_clients low disappears improve where agencies; weeks: rolling what_counts consecutive where
our_weeks (+ examples); thresholds: which_category per_contract; earnings: counted not_counted refreshed
where rolling; connects: price packs per_proposal expire monthly_free new_freelancers won_interview rollover
plus_plan transfer refund_withdrawn refund_removed; fees: service_fee old_contracts variable_fee
featured_jobs new_clients special_offer_jobs; account: not_active suspended general_questions private_after
private_grace private_plus private_proposals private_today unsuccessful_proposals hold_causes
bad_reviews_hold; verification: device camera busy browser meeting length answer id_needed id_deadline
id_hold; support: form answer_by answer_time badge_support; specialists: what for_whom channel offline hours
today; referral: current decline_invite clients sign_up_bonus; feedback_removal: how_often interval
contracts_between choice elance agencies effect new_client_jobs ended respond report; perks: faster_payments
job_digest forum events pro_jobs talent_agent skills_tests
readiness_test_top_rated; agencies: owner_score members_badge exclusive_members
non_exclusive_members large_contract_figures; tables: check_marks premium_column age editions.

Facts of programs: share apply when_visible lost_when off_platform_bar todays_text where they apply, and
rising_talent: who work_on_time without_a_job ends soft_words; top_rated: where_to_check contact_details
notice_period regain elance_profiles; top_rated_plus: who_sees large_contract_rule one_contract
fixed_or_hourly counted_over threshold_range threshold_claims agency_members planned; expert_vetted: how
interview_length interview_grace interview_move categories refused_fields who_sees; premium_services: effect
experience base_badge.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from knowledge.display import Shown, State, number, show
from knowledge.model import Audience, AudienceRow, Cell, Knowledge, LabelledCell, Program
from knowledge.tables import SHOWN, Line, ProgramView, Table, TopicView

Kind = Literal["criteria", "perks"]
KINDS: tuple[Kind, ...] = ("perks", "criteria")
NOWHERE = Cell(())
REMEMBERED = 64
"""How many programs and topics are kept as shown: nearly every question is about today."""


def program(knowledge: Knowledge, name: str, day: dt.date, audience: str = "freelancer") -> ProgramView:
    """One program on a day. Raises KeyError for an unknown program, ValueError for an unknown audience."""
    return _program(knowledge, name, day, Audience(audience))


@lru_cache(maxsize=REMEMBERED)
def _program(knowledge: Knowledge, name: str, day: dt.date, audience: Audience) -> ProgramView:
    found = knowledge.program(name)
    return ProgramView(
        id=found.id,
        name=found.name,
        award=knowledge.wording.awards[found.award],
        audience=audience.value,
        existence=show(knowledge, found.existence, day),
        criteria=criteria(knowledge, name, day, audience),
        perks=perks(knowledge, name, day, audience),
        facts=_facts(knowledge, found.facts, day),
    )


def overview(knowledge: Knowledge, day: dt.date, audience: str = "freelancer") -> list[ProgramView]:
    """All programs, those that do not exist on the day too."""
    return [program(knowledge, name, day, audience) for name in knowledge.programs]


def criteria(knowledge: Knowledge, name: str, day: dt.date, audience: str = "freelancer") -> Table:
    """What a program asks for on a day."""
    return compare(knowledge, [name], day, audience, kind="criteria")


def perks(knowledge: Knowledge, name: str, day: dt.date, audience: str = "freelancer") -> Table:
    """What a program brings on a day."""
    return compare(knowledge, [name], day, audience, kind="perks")


def compare(
    knowledge: Knowledge, names: Sequence[str], day: dt.date, audience: str = "freelancer", *, kind: Kind
) -> Table:
    """The programs side by side, one column each."""
    programs = [knowledge.program(name) for name in names]
    whom = Audience(audience)
    lines = [
        Line(key, label, tuple(_shown(knowledge, one, (kind, key), whom, day) for one in programs))
        for key, label in _labels(programs, kind, whom).items()
    ]
    current = tuple(line for line in lines if any(cell.state in SHOWN for cell in line.cells))
    over = tuple(
        line
        for line in lines
        if line not in current
        and any(cell.state is State.ENDED and _was_something(knowledge, cell) for cell in line.cells)
    )
    title = ", ".join(one.name for one in programs)
    return Table(title, ("", *(one.name for one in programs)), current, over, show_ended=kind == "perks")


def across(knowledge: Knowledge, row: str, day: dt.date, audience: str | None = None) -> Table:
    """One criterion or perk over all programs, one line per program; a column per audience that has it.

    Raises KeyError for an unknown row.
    """
    programs = list(knowledge.programs.values())
    for kind in KINDS:
        labels = {whom: _labels(programs, kind, whom) for whom in Audience}
        columns = [whom for whom in Audience if row in labels[whom] and audience in (None, whom)]
        if columns:
            lines = tuple(
                Line(
                    one.id,
                    one.name,
                    tuple(_shown(knowledge, one, (kind, row), whom, day) for whom in columns),
                )
                for one in programs
            )
            heads = (knowledge.wording.audiences[whom] for whom in columns)
            return Table(labels[columns[0]][row], ("", *heads), lines)
    raise KeyError(row)


def topic(knowledge: Knowledge, name: str, day: dt.date) -> TopicView:
    """One topic on a day. Raises KeyError."""
    return _topic(knowledge, name, day)


@lru_cache(maxsize=REMEMBERED)
def _topic(knowledge: Knowledge, name: str, day: dt.date) -> TopicView:
    found = knowledge.topic(name)
    return TopicView(
        id=found.id,
        title=found.title,
        facts=_facts(knowledge, found.facts, day),
        labels={key: fact.label for key, fact in found.facts.items()},
        examples=found.examples,
    )


def fact(knowledge: Knowledge, path: str, day: dt.date) -> Shown:
    """One cell by its path, such as `top_rated.criteria.jss.agency`. Raises KeyError."""
    found = knowledge.located(path)
    return (
        show(knowledge, found.cell, day) if found.row is None else show(knowledge, found.cell, day, found.row)
    )


def thresholds(
    knowledge: Knowledge, day: dt.date, audience: str = "freelancer"
) -> list[tuple[str, str, str]]:
    """Per category its id, its name and the size of a large contract in words, known ones first.

    Empty on a day without Top Rated Plus.
    """
    cell = knowledge.program("top_rated_plus").criterion("large_contract").audiences[Audience(audience)]
    value = knowledge.on(cell, day).value
    if not isinstance(value, dict):
        return []
    words = knowledge.wording
    figures = [
        (
            category,
            words.categories[category],
            words.symbols["unknown"] if least is None else words.units["usd"].format(value=number(least)),
        )
        for category, least in value.items()
    ]
    return sorted(figures, key=lambda row: (value[row[0]] is None, row[1]))


def _facts(knowledge: Knowledge, facts: Mapping[str, LabelledCell], day: dt.date) -> Mapping[str, Shown]:
    return MappingProxyType({key: show(knowledge, fact.cell, day, fact) for key, fact in facts.items()})


def _shown(
    knowledge: Knowledge, one: Program, row: tuple[Kind, str], audience: Audience, day: dt.date
) -> Shown:
    kind, name = row
    for found in _rows(one, kind):
        if found.id == name and audience in found.audiences:
            return show(knowledge, found.audiences[audience], day, found)
    return show(knowledge, NOWHERE, day)


def _rows(one: Program, kind: Kind) -> Iterable[AudienceRow]:
    return one.criteria if kind == "criteria" else one.perks


def _labels(programs: Iterable[Program], kind: Kind, audience: Audience) -> dict[str, str]:
    rows = (row for one in programs for row in _rows(one, kind) if audience in row.audiences)
    labels: dict[str, str] = {}
    for row in rows:
        labels.setdefault(row.id, row.label)
    return labels


def _was_something(knowledge: Knowledge, cell: Shown) -> bool:
    return cell.was != knowledge.wording.symbols["no"]
