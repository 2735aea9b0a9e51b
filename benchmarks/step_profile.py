"""Where the time of a training step goes, by kind of operation.

    python benchmarks/step_profile.py --precision=float32

Traces some steps with TensorFlow's profiler and adds up the operations'
durations; on several threads they overlap, so their sum is above the step's.
Beside it the rate of a convolution and of a matrix product alone, the largest
of a DCGAN of 28 pixels: what the machine can do.
"""

from __future__ import annotations

import collections
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Callable

import numpy as np
from absl import app, flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow
from tfgan_zoo.config import PRECISIONS, TrainConfig

_MODEL = flags.DEFINE_string("model", "dcgan", "Architecture.")
_IMAGE_SIZE = flags.DEFINE_integer("image_size", 28, "In pixels.")
_WIDTH = flags.DEFINE_integer("width", 64, "As of a recipe.")
_BATCH_SIZE = flags.DEFINE_integer("batch_size", 256, "As of a recipe.")
_PRECISION = flags.DEFINE_enum("precision", "auto", PRECISIONS, "As of a run.")
_STEPS = flags.DEFINE_integer("steps", 10, "Traced ones.", lower_bound=1)

# What an operation's name holds: its kind; the first that fits.
_KINDS = {
    "Conv2D": "convolutions",
    "MatMul": "matrix products",
    "BatchNorm": "batch norm",
    "Relu": "activations",
    "Tanh": "activations",
    "Random": "random numbers",
    "VariableOp": "reading and writing weights",
    "Sqrt": "optimizers, average and losses",
    "Mul": "optimizers, average and losses",
    "Add": "optimizers, average and losses",
    "Sub": "optimizers, average and losses",
    "Div": "optimizers, average and losses",
    "Square": "optimizers, average and losses",
    "Cast": "casts",
}


def _kind(operation: str) -> str:
    found = (kind for part, kind in _KINDS.items() if part in operation)
    return next(found, "rest")


def _training() -> tuple[Callable[[], Any], str]:
    """Returns what does a step, traced, and the precision."""
    import tensorflow as tf

    from tfgan_zoo import data, strategies
    from tfgan_zoo.training import building

    shape = (_IMAGE_SIZE.value, _IMAGE_SIZE.value, 1)
    config = building.resolve(
        TrainConfig(
            model=_MODEL.value,
            width=_WIDTH.value,
            batch_size=_BATCH_SIZE.value,
            precision=_PRECISION.value,
        ),
        data.DatasetSpec("noise", *shape),
    )
    strategy = strategies.get()
    spec = data.DatasetSpec("noise", *shape)
    gan = building.build(config, spec, strategy)
    count = _BATCH_SIZE.value * (config.discriminator_steps or 1)
    batch = tf.random.stateless_uniform([count, *shape], [0, 0], -1.0, 1.0)

    @tf.function
    def step() -> None:
        strategy.run(gan.train_step, args=(batch,))

    for _ in range(3):
        step()
    return step, config.precision


def _durations(step: Callable[[], Any]) -> tuple[dict[str, float], float]:
    """Returns the milliseconds a step of each kind, and of the step."""
    import tensorflow as tf
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    with tempfile.TemporaryDirectory() as folder:
        options = tf.profiler.experimental.ProfilerOptions(
            host_tracer_level=2, python_tracer_level=0
        )
        tf.profiler.experimental.start(folder, options=options)
        start = time.perf_counter()
        for _ in range(_STEPS.value):
            step()
        whole = time.perf_counter() - start
        tf.profiler.experimental.stop()
        (path,) = Path(folder).rglob("*.xplane.pb")
        space = xplane_pb2.XSpace.FromString(path.read_bytes())
    totals: dict[str, float] = collections.Counter()
    for plane in space.planes:
        if plane.name != "/host:CPU":
            continue
        for event in (event for line in plane.lines for event in line.events):
            # `name:Operation`; what C++ traces of itself has two colons.
            name = plane.event_metadata[event.metadata_id].name
            _, colon, operation = name.rpartition(":")
            if colon and "::" not in name and "inference" not in operation:
                milliseconds = event.duration_ps / 1e9 / _STEPS.value
                totals[_kind(operation)] += milliseconds
    return totals, 1e3 * whole / _STEPS.value


def _rates(precision: str) -> dict[str, float]:
    """Returns GFLOP/s of operations alone."""
    import tensorflow as tf

    dtype = tf.bfloat16 if "bfloat16" in precision else tf.float32
    random = np.random.default_rng(0)

    def normal(*shape: int) -> tf.Tensor:
        return tf.cast(random.normal(size=shape), dtype)

    x, kernel, y = (
        normal(256, 14, 14, 64),
        normal(4, 4, 64, 128),
        normal(256, 7, 7, 128),
    )
    rows, matrix = normal(256 * 49, 1024), normal(1024, 128)
    same: dict[str, Any] = {"strides": [1, 2, 2, 1], "padding": "SAME"}
    operations = {
        "convolution": lambda: tf.nn.conv2d(x, kernel, 2, "SAME"),
        "its weights' gradient": lambda: tf.raw_ops.Conv2DBackpropFilter(
            input=x, filter_sizes=kernel.shape, out_backprop=y, **same
        ),
        "its inputs' gradient": lambda: tf.raw_ops.Conv2DBackpropInput(
            input_sizes=x.shape, filter=kernel, out_backprop=y, **same
        ),
        "matrix product": lambda: tf.matmul(rows, matrix),
    }
    flop = 2 * 256 * 49 * 1024 * 128
    rates = {}
    for name, operation in operations.items():
        seconds = []
        for _ in range(13):
            start = time.perf_counter()
            operation().shape  # noqa: B018  (waits, on a processor)
            seconds.append(time.perf_counter() - start)
        rates[name] = flop / statistics.median(seconds[3:]) / 1e9
    return rates


def main(argv: list[str]) -> None:
    """Measures and prints."""
    del argv
    import_tensorflow()
    step, precision = _training()
    durations, whole = _durations(step)
    total = sum(durations.values())
    print(f"{_MODEL.value}, {precision}: {whole:.0f} ms a step")
    print("\n| operations | ms | share, % |\n| --- | --- | --- |")
    for kind, value in sorted(durations.items(), key=lambda item: -item[1]):
        print(f"| {kind} | {value:.1f} | {100 * value / total:.0f} |")
    print("\n| alone | GFLOP/s |\n| --- | --- |")
    for name, rate in _rates(precision).items():
        print(f"| {name} | {rate:.0f} |")


if __name__ == "__main__":
    app.run(main)
