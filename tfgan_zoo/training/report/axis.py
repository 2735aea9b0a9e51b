"""Axes: from values to places, and round numbers to write beside them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

# Smaller than this share of the largest value is the bottom of a log axis.
_LEAST_SHARE = 1e-8
# An axis this many times as long as 98 % of the values need is cut.
_MOST_STRETCHED = 5.0
_LEAST_TO_CUT = 20
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclasses.dataclass(frozen=True)
class Axis:
    """An axis from `low` to `high`.

    Attributes:
        low, high: its ends.
        is_log: whether it is logarithmic; both ends are positive then.
    """

    low: float
    high: float
    is_log: bool = False

    def place(self, value: float) -> float:
        """Returns where a value is: 0 at `low`, 1 at `high`."""
        if not self.is_log:
            return (value - self.low) / (self.high - self.low)
        value = max(value, self.low)
        return math.log(value / self.low) / math.log(self.high / self.low)

    def ticks(self, most: int = 4) -> list[float]:
        """Returns round values on the axis, at most so many."""
        if self.is_log:
            return self._powers(most)
        step = (self.high - self.low) / most
        power = 10.0 ** math.floor(math.log10(step))
        width = next(one * power for one in _ROUND if one * power >= step)
        first = math.ceil(self.low / width - 1e-9)
        last = math.floor(self.high / width + 1e-9)
        return [float(f"{n * width:.12g}") for n in range(first, last + 1)]

    def labels(self, most: int = 4) -> list[tuple[float, str]]:
        """Returns the ticks as (place, text)."""
        ticks = self.ticks(most)
        decimals = 0
        if not self.is_log and len(ticks) > 1:
            width = ticks[1] - ticks[0]
            decimals = max(0, -math.floor(math.log10(width) + 1e-9))
            # 0.25 has a digit more than its power of ten.
            decimals += f"{width:.3e}"[2] != "0"
        return [
            (self.place(tick), _label(tick, decimals, self.is_log))
            for tick in ticks
        ]

    def _powers(self, most: int) -> list[float]:
        first = math.ceil(math.log10(self.low) - 1e-9)
        last = math.floor(math.log10(self.high) + 1e-9)
        if last - first < 1:
            return self._within_a_power(first - 1)
        stride = math.ceil((last - first + 1) / most)
        return [10.0**power for power in range(first, last + 1, stride)]

    def _within_a_power(self, power: int) -> list[float]:
        ticks = [
            float(f"{digit}e{place}")
            for place in (power, power + 1)
            for digit in (1, 2, 5)
        ]
        return [tick for tick in ticks if self.low <= tick <= self.high]


def _label(tick: float, decimals: int, is_log: bool) -> str:
    if 0.0 < abs(tick) < 1e-4 or abs(tick) >= 1e6:
        return f"{tick:.0e}" if is_log else f"{tick:.3g}"
    return f"{tick:g}" if is_log else f"{tick:,.{decimals}f}"


def of_values(
    values: Sequence[float], *, is_log: bool = False, is_share: bool = False
) -> Axis:
    """Returns the axis that shows values best.

    Args:
        values: finite ones, at least one.
        is_log: whether it should be logarithmic, as far as they are positive.
        is_share: whether it goes from 0 to 1, if they do.
    """
    if is_share and min(values) >= 0.0 and max(values) <= 1.0:
        return Axis(0.0, 1.0)
    positive = [value for value in values if value > 0.0]
    if is_log and positive and min(values) >= 0.0:
        high = max(positive)
        low = max(min(positive), high * _LEAST_SHARE)
        # A line at one end of the axis is hard to see.
        return Axis(low / 1.5, high * 1.5, is_log=True)
    low, high = _most(sorted(values))
    margin = 0.05 * (high - low) or 0.5 * abs(high) or 1.0
    return Axis(low - margin, high + margin)


def _most(values: Sequence[float]) -> tuple[float, float]:
    """The ends, or those of nearly all values if few make them far apart."""
    low, high = values[0], values[-1]
    aside = max(len(values) // 100, 1) if len(values) >= _LEAST_TO_CUT else 0
    inner_low, inner_high = values[aside], values[-1 - aside]
    inner = inner_high - inner_low
    if not 0.0 < _MOST_STRETCHED * inner < high - low:
        return low, high
    return max(low, inner_low - inner / 2), min(high, inner_high + inner / 2)
