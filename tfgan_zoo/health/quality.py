"""How far a training is, and how good its samples are by its signals."""

from __future__ import annotations

from tfgan_zoo.health import thresholds
from tfgan_zoo.health.finding import Facts
from tfgan_zoo.health.history import WINDOW, History, median


def progress(history: History, facts: Facts, signal: str) -> float:
    """Returns the share of the training that is done, about.

    Args:
        history: so far.
        facts: which may tell how many steps there will be.
        signal: whose values are counted where they do not; of a few, it is 0,
            as they show no trend.
    """
    if history.count(signal) < thresholds.FEWEST_VALUES:
        return 0.0
    if facts.steps:
        return history.step / facts.steps
    return history.count(signal) / thresholds.EXAMINATIONS


def distance_name(history: History) -> str:
    """Returns which distance from real samples to go by; "" if none."""
    for name in ("feature_distance", "pixel_distance"):
        if history.has(name):
            return name
    return ""


def distance(history: History, before: int = 0) -> float:
    """Returns the distance from real samples, of that at the start.

    Args:
        history: with a distance.
        before: so many examinations ago.

    Returns:
        0 for samples like real ones, 1 for no better than at the start.
    """
    name = distance_name(history)
    # Of the first one, where there are no more than `before`.
    before = min(before, history.count(name) - 1)
    now = median(history.values(name, WINDOW, before=before))
    return _of_start(now, history)


def is_far(history: History) -> bool:
    """Whether samples are so far from real ones that something is wrong."""
    return history.recent(distance_name(history)) > thresholds.FAR


def has_stalled(history: History, examinations: int = 6) -> bool:
    """Whether samples have not come nearer to real ones of late."""
    before = distance(history, before=examinations)
    return distance(history) > thresholds.STALLED * before


def is_coming(history: History) -> bool:
    """Whether samples are still far from real ones, and come nearer fast."""
    if not distance_name(history) or not is_far(history):
        return False
    before = distance(history, before=8)
    return distance(history) < thresholds.COMING * before


def best_distance(history: History) -> float:
    """Returns the smallest that `distance` has ever been."""
    return _of_start(history.lowest_median(distance_name(history)), history)


def _of_start(value: float, history: History) -> float:
    start = max(history.first(distance_name(history), WINDOW))
    return value / start if start > 0.0 else 0.0
