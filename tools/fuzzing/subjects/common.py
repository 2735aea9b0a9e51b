"""What several subjects make their inputs of."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tools.fuzzing.inputs import Place

# Work that takes a moment.
MOMENT = {
    "sample": ("--count=3",),
    "evaluate": ("--count=60", "--repeats=1"),
    "export": (),
    "train": (),
}
EXPORTS = ("images", "classes", "points", "upsampler")


def copy_run(place: Place, name: str) -> Path:
    """Copies a run folder, without its export, into the inputs."""
    target = place.inputs / "run"
    source = place.material / "runs" / name
    shutil.copytree(
        source, target, ignore=shutil.ignore_patterns("export", "tensorboard")
    )
    return target


def copy_export(place: Place, name: str) -> Path:
    """Copies an export into the inputs."""
    target = place.inputs / "export"
    shutil.copytree(place.material / "runs" / name / "export", target)
    return target


def write_odd_paths(folder: Path) -> None:
    """Writes what `values.ODD_PATHS` names."""
    (folder / "empty").write_bytes(b"")
    (folder / "empty.png").write_bytes(b"")
    (folder / "empty.json").write_bytes(b"")
    (folder / "text.json").write_text("text", encoding="utf-8")
    (folder / "text.png").write_text("text", encoding="utf-8")
    for name in ("folder.png", "folder.json"):
        (folder / name).mkdir()
        (folder / name / "x").write_text("x", encoding="utf-8")
    for name in ("pipe", "pipe.json"):
        os.mkfifo(folder / name)
    for name in ("loop", "loop.json"):
        (folder / name).symlink_to(name)
    (folder / "dangling").symlink_to("nowhere/at/all")
