"""A circuit breaker: what keeps failing is left alone for a while, then tried once."""

from collections.abc import Callable


class CircuitBreaker:
    """Closed: all calls pass. Open, after `threshold` failures in a row: none does for `pause` seconds.

    Half-open, after the pause: one call may try; its success closes the circuit, its failure opens it again.
    """

    def __init__(self, clock: Callable[[], float], *, threshold: int = 5, pause: float = 30.0) -> None:
        self._clock = clock
        self._threshold = threshold
        self._pause = pause
        self._failures = 0
        self._open_until: float | None = None
        self._trying = False

    @property
    def is_open(self) -> bool:
        """Whether calls are being turned away (or one is trying)."""
        return self._open_until is not None

    def allows(self) -> bool:
        """Whether a call may go now. Who may must report `succeeded`, `failed` or `gave_up`."""
        if self._open_until is None:
            return True
        if self._trying or self._clock() < self._open_until:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        """The call went well: the circuit is closed."""
        self._failures = 0
        self._open_until = None
        self._trying = False

    def failed(self, pause: float | None = None) -> None:
        """The call failed. `pause` (seconds) opens the circuit at once: the other side asked for it."""
        self._failures += 1
        if pause is not None or self._trying or self._failures >= self._threshold:
            self._open_until = self._clock() + (self._pause if pause is None else pause)
        self._trying = False

    def gave_up(self) -> None:
        """The call was called off: it says nothing about the other side."""
        self._trying = False
