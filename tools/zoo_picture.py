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

from benchmarks import scribbles
from tfgan_zoo.pretrained import Generator, cards, gallery, load
from tfgan_zoo.sources import EDGES
from tools.picture_rows import draw_rows

_OUTPUT = flags.DEFINE_string("output", "docs/images/zoo.png", "The picture.")
_COLUMNS = 12


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
            name, "mouse", size=generator.card["image_shape"][0], seed=0
        )
        images += [drawing.pixels, generator.translate(drawing.pixels)]
    return images


def main(argv: list[str]) -> None:
    """Writes it."""
    del argv
    shown = [name for name in gallery.ordered_names() if _is_shown(name)]
    picture = draw_rows({name: _row(load(name)) for name in shown})
    picture.save(_OUTPUT.value, optimize=True)
    print(f"{_OUTPUT.value}: {len(shown)} generators")


if __name__ == "__main__":
    app.run(main)
