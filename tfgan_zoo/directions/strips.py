"""Pictures of what directions change: a strip of images for each."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tfgan_zoo import images
from tfgan_zoo.directions.effects import STEPS, Trial
from tfgan_zoo.directions.results import Direction

# Samples that a strip shows, a row each.
ROWS = 5
_SMALLEST_SIDE_PX = 56
_TEXT_PX, _LINE_PX = 15, 18
_MARGIN_PX = 10
_BESIDE = 3
_INK, _GREY = (0, 0, 0), (110, 110, 110)


def draw(trial: Trial, directions: Sequence[Direction]) -> np.ndarray:
    """Draws a strip of each direction, three beside each other.

    A strip has a row for each of five samples, and a column for each of the
    steps -2, -1, 0, 1 and 2, in standard deviations of the latents. Above it
    are the name of the direction, what it moves and how reliably, and the
    share of samples that keep their class.

    Args:
        trial: the samples.
        directions: at least one.

    Returns:
        uint8 [H, W, 3].
    """
    strips = [_strip(trial, direction) for direction in directions]
    height, width = strips[0].shape[:2]
    columns = min(_BESIDE, len(strips))
    rows = math.ceil(len(strips) / columns)
    top = 2 * _LINE_PX + 4
    cell = (width + _MARGIN_PX, height + top + _MARGIN_PX)
    picture = Image.new(
        "RGB",
        (columns * cell[0] + _MARGIN_PX, rows * cell[1] + _MARGIN_PX),
        "white",
    )
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(_TEXT_PX)
    for index, (direction, strip) in enumerate(zip(directions, strips)):
        left = _MARGIN_PX + index % columns * cell[0]
        y = _MARGIN_PX + index // columns * cell[1]
        pen.text((left, y), direction.title(), fill=_INK, font=font)
        pen.text(
            (left, y + _LINE_PX), direction.describe(), fill=_GREY, font=font
        )
        picture.paste(Image.fromarray(strip), (left, y + top))
    return np.asarray(picture)


def _strip(trial: Trial, direction: Direction) -> np.ndarray:
    columns = [trial.images(direction.vector, step, ROWS) for step in STEPS]
    rows = np.stack(columns, 1)  # [rows, steps, H, W, C]
    pixels = rows.reshape(-1, *rows.shape[2:])
    zoom = max(1, math.ceil(_SMALLEST_SIDE_PX / pixels.shape[1]))
    pixels = pixels.repeat(zoom, axis=1).repeat(zoom, axis=2)
    if pixels.shape[-1] == 1:
        pixels = pixels.repeat(3, axis=-1)
    return images.grid(pixels, columns=len(STEPS))
