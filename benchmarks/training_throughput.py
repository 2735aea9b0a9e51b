"""Training images per second of architectures: a line of JSON each.

    python benchmarks/training_throughput.py --models=dcgan,wgan_gp

The whole training is timed as `tfgan-train` does it, input pipeline included,
without what it writes now and then. An image counts once for each generator
step's minibatch, however many the discriminator takes. The architectures take
turns, round by round; the first round, which traces, is left out.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from absl import app, flags

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import measuring
from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow
from tfgan_zoo.config import PRECISIONS, TrainConfig

_MODELS = flags.DEFINE_list("models", ["dcgan"], "Architectures, or all.")
_DATASET = flags.DEFINE_string("dataset", "fashion_mnist_10k", "As of a run.")
_DATA_DIR = flags.DEFINE_string("data_dir", None, "As of a run.")
_IMAGE_SIZE = flags.DEFINE_integer("image_size", None, "Default: the data's.")
_WIDTH = flags.DEFINE_integer("width", None, "Default: the recipe's.")
_BATCH_SIZE = flags.DEFINE_integer("batch_size", None, "Default: the recipe's.")
_PRECISION = flags.DEFINE_enum("precision", "auto", PRECISIONS, "As of a run.")
_ROUNDS = flags.DEFINE_integer("rounds", 5, "Timed rounds.", lower_bound=2)
_STEPS = flags.DEFINE_integer("steps", 100, "Steps a round.", lower_bound=1)


class _Training:
    """One architecture's training, a round at a time."""

    def __init__(self, model: str) -> None:
        from tfgan_zoo import data, models, strategies
        from tfgan_zoo.training import building

        points = not models.get(model).image_sizes
        config = TrainConfig(
            model=model,
            dataset="ring8" if points else _DATASET.value,
            data_dir=_DATA_DIR.value,
            image_size=None if points else _IMAGE_SIZE.value,
            width=_WIDTH.value,
            batch_size=_BATCH_SIZE.value,
            precision=_PRECISION.value,
        )
        examples = building.load_data(config, log=lambda _: None)
        self.config = building.resolve(config, examples.spec)
        self.gan = building.build(self.config, examples.spec, strategies.get())
        self.batches = data.batches(
            examples,
            batch_size=self.config.batch_size,
            seed=self.config.seed,
        )
        self.speeds: list[float] = []
        self.processor_ms: list[float] = []
        self.resident_bytes: list[int] = []

    def round(self) -> None:
        before = time.process_time()
        seconds = measuring.seconds_of_fit(self.gan, self.batches, _STEPS.value)
        processor_ms = 1e3 * (time.process_time() - before)
        self.processor_ms.append(processor_ms / _STEPS.value)
        images = _STEPS.value * self.config.batch_size
        self.speeds.append(images / seconds)
        self.resident_bytes.append(measuring.resident_bytes())

    def result(self) -> dict[str, object]:
        config, speeds = self.config, self.speeds[1:]
        return {
            "model": config.model,
            "sample_shape": list(self.gan.image_shape),
            "batch_size": config.batch_size,
            "discriminator_steps": config.discriminator_steps,
            "width": config.width,
            "precision": config.precision,
            "images_per_second": {
                "median": round(statistics.median(speeds)),
                "min": round(min(speeds)),
                "max": round(max(speeds)),
                "rounds": len(speeds),
            },
            "processor_ms_per_step": round(
                statistics.median(self.processor_ms[1:]), 1
            ),
            "traces": self.gan.train_function.experimental_get_tracing_count(),
        }


def main(argv: list[str]) -> None:
    """Measures and prints."""
    del argv
    import_tensorflow()
    import tensorflow as tf

    from tfgan_zoo import models

    names = models.names() if _MODELS.value == ["all"] else _MODELS.value
    trainings = [_Training(name) for name in names]
    for _ in range(_ROUNDS.value + 1):
        for training in trainings:
            training.round()
    machine = {
        **measuring.machine(),
        "gpus": len(tf.config.list_physical_devices("GPU")),
        "tensorflow": tf.__version__,
    }
    for training in trainings:
        print(json.dumps({**training.result(), **machine}))
    # With one architecture the process' memory is its own.
    second, *_, last = trainings[0].resident_bytes[1:]
    print(json.dumps({"resident_growth_mb": round((last - second) / 2**20, 1)}))


if __name__ == "__main__":
    app.run(main)
