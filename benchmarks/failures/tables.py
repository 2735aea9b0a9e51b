"""Tables of what the doctor made of the recorded trainings."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.failures.causes import CAUSES, HEALTHY
from benchmarks.failures.diagnoses import DiagnosedRun, cured, diagnose_run
from tfgan_zoo.health import PROBLEMS


def of(output: Path, jobs: Sequence[Any]) -> str:
    """Returns all tables, in Markdown.

    Args:
        output: folder of the records.
        jobs: trainings; those without a record are left out.
    """
    found: dict[str, list[DiagnosedRun]] = {}
    for job in jobs:
        if job.path.exists():
            one = diagnose_run(job.path, job.settings)
            found.setdefault(job.name, []).append(one)
    parts = {
        "Failures": _failures(found),
        "By finding": _by_finding(found),
        "Healthy trainings": _healthy(found),
        "Cures": _cures(output, found),
    }
    return "\n\n".join(f"## {title}\n\n{part}" for title, part in parts.items())


def _failures(found: dict[str, list[DiagnosedRun]]) -> str:
    rows = []
    for name, cause in CAUSES.items():
        runs = found.get(name, [])
        right = [run for run in runs if run.is_found]
        late = [run for run in runs if run.right and not run.is_found]
        others = sorted({other for run in runs for other in run.others})
        rows.append(
            [
                f"`{name}`",
                " or ".join(map(_title, cause.finds)),
                f"{len(right)} of {len(runs)}",
                _delays([*right, *late]),
                ", ".join(map(_title, others)) or "-",
            ]
        )
    total = [run for name in CAUSES for run in found.get(name, [])]
    count = sum(run.is_found for run in total)
    rows.append(["all", "", f"{count} of {len(total)}", _delays(total), ""])
    head = ["cause", "finding", "named in time", "delay, %", "other findings"]
    return _table(head, rows)


def _by_finding(found: dict[str, list[DiagnosedRun]]) -> str:
    rows = []
    for kind in PROBLEMS:
        runs = [
            run
            for name, cause in CAUSES.items()
            if kind == cause.finds[0]
            for run in found.get(name, [])
        ]
        healthy = [
            run
            for name in HEALTHY
            for run in found.get(name, [])
            if kind in {one.name for one in run.findings}
        ]
        rows.append(
            [
                _title(kind),
                f"{sum(run.is_found for run in runs)} of {len(runs)}",
                _delays(runs),
                str(len(healthy)),
            ]
        )
    head = ["finding", "named in time", "delay, %", "false alarms"]
    return _table(head, rows)


def _healthy(found: dict[str, list[DiagnosedRun]]) -> str:
    rows = []
    alarms = count = 0
    for name in HEALTHY:
        runs = found.get(name, [])
        said = sorted({one.title for run in runs for one in run.findings})
        wrong = sum(bool(run.findings) for run in runs)
        alarms, count = alarms + wrong, count + len(runs)
        rows.append(
            [
                f"`{name}`",
                str(len(runs)),
                str(wrong),
                ", ".join(said).lower() or "-",
            ]
        )
    rows.append(["all", str(count), str(alarms), ""])
    return _table(["training", "runs", "with an alarm", "which"], rows)


def _cures(output: Path, found: dict[str, list[DiagnosedRun]]) -> str:
    rows = []
    removed = tried = 0
    for name, cause in CAUSES.items():
        if cause.without_flag:
            rows.append([f"`{name}`", cause.without_flag, "-", "-", "-", "-"])
            continue
        flags: set[str] = set()
        pairs: list[tuple[DiagnosedRun, DiagnosedRun]] = []
        for run in found.get(name, []):
            path = output / "cures" / f"{name}-{run.seed}.jsonl"
            cure = cured(name, run.right)
            if cure is None or not path.exists():
                continue
            flags.add(cure[0])
            pairs.append((run, diagnose_run(path, cure[1])))
        gone = sum(_is_removed(*pair) for pair in pairs)
        removed, tried = removed + gone, tried + len(pairs)
        left = {one.name for _, after in pairs for one in after.findings}
        rows.append(
            [
                f"`{name}`",
                " or ".join(f"`{one}`" for one in sorted(flags)) or "-",
                _said([before for before, _ in pairs]),
                _said([after for _, after in pairs]),
                f"{gone} of {len(pairs)}",
                ", ".join(map(_title, sorted(left))) or "-",
            ]
        )
    rows.append(["all", "", "", "", f"{removed} of {tried}", ""])
    head = ["cause", "first cure", "before", "after", "removed"]
    return _table([*head, "findings after it"], rows)


def _said(runs: Sequence[DiagnosedRun]) -> str:
    """How often it was named, and how often it went on to the end."""
    named = sum(run.right is not None for run in runs)
    return f"{named}, {sum(run.goes_on for run in runs)}"


def _is_removed(before: DiagnosedRun, after: DiagnosedRun) -> bool:
    """Whether it is never named, or ends where it had gone on."""
    return after.right is None or (before.goes_on and not after.goes_on)


def _title(name: str) -> str:
    return PROBLEMS[name].title.lower()


def _delays(runs: Sequence[DiagnosedRun]) -> str:
    delays = [100.0 * run.delay for run in runs if run.right is not None]
    if not delays:
        return "-"
    median = statistics.median(delays)
    return f"{median:.0f} ({min(delays):.0f} to {max(delays):.0f})"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
