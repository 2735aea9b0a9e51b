"""What can be measured on drawn faces of 64 pixels, uint8 [N, 64, 64, 3]."""

from __future__ import annotations

import numpy as np

_LEFT, _RIGHT = 14, 50
_WHITE = 200
# Mouths are red to purple, faces yellow to orange.
_LEAST_REDNESS, _MOST_GREEN = 70, 110


def eyes(images: np.ndarray) -> np.ndarray:
    """Returns the share of white where the eyes are, float64 [N]."""
    box = images[:, 14:34, _LEFT:_RIGHT]
    return (box.min(axis=3) > _WHITE).mean(axis=(1, 2))


def mouth(images: np.ndarray) -> np.ndarray:
    """Returns the share of red and purple below the eyes, float64 [N]."""
    red, green, _ = np.moveaxis(
        images[:, 34:58, _LEFT:_RIGHT].astype(int), -1, 0
    )
    is_mouth = (red - green > _LEAST_REDNESS) & (green < _MOST_GREEN)
    return is_mouth.mean(axis=(1, 2))
