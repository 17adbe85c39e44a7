"""What can go wrong between Laurel and Slack, on demand or by a seeded storm."""

import random
from collections import defaultdict, deque
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """How a call ends badly."""

    LIMITED = "limited"
    """429 with Retry-After; nothing was done."""
    BROKEN = "broken"
    """500; nothing was done."""
    LOST = "lost"
    """It was done, but the connection broke before the answer."""
    CUT = "cut"
    """The connection broke; nothing was done."""
    HANGS = "hangs"
    """No answer until the stand-in closes; nothing was done."""
    ODD = "odd"
    """200 with `answer` in the place of Slack's own; nothing was done."""
    REFUSED = "refused"
    """200 with ok=false and `error`; nothing was done."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One call's trouble with its particulars."""

    trouble: Trouble
    retry_after: int = 1
    error: str = "internal_error"
    answer: bytes = b""


class FaultPlan:
    """Decides for each call whether it goes wrong: the planned faults first, then the storm's dice."""

    def __init__(self) -> None:
        self._planned: dict[str, deque[Fault]] = defaultdict(deque)
        self._methods: Collection[str] = ()
        self._shares: tuple[tuple[Trouble, float], ...] = ()
        self._dice = random.Random(0)  # noqa: S311 - a seeded storm
        self.met: list[tuple[str, Trouble]] = []

    def next(
        self,
        method: str,
        trouble: Trouble,
        *,
        times: int = 1,
        retry_after: int = 1,
        error: str = "",
        answer: bytes = b"",
    ) -> None:
        """The next `times` calls of `method` go wrong in this way."""
        self._planned[method].extend([Fault(trouble, retry_after, error or "internal_error", answer)] * times)

    def storm(self, methods: Collection[str], *, seed: int, shares: dict[Trouble, float]) -> None:
        """From now on, each call of `methods` goes wrong with the given shares (their sum at most 1)."""
        self._methods = frozenset(methods)
        self._shares = tuple(shares.items())
        self._dice = random.Random(seed)  # noqa: S311 - a seeded storm

    def clear(self) -> None:
        """Good weather again."""
        self._planned.clear()
        self._shares = ()

    def of(self, method: str) -> Fault | None:
        """The fault that this call meets, if any."""
        fault = self._planned[method].popleft() if self._planned[method] else self._drawn(method)
        if fault is not None:
            self.met.append((method, fault.trouble))
        return fault

    def _drawn(self, method: str) -> Fault | None:
        if method not in self._methods:
            return None
        draw = self._dice.random()
        for trouble, share in self._shares:
            if draw < share:
                return Fault(trouble)
            draw -= share
        return None
