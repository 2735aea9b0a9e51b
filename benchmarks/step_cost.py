"""FLOP and bytes of a training step, and what larger machines make of them.

    python benchmarks/step_cost.py --model=dcgan --image_size=64 --channels=3

Both are counted in the traced graph, in float32 and as it is before TensorFlow
optimizes it: multiplications and additions of convolutions and matrix products;
and the inputs and outputs of every operation, each read or written once, as if
nothing were fused or stayed in a cache; an assignment to a variable counts
without the variable. A lazy penalty counts as if it were in every step.

The time that a machine needs for an image is estimated by the roofline of
Williams et al. 2009: the longer of the arithmetic's and the memory's, in
bfloat16, with half of the bytes. Fusion and caches can make the second shorter;
the first is a bound.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from absl import app, flags

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.operation_costs import (
    flop,
    machine_table,
    moved_bytes,
    operations,
)
from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow
from tfgan_zoo.config import TrainConfig

if TYPE_CHECKING:
    import tensorflow as tf

_MODEL = flags.DEFINE_string("model", "dcgan", "Architecture.")
_IMAGE_SIZE = flags.DEFINE_integer("image_size", 64, "In pixels.")
_CHANNELS = flags.DEFINE_integer("channels", 3, "Of the images.")
_WIDTH = flags.DEFINE_integer("width", None, "Default: the recipe's.")
_BATCH_SIZE = flags.DEFINE_integer("batch_size", None, "As --width.")
_IMAGES = flags.DEFINE_float("images", 288e6, "Of the whole training.", 1.0)


def _step_graph() -> tuple[tf.Graph, int, int]:
    """Returns the graph of a step, the images of a batch, and parameters."""
    import tensorflow as tf

    from tfgan_zoo import data, strategies
    from tfgan_zoo.training import building

    spec = data.DatasetSpec("noise", *[_IMAGE_SIZE.value] * 2, _CHANNELS.value)
    config = TrainConfig(
        model=_MODEL.value,
        width=_WIDTH.value,
        batch_size=_BATCH_SIZE.value,
        precision="float32",
    )
    config = building.resolve(config, spec)
    gan = building.build(config, spec, strategies.get("one_device"))
    count = config.batch_size * (config.discriminator_steps or 1)
    batch = tf.TensorSpec([count, *spec.image_shape])
    traced = tf.function(gan.train_step).get_concrete_function(batch)
    networks = (gan.generator, gan.discriminator)
    parameters = sum(
        math.prod(weight.shape)
        for network in networks
        for weight in network.trainable_variables
    )
    return traced.graph, config.batch_size, parameters


def main(argv: list[str]) -> None:
    """Counts and prints."""
    del argv
    import_tensorflow()
    graph, batch_size, parameters = _step_graph()
    found = [*operations(graph)]
    flop_image = sum(map(flop, found)) / batch_size
    bytes_image = sum(map(moved_bytes, found)) / batch_size
    print(
        f"{_MODEL.value}, {_IMAGE_SIZE.value} pixels, batches of {batch_size}: "
        f"{flop_image / 1e9:.2f} GFLOP and {bytes_image / 1e6:.1f} MB an image "
        f"in float32, {flop_image / bytes_image:.0f} FLOP a byte; "
        f"{parameters:,} parameters\n"
    )
    print(
        "\n".join(machine_table(flop_image, bytes_image / 2.0, _IMAGES.value))
    )


if __name__ == "__main__":
    app.run(main)
