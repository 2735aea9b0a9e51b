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
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from absl import app, flags

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


class Machine(NamedTuple):
    """Peak rates, as the maker of a machine states them.

    Attributes:
        name: of the machine.
        flop_s: FLOP in a second, of dense matrices in bfloat16.
        bytes_s: bytes in a second, of its memory.
    """

    name: str
    flop_s: float
    bytes_s: float


# NVIDIA's data sheet of the H100, without sparsity; Cloud TPU's documentation.
MACHINES = (
    Machine("one NVIDIA H100 SXM", 989e12, 3.35e12),
    Machine("one TPU v5e", 197e12, 819e9),
    Machine("a pod of 256 TPU v5e", 256 * 197e12, 256 * 819e9),
)
_FUNCTION_ATTRIBUTES = ("f", "then_branch", "else_branch", "cond", "body")
# What says where data are, and moves none.
_NO_TRAFFIC = {
    "Identity",
    "IdentityN",
    "ReadVariableOp",
    "Reshape",
    "StopGradient",
}


def operations(graph: tf.Graph) -> Iterator[tf.Operation]:
    """Yields those of a graph and of the functions that it calls.

    Of a loop it is one round, of a condition both branches.
    """
    for operation in graph.get_operations():
        called = [
            n for n in _FUNCTION_ATTRIBUTES if n in operation.node_def.attr
        ]
        for name in called:
            function = operation.get_attr(name).name
            yield from operations(graph._get_function(function).graph)
        if not called:
            yield operation


def flop(operation: tf.Operation) -> int:
    """Returns the multiplications and additions of an operation.

    Those of a convolution are the same as of each of its gradients.
    """
    inputs = [entry.shape for entry in operation.inputs]
    output = operation.outputs[0].shape if operation.outputs else None
    kind = operation.type
    if kind == "Conv2D":
        return 2 * output.num_elements() * math.prod(inputs[1][:3])
    if kind == "Conv2DBackpropInput":
        return 2 * inputs[2].num_elements() * math.prod(inputs[1][:3])
    if kind == "Conv2DBackpropFilter":
        return 2 * inputs[2].num_elements() * math.prod(output[:3])
    if kind == "MatMul":
        inner = inputs[0][0 if operation.get_attr("transpose_a") else 1]
        return 2 * output.num_elements() * inner
    if kind == "BatchMatMulV2":
        inner = inputs[0][-2 if operation.get_attr("adj_x") else -1]
        return 2 * output.num_elements() * inner
    return 0


def moved_bytes(operation: tf.Operation) -> int:
    """Returns the bytes of what an operation reads and writes."""
    if operation.type in _NO_TRAFFIC or not operation.inputs:
        return 0
    return sum(
        entry.dtype.size * (entry.shape.num_elements() or 0)
        for entry in (*operation.inputs, *operation.outputs)
        if entry.dtype.size and entry.shape.rank is not None
    )


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


def machine_table(
    flop_image: float, bytes_image: float, images: float
) -> list[str]:
    """Returns the table of machines, in Markdown.

    Args:
        flop_image: FLOP of an image.
        bytes_image: moved for an image, in bfloat16.
        images: of the whole training.
    """
    lines = [
        "| machine | arithmetic, images/s | memory, images/s | images an hour "
        "| the whole training, hours | at peak arithmetic, hours |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for machine in MACHINES:
        rates = (machine.flop_s / flop_image, machine.bytes_s / bytes_image)
        hour = 3600.0 * min(rates)
        lines.append(
            f"| {machine.name} | {rates[0]:,.0f} | {rates[1]:,.0f} | "
            f"{hour / 1e6:,.0f} million | {images / hour:.2g} | "
            f"{images / rates[0] / 3600.0:.2g} |"
        )
    return lines


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
