"""Downloads, and figures named beside them, judged by the engine that judges a record.

A download shows money and nothing else: what it cannot show stays unknown. Where it does not reach over the
whole time, a sum below a bar is open too, and so is a contract's size.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.rooms.people.own.declared_case import DeclaredCase
from bot.rooms.people.statements.reading import Paid, Statement
from intents.declared import Declared
from knowledge.eligibility import Verdict
from knowledge.ledger import GoesOn
from knowledge.model import Audience
from knowledge.record import Contract, Payment
from knowledge.record_words import PaymentKind, PaymentStatus
from knowledge.rules import Rule, Rulebook
from knowledge.status import Finding, Status

MONEY = frozenset({"earnings_12m", "large_contract"})
"""Criteria that a download is judged by, where no figure is named."""
ONLY_MET = frozenset({"first_contract_age", "activity"})
"""Criteria of which a day with money can show that they are met, and never that they are not."""


class StatementCase(DeclaredCase):
    """The case of somebody of whom downloads and named figures are known."""

    def __init__(
        self,
        rulebook: Rulebook,
        declared: Declared,
        statement: Statement | None,
        day: dt.date,
        *,
        category: str | None,
        audience: Audience = Audience.FREELANCER,
    ) -> None:
        self.statement = statement
        super().__init__(rulebook, declared, day, audience, category)

    def verdict(self, program: str) -> Verdict:
        """Where the person stands with one program; nothing is looked ahead."""
        return Verdict(
            program=program,
            audience=self.audience,
            on=self.measures.day,
            status=self.status(program),
            criteria=tuple(self.verdicts(program)),
            earliest_on=None,
            assumption=None,
            holds_badge=True if program in self.declared.held else None,
        )

    def finding(self, program: str, rule: Rule) -> Finding:
        """By the figure named, else by the downloads, which may show less than there is."""
        finding = super().finding(program, rule)
        if finding.status is not Status.UNMET or self.statement is None or self._named(rule):
            return finding
        open_ = rule.id in ONLY_MET or (rule.id in MONEY and not self.statement.whole)
        return Finding(Status.UNKNOWN, finding.value, finding.required) if open_ else finding

    def _fields(self, rule: Rule) -> Mapping[str, Any] | None:
        if rule.id == "user_type" and self.declared.user_type is None:
            return None
        named = super()._fields(rule)
        return named if named is not None or self.statement is None else self._shown(rule)

    def _going_on(self, rule: Rule) -> GoesOn | None:
        return super()._going_on(rule) if self._named(rule) else self.goes_on

    def _named(self, rule: Rule) -> bool:
        return super()._fields(rule) is not None

    def _shown(self, rule: Rule) -> Mapping[str, Any] | None:
        """What a record has to say for a criterion, from the downloads."""
        assert self.statement is not None, "there are downloads"
        if rule.id in MONEY and (rule.id == "earnings_12m" or self.statement.names_contracts):
            return {"contracts": tuple(self._contracts())}
        first, last = self.statement.first_paid_on, self.statement.last_paid_on
        if rule.id == "first_contract_age" and first is not None:
            return {"contracts": (Contract(id="first", started_on=first),)}
        if rule.id == "activity" and last is not None:
            paid = (_payment(Paid(last, Decimal(1), None)),)
            return {"contracts": (Contract(id="last", via_agency=False, payments=paid),), "activity": ()}
        return None

    def _contracts(self) -> list[Contract]:
        assert self.statement is not None, "there are downloads"
        payments: dict[str, list[Payment]] = {}
        for one in self.statement.paid:
            payments.setdefault(one.contract[0] if one.contract else "all", []).append(_payment(one))
        return [Contract(id=name, via_agency=False, payments=tuple(paid)) for name, paid in payments.items()]


def _payment(one: Paid) -> Payment:
    kind = PaymentKind.REFUND if one.amount < 0 else PaymentKind.PAYMENT
    return Payment(on=one.on, amount=abs(one.amount), kind=kind, status=PaymentStatus.SETTLED)
