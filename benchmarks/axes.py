"""Axes of a picture: where a value is drawn, and which values get a tick."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

_STEPS: Final = (1, 2, 5, 10)
_MOST_TICKS: Final = 6
_MILLION: Final = 1_000_000
_FROM_THEN_ON_K: Final = 10_000


@dataclass(frozen=True)
class Axis:
    """One axis, from the pixel `start` to the pixel `end`, with its ticks in the order of their values."""

    start: float
    end: float
    ticks: tuple[float, ...]
    logarithmic: bool

    def at(self, value: float) -> float:
        """Return the pixel of `value`. The first tick is at `start`, the last at `end`."""
        low, high = self._of(self.ticks[0]), self._of(self.ticks[-1])
        return self.start + (self._of(value) - low) / (high - low) * (self.end - self.start)

    def _of(self, value: float) -> float:
        return math.log10(value) if self.logarithmic else value


def axis(values: list[float], *, start: float, end: float, logarithmic: bool) -> Axis:
    """Return an axis that has room for all `values`. A linear one begins at zero.

    Raises ValueError without values, for a negative value, and for a zero on a logarithmic axis.
    """
    if not values or min(values) < 0:
        raise ValueError("An axis needs values, and none below zero.")
    if not logarithmic:
        return Axis(start, end, _linear(max(values)), logarithmic=False)
    if min(values) == 0:
        raise ValueError("A logarithmic axis has no zero.")
    return Axis(start, end, _decades(min(values), max(values)), logarithmic=True)


def label(tick: float) -> str:
    """Return a tick as short as it can be read: 0.05, 300, 5,000, 20k, 1M."""
    if tick >= _MILLION:
        return f"{tick / _MILLION:g}M"
    if tick >= _FROM_THEN_ON_K:
        return f"{tick / 1000:g}k"
    return f"{tick:,.0f}" if tick >= 1 and tick == round(tick) else f"{tick:g}"


def _linear(highest: float) -> tuple[float, ...]:
    highest = highest or 1
    exponent = math.floor(math.log10(highest / _MOST_TICKS))
    step = next(size for size in _STEPS if size * 10.0**exponent * _MOST_TICKS >= highest)
    count = math.ceil(highest / (step * 10.0**exponent) - 1e-9)
    return tuple(round(number * step * 10.0**exponent, 10) for number in range(count + 1))


def _decades(lowest: float, highest: float) -> tuple[float, ...]:
    """Return powers of ten around both, and 2 and 5 times these where that leaves few enough ticks."""
    first, last = math.floor(math.log10(lowest) + 1e-9), math.ceil(math.log10(highest) - 1e-9)
    powers = range(first, max(last, first + 1) + 1)
    ticks = [
        step * 10.0**power for power in powers for step in ((1, 2, 5) if len(powers) <= _MOST_TICKS // 2 else (1,))
    ]
    below = max(index for index, tick in enumerate(ticks) if tick <= lowest * (1 + 1e-9))
    above = min(index for index, tick in enumerate(ticks) if tick >= highest * (1 - 1e-9))
    return tuple(ticks[below : max(above, below + 1) + 1])
