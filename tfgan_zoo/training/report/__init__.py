"""`report.html`: a training on one page that needs no other file.

`page` makes HTML of a `Page`, which `collect` makes of a run folder.
"""

from __future__ import annotations

from pathlib import Path

from tfgan_zoo import files
from tfgan_zoo.training.report import collect, page
from tfgan_zoo.training.run_folder import RunFolder


def write(folder: RunFolder) -> Path:
    """Writes report.html from what the run folder holds.

    It shows what a doctor finds in metrics.jsonl, the grids of samples, the
    curves, the scores, the export and the settings; what is missing is left
    out.

    Returns:
        Its path.

    Raises:
        FileNotFoundError: the folder holds no run.
        ValueError: its settings are not of this version.
    """
    files.write_text(folder.report, page.html(collect.of_run(folder)))
    return folder.report
