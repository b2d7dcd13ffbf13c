"""What the measurements share: interleaved rounds, medians, and the form of a result."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Work = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the results. `holds`: whether the figure keeps the bound that is written beside it."""

    name: str
    value: str
    bound: str
    holds: bool


def medians(
    variants: dict[str, Work], *, rounds: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """Median seconds of each variant. They take turns, in reverse order every other round, after one warm-up each."""
    for work in variants.values():
        work()
    seconds: dict[str, list[float]] = {name: [] for name in variants}
    for number in range(rounds):
        names = list(variants) if number % 2 else list(reversed(variants))
        for name in names:
            began = clock()
            variants[name]()
            seconds[name].append(clock() - began)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0..1) of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
