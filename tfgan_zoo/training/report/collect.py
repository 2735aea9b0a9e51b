"""From a run folder to what its page shows."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tfgan_zoo.config import TrainConfig
from tfgan_zoo.health.doctor import Doctor, diagnose
from tfgan_zoo.training.monitor import facts_of
from tfgan_zoo.training.report import exports, grids, settings, text
from tfgan_zoo.training.report.page import Page
from tfgan_zoo.training.report.series import readable
from tfgan_zoo.training.run_folder import RunFolder

_SPEED = "images_per_second"


def of_run(folder: RunFolder, output: Path) -> Page:
    """Collects what there is, be it all or nothing but the settings.

    Args:
        folder: the run's.
        output: where the page will be, for its links to files of the run.

    Raises:
        FileNotFoundError: the folder holds no run.
        ValueError: its settings are not of this version.
    """
    config = folder.read_config()
    records = readable(folder.read_metrics())
    doctor = diagnose(records, facts_of(config))
    is_beside = output.resolve().parent == folder.root.resolve()
    exported = exports.of_folder(folder.export, is_linked=is_beside)
    return Page(
        title=f"{config.model} on {_data_name(folder, config)}",
        summary=_summary(records, config),
        records=records,
        findings=doctor.findings,
        unexamined=doctor.unexamined(),
        restores=folder.read_restores(),
        grids=grids.of_folder(folder.samples),
        class_names=_class_names(folder),
        tables={
            **({"Export": exported} if exported else {}),
            "Settings": settings.table(config),
        },
    )


def of_log(
    records: Sequence[Mapping[str, Any]], doctor: Doctor, title: str
) -> Page:
    """Collects what a log alone tells, which its doctor has seen."""
    records = readable(records)
    steps = [int(record["step"]) for record in records]
    return Page(
        title=title,
        summary=(f"Step {text.step(max(steps, default=0))}",),
        records=records,
        findings=doctor.findings,
        unexamined=doctor.unexamined(),
    )


def _summary(
    records: Sequence[Mapping[str, Any]], config: TrainConfig
) -> tuple[str, ...]:
    step = max((int(record["step"]) for record in records), default=0)
    total = text.step(config.steps or 0)
    facts = [f"Step {text.step(step)} of {total}"]
    speeds = [
        (int(record["step"]), float(record[_SPEED]))
        for record in records
        if isinstance(record.get(_SPEED), (int, float)) and record[_SPEED] > 0
    ]
    if speeds:
        median = statistics.median(speed for _, speed in speeds)
        facts.append(f"{text.number(median)} images a second")
        facts.append(text.duration(_seconds(speeds, config.batch_size or 0)))
    return tuple(facts)


def _seconds(speeds: Sequence[tuple[int, float]], batch_size: int) -> float:
    """Time of the steps that are in the log, each of the speed that it says."""
    before, seconds = 0, 0.0
    for step, speed in speeds:
        seconds += max(step - before, 0) * batch_size / speed
        before = step
    return seconds


def _data_name(folder: RunFolder, config: TrainConfig) -> str:
    name = Path(config.dataset).name
    if name not in ("", ".."):
        return name
    try:
        return folder.read_spec().name  # of a path such as "."
    except (OSError, ValueError):
        return config.dataset


def _class_names(folder: RunFolder) -> tuple[str, ...]:
    try:
        return folder.read_spec().class_names
    except (OSError, ValueError):
        return ()
