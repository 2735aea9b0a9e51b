"""Makes the picture of the zoo: a row of samples of each generator that ships.

    python tools/zoo_picture.py --output=docs/images/zoo.png

Of upsamplers, which generate no seeds, there is none.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from absl import app, flags
from PIL import Image, ImageDraw, ImageFont, ImageOps

from tfgan_zoo.pretrained import Generator, cards, load, names

_OUTPUT = flags.DEFINE_string("output", "docs/images/zoo.png", "The picture.")
_SIDE, _GAP, _COLUMNS = 64, 4, 12
_MARGIN, _NAMES, _TEXT = 8, 240, 15
_GROUND, _INK = (255, 255, 255), (40, 40, 40)


def _samples(generator: Generator) -> np.ndarray:
    """Returns uint8 [_COLUMNS, H, W, C]."""
    return generator.sample(np.arange(_COLUMNS))


def _tile(image: np.ndarray) -> Image.Image:
    """Enlarges by a whole number, so that all pixels are alike."""
    tile = Image.fromarray(image.squeeze()).convert("RGB")
    return ImageOps.scale(tile, _SIDE // tile.width, Image.Resampling.NEAREST)


def main(argv: list[str]) -> None:
    """Writes it."""
    del argv
    drawn = [name for name in names() if cards.is_of_seeds(cards.read(name))]
    step = _SIDE + _GAP
    width = 2 * _MARGIN + _NAMES + _COLUMNS * step - _GAP
    height = 2 * _MARGIN + len(drawn) * step - _GAP
    picture = Image.new("RGB", (width, height), _GROUND)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(_TEXT)
    for row, name in enumerate(drawn):
        top = _MARGIN + row * step
        middle = top + _SIDE // 2
        pen.text((_MARGIN, middle), name, _INK, font, anchor="lm")
        for column, image in enumerate(_samples(load(name))):
            left = _MARGIN + _NAMES + column * step
            tile = _tile(image)
            edge = (_SIDE - tile.width) // 2
            picture.paste(tile, (left + edge, top + edge))
    picture.save(_OUTPUT.value, optimize=True)
    print(f"{_OUTPUT.value}: {len(drawn)} generators")


if __name__ == "__main__":
    app.run(main)
