"""A plot: SVG that stretches to its place, with HTML around it as text.

The SVG's horizontal unit is a step, so that steps are exact; its height is
1000, whatever the values. Text stays as large as it is on any screen.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from tfgan_zoo.training.report import frame as frames
from tfgan_zoo.training.report import text
from tfgan_zoo.training.report.axis import Axis
from tfgan_zoo.training.report.frame import Frame
from tfgan_zoo.training.report.series import Point, thinned

_COLUMNS = 240
_HEIGHT = 1000
# So few points are drawn as dots as well.
_MOST_DOTS = 24
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


def plotted(lines: Sequence[Line], frame: Frame, upright: Axis) -> str:
    """Returns the plot of lines, of which one has a finite value at least."""
    values = [value for line in lines for value in line.values()]
    beyond = _beyond(values, upright)
    content = [
        _grid(upright, frame),
        *(frames.shade(one, _HEIGHT) for one in frame.spans),
    ]
    content += [_band(one, upright) for one in lines if one.upper]
    content += [_line(one, upright) for one in lines if not one.upper]
    said = text.escaped("; ".join(map(_said, lines)))
    return (
        f'<div class="plot{" cut" if beyond else ""}" '
        f'data-low="{upright.low!r}" data-high="{upright.high!r}" '
        f'data-log="{int(upright.is_log)}">'
        f'<div class="y">{_rows(upright)}</div><div class="area">'
        f"{frames.svg(''.join(content), frame, _HEIGHT, said)}"
        f'<div class="cursor"></div></div>{frames.steps_axis(frame)}</div>'
        f"{beyond}"
    )


def _rows(upright: Axis) -> str:
    return "".join(
        f'<span style="bottom:{100.0 * place:.2f}%">{label}</span>'
        for place, label in upright.labels()
    )


def _grid(upright: Axis, frame: Frame) -> str:
    path = "".join(
        f"M{frame.first},{_HEIGHT * (1.0 - place):.1f}H{frame.last}"
        for place, _ in upright.labels()
    )
    return f'<path class="rule" d="{path}"/>'


def _line(line: Line, upright: Axis) -> str:
    path = bad = ""
    count = 0
    for piece in _pieces(line.points):
        if not math.isfinite(piece[0][1]):
            marks = thinned([(step, 0.0) for step, _ in piece], _COLUMNS)
            bad += "".join(f"M{step},{_HEIGHT}v-80" for step, _ in marks)
            continue
        kept = thinned(piece, _COLUMNS)
        count += len(kept)
        path += "M" + " ".join(_places(kept, upright))
        # A line of no length is a dot.
        path += "h0" if len(kept) == 1 else ""
    found = f'<path class="line c{line.hue}" d="{path}"/>' if path else ""
    if count <= _MOST_DOTS:
        dots = path.replace("h0", "").replace("M", " ").split()
        path = "".join(f"M{dot}h0" for dot in dots)
        found += f'<path class="dot c{line.hue}" d="{path}"/>'
    return f'{found}<path class="bad" d="{bad}"/>' if bad else found


def _band(line: Line, upright: Axis) -> str:
    edges = []
    for points in (line.points, line.upper):
        finite = [one for one in points if math.isfinite(one[1])]
        edges.append(_places(thinned(finite, _COLUMNS), upright))
    path = " ".join([*edges[0], *reversed(edges[1])])
    return f'<path class="band c{line.hue}" d="M{path}Z"/>'


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
    finite = [one for one in points if math.isfinite(one[1])]
    return [finite, [one for one in points if not math.isfinite(one[1])]]


def _places(points: Sequence[Point], upright: Axis) -> list[str]:
    return [
        f"{step},{_HEIGHT * (1.0 - upright.place(value)):.2f}"
        for step, value in points
    ]


def _said(line: Line) -> str:
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


def _beyond(values: Sequence[float], upright: Axis) -> str:
    """Says which values are not on the axis."""
    low, high = min(values), max(values)
    said = []
    if high > upright.high:
        said.append(f"up to {text.number(high)}")
    if not upright.is_log and low < upright.low:
        said.append(f"down to {text.number(low)}")
    if upright.is_log and low <= 0.0:
        said.append("down to 0, drawn at the bottom")
    if not said:
        return ""
    return f'<p class="quiet">Some values go {" and ".join(said)}.</p>'
