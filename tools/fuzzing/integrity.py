"""Checks that what a process wrote under a final name is whole."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from pathlib import Path
from typing import Callable

import numpy as np
from PIL import Image, ImageSequence

SUMS_NAME = "SHA256SUMS"


def find_fault(path: Path) -> str:
    """Returns what is wrong with a file or folder, "" if nothing is."""
    if path.is_dir():
        return _fault_of_folder(path)
    check = _CHECKS.get(path.suffix.lower())
    if check is None:
        return ""
    try:
        # A report may be given any name.
        (_html if _is_html(path) else check)(path)
    except _DAMAGE as error:
        return f"{type(error).__name__}: {error}"[:200]
    return ""


def _fault_of_folder(path: Path) -> str:
    """Checks an export, which a folder with a SavedModel in it is."""
    if not (path / "saved_model").is_dir():
        return ""
    sums = path / SUMS_NAME
    if not sums.is_file():
        return f"an export without {SUMS_NAME}"
    for line in sums.read_text("utf-8").splitlines():
        digest, _, name = line.partition("  ")
        file = path / name.lstrip("*")
        if not file.is_file():
            return f"an export without {name}"
        if hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            return f"an export whose {name} has another SHA-256"
    return ""


def _is_html(path: Path) -> bool:
    with open(path, "rb") as file:
        return file.read(9).lower() == b"<!doctype"


def _image(path: Path) -> None:
    with Image.open(path) as image:
        for frame in ImageSequence.Iterator(image):
            frame.load()


def _json(path: Path) -> None:
    json.loads(path.read_text("utf-8"))


def _lines(path: Path) -> None:
    text = path.read_text("utf-8")
    if text and not text.endswith("\n"):
        raise ValueError("no line end at the end")
    for line in text.split("\n"):
        if line:
            json.loads(line)


def _arrays(path: Path) -> None:
    loaded = np.load(path, allow_pickle=False)
    if isinstance(loaded, np.lib.npyio.NpzFile):
        for name in loaded.files:
            loaded[name]


def _html(path: Path) -> None:
    if not path.read_text("utf-8").rstrip().endswith("</html>"):
        raise ValueError("no </html> at the end")


def _tflite(path: Path) -> None:
    if path.read_bytes()[4:8] != b"TFL3":
        raise ValueError("no TFLite file")


def _records(path: Path) -> None:
    """Walks a TFRecord file: length, its CRC, content, its CRC."""
    content = path.read_bytes()
    place = 0
    while place < len(content):
        (length,) = struct.unpack_from("<Q", content, place)
        place += 8 + 4 + length + 4
    if place != len(content):
        raise ValueError("the last record is cut")


_DAMAGE = (
    OSError,
    ValueError,
    EOFError,
    SyntaxError,  # of Pillow
    struct.error,
    zipfile.BadZipFile,
)
_CHECKS: dict[str, Callable[[Path], None]] = {
    ".gif": _image,
    ".html": _html,
    ".json": _json,
    ".jsonl": _lines,
    ".npy": _arrays,
    ".npz": _arrays,
    ".png": _image,
    ".tflite": _tflite,
    ".tfrecord": _records,
}
