"""How well a generator colours drawings by none of the artists of its data.

    python benchmarks/drawing_quality.py --model=runs/mine/export

Draws the things of `scribbles` with a clean and with a crooked hand, with
`--packages` also those of `line_icons`, thin and thick, and prints one line of
JSON for each: how much of the area within the outlines is coloured, how much is
coloured outside of them, as a share of the same area, and the mean chroma of
the colours, the difference of the largest and the smallest channel. A pixel is
coloured if one of its channels is below 225 of 255, and pixels under the lines
do not count. `--output` gets a PNG of all of them, `--strip` one of the
scribbles with a mouse above their pictures:

    python benchmarks/drawing_quality.py --seeds=1 \
        --model=pix2pix-emoji_drawings_128 --strip=docs/images/drawings.png
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from absl import app, flags

from benchmarks import scribbles
from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow

_MODEL = flags.DEFINE_string("model", "", "Export's folder, or a shipped name.")
_OUTPUT = flags.DEFINE_string("output", "drawings.png", "Gets the pictures.")
_PACKAGES = flags.DEFINE_string(
    "packages", None, "Folder of npm packages, for the icons of `line_icons`."
)
_STRIP = flags.DEFINE_string("strip", None, "Gets a few, for the README.")
_SEEDS = flags.DEFINE_integer(
    "seeds", 2, "Drawings of each thing in each style."
)
_SHOWN = ("heart", "face", "house", "tree", "apple", "fish", "mushroom")
_SHOWN += ("cup", "cat", "ice cream")


def main(argv: list[str]) -> None:
    """Draws, translates and prints."""
    del argv
    import_tensorflow()
    import tfgan_zoo
    from tfgan_zoo import images

    generator = tfgan_zoo.load(_MODEL.value)
    size = generator.spec.height
    hands = {
        hand: [
            scribbles.draw(name, hand, size=size, seed=seed)
            for seed in range(_SEEDS.value)
            for name in scribbles.THINGS
        ]
        for hand in scribbles.HANDS
    }
    if _PACKAGES.value:
        from benchmarks import line_icons

        folder = Path(_PACKAGES.value)
        for hand in line_icons.STROKES:
            hands[hand] = line_icons.draw(folder, hand, size=size)
    columns = []
    for hand, drawings in hands.items():
        sources = np.stack([drawing.pixels for drawing in drawings])
        outputs = generator.translate(sources)
        values = scribbles.measure(drawings, outputs)
        line = {name: round(value, 1) for name, value in values.items()}
        print(json.dumps({"model": _MODEL.value, "hand": hand, **line}))
        if _STRIP.value and hand == "mouse":
            _write_strip(Path(_STRIP.value), sources, outputs)
        pairs = np.concatenate([np.repeat(sources, 3, axis=-1), outputs], 2)
        columns.append(images.grid(pairs, columns=len(scribbles.THINGS)))
    images.write_png(Path(_OUTPUT.value), np.concatenate(columns))


def _write_strip(path: Path, sources: np.ndarray, outputs: np.ndarray) -> None:
    from tfgan_zoo import images

    names = list(scribbles.THINGS)
    rows = [names.index(name) for name in _SHOWN]
    both = np.concatenate([np.repeat(sources, 3, axis=-1)[rows], outputs[rows]])
    images.write_png(path, images.grid(both, columns=len(rows)))


if __name__ == "__main__":
    app.run(main)
