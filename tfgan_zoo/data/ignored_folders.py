"""Folders among images that hold none of the data set."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection
from pathlib import Path

from tfgan_zoo import json_files

SYSTEM = "folders of the system or a storage device"
RUN = "run folders of this package"
EXPORT = "exports of this package"
SAMPLES = "samples of this package"
PSEUDO = "pseudo file systems of the kernel"

# Made by macOS, Windows, Synology, QNAP, NetApp, AppleShare, ext4 and fsck.
_SYSTEM_FOLDERS = frozenset(
    (
        *("__macosx", "network trash folder", "temporary items"),
        *("thevolumesettingsfolder", "thefindbycontentfolder"),
        *("$recycle.bin", "$extend"),
        *("system volume information", "msocache", "_vti_cnf"),
        *("@eadir", "#recycle", "#snapshot", "@tmp", "@sharebin"),
        *("@recycle", "@recently-snapshot", "@__thumb", "@downloadstation"),
        *("@transcode", "@synoresource", "@appstore", "@database", "recycler"),
        *("~snapshot", "lost+found", "__pycache__"),
    )
)
_FSCK_FOLDER = re.compile(r"found\.[0-9]{3}", re.IGNORECASE)

# What a training writes in its run folder.
_PARTS_OF_RUN = frozenset(
    ("samples", "checkpoints", "best_checkpoint", "tensorboard", "export")
)
_FILES_OF_RUN = frozenset(
    ("config.json", "dataset.json", "metrics.jsonl", "report.html")
)
_SUBJECTS = {"run", "data", "model"}  # in a run's config
_MIN_NAMES_OF_RUN = 3  # of what is left of a run without its config
_SAMPLE_NAME = re.compile(r"step_[0-9]{6,}\.png")
_PSEUDO_TYPES = frozenset(
    (
        *("proc", "sysfs", "devtmpfs", "devpts", "cgroup", "cgroup2"),
        *("debugfs", "tracefs", "securityfs", "pstore", "bpf", "configfs"),
        *("mqueue", "fusectl", "binfmt_misc", "rpc_pipefs", "nsfs", "nfsd"),
        *("efivarfs", "selinuxfs", "smackfs", "devfs", "fdescfs", "resctrl"),
    )
)


def is_system_folder(name: str) -> bool:
    """Whether a folder of this name is made by a system, not by people."""
    folded = name.casefold()
    return folded in _SYSTEM_FOLDERS or bool(_FSCK_FOLDER.fullmatch(name))


def kind_of_output(folder: Path, names: Collection[str]) -> str:
    """Returns what kind of output of this package a folder is, else "".

    Args:
        folder: its path.
        names: what is in it.
    """
    names = frozenset(names)
    if _is_run(folder, names):
        return RUN
    if "saved_model.pb" in names or (
        "saved_model" in names and {"SHA256SUMS", "model.json"} & names
    ):
        return EXPORT
    if "index.html" in names and {"model.json", "gallery.json"} & names:
        return EXPORT
    is_grids = folder.name == "samples" and bool(names)
    if "shards.json" in names or (
        is_grids and all(map(_SAMPLE_NAME.fullmatch, names))
    ):
        return SAMPLES
    return ""


def enclosing_run(folder: Path) -> Path | None:
    """Returns the run folder that wrote a folder, if any."""
    for inner, outer in zip([folder, *folder.parents], folder.parents):
        is_part = inner.name in _PARTS_OF_RUN
        if is_part and (outer / "config.json").is_file():
            names = os.listdir(outer)
            if kind_of_output(outer, names) == RUN:
                return outer
    return None


def pseudo_devices() -> dict[int, str]:
    """Returns the types of mounted file systems that hold no files, by device.

    Empty where the system does not list its mounts.
    """
    if not sys.platform.startswith("linux"):
        return {}
    devices = {}
    try:
        with open("/proc/self/mountinfo", errors="replace") as mounts:
            for line in mounts:
                fields, _, rest = line.partition(" - ")
                kind = rest.split(" ")[0]
                if kind in _PSEUDO_TYPES:
                    major, minor = fields.split(" ")[2].split(":")
                    devices[os.makedev(int(major), int(minor))] = kind
    except (OSError, ValueError, IndexError):
        return {}
    return devices


def _is_run(folder: Path, names: frozenset[str]) -> bool:
    if len(names & (_PARTS_OF_RUN | _FILES_OF_RUN)) >= _MIN_NAMES_OF_RUN:
        return True
    if "config.json" not in names or not names & {
        "dataset.json",
        "checkpoints",
        "samples",
    }:
        return False
    try:
        config = json_files.read_object(folder / "config.json", "A config")
    except (OSError, ValueError):
        return {"dataset.json", "checkpoints"} <= names
    # The second is that of the first version.
    return any(
        names <= set(config) for names in (_SUBJECTS, {"model", "dataset"})
    )
