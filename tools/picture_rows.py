"""A picture of named rows of images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

_SIDE, _GAP = 64, 4
_MARGIN, _NAMES, _TEXT = 8, 240, 15
_GROUND, _INK = (255, 255, 255), (40, 40, 40)


def draw_rows(rows: Mapping[str, Sequence[np.ndarray]]) -> Image.Image:
    """Returns one picture of all rows, each with its name before it.

    Args:
        rows: by name, images uint8 [H, W, C], as many in each row.
    """
    columns = max(map(len, rows.values()))
    step = _SIDE + _GAP
    width = 2 * _MARGIN + _NAMES + columns * step - _GAP
    height = 2 * _MARGIN + len(rows) * step - _GAP
    picture = Image.new("RGB", (width, height), _GROUND)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(_TEXT)
    for row, (name, images) in enumerate(rows.items()):
        top = _MARGIN + row * step
        pen.text((_MARGIN, top + _SIDE // 2), name, _INK, font, anchor="lm")
        for column, image in enumerate(images):
            left = _MARGIN + _NAMES + column * step
            tile = _tile(image)
            edge = (_SIDE - tile.width) // 2
            picture.paste(tile, (left + edge, top + edge))
    return picture


def _tile(image: np.ndarray) -> Image.Image:
    """Enlarges by a whole number, so that all pixels are alike."""
    tile = Image.fromarray(image.squeeze()).convert("RGB")
    if tile.width > _SIDE:
        return tile.resize((_SIDE, _SIDE), Image.Resampling.BOX)
    return ImageOps.scale(tile, _SIDE // tile.width, Image.Resampling.NEAREST)
