"""A page: what it shows, and its HTML."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tfgan_zoo.health.finding import Finding, newest
from tfgan_zoo.training.records import Restore
from tfgan_zoo.training.report import curves, findings, grids, tables, text
from tfgan_zoo.training.report.frame import Frame
from tfgan_zoo.training.report.grids import Grids
from tfgan_zoo.training.report.series import Series, readable

_FOLDER = Path(__file__).parent
_MOST_RESTORES = 100
# Nothing may be asked for elsewhere, whatever a name or a label holds.
_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'"
)
_NO_SCRIPT = '<p class="no-script">The curves need JavaScript.</p>'
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p class="summary">{summary}</p>
<nav aria-label="Sections">{links}</nav>
</header>
<main data-first="{first}" data-last="{last}">
{sections}
</main>
<!-- uPlot:
{license}-->
<script>
{script}</script>
</body>
</html>
"""


@dataclasses.dataclass(frozen=True)
class Page:
    """What a page shows of a training.

    Attributes:
        title: of it.
        summary: facts in some words each; how healthy it is comes by itself.
        records: lines of metrics.jsonl; what is no record is skipped.
        findings: of a `Doctor`.
        unexamined: kinds that it could not examine.
        restores: ways back to a checkpoint.
        grids: of samples; None where the log has no such files.
        class_names: by label, empty if unknown.
        tables: further sections' HTML, by their headings.
    """

    title: str
    summary: tuple[str, ...] = ()
    records: Sequence[Mapping[str, Any]] = ()
    findings: Sequence[Finding] = ()
    unexamined: Sequence[str] = ()
    restores: Sequence[Restore] = ()
    grids: Grids | None = None
    class_names: Sequence[str] = ()
    tables: Mapping[str, str] = dataclasses.field(default_factory=dict)


def html(page: Page) -> str:
    """Returns the whole page, which needs no other file."""
    series = Series(readable(page.records))
    summary = _summary(page)  # of all findings
    left_out = len(page.findings)
    page = dataclasses.replace(
        page,
        findings=newest(page.findings),
        restores=page.restores[-_MOST_RESTORES:],
    )
    left_out -= len(page.findings)
    frame = _frame(page, series)
    sections = _sections(page, series, frame)
    if left_out:
        sections["Findings"] += (
            f'<p class="quiet">{text.counted(left_out, "earlier finding")} '
            "not shown.</p>"
        )
    return _PAGE.format(
        policy=text.escaped(_POLICY),
        title=text.escaped(page.title),
        style=_read("uplot/uPlot.min.css", "report.css"),
        license=_read("uplot/LICENSE"),
        script=_read("uplot/uPlot.iife.min.js", "report.js"),
        summary=summary,
        links="".join(
            f'<a href="#{_key(title)}">{title}</a>' for title in sections
        ),
        first=frame.first,
        last=frame.last,
        sections="\n".join(
            f'<section id="{_key(title)}"><h2>{title}</h2>{content}</section>'
            for title, content in sections.items()
        ),
    )


def _sections(page: Page, series: Series, frame: Frame) -> dict[str, str]:
    sections = {
        "Findings": findings.section(
            page.findings, page.unexamined, page.restores, series, frame
        )
    }
    if page.grids is not None:
        sections["Samples"] = grids.slider(page.grids)
    sections["Curves"] = _NO_SCRIPT + (
        curves.grouped(series, frame) or "<p>Nothing was logged yet.</p>"
    )
    scores = tables.scores(series)
    if scores:
        sections["Scores"] = scores
    elif page.grids is not None:
        sections["Scores"] = tables.UNSCORED
    return {**sections, **page.tables}


def _frame(page: Page, series: Series) -> Frame:
    first, last = series.steps()
    grid_steps = [grid.step for grid in (page.grids or Grids()).selected]
    last = max(
        [
            last,
            *(restore.step for restore in page.restores),
            *(finding.until or finding.named for finding in page.findings),
            *grid_steps,
        ]
    )
    first = min(
        [
            first,
            *(restore.to for restore in page.restores),
            *(finding.since for finding in page.findings),
            *grid_steps,
        ]
    )
    # A log of the end of a long training would be a sliver at the right.
    first = 0 if first <= last / 2 else first
    spans = [findings.span_of(finding, last) for finding in page.findings]
    return Frame(first, last, tuple(spans), tuple(page.class_names))


def _summary(page: Page) -> str:
    summary = findings.verdict(page.findings, page.unexamined)
    is_open = any(finding.until is None for finding in page.findings)
    kind, mark = ("ill", "!") if is_open else ("well", "✓")
    if not is_open and page.unexamined:
        kind, mark = "unknown", "–"
    facts = "".join(
        f"<span>{text.escaped(fact)}</span>" for fact in page.summary
    )
    return (
        f'{facts}<span class="verdict {kind}"><b aria-hidden="true">{mark}</b> '
        f"{text.escaped(summary)}</span>"
    )


def _read(*paths: str) -> str:
    return "\n".join(
        (_FOLDER / path).read_text(encoding="utf-8") for path in paths
    )


def _key(title: str) -> str:
    return title.lower().replace(" ", "-")
