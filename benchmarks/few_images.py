"""What benchmarks/small_data.py trains on, and the table that it writes."""

from __future__ import annotations

import random
import shutil
import statistics
from pathlib import Path
from typing import Any

from tfgan_zoo.data.split_folders import split_folders

SCRATCH, START = "from scratch", "with a start"
_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"}


def choose(
    folder: Path, count: int, output: Path, *, seed: int = 0
) -> tuple[Path, Path]:
    """Copies images to train on, and the others, once.

    Args:
        folder: of all images, whose subfolders are kept.
        count: how many to train on, chosen at random.
        output: where the copies go.
        seed: of the choice.

    Returns:
        Folders of the images to train on and to measure by: the others, or the
        same ones where there are fewer others.

    Raises:
        ValueError: there are not so many images, or the folder holds splits.
    """
    splits = split_folders(folder)
    if splits:
        raise ValueError(
            "--images must be a folder of images, or of class folders, such as "
            f"one of the splits. Received: {folder}, with {', '.join(splits)}."
        )
    chosen, others = output / "images", output / "others"
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in _SUFFIXES and path.is_file()
    )
    if len(paths) < count:
        raise ValueError(
            f"--images must hold --count images, {count}. "
            f"Received: {folder}, with {len(paths)}."
        )
    random.Random(seed).shuffle(paths)
    parts = {chosen: paths[:count], others: paths[count:]}
    for target, part in parts.items():
        if target.is_dir():
            continue
        aside = target.with_name(f".partial-{target.name}")
        shutil.rmtree(aside, ignore_errors=True)
        for path in part:
            copy = aside / path.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        aside.mkdir(parents=True, exist_ok=True)
        aside.rename(target)
    return chosen, others if len(parts[others]) >= count else chosen


def table(records: list[dict[str, Any]]) -> str:
    """Returns the measurements in Markdown, a row for all seeds of a way.

    Args:
        records: `way`, `seed`, `minutes`, `step`, and a value of each metric.
    """
    rows = ["| minutes | way | steps | kernel distance | mean | ratio |"]
    rows.append("| --- | --- | --- | --- | --- | --- |")
    marks = sorted({record["minutes"] for record in records}, key=float)
    for minutes in marks:
        means: dict[str, float] = {}
        for way in (SCRATCH, START):
            found = [
                record
                for record in records
                if record["minutes"] == minutes and record["way"] == way
            ]
            if not found:
                continue
            found.sort(key=lambda record: record["seed"])
            values = [record["kernel_distance"] for record in found]
            means[way] = statistics.mean(values)
            steps = statistics.mean(record["step"] for record in found)
            ratio = "-"
            if way == START and SCRATCH in means:
                ratio = f"{means[START] / means[SCRATCH]:.2f}"
            each = ", ".join(f"{value:.4g}" for value in values)
            rows.append(
                f"| {minutes} | {way} | {steps:,.0f} | {each} | "
                f"{means[way]:.4g} | {ratio} |"
            )
    return "\n".join(rows) + "\n"
