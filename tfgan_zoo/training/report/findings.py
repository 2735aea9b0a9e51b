"""Findings as cards: what, why it is thought so, and what helps."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from tfgan_zoo.health.finding import Cure, Finding
from tfgan_zoo.health.problems import PROBLEMS
from tfgan_zoo.health.signals import CLASS_SHARE
from tfgan_zoo.training.records import Restore
from tfgan_zoo.training.report import charts, classes, curves, text, timeline
from tfgan_zoo.training.report.charts import Chart
from tfgan_zoo.training.report.frame import Frame, Span
from tfgan_zoo.training.report.series import Series

_MOST_PLOTS = 4
_ARXIV = re.compile(r"arXiv:(\d{4}\.\d{4,5})")


def section(
    findings: Sequence[Finding],
    unexamined: Sequence[str],
    restores: Sequence[Restore],
    series: Series,
    frame: Frame,
) -> str:
    """Returns the section of findings.

    Args:
        findings: in the order they were named.
        unexamined: kinds that could not be examined, keys of `PROBLEMS`.
        restores: in their order.
        series: of all values.
        frame: of all plots, whose spans are those of all findings.
    """
    parts = []
    if findings or restores:
        parts.append(timeline.html(findings, restores, frame))
    if restores:
        parts.append(timeline.restores_html(restores))
    if not findings:
        parts.append("<p>Nothing was found.</p>")
    parts += [
        _card(place, finding, series, frame)
        for place, finding in enumerate(findings, 1)
    ]
    parts.append(_unexamined(unexamined, is_open=not findings))
    return "".join(parts)


def span_of(finding: Finding, last: int) -> Span:
    """Returns the steps of a finding, to the newest while it goes on."""
    until = last if finding.until is None else finding.until
    is_sure = timeline.certainty_of(finding) == "sure"
    return Span(finding.since, until, is_sure)


def verdict(findings: Sequence[Finding], unexamined: Sequence[str]) -> str:
    """Returns in some words how healthy the training is."""
    count = sum(finding.until is None for finding in findings)
    if count:
        return f"{text.counted(count, 'open finding')}"
    ended = len(findings)
    if unexamined:
        total = len(PROBLEMS)
        state = "nothing open" if ended else "nothing found"
        return f"{state}, {total - len(unexamined)} of {total} kinds examined"
    return f"healthy, {ended} ended" if ended else "healthy"


def _card(place: int, finding: Finding, series: Series, frame: Frame) -> str:
    certainty = timeline.certainty_of(finding)
    failure = (
        '<p class="failure">A failure: a training does not recover from it '
        "by itself.</p>"
        if finding.is_failure and finding.until is None
        else ""
    )
    return (
        f'<article class="finding {certainty}" id="finding-{place}"><header>'
        f"<h3>{text.escaped(finding.title)}</h3>"
        f'<p><span class="badge {certainty}">{certainty}</span> '
        f"{timeline.steps_of(finding)}</p></header>"
        f'<div class="text"><p>{text.escaped(finding.evidence.text)}</p>'
        f"{failure}{_cures(finding.cures)}"
        f"{_paper(finding.paper)}</div>"
        f'<div class="charts small">{_plots(finding, series, frame)}</div>'
        "</article>"
    )


def _plots(finding: Finding, series: Series, frame: Frame) -> str:
    span = span_of(finding, frame.last)
    frame = dataclasses.replace(frame, spans=(span,))
    plots = []
    for name in finding.signals:
        if name.startswith(CLASS_SHARE) and classes.rows(series):
            plots.append(classes.figure(series, frame))
        elif series.finite(name):
            plots.append(
                curves.chart_figure(
                    Chart((name,)), series, frame, explains=False
                )
            )
    return "".join(list(dict.fromkeys(plots))[:_MOST_PLOTS])


def _cures(cures: Sequence[Cure]) -> str:
    if not cures:
        return ""
    rows = "".join(
        f"<li>{_flags(cure.flags)}{text.escaped(cure.why)}</li>"
        for cure in cures
    )
    return f'<h4>What helps</h4><ol class="cures">{rows}</ol>'


def _flags(flags: str) -> str:
    return "".join(
        f"<code>{text.escaped(flag)}</code> " for flag in flags.split()
    )


def _paper(paper: str) -> str:
    """What arXiv has becomes a link."""
    if not paper:
        return ""
    linked = _ARXIV.sub(
        r'<a href="https://arxiv.org/abs/\1" rel="noreferrer">arXiv:\1</a>',
        text.escaped(paper),
    )
    return f'<p class="quiet">Explained by {linked}.</p>'


def _unexamined(names: Sequence[str], *, is_open: bool) -> str:
    if not names:
        return ""
    rows = "".join(f"<li>{text.escaped(_wanting(name))}</li>" for name in names)
    return (
        f"<details{' open' if is_open else ''}><summary>Not examined, as the "
        f"log lacks signals: {text.counted(len(names), 'kind')}</summary>"
        f"<ul>{rows}</ul></details>"
    )


def _wanting(name: str) -> str:
    """Says what a kind needs to be examined."""
    kind = PROBLEMS.get(name)
    if kind is None:
        return name.replace("_", " ")
    needs = " or ".join(
        " and ".join(charts.title(signal).lower() for signal in together)
        for together in kind.needs
    )
    return f"{kind.title}: needs {needs}"
