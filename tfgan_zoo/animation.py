"""Animated GIF files."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from tfgan_zoo import files

# Hundredths of a second, as GIF counts: 12 frames in one.
_DURATIONS_MS = (80, 80, 90)
_SIDE_PX = 256


def write_gif(path: Path, frames: np.ndarray) -> None:
    """Writes frames as a GIF that never ends, 12 a second, whole or not at all.

    Greys are kept exactly. Each frame of colours has its own best 256 and is
    not dithered, which would make still parts flicker. Small frames are
    enlarged by a whole factor, up to 256 pixels.

    Args:
        path: of the file.
        frames: uint8 [F, H, W, C], F at least 1, C 1 or 3.
    """
    first, *others = [_to_image(frame) for frame in frames]
    durations = np.resize(_DURATIONS_MS, len(frames)).tolist()
    buffer = io.BytesIO()
    first.save(
        buffer,
        format="GIF",
        save_all=True,
        append_images=others,
        duration=durations,
        loop=0,
    )
    files.write_bytes(path, buffer.getvalue())


def there_and_back(frames: np.ndarray) -> np.ndarray:
    """Returns frames [F, ...] and then those between, backwards."""
    return np.concatenate([frames, frames[-2:0:-1]])


def count_pixels(height: int, width: int) -> int:
    """Returns the pixels of a frame as it is shown."""
    return height * width * _factor(height, width) ** 2


def _to_image(frame: np.ndarray) -> Image.Image:
    height, width, channels = frame.shape
    if channels == 1:
        image = Image.fromarray(frame[..., 0])
    else:
        image = Image.fromarray(frame).quantize(
            method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
    factor = _factor(height, width)
    size = (width * factor, height * factor)
    return image.resize(size, Image.Resampling.NEAREST)


def _factor(height: int, width: int) -> int:
    return max(_SIDE_PX // max(height, width), 1)
