"""Makes the picture of the zoo: a row of images by each generator that ships.

    python tools/zoo_picture.py --output=docs/images/zoo.png

They are samples; of a generator that colours drawings, drawings by other hands
and what it makes of them. Other generators of images are left out.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from absl import app, flags
from PIL import Image, ImageDraw, ImageFont, ImageOps

from benchmarks import scribbles
from tfgan_zoo.pretrained import Generator, cards, load, names
from tfgan_zoo.sources import EDGES

_OUTPUT = flags.DEFINE_string("output", "docs/images/zoo.png", "The picture.")
_SIDE, _GAP, _COLUMNS = 64, 4, 12
_MARGIN, _NAMES, _TEXT = 8, 240, 15
_GROUND, _INK = (255, 255, 255), (40, 40, 40)


def _is_shown(name: str) -> bool:
    card = cards.read(name)
    return cards.samples_seeds(card) or card.get("source") == EDGES


def _row(generator: Generator) -> list[np.ndarray]:
    """Returns _COLUMNS images, uint8 [H, W, C] each."""
    if cards.samples_seeds(generator.card):
        return [*generator.sample(np.arange(_COLUMNS))]
    images: list[np.ndarray] = []
    for name in [*scribbles.THINGS][: _COLUMNS // 2]:
        drawing = scribbles.draw(
            name, "mouse", size=generator.spec.height, seed=0
        )
        images += [drawing.pixels, generator.translate(drawing.pixels)]
    return images


def _tile(image: np.ndarray) -> Image.Image:
    """Enlarges by a whole number, so that all pixels are alike."""
    tile = Image.fromarray(image.squeeze()).convert("RGB")
    if tile.width > _SIDE:
        return tile.resize((_SIDE, _SIDE), Image.Resampling.BOX)
    return ImageOps.scale(tile, _SIDE // tile.width, Image.Resampling.NEAREST)


def main(argv: list[str]) -> None:
    """Writes it."""
    del argv
    shown = [name for name in names() if _is_shown(name)]
    step = _SIDE + _GAP
    width = 2 * _MARGIN + _NAMES + _COLUMNS * step - _GAP
    height = 2 * _MARGIN + len(shown) * step - _GAP
    picture = Image.new("RGB", (width, height), _GROUND)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(_TEXT)
    for row, name in enumerate(shown):
        top = _MARGIN + row * step
        middle = top + _SIDE // 2
        pen.text((_MARGIN, middle), name, _INK, font, anchor="lm")
        for column, image in enumerate(_row(load(name))):
            left = _MARGIN + _NAMES + column * step
            tile = _tile(image)
            edge = (_SIDE - tile.width) // 2
            picture.paste(tile, (left + edge, top + edge))
    picture.save(_OUTPUT.value, optimize=True)
    print(f"{_OUTPUT.value}: {len(shown)} generators")


if __name__ == "__main__":
    app.run(main)
