"""tfgan-encoder: trains an encoder of a generator, and adds it to an export."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from absl import flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli import app, exports, path_flags

USAGE = """
Usage: tfgan-encoder --model=NAME|PATH [FLAGS]

  tfgan-encoder --model=runs/demo
  tfgan-encoder --model=dcgan-mnist --output=exports/digits
  tfgan-encoder --model=exports/digits --dataset=photos/ --steps=10000

Trains an encoder of a generator: a small network from images to the latents,
and labels, that the generator makes such images of. It learns from samples of
the generator, whose latents are known, and from real images.

The same command resumes a training that was stopped.

The encoder is written into the export: encoder_saved_model, which
tfgan_zoo.load reads; encoder_float16.tflite; and an entry in model.json.
tfgan-sample --invert then starts from it.
"""

_MODEL = path_flags.define_path(
    "model",
    None,
    "Generator: a run folder, whose export gets the encoder; a folder that "
    "tfgan-export wrote; a name that tfgan-zoo list shows, or hf://owner/name. "
    "Required.",
)
_OUTPUT = path_flags.define_path(
    "output",
    None,
    "New folder for a copy of the export that has the encoder; a generator "
    "that ships needs one. Default: the export itself.",
)
_OVERWRITE = flags.DEFINE_bool(
    "overwrite", False, "Replace the export in --output."
)
_DATASET = flags.DEFINE_string(
    "dataset",
    None,
    "Real images to train on as well, as tfgan-train takes them: a name or a "
    "folder; `none` for samples of the generator alone. Default: the data set "
    "of the generator, if it is at hand.",
)
_DATA_DIR = path_flags.define_path(
    "data_dir",
    None,
    "Where TensorFlow data sets are stored. Default: as in the training; "
    "otherwise $TFDS_DATA_DIR, or ~/tensorflow_datasets.",
)
_DOWNLOAD = flags.DEFINE_bool(
    "download", False, "Download the data set if it is missing."
)
_STEPS = flags.DEFINE_integer(
    "steps", 3000, "Number of training steps.", 1, 10_000_000
)
_BATCH_SIZE = flags.DEFINE_integer(
    "batch_size",
    32,
    "Number of samples a step, and of real images as well.",
    1,
    4096,
)
_WIDTH = flags.DEFINE_integer(
    "width", 32, "Channels of the encoder's first convolution.", 1, 256
)
_LEARNING_RATE = flags.DEFINE_float(
    "learning_rate",
    1e-3,
    "Learning rate of Adam at the start; it falls to 0.",
    1e-6,
    0.1,
)
_SEED = flags.DEFINE_integer(
    "seed",
    0,
    "Seed of weights, samples and the order of images.",
    0,
    2**31 - 1,
)
_WORK_DIR = path_flags.define_path(
    "work_dir",
    None,
    "Folder that keeps the state of the training, to resume it; the state is "
    "removed when the encoder is written. Default: beside the export, with "
    ".encoder after its name.",
)
_TRUST = flags.DEFINE_bool(
    "trust",
    False,
    "Load an export even if it has changed since it was written, or has "
    "operators that could access files, processes or the network.",
)


def main() -> None:
    """Trains, prints and writes."""
    start = time.monotonic()
    model = app.required(_MODEL)
    output = Path(_OUTPUT.value) if _OUTPUT.value else None
    export = exports.locate(model, output, "an encoder")
    app.import_tensorflow()
    from tfgan_zoo.encoders import (
        RealData,
        Training,
        file_names,
        train,
        writing,
    )
    from tfgan_zoo.encoders.state import NAME, require_place

    training = Training(
        steps=_STEPS.value,
        batch_size=_BATCH_SIZE.value,
        seed=_SEED.value,
        width=_WIDTH.value,
        learning_rate=_LEARNING_RATE.value,
    )
    writing.require_output(export, output, overwrite=_OVERWRITE.value)
    work_dir = _work_dir(output or export)
    require_place(work_dir, export, output or export)
    result = train(
        export,
        training,
        real_data=RealData(_DATASET.value, _DATA_DIR.value, _DOWNLOAD.value),
        work_dir=work_dir,
        log=_print,
        trust=_TRUST.value,
    )
    folder = writing.write(result, export, output, overwrite=_OVERWRITE.value)
    (work_dir / NAME).unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # it holds other files
        work_dir.rmdir()
    errors = ", ".join(
        f"{name.replace('_', ' ')} {error:.4f}"
        for name, error in result.errors.items()
    )
    print(f"\nErrors: {errors}")
    print(
        f"Written: an encoder, to {folder / file_names.SAVED_MODEL} "
        f"and {file_names.TFLITE} "
        f"({time.monotonic() - start:.0f} s in all)"
    )


def _work_dir(folder: Path) -> Path:
    if _WORK_DIR.value:
        return Path(_WORK_DIR.value)
    folder = folder.resolve()
    return folder.with_name(f"{folder.name}.encoder")


def _print(line: str) -> None:
    print(line, flush=True)


def run() -> None:
    """The console script."""
    app.run(main, __name__, USAGE)


if __name__ == "__main__":
    run()
