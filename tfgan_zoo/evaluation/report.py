"""An evaluation as JSON and as a table; two of them compared."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import numpy as np

from tfgan_zoo.evaluation import metrics
from tfgan_zoo.evaluation.scores import (
    SOURCES,
    Evaluation,
    Score,
    error_of_mean,
)

# Two-sided, of one value; with many values some differ by chance.
SIGNIFICANT = 0.05
_ARROWS = {"lower": "lower is better", "higher": "higher is better", "": ""}
_UNITS = {
    metrics.L1: ", grey levels of 255",
    metrics.CYCLE_ERROR: ", grey levels of 255",
    metrics.PSNR: ", dB",
}


@dataclasses.dataclass(frozen=True)
class Difference:
    """How a value of two generators differs.

    Attributes:
        name: of the value.
        first, second: of the generators.
        difference: second - first.
        standard_error: of the difference.
        p_value: how likely so large a difference is by chance, by Welch's t
            test, or the paired one of translations; NaN where it cannot be
            told.
        verdict: "first is better", "second is better", "they differ" or
            "within noise".
    """

    name: str
    first: float
    second: float
    difference: float
    standard_error: float
    p_value: float
    verdict: str


def compare(first: Evaluation, second: Evaluation) -> list[Difference]:
    """Says of each value whether two generators differ by more than noise.

    Compared are the values that both have: the share of right labels only if
    both generators take labels. Translations of the same images are compared
    one by one, or in the same halves: a difference is then known better than
    either value.

    Raises:
        ValueError: one has fewer than two repeats, or both were not evaluated
            in the same way, or have no value in common.
    """
    same = ("samples", "repeats", "real_images", "features")
    for name in same:
        both = [evaluation.protocol[name] for evaluation in (first, second)]
        if both[0] != both[1]:
            raise ValueError(
                "Evaluations to compare must agree on "
                f"{', '.join(same)}. Received: {name} {both[0]} and {both[1]}."
            )
    common = [name for name in first.scores if name in second.scores]
    if not common:
        both = [", ".join(each.scores) for each in (first, second)]
        raise ValueError(
            "Evaluations to compare must have a value in common. "
            f"Received: {both[0]}; and {both[1]}."
        )
    return [_difference(name, first, second) for name in common]


def _difference(name: str, *evaluations: Evaluation) -> Difference:
    first, second = (evaluation.scores[name] for evaluation in evaluations)
    if first.standard_error is None or second.standard_error is None:
        raise ValueError(
            "A comparison needs `repeats` of 2 or more, for the noise. "
            f"Received: {len(first.repeats)} and {len(second.repeats)}."
        )
    difference = second.value - first.value
    if all(name in evaluation.per_example for evaluation in evaluations):
        before, after = (
            evaluation.per_example[name] for evaluation in evaluations
        )
        error = error_of_mean(after - before) or 0.0
        freedom = len(after) - 1.0
    elif all(SOURCES in evaluation.protocol for evaluation in evaluations):
        # The first of each is of all images, the others of the same halves.
        pairs = np.array([first.repeats[1:], second.repeats[1:]])
        error = float(np.std(pairs[1] - pairs[0], ddof=1))
        freedom = pairs.shape[1] - 1.0
    else:
        error, freedom = _separate_error(first, second)
    p_value = _p_value(difference, error, freedom)
    verdict = "within noise"
    if p_value < SIGNIFICANT:
        way = metrics.better()[name]
        is_better = difference < 0 if way == "lower" else difference > 0
        verdict = "second is better" if is_better else "first is better"
        verdict = verdict if way else "they differ"
    return Difference(
        name, first.value, second.value, difference, error, p_value, verdict
    )


def _separate_error(first: Score, second: Score) -> tuple[float, float]:
    """Returns the error of the difference, and its degrees of freedom."""
    errors = [first.standard_error or 0.0, second.standard_error or 0.0]
    counts = [len(first.repeats), len(second.repeats)]
    error = math.hypot(*errors)
    # Welch-Satterthwaite.
    parts = sum(e**4 / (n - 1) for e, n in zip(errors, counts))
    return error, error**4 / parts if parts else math.inf


def _p_value(difference: float, error: float, freedom: float) -> float:
    if not math.isfinite(difference):
        return float("nan")
    if error == 0.0:
        return float(difference == 0.0)
    from scipy import stats  # takes a second to import

    return float(2.0 * stats.t.sf(abs(difference) / error, freedom))


def to_dict(evaluation: Evaluation) -> dict[str, Any]:
    """Returns what the JSON file holds; a value that is none is null."""
    content = dataclasses.asdict(evaluation)
    del content["per_example"]  # as long as the data set
    return _finite_or_none(content)


def _finite_or_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite_or_none(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite_or_none(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def to_json(content: dict[str, Any]) -> str:
    """Returns indented JSON with a final newline."""
    return json.dumps(content, indent=2, allow_nan=False) + "\n"


def table(evaluation: Evaluation) -> str:
    """Returns the values as lines of text, with their errors and protocol."""
    scores = evaluation.scores
    trained = any(score.training is not None for score in scores.values())
    rows = [["", "value", "+-", *(["training"] if trained else []), ""]]
    ways = metrics.better()
    for name, score in scores.items():
        error = score.standard_error
        reference = score.training
        rows.append(
            [
                name,
                digits(score.value),
                "" if error is None else digits(error),
                *([digits(reference)] if trained else []),
                _ARROWS[ways[name]] + _UNITS.get(name, ""),
            ]
        )
    return _aligned(rows)


def comparison_table(differences: list[Difference]) -> str:
    """Returns a comparison as lines of text."""
    rows = [["", "first", "second", "difference", "+-", "p", ""]]
    for difference in differences:
        numbers = (
            difference.first,
            difference.second,
            difference.difference,
            difference.standard_error,
        )
        p_value = f"{difference.p_value:.3f}"
        rows.append(
            [
                difference.name,
                *map(digits, numbers),
                p_value,
                difference.verdict,
            ]
        )
    return _aligned(rows)


def digits(value: float | None) -> str:
    """Returns a number with four digits that count."""
    if value is None:
        return ""
    if value == 0.0 or not math.isfinite(value):
        return f"{value:g}"
    places = max(0, 3 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(places, 7)}f}"


def _aligned(rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = []
    for first, *middle, last in rows:
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(n) for cell, n in zip(middle, widths[1:])]
        lines.append("  ".join([*cells, last]).rstrip())
    return "\n".join(lines) + "\n"
