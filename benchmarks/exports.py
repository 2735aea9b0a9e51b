"""What every architecture's export is: Markdown of `docs/results/export.md`.

    python benchmarks/exports.py --steps=60

Each is trained for some steps by its recipe, at its recipe's width, and
exported in every TFLite variant. A model that has hardly learnt is enough to
see how its files differ: its weights and statistics are no longer those it
began with.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from absl import app, flags

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow
from tfgan_zoo.config import TrainConfig

_MODELS = flags.DEFINE_list("models", ["all"], "Architectures, or all.")
_DATASET = flags.DEFINE_string("dataset", "fashion_mnist_10k", "As of a run.")
_DATA_DIR = flags.DEFINE_string("data_dir", None, "As of a run.")
_STEPS = flags.DEFINE_integer("steps", 60, "Of each training.", 1)


def _config(model: str) -> TrainConfig:
    from tfgan_zoo import models

    sizes = models.get(model).image_sizes
    return TrainConfig(
        model=model,
        dataset=_DATASET.value if sizes else "ring8",
        data_dir=_DATA_DIR.value,
        image_size=min(sizes) if sizes else None,
        steps=_STEPS.value,
        # The average follows a short training.
        ema_decay=0.9,
    )


def _export(model: str, folder: Path) -> str:
    """Returns the report of an architecture's export."""
    import numpy as np

    from tfgan_zoo import data, strategies
    from tfgan_zoo.export import exporter, report_text, variants
    from tfgan_zoo.export.run import make_metadata
    from tfgan_zoo.export.tflite_settings import TFLiteSettings
    from tfgan_zoo.training import building

    examples = building.load_data(_config(model), log=lambda _: None)
    config = building.resolve(_config(model), examples.spec)
    gan = building.build(config, examples.spec, strategies.get())
    batches = data.batches(
        examples, batch_size=config.batch_size, seed=config.seed
    )
    gan.fit(batches, steps_per_epoch=config.steps, verbose=0)
    exported = building.build_untrained(config, examples.spec)
    exported.ema_generator.set_weights(gan.ema_generator.get_weights())
    parameters = sum(
        int(np.prod(variable.shape))
        for variable in exported.ema_generator.trainable_variables
    )
    names = [
        name
        for name, variant in variants.VARIANTS.items()
        if len(gan.image_shape) == 3 or not variant.uses_uint8
    ]
    done = exporter.export(
        exported,
        make_metadata(config, examples.spec, exported, config.steps, {}),
        folder / model,
        tflite_files=TFLiteSettings(names),
    )
    shape = " x ".join(str(size) for size in gan.image_shape)
    return (
        f"## {model}\n\nWidth {config.width}, {parameters:,} parameters, "
        f"{shape}.\n\n{report_text.to_markdown(done.reports)}"
    )


def main(argv: list[str]) -> None:
    """Trains, exports and prints."""
    del argv
    import_tensorflow()
    from tfgan_zoo import models

    names = models.names() if _MODELS.value == ["all"] else _MODELS.value
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            print(_export(name, Path(folder)), flush=True)


if __name__ == "__main__":
    app.run(main)
