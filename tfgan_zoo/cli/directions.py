"""tfgan-directions: finds and names directions of a generator's latents."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from absl import flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli import app, exports, path_flags

if TYPE_CHECKING:
    from tfgan_zoo.directions import Search, SearchResult

USAGE = """
Usage: tfgan-directions --model=NAME|PATH [FLAGS]

  tfgan-directions --model=runs/demo
  tfgan-directions --model=infogan-mnist --output=exports/digits
  tfgan-directions --model=exports/digits --independent=classes \\
      --measures=slant,stroke_width

Finds directions of the latents of a generator and names them by what they
change: what can be measured on images, such as slant or size; the classes of
the data set; the principal components of the images; and the factors of the
generator's first layer.

Each line says how far one step, a standard deviation of the latents, moves
what the direction names, in standard deviations among samples (sd); how well
steps and values correlate within a sample (r); and, if a classifier of such
images comes with the package, the share of samples that keep their class.

The directions are written into the export: directions.npz, which tfgan_zoo.load
reads; directions.png, with steps from -2 to 2; and an entry in model.json.
"""

_MODEL = path_flags.define_path(
    "model",
    None,
    "Generator: a run folder, whose export gets the directions; a folder that "
    "tfgan-export wrote; a name that tfgan-zoo list shows, or hf://owner/name. "
    "Required.",
)
_OUTPUT = path_flags.define_path(
    "output",
    None,
    "New folder for a copy of the export that has the directions; a generator "
    "that ships needs one. Default: the export itself.",
)
_OVERWRITE = flags.DEFINE_bool(
    "overwrite", False, "Replace the export in --output."
)
_MEASURES = flags.DEFINE_list(
    "measures",
    None,
    "What to measure on images, of brightness, contrast, slant, stroke_width, "
    "symmetry, size, aspect_ratio and, in colour, saturation and warmth. "
    "Default: all.",
)
_CLASSES = flags.DEFINE_bool(
    "classes",
    None,
    "Find a direction for each class. Default: on if a classifier of such "
    "images comes with the package, and no label or category of the "
    "generator decides on the class.",
)
_COMPONENTS = flags.DEFINE_integer(
    "components", 4, "Number of principal components.", 0, 64
)
_FACTORS = flags.DEFINE_integer(
    "factors", 4, "Number of factors of the first layer.", 0, 64
)
_INDEPENDENT = flags.DEFINE_list(
    "independent",
    None,
    "What other directions of measures and classes are to leave as it is: "
    "measures, or `classes` for all of these.",
)
_MIN_CORRELATION = flags.DEFINE_float(
    "min_correlation",
    0.5,
    "Directions of measures and classes that move what they name less "
    "reliably are left out.",
    0.0,
    1.0,
)
_SAMPLES = flags.DEFINE_integer(
    "samples", 4000, "Number of samples to fit directions to.", 100, 100_000
)
_TRIALS = flags.DEFINE_integer(
    "trials", 250, "Number of further samples to try them on.", 10, 100_000
)
_SEED = flags.DEFINE_integer(
    "seed", 0, "Seed of the first sample; the next one has the next seed.", 0
)
_TRUST = flags.DEFINE_bool(
    "trust",
    False,
    "Load an export even if it has changed since it was written, or has "
    "operators that could access files, processes or the network.",
)


def main() -> None:
    """Finds, prints and writes."""
    start = time.monotonic()
    model = app.required(_MODEL)
    output = Path(_OUTPUT.value) if _OUTPUT.value else None
    export = exports.locate(model, output, "directions")
    app.import_tensorflow()
    from tfgan_zoo.directions import file, find, writing

    search = _search()
    writing.require_output(export, output, overwrite=_OVERWRITE.value)
    result = find(export, search, log=_print, trust=_TRUST.value)
    _explain(result)
    folder = writing.write(result, export, output, overwrite=_OVERWRITE.value)
    count, seconds = len(result.directions), time.monotonic() - start
    directions = "1 direction" if count == 1 else f"{count} directions"
    print(
        f"\nWritten: {directions}, to {folder / file.NAME} and "
        f"{file.PICTURE_NAME} ({seconds:.0f} s in all)"
    )


def _search() -> Search:
    from tfgan_zoo.directions import Search

    measures = _MEASURES.value
    return Search(
        measures=None if measures is None else tuple(measures),
        classes=_CLASSES.value,
        components=_COMPONENTS.value,
        factors=_FACTORS.value,
        samples=_SAMPLES.value,
        trials=_TRIALS.value,
        seed=_SEED.value,
        independent=tuple(_INDEPENDENT.value or ()),
        min_correlation=_MIN_CORRELATION.value,
    )


def _print(line: str) -> None:
    print(line, flush=True)


def _explain(result: SearchResult) -> None:
    if result.left_out:
        named = ", ".join(
            f"{name.replace('_', ' ')} ({correlation:.2f})"
            for name, correlation in result.left_out.items()
        )
        print(
            "\nLeft out, as they do not vary or r is below "
            f"{result.search.min_correlation:g}: {named}"
        )


def run() -> None:
    """The console script."""
    app.run(main, __name__, USAGE)


if __name__ == "__main__":
    run()
