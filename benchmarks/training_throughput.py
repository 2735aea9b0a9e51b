"""Training images per second of an architecture: one line of JSON.

    python benchmarks/training_throughput.py --precision=float32

The whole training is timed as `tfgan-train` does it, input pipeline included,
without what it writes now and then. The first round, which traces, is left out.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from pathlib import Path

from absl import app, flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow
from tfgan_zoo.config import PRECISIONS, TrainConfig

_MODEL = flags.DEFINE_string("model", "dcgan", "Architecture.")
_IMAGE_SIZE = flags.DEFINE_integer("image_size", 28, "Pixels.")
_BATCH_SIZE = flags.DEFINE_integer("batch_size", None, "Default: the recipe's.")
_PRECISION = flags.DEFINE_enum("precision", "auto", PRECISIONS, "As of a run.")
_ROUNDS = flags.DEFINE_integer("rounds", 5, "Timed rounds.", lower_bound=1)
_STEPS = flags.DEFINE_integer("steps", 100, "Steps a round.", lower_bound=1)


def _processor() -> str:
    """Linux names the model; `platform` only the family, if that."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line for line in lines if line.startswith("model name")]
    return names[0].split(":")[1].strip() if names else platform.processor()


def _measure(config: TrainConfig) -> tuple[TrainConfig, list[float]]:
    """Returns the settled settings and each round's images per second."""
    import tensorflow as tf

    from tfgan_zoo import data
    from tfgan_zoo.backend import keras
    from tfgan_zoo.training import building

    examples = building.load_data(config)
    config = building.settle(config, examples.spec)
    gan = building.build(
        config, examples.spec, tf.distribute.MirroredStrategy()
    )
    batches = data.batches(
        examples, batch_size=config.batch_size, seed=config.seed
    )
    speeds = []
    for _ in range(_ROUNDS.value + 1):
        ends: list[float] = []
        # Not until `fit` returns: its iterators may wait for TensorFlow then.
        clock = keras.callbacks.LambdaCallback(
            on_train_begin=lambda _, ends=ends: ends.append(
                time.perf_counter()
            ),
            on_train_end=lambda _, ends=ends: ends.append(time.perf_counter()),
        )
        gan.fit(
            batches,
            steps_per_epoch=_STEPS.value,
            callbacks=[clock],
            verbose=0,
        )
        start, end = ends
        speeds.append(_STEPS.value * config.batch_size / (end - start))
    return config, speeds[1:]


def main(argv: list[str]) -> None:
    """Measures and prints."""
    del argv
    import_tensorflow()
    import tensorflow as tf

    config, speeds = _measure(
        TrainConfig(
            model=_MODEL.value,
            image_size=_IMAGE_SIZE.value,
            batch_size=_BATCH_SIZE.value,
            precision=_PRECISION.value,
        )
    )
    result = {
        "benchmark": "training_throughput",
        "model": config.model,
        "image_shape": [config.image_size, config.image_size, config.channels],
        "batch_size": config.batch_size,
        "precision": config.precision,
        "images_per_second": {
            "median": round(statistics.median(speeds)),
            "min": round(min(speeds)),
            "max": round(max(speeds)),
            "rounds": len(speeds),
        },
        "processor": _processor(),
        "cores": os.cpu_count(),
        "gpus": len(tf.config.list_physical_devices("GPU")),
        "tensorflow": tf.__version__,
        "python": platform.python_version(),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    app.run(main)
