"""Arrays in files of unknown origin, read once what they declare is sound."""

from __future__ import annotations

import math
import os
import stat
import zipfile
from pathlib import Path
from typing import IO

import numpy as np

from tfgan_zoo.messages import error_text

MAX_BYTES = 8 << 30
_IMAGES, _LABELS = "images", "labels"
_MAX_ARRAYS = 1000


def read(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """Reads the images of an .npy file, or of an .npz with labels.

    Args:
        path: of a regular file whose arrays have `MAX_BYTES` at most.

    Returns:
        Both as they are, of any shape and type but Python objects; None for
        labels that are not there.

    Raises:
        ValueError: it holds no such arrays, or is damaged.
        OSError: it cannot be read.
    """
    rule = (
        "A file of images must be an .npy array, or an .npz with `images`. "
        f"Received: {path}"
    )
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise ValueError(f"{rule}, which is not a regular file.")
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        try:
            if zipfile.is_zipfile(file):
                return _read_npz(file)
            file.seek(0)
            return _read_array(file, size), None
        # NumPy and `zipfile` raise errors of any kind for damaged files.
        except Exception as error:  # noqa: BLE001
            raise ValueError(f"{rule} ({error_text(error)}).") from None


def unread_arrays(path: Path) -> list[str]:
    """Returns the names of an .npz file's arrays beside images and labels.

    Args:
        path: of a file that `read` has read.
    """
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as packed:
        names = [name[: -len(".npy")] for name in packed.namelist()]
    return [name for name in names if name not in (_IMAGES, _LABELS)]


def _read_npz(archive: IO[bytes]) -> tuple[np.ndarray, np.ndarray | None]:
    with zipfile.ZipFile(archive) as packed:
        if len(packed.namelist()) > _MAX_ARRAYS:
            raise ValueError(f"more than {_MAX_ARRAYS:,} arrays")
        arrays: list[np.ndarray | None] = []
        for name in (_IMAGES, _LABELS):
            member = f"{name}.npy"
            if packed.namelist().count(member) > 1:
                raise ValueError(f"two of `{name}`")
            arrays.append(None)
            if member in packed.namelist():
                size = packed.getinfo(member).file_size
                with packed.open(member) as file:
                    arrays[-1] = _read_array(file, size)
    images, labels = arrays
    if images is None:
        raise ValueError(f"no `{_IMAGES}`")
    return images, labels


def _read_array(file: IO[bytes], size: int) -> np.ndarray:
    """Reads an array of a file of `size` bytes, as its header declares it."""
    version = np.lib.format.read_magic(file)
    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in readers:
        raise ValueError(f"a file of version {version}")
    shape, is_fortran, dtype = readers[version](file)
    if dtype.hasobject:
        raise ValueError("an array of Python objects")
    if any(length < 0 for length in shape):
        raise ValueError(f"an array of shape {shape}")
    declared = math.prod(shape) * dtype.itemsize
    if declared > MAX_BYTES:
        raise ValueError(f"an array of {declared:,} bytes")
    # Before memory for it is asked for.
    if declared > size:
        raise ValueError(f"an array of {declared:,} bytes, cut short")
    content = file.read(declared)
    if len(content) < declared:
        raise ValueError(f"an array of {declared:,} bytes, cut short")
    values = np.frombuffer(content, dtype, count=math.prod(shape))
    return values.reshape(shape, order="F" if is_fortran else "C")
