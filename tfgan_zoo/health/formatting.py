"""Findings as text for a terminal, and as JSON."""

from __future__ import annotations

import json
import textwrap
from typing import Any

from tfgan_zoo.health.doctor import Doctor
from tfgan_zoo.health.finding import Finding, newest
from tfgan_zoo.health.problems import PROBLEMS

_COLUMNS = 79


def to_text(doctor: Doctor) -> str:
    """Returns what a doctor has found, for a terminal."""
    step = doctor.history.step
    newest_findings = newest(doctor.findings)
    parts = [_of(finding) for finding in newest_findings]
    if doctor.findings:
        count = len(doctor.findings)
        summary = (
            f"{count:,} finding{'' if count == 1 else 's'}, "
            f"{len(doctor.ongoing()) or 'none'} ongoing"
        )
    else:
        summary = "nothing found"
    head = f"Up to step {step:,}: {summary}."
    left_out = len(doctor.findings) - len(newest_findings)
    if left_out:
        parts.append(f"Not shown: {left_out:,} earlier ones that have ended.")
    unexamined = doctor.unexamined()
    if unexamined:
        titles = ", ".join(PROBLEMS[name].title.lower() for name in unexamined)
        parts.append(
            _wrapped(f"Not examined, for lack of signals: {titles}.", "")
        )
    return "\n\n".join([head, *parts])


def _of(finding: Finding) -> str:
    end = "" if finding.until is None else f" to {finding.until:,}"
    lines = [
        f"{finding.title} ({finding.evidence.certainty}), "
        f"{'from' if end else 'since'} step {finding.since:,}{end}",
        _wrapped(finding.evidence.text, "  "),
    ]
    for number, cure in enumerate(finding.cures, start=1):
        flags = f"{cure.flags}  " if cure.flags else ""
        lines.append(_wrapped(f"{number}. {flags}{cure.why}", "  ", "     "))
    lines.append(_wrapped(f"See {finding.paper}.", "  "))
    return "\n".join(lines)


def _wrapped(line: str, indent: str, later: str | None = None) -> str:
    return textwrap.fill(
        line,
        _COLUMNS,
        initial_indent=indent,
        subsequent_indent=indent if later is None else later,
        break_on_hyphens=False,
        break_long_words=False,
    )


def to_json(doctor: Doctor) -> str:
    """Returns what a doctor has found as indented JSON."""
    content: dict[str, Any] = {
        "step": doctor.history.step,
        "findings": [finding.to_dict() for finding in doctor.findings],
        "unexamined": doctor.unexamined(),
    }
    return json.dumps(content, indent=2) + "\n"
