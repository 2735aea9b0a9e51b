"""Files of NumPy arrays beside an export, which may be damaged or hostile."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np

from tfgan_zoo.messages import shorten


def read(path: Path, *, rule: str, most_bytes: int) -> dict[str, np.ndarray]:
    """Reads the arrays of an .npz file, without pickled objects.

    Args:
        path: of the file.
        rule: what the file must be, the start of the error's message.
        most_bytes: that the arrays may have, uncompressed.

    Raises:
        ValueError: the file is missing, damaged or larger, or holds objects.
    """
    try:
        _require_size(path, most_bytes)
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (
        OSError,
        ValueError,
        TypeError,
        KeyError,
        EOFError,
        MemoryError,
        RuntimeError,  # encrypted, or of an unknown compression
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise ValueError(
            f"{rule}. Received: {path} ({shorten(error)})."
        ) from None


def _require_size(path: Path, most_bytes: int) -> None:
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > most_bytes:
        raise ValueError(f"{size:,} bytes")
