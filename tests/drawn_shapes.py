"""Shapes of known angle, width and size, as images."""

from __future__ import annotations

import numpy as np

SIDE = 48


def to_images(shares, *, dark_on_light=False, channels=1):
    """uint8 [1, H, W, C] of coverages [H, W] in [0, 1]."""
    pixels = np.round(255.0 * np.clip(shares, 0.0, 1.0)).astype(np.uint8)
    pixels = 255 - pixels if dark_on_light else pixels
    return np.repeat(pixels[np.newaxis, ..., np.newaxis], channels, axis=3)


def _grid(side):
    middle = (side - 1) / 2.0
    rows, columns = np.mgrid[:side, :side]
    return rows - middle, columns - middle


def bar(angle, *, width=4.0, height=30.0, side=SIDE):
    """Coverage of a bar that leans by `angle` degrees, to the right above 0.

    Its ends are level, and its width is measured along a row.
    """
    y, x = _grid(side)
    beside = np.abs(x + y * np.tan(np.radians(angle)))
    across = np.clip(width / 2.0 + 0.5 - beside, 0.0, 1.0)
    along = np.clip(height / 2.0 + 0.5 - np.abs(y), 0.0, 1.0)
    return across * along


def ring(width, *, radius=14.0, side=SIDE):
    """Coverage of a ring whose line has such a width."""
    y, x = _grid(side)
    beside = np.abs(np.hypot(y, x) - radius)
    return np.clip(width / 2.0 + 0.5 - beside, 0.0, 1.0)


def box(height, width, *, side=SIDE, top=None, left=None):
    """A filled box, in the middle unless it is said where."""
    shares = np.zeros([side, side])
    top = (side - height) // 2 if top is None else top
    left = (side - width) // 2 if left is None else left
    shares[top : top + height, left : left + width] = 1.0
    return shares
