"""tfgan_zoo's training: the whole `fit`, with its input pipeline."""

from __future__ import annotations

import sys
import tempfile

from benchmarks import measuring
from benchmarks.peers import protocol
from benchmarks.peers.cases import (
    BETA_1,
    BETA_2,
    CASES,
    EXAMPLES,
    LATENT_DIM,
    LEARNING_RATE,
)
from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow


def _make(
    name: str, precision: str, update: str | None = None
) -> protocol.Training:
    import_tensorflow()
    import numpy as np
    import tensorflow as tf

    from tfgan_zoo import data, strategies
    from tfgan_zoo.config import TrainConfig
    from tfgan_zoo.data.store import MemoryRows
    from tfgan_zoo.export import bfloat16, saved_model
    from tfgan_zoo.training import building

    case = CASES[name]
    pixels = np.random.default_rng(0).integers(
        0, 256, (EXAMPLES, *case.image_shape), np.uint8
    )
    spec = data.DatasetSpec("noise", *case.image_shape)
    rows = MemoryRows({"image": pixels})
    examples = data.Examples(spec, rows)
    config = building.resolve(
        TrainConfig(
            model=case.model,
            width=case.width,
            batch_size=case.batch_size,
            latent_dim=LATENT_DIM,
            discriminator_steps=case.discriminator_steps,
            generator_learning_rate=LEARNING_RATE,
            discriminator_learning_rate=LEARNING_RATE,
            beta_1=BETA_1,
            beta_2=BETA_2,
            update=update,
            precision={"bfloat16": "mixed_bfloat16"}.get(precision, precision),
        ),
        spec,
    )
    strategy = strategies.get()
    gan = building.build(config, spec, strategy)
    batches = data.batches(
        examples, batch_size=config.batch_size or 0, seed=config.seed
    )

    def train(steps: int) -> float:
        return measuring.seconds_of_fit(gan, batches, steps)

    train(2)
    with tempfile.TemporaryDirectory() as folder:
        serve = None
        if precision == "bfloat16":
            serve = bfloat16.serving_function(gan)
        served = saved_model.ServedGenerator(gan, serve)
        tf.saved_model.save(served, folder, signatures=served.functions)
        loaded = tf.saved_model.load(folder)

    def draw(first: int, batch: int) -> None:
        seeds = tf.range(first, first + batch, dtype=tf.int64)
        loaded.signatures["sample"](seeds=seeds)["images"].numpy()

    def sample(count: int, batch: int) -> float:
        return protocol.timed(
            lambda: [draw(first, batch) for first in range(0, count, batch)]
        )

    networks = gan.generator, gan.discriminator
    variables = [v for one in networks for v in one.trainable_variables]
    parameters = sum(int(v.shape.num_elements()) for v in variables)
    return protocol.Training(parameters, train, sample)


if __name__ == "__main__":
    protocol.serve(lambda: _make(*sys.argv[1:]))
