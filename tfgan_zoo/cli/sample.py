"""tfgan-sample: images of an exported generator, from its files alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from absl import flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli import app

USAGE = """
tfgan-sample --model=DIR --count=64 --seed=0 --output=grid.png

Writes a grid of images of an export. Image i is that of the seed --seed + i,
the same one whatever the count.
"""

_LAST_SEED = 2**63 - 1  # the signature takes int64

_MODEL = flags.DEFINE_string("model", None, "Folder that tfgan-export wrote.")
_COUNT = flags.DEFINE_integer("count", 64, "Images.", lower_bound=1)
_SEED = flags.DEFINE_integer("seed", 0, "Of the first image.", lower_bound=0)
_COLUMNS = flags.DEFINE_integer(
    "columns", None, "Images a row; by default as square as it can be.", 1
)
_OUTPUT = flags.DEFINE_string("output", "samples.png", "PNG file to write.")


def main() -> None:
    """Samples."""
    model = Path(app.required(_MODEL))
    last = _SEED.value + _COUNT.value - 1
    if last > _LAST_SEED:
        raise ValueError(
            f"--seed + --count - 1 must be at most {_LAST_SEED}. "
            f"Received: {last}."
        )
    output = Path(_OUTPUT.value)
    if output.suffix.lower() != ".png":
        raise ValueError(f"--output must end in .png. Received: {output}.")
    app.import_tensorflow()
    from tfgan_zoo import images
    from tfgan_zoo.export.sampler import Sampler

    sampler = Sampler(model)
    seeds = np.arange(_COUNT.value, dtype=np.int64) + np.int64(_SEED.value)
    grid = images.grid(sampler(seeds), columns=_COLUMNS.value)
    images.write_png(output, grid)
    print(f"{_COUNT.value} images of {sampler.card['architecture']}: {output}")


def run() -> None:
    """The console script."""
    app.run(main, __name__, USAGE)


if __name__ == "__main__":
    run()
