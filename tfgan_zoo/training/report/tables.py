"""Tables: scores, and pairs of names and values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tfgan_zoo.evaluation import metrics
from tfgan_zoo.training.report import charts, text
from tfgan_zoo.training.report.series import EVALUATED, Point, Series

UNSCORED = (
    "<p>The samples were not scored; <code>--evaluate_every</code> does that "
    "while a training goes on, and <code>tfgan-evaluate</code> afterwards.</p>"
)
_WAYS = {"lower": min, "higher": max}


def scores(series: Series) -> str:
    """Returns the last and the best value of each score, "" of none."""
    names = [
        name
        for name in series.names()
        if name.startswith(EVALUATED) and series.finite(name)
    ]
    if not names:
        return ""
    rows = "".join(_score(name, series.finite(name)) for name in names)
    return (
        '<table class="scores"><thead><tr><th>Score</th>'
        "<th>Last</th><th>Best</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _score(name: str, points: Sequence[Point]) -> str:
    way = metrics.better().get(name.removeprefix(EVALUATED), "")
    last = points[-1]
    best = ""
    if way:
        best_point = _WAYS[way](points, key=lambda point: point[1])
        is_last = best_point[1] == last[1]
        best = "the last" if is_last else _value(best_point)
    return (
        f"<tr><th>{text.escaped(charts.title(name))}"
        f"<small>{charts.describe(name)}</small></th><td>{_value(last)}</td>"
        f"<td>{best}</td></tr>"
    )


def _value(point: Point) -> str:
    return (
        f"{text.number(point[1])} "
        f"<small>step&nbsp;{text.step(point[0])}</small>"
    )


def pairs(rows: Mapping[str, Any]) -> str:
    """Returns a table of names and values."""
    rows_html = "".join(
        f"<tr><th>{text.escaped(name)}</th>"
        f"<td>{text.escaped('not set' if value is None else value)}</td></tr>"
        for name, value in rows.items()
    )
    return f'<table class="pairs">{rows_html}</table>'
