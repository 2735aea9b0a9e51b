"""Images that a page shows, and what becomes of them: `examples.png`.

It is no part of what `SHA256SUMS` lists, and may be removed from an export or
from a page: the images are those of the data set.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tfgan_zoo import images
from tfgan_zoo.data.decode import UnreadableImage, decode
from tfgan_zoo.data.pixels import OWN_SIZE
from tfgan_zoo.export.file_names import EXAMPLES_NAME

NAME = EXAMPLES_NAME
COUNT = 4


def write(folder: Path, sources: np.ndarray) -> None:
    """Writes images side by side.

    Args:
        folder: of an export or a page.
        sources: uint8 [N, H, W, C], as the generator takes them.
    """
    images.write_png(folder / NAME, np.concatenate(list(sources), axis=1))


def read(folder: Path, shape: Sequence[int]) -> np.ndarray | None:
    """Returns the images of an export, None if it has none.

    Args:
        folder: of the export.
        shape: (H, W, C) of the generator's input.

    Returns:
        uint8 [N, H, W, C].

    Raises:
        ValueError: the file is no image, or of other sides.
    """
    path = folder / NAME
    if not path.is_file() or path.is_symlink():
        return None
    height, width, channels = shape
    try:
        strip = decode(str(path), (*OWN_SIZE, channels))
    except UnreadableImage as error:
        raise ValueError(
            f"{NAME} of an export must be an image. Received: {path} ({error})."
        ) from None
    count = strip.shape[1] // width
    if strip.shape != (height, count * width, channels) or not count:
        raise ValueError(
            f"{NAME} of an export must hold images of {width} x {height} "
            "pixels side by side. "
            f"Received: {path}, of {strip.shape[1]} x {strip.shape[0]}."
        )
    return np.stack(np.split(strip, count, axis=1))


def copy(export: Path, folder: Path, spec: dict[str, Any]) -> int:
    """Copies the images of an export, if it has any.

    Args:
        export: its folder.
        folder: where they go.
        spec: of the generator's input, as `model.json` has it.

    Returns:
        How many there are.

    Raises:
        ValueError: see `read`.
    """
    sources = read(export, spec["shape"])
    if sources is None:
        return 0
    write(folder, sources)
    return len(sources)
