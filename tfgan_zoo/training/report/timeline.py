"""The time axis: a bar for each finding, an arrow for each way back."""

from __future__ import annotations

from collections.abc import Sequence

from tfgan_zoo.health.finding import SURE, Finding
from tfgan_zoo.training.records import Restore
from tfgan_zoo.training.report import frame as frames
from tfgan_zoo.training.report import text
from tfgan_zoo.training.report.frame import Frame


def html(
    findings: Sequence[Finding], restores: Sequence[Restore], frame: Frame
) -> str:
    """Returns the axis, with a link from each bar to its card."""
    rows = [
        _bar(place, finding, frame) for place, finding in enumerate(findings, 1)
    ]
    if restores:
        arrows = "".join(_arrow(restore, frame) for restore in restores)
        rows.append(
            '<li><span class="what">Went back to a checkpoint</span>'
            f'<span class="track arrows">{arrows}</span></li>'
        )
    return (
        f'<div class="timeline"><ul>{"".join(rows)}</ul>'
        f"{frames.steps_axis(frame)}</div>"
        '<p class="quiet key"><i class="bar sure"></i> sure '
        '<i class="bar likely"></i> likely; an open end goes on at the '
        "newest step.</p>"
    )


def restores_html(restores: Sequence[Restore]) -> str:
    """Returns the ways back in words."""
    rows = "".join(
        f"<li>Step {text.step(restore.step)}: "
        f"{text.escaped(restore.title.lower())}; "
        f"back to step {text.step(restore.to)}; went on. "
        f'<span class="quiet">{text.escaped(restore.evidence)}</span></li>'
        for restore in restores
    )
    return (
        f"<h3>Went back {text.counted(len(restores), 'time')}</h3>"
        f'<ol class="restores">{rows}</ol>'
    )


def steps_of(finding: Finding) -> str:
    """Returns from when to when a finding goes, in words."""
    if finding.until is None:
        return f"since step {text.step(finding.since)}"
    return (
        f"steps {text.step(finding.since)} to {text.step(finding.until)}, "
        "then ended"
    )


def certainty_of(finding: Finding) -> str:
    """Returns "sure" or "likely"."""
    return "sure" if finding.evidence.certainty == SURE else "likely"


def _bar(place: int, finding: Finding, frame: Frame) -> str:
    left = frame.percent(finding.since)
    last = frame.last if finding.until is None else finding.until
    certainty = certainty_of(finding)
    is_open = " open" if finding.until is None else ""
    return (
        f'<li><a href="#finding-{place}"><span class="what">'
        f"{text.escaped(finding.title)} "
        f"<small>{certainty}, {steps_of(finding)}</small></span>"
        f'<span class="track"><i class="bar {certainty}{is_open}" style="'
        f'left:{left:.2f}%;width:{frame.percent(last) - left:.2f}%"></i>'
        "</span></a></li>"
    )


def _arrow(restore: Restore, frame: Frame) -> str:
    left = frame.percent(restore.to)
    width = frame.percent(restore.step) - left
    return (
        f'<i class="arrow" style="margin-left:{left:.2f}%;width:{width:.2f}%" '
        f'title="Step {restore.step}, back to {restore.to}"></i>'
    )
