"""The values at the ends of a plot's vertical axis."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

# Smaller than this share of the largest value is the bottom of a log axis.
_LEAST_SHARE = 1e-8
# An axis this many times as long as 98 % of the values need is cut.
_MOST_STRETCHED = 5.0
_LEAST_TO_CUT = 20


@dataclasses.dataclass(frozen=True)
class Limits:
    """The ends of an axis.

    Attributes:
        low, high: the values there.
        is_log: whether the axis is logarithmic; both are positive then.
    """

    low: float
    high: float
    is_log: bool = False


def limits(
    values: Sequence[float], *, is_log: bool = False, is_share: bool = False
) -> Limits:
    """Returns the limits that show values best.

    Args:
        values: finite ones, at least one.
        is_log: whether the axis should be logarithmic, as far as they are
            positive.
        is_share: whether it goes from 0 to 1, if they do.
    """
    if is_share and min(values) >= 0.0 and max(values) <= 1.0:
        return Limits(0.0, 1.0)
    positive = [value for value in values if value > 0.0]
    if is_log and positive and min(values) >= 0.0:
        high = max(positive)
        low = max(min(positive), high * _LEAST_SHARE)
        # A line at one end of the axis is hard to see.
        return Limits(low / 1.5, high * 1.5, is_log=True)
    low, high = _without_outliers(sorted(values))
    margin = 0.05 * (high - low) or 0.5 * abs(high) or 1.0
    return Limits(low - margin, high + margin)


def _without_outliers(values: Sequence[float]) -> tuple[float, float]:
    """The ends, or those of nearly all values if few make them far apart."""
    low, high = values[0], values[-1]
    aside = max(len(values) // 100, 1) if len(values) >= _LEAST_TO_CUT else 0
    inner_low, inner_high = values[aside], values[-1 - aside]
    inner = inner_high - inner_low
    if not 0.0 < _MOST_STRETCHED * inner < high - low:
        return low, high
    return max(low, inner_low - inner / 2), min(high, inner_high + inner / 2)
