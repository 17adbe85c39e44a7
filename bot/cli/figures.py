"""`laurel check` without a record: by downloads, and by figures that are named as options."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.cli.common import CommandError, day_of, write_json
from bot.rooms.people.own.statement_case import StatementCase
from bot.rooms.people.statements.reading import Statement, money, read
from bot.rooms.people.statements.text import BYTES, StatementError
from intents.declared import Declared, Earned
from knowledge.eligibility import Verdict
from knowledge.load import load
from knowledge.rules import Rulebook
from knowledge.way import plan


@dataclass(frozen=True, slots=True)
class Figures:
    """What was named on the command line; None or empty where nothing was."""

    statements: Sequence[Path] = ()
    jss: float | None = None
    weeks: int | None = None
    earnings: str | None = None
    contract: str | None = None
    category: str | None = None
    profile: float | None = None
    first_contract: str | None = None
    availability: str | None = None
    active: str | None = None
    badges: Sequence[str] = ()
    no_holds: bool = False

    def declared(self) -> Declared:
        """The same as facts. Raises CommandError."""
        for name, value in (("--jss", self.jss), ("--profile", self.profile)):
            if value is not None and not 0 <= value <= 100:  # noqa: PLR2004 - a percentage
                raise CommandError(f"{name} {value:g}: a percentage lies between 0 and 100")
        if self.weeks is not None and self.weeks < 0:
            raise CommandError(f"--weeks {self.weeks}: name how many of the latest weeks count")
        earned = _amount("--earnings", self.earnings)
        return Declared(
            jss=self.jss,
            weeks=None if self.weeks is None else (self.weeks, None),
            earned=None if earned is None else Earned(earned),
            contract=_amount("--contract", self.contract),
            profile=self.profile,
            first_contract_on=day_of(self.first_contract, "--first-contract"),
            availability_on=day_of(self.availability, "--availability"),
            active_on=day_of(self.active, "--active"),
            held=tuple(self.badges),
            clear=self.no_holds,
        )


def check_figures(figures: Figures, programs: Sequence[str], day: dt.date, *, as_json: bool) -> None:
    """Print the verdicts on what was named and downloaded. Raises CommandError."""
    rulebook = Rulebook(load())
    knowledge = rulebook.knowledge
    for option, names, known in (
        ("--program", programs, tuple(knowledge.programs)),
        ("--badge", figures.badges, tuple(knowledge.programs)),
        ("--category", [figures.category] if figures.category else [], tuple(knowledge.wording.categories)),
    ):
        for name in names:
            if name not in known:
                raise CommandError(f"{option} {name}: not known here; choose one of {', '.join(known)}")
    statement = _statement(figures.statements, day) if figures.statements else None
    case = StatementCase(rulebook, figures.declared(), statement, day, category=figures.category)
    verdicts = [case.verdict(name) for name in programs or knowledge.programs]
    if as_json:
        also = {} if statement is None else {"statement": statement.as_dict()}
        write_json([verdict.as_dict() | {"plan": plan(case, verdict.program)} | also for verdict in verdicts])
        return
    console = Console()
    if statement is not None:
        console.print(_read(statement))
    for verdict in verdicts:
        console.print(_verdict(verdict, knowledge.program(verdict.program).name))


def _amount(option: str, text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        value = Decimal(text.replace(",", "").removeprefix("$"))
    except InvalidOperation as error:
        raise CommandError(f"{option} {text}: no amount; write it as 1234.50") from error
    if not value.is_finite() or value < 0:
        raise CommandError(f"{option} {text}: no amount; write it as 1234.50")
    return value


def _statement(paths: Sequence[Path], day: dt.date) -> Statement:
    files = []
    for path in paths:
        try:
            with path.open("rb") as file:
                files.append((path.name, file.read(BYTES + 1)))
        except OSError as error:
            raise CommandError(f"{path}: cannot be read; name a file that was downloaded") from error
    try:
        return read(files, day)
    except StatementError as error:
        raise CommandError(str(error)) from error


def _read(statement: Statement) -> Table:
    """What was read, as a table."""
    table = Table("What was read", "", title=None)
    table.add_row("Lines", str(statement.rows))
    table.add_row("From", "" if statement.first is None else f"{statement.first} to {statement.last}")
    table.add_row("Counted as earned", str(len(statement.paid)))
    for reason, count in sorted(statement.left_out.items()):
        table.add_row(f"Left out: {reason}", str(count))
    table.add_row("Earned in the 12 months", f"${money(statement.earned_12m)}")
    if statement.largest is not None:
        table.add_row(
            "Largest contract", f"{statement.largest.title}: ${money(statement.largest.earned_12m)}"
        )
    if not statement.whole:
        table.add_row("Reaches over", "less than the 12 months: there may be more")
    for encoding in statement.assumed:
        table.add_row("Letters taken for", encoding)
    return table


def _verdict(verdict: Verdict, name: str) -> Table:
    signs = {"met": "✅", "unmet": "❌", "unknown": "❔"}
    table = Table(name, verdict.status.value.replace("_", " "), "")
    for one in verdict.criteria:
        plain = one.as_dict()
        table.add_row(one.rule.criterion.label, signs[plain["status"]], one.advice or "")
    return table
