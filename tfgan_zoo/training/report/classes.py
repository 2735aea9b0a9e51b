"""The share of each class over the steps: a row each, in shades."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tfgan_zoo.health.signals import CLASS_SHARE
from tfgan_zoo.training.report import frame as frames
from tfgan_zoo.training.report import text
from tfgan_zoo.training.report.frame import Frame
from tfgan_zoo.training.report.series import Point, Series

_MOST_CELLS = _MOST_ROWS = 900
_MOST_DIGITS = 9  # of a class's number


def figure(series: Series, frame: Frame) -> str:
    """Returns the figure of the shares, of which there is one at least.

    The frame's names of classes are used if there are as many as shares.
    """
    by_class = rows(series)
    class_names: Sequence[str] = frame.class_names
    if len(class_names) != len(by_class):
        class_names = [str(number) for number in by_class]
    most = max(
        (value for points in by_class.values() for _, value in points),
        default=0.0,
    )
    per_row = max(_MOST_CELLS // len(by_class), 1)
    cells = "".join(
        _cells(_averaged(points, per_row), place, most, frame)
        for place, points in enumerate(by_class.values())
    )
    shades = (frames.shade(span, len(by_class)) for span in frame.spans)
    cells = "".join([*shades, cells])
    last = [
        f"{name} {100.0 * points[-1][1]:.0f} %" if points else f"{name} unknown"
        for name, points in zip(class_names, by_class.values())
    ]
    description = text.escaped("Shares of classes, last: " + ", ".join(last))
    names = "".join(f"<span>{text.escaped(name)}</span>" for name in last)
    return (
        '<figure class="chart"><figcaption><h4>Shares of the classes</h4>'
        f'<p class="quiet">From none, blank, to {100.0 * most:.0f} %, '
        "strongest. Last shares beside them.</p></figcaption>"
        f'<div class="plot shares" style="--rows:{len(by_class)}">'
        f'<div class="y">{names}</div><div class="area">'
        f"{frames.svg(cells, frame, len(by_class), description)}"
        f'<div class="cursor"></div></div>{frames.steps_axis(frame)}</div>'
        "</figure>"
    )


def rows(series: Series) -> dict[int, list[Point]]:
    """Returns the points of each class's share, by its number."""
    names = {
        int(digits): name
        for name in series.names()
        for digits in [name[len(CLASS_SHARE) :]]
        if name.startswith(CLASS_SHARE)
        and digits.isdecimal()
        and len(digits) <= _MOST_DIGITS
    }
    return {
        number: series.finite(names[number])
        for number in sorted(names)[:_MOST_ROWS]
    }


def _averaged(points: Sequence[Point], most: int) -> list[Point]:
    """The mean of neighbouring points, so that there are at most so many."""
    size = math.ceil(len(points) / most) or 1
    pieces = [points[at : at + size] for at in range(0, len(points), size)]
    return [
        (piece[-1][0], sum(value for _, value in piece) / len(piece))
        for piece in pieces
    ]


def _cells(points: Sequence[Point], row: int, most: float, frame: Frame) -> str:
    """A cell goes from the examination before to its own."""
    before = frame.first
    cells = []
    for step, value in points:
        if value > 0.0:
            cells.append(
                f'<rect x="{before}" y="{row}" width="{step - before}" '
                f'height="1" fill-opacity="{value / most:.2f}"/>'
            )
        before = step
    return "".join(cells)
