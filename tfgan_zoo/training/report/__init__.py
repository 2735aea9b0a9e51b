"""`report.html`: a training on one page that needs no other file.

`page` makes HTML of a `Page`, which `collect` makes of a run folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tfgan_zoo import files
from tfgan_zoo.health.doctor import Doctor
from tfgan_zoo.training.report import collect, page
from tfgan_zoo.training.run_folder import RunFolder


def write(folder: RunFolder, output: Path | None = None) -> Path:
    """Writes report.html from what the run folder holds.

    It shows what a doctor finds in metrics.jsonl, the grids of samples, the
    curves, the scores, the export and the settings; what is missing is left
    out.

    Args:
        folder: the run's.
        output: the file to write; by default report.html of the run.

    Returns:
        Its path.

    Raises:
        FileNotFoundError: the folder holds no run.
        ValueError: its settings are not of this version.
    """
    output = output or folder.report
    files.write_text(output, page.html(collect.of_run(folder, output)))
    return output


def write_log(
    records: Sequence[Mapping[str, Any]],
    doctor: Doctor,
    output: Path,
    *,
    title: str,
) -> Path:
    """Writes the same page of a training that has no run folder.

    Args:
        records: its log, `step` and any values each.
        doctor: who has seen them.
        output: the file to write.
        title: of the page.

    Returns:
        Its path.
    """
    content = collect.of_log(records, doctor, title)
    files.write_text(output, page.html(content))
    return output
