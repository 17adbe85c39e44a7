"""Lists of different lengths in one array, one after the other: list i is `[starts[i]:starts[i + 1]]`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def positions(
    starts: NDArray[np.integer[Any]], lists: NDArray[np.integer[Any]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The positions of these lists' values, list after list, and how many each list has."""
    first = starts[lists].astype(np.int64)
    lengths = starts[lists + 1] - first
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(first - ends + lengths, lengths), lengths
