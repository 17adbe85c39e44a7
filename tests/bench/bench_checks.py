"""Checks per second and the cost per criterion: 16 weeks, 20 contracts of 10 payments each.

Run by itself: `python -m tests.bench.bench_checks`; figures vary with the machine.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

from knowledge.case import Case
from knowledge.criteria import judge
from knowledge.eligibility import check_all
from knowledge.facts import Timeline
from knowledge.load import load
from knowledge.outlook import at_risk
from knowledge.record import Record, parse_record
from knowledge.rules import Rulebook
from tests.knowledge import people

DAY = people.DAY
PEOPLE = 200


def crowd() -> list[Record]:
    """People who differ in weeks and earnings: some eligible, some far off, each with a Top Rated badge."""
    return [parse_record(_person(number)) for number in range(PEOPLE)]


def _person(number: int) -> people.Json:
    good = number % 17
    contracts = [
        people.contract(
            {
                (DAY - dt.timedelta(days=31 * n + one)).isoformat(): f"{number % 23 + one}.50"
                for n in range(10)
            },
            id=f"c{one}",
        )
        for one in range(20)
    ]
    badges = [{"program": "top_rated", "from": "2025-01-01", "until": None}]
    weeks = people.weeks(f"{good}x94 {16 - good}x85")
    return people.freelancer(id=f"f-{number}", contracts=contracts, weeks=weeks, badges=badges)


def milliseconds(work: Callable[[Record], object], records: list[Record]) -> float:
    """Processor time of the best of three runs, per record."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        for record in records:
            work(record)
        best = min(best, time.process_time() - start)
    return best * 1000 / len(records)


def main() -> None:
    """Print the table."""
    rulebook = Rulebook(load())
    records = crowd()
    texts = {record.id: record.model_dump_json() for record in records}

    def weekly(record: Record) -> None:
        check_all(record, rulebook, DAY, look_ahead=False)
        at_risk(Case.of(record, rulebook, DAY), "top_rated")

    whole = {
        "read the JSON": lambda record: parse_record(texts[record.id]),
        "all programs": lambda record: check_all(record, rulebook, DAY, look_ahead=False),
        "all programs with the earliest date": lambda record: check_all(record, rulebook, DAY),
        "all programs and at risk in 21 days": weekly,
    }
    for name, work in whole.items():
        cost = milliseconds(work, records)
        print(f"{name:40} {cost:8.3f} ms  {1000 / cost:10,.0f} per second")
    print("\ncost per criterion, the record arranged by date beforehand")
    timelines = {record.id: Timeline(record) for record in records}
    for program in ("rising_talent", "top_rated", "top_rated_plus"):
        for rule in rulebook.era(program, records[0].audience, DAY).rules:

            def one(record: Record, rule: object = rule, program: str = program) -> None:
                case = Case(rulebook, timelines[record.id].on(DAY))
                judge(case.measures, rule, case.context(program))  # type: ignore[arg-type]  # bound above

            print(f"{program + '.' + rule.id:40} {milliseconds(one, records) * 1000:8.1f} µs")


if __name__ == "__main__":
    main()
