"""A plot as data: what report.js hands to uPlot."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Sequence
from typing import Any

from tfgan_zoo.training.report import text
from tfgan_zoo.training.report.frame import Frame
from tfgan_zoo.training.report.limits import Limits
from tfgan_zoo.training.report.series import Point, thinned

_COLUMNS = 240
# Where values that are not finite cut a line into more pieces, it is drawn
# whole: the gaps are narrower than a column.
_MOST_PIECES = 2 * _COLUMNS


@dataclasses.dataclass(frozen=True)
class Line:
    """A line over the steps.

    Attributes:
        title: for people.
        points: in the order of their steps; values may be NaN or infinite.
        hue: number of its colour and dashes, from 1 to 5.
        upper: points of a band's upper edge, whose lower one `points` are.
    """

    title: str
    points: Sequence[Point]
    hue: int = 1
    upper: Sequence[Point] = ()

    def values(self) -> list[float]:
        """Returns the finite values."""
        both = (*self.points, *self.upper)
        return [value for _, value in both if math.isfinite(value)]


def html(lines: Sequence[Line], frame: Frame, limits: Limits) -> str:
    """Returns the place of a plot, with its data.

    Args:
        lines: of which one has a finite value at least.
        frame: whose spans are shaded.
        limits: of the vertical axis.
    """
    data = {
        "limits": [limits.low, limits.high],
        "log": limits.is_log,
        "spans": [
            [span.first, span.last, span.is_sure] for span in frame.spans
        ],
        "bands": [
            {
                "hue": line.hue,
                "edges": [_table(line.points), _table(line.upper)],
            }
            for line in lines
            if line.upper
        ],
        "lines": [
            {"hue": line.hue, "table": _table(line.points)}
            for line in lines
            if not line.upper
        ],
    }
    description = text.escaped("; ".join(map(_description, lines)))
    content = text.escaped(json.dumps(data, separators=(",", ":")))
    return (
        f'<div class="plot" role="img" aria-label="{description}" '
        f'data-plot="{content}"></div>{_beyond(lines, limits)}'
    )


def _table(points: Sequence[Point]) -> list[list[Any]]:
    """Returns steps and values, null where a value is not finite."""
    segments: list[tuple[int, float | None]] = []
    for piece in _pieces(points):
        if math.isfinite(piece[0][1]):
            segments += [
                (s, float(f"{v:.6g}")) for s, v in thinned(piece, _COLUMNS)
            ]
        else:
            steps = thinned([(step, 0.0) for step, _ in piece], _COLUMNS)
            segments += [(step, None) for step, _ in steps]
    segments.sort(key=lambda point: point[0])
    return [[step for step, _ in segments], [value for _, value in segments]]


def _pieces(points: Sequence[Point]) -> list[list[Point]]:
    """Points in a row that are finite, or that are not."""
    pieces: list[list[Point]] = []
    was_finite = None
    for point in points:
        is_finite = math.isfinite(point[1])
        if is_finite != was_finite:
            pieces.append([])
        pieces[-1].append(point)
        was_finite = is_finite
    if len(pieces) <= _MOST_PIECES:
        return pieces
    finite = [point for point in points if math.isfinite(point[1])]
    return [finite, [point for point in points if not math.isfinite(point[1])]]


def _description(line: Line) -> str:
    values = line.values()
    if not values:
        return f"{line.title}: never finite"
    span = f"from {text.number(min(values))} to {text.number(max(values))}"
    if line.upper:
        return f"{line.title}: {span}"
    return f"{line.title}: {span}, last {last_of(line.points)}"


def last_of(points: Sequence[Point]) -> str:
    """Returns the newest value as text."""
    value = points[-1][1]
    return text.number(value) if math.isfinite(value) else "not finite"


def _beyond(lines: Sequence[Line], limits: Limits) -> str:
    """Says which values are not on the axis."""
    values = [value for line in lines for value in line.values()]
    low, high = min(values), max(values)
    beyond = []
    if high > limits.high:
        beyond.append(f"up to {text.number(high)}")
    if not limits.is_log and low < limits.low:
        beyond.append(f"down to {text.number(low)}")
    if limits.is_log and low <= 0.0:
        beyond.append("down to 0, drawn at the bottom")
    if not beyond:
        return ""
    return f'<p class="quiet">Some values go {" and ".join(beyond)}.</p>'
