"""The operations that `layers.convolution` replaces, beside TensorFlow's own.

    python benchmarks/convolutions.py

By turns, at the shapes of DCGANs' layers; a table of medians, with the least
and the most. The layers' thresholds come from it.
"""

from __future__ import annotations

import functools
import statistics
import sys
import time
from pathlib import Path
from typing import Any, Callable

from absl import app, flags

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import measuring
from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow

_ROUNDS = flags.DEFINE_integer("rounds", 15, "Timed ones.", lower_bound=2)
_BATCH_SIZE = flags.DEFINE_integer("batch_size", 64, "Images.")

# Side and channels of the fine map, channels of the coarse one.
_SHAPES = (
    (28, 1, 64),
    (64, 3, 64),
    (14, 64, 128),
    (32, 64, 128),
    (16, 128, 256),
    (8, 256, 512),
)
_SIZE = 4
_STRIDE = 2


def _pairs(
    side: int, few: int, many: int, dtype: Any
) -> dict[str, tuple[Callable[[], Any], Callable[[], Any]]]:
    """Returns TensorFlow's operation and the layers', by name."""
    import tensorflow as tf

    from tfgan_zoo.layers import convolution

    def normal(*shape: int) -> tf.Tensor:
        return tf.cast(tf.random.stateless_normal(shape, [0, 0]), dtype)

    batch = _BATCH_SIZE.value
    fine = normal(batch, side, side, few)
    kernel = normal(_SIZE, _SIZE, few, many)
    coarse = normal(batch, side // _STRIDE, side // _STRIDE, many)
    own: dict[str, Any] = {
        "strides": [1, _STRIDE, _STRIDE, 1],
        "padding": "SAME",
        "out_backprop": coarse,
    }
    return {
        "inputs": (
            functools.partial(
                tf.raw_ops.Conv2DBackpropInput,
                input_sizes=fine.shape,
                filter=kernel,
                **own,
            ),
            lambda: convolution.input_gradient(coarse, kernel, _STRIDE),
        ),
        "kernel": (
            functools.partial(
                tf.raw_ops.Conv2DBackpropFilter,
                input=fine,
                filter_sizes=kernel.shape,
                **own,
            ),
            lambda: convolution.kernel_gradient(fine, coarse, _SIZE, _STRIDE),
        ),
    }


def _times(operations: tuple[Callable[[], Any], ...]) -> list[list[float]]:
    """Returns each operation's milliseconds."""
    import tensorflow as tf

    traced = [tf.function(operation) for operation in operations]
    for operation in traced:
        operation()
    times: list[list[float]] = [[] for _ in traced]
    for _ in range(_ROUNDS.value):
        for operation, own in zip(traced, times):
            start = time.perf_counter()
            operation()
            own.append(1e3 * (time.perf_counter() - start))
    return times


def _cell(values: list[float]) -> str:
    median = statistics.median(values)
    return f"{median:.1f} ({min(values):.1f} to {max(values):.1f})"


def main(argv: list[str]) -> None:
    """Prints the table."""
    del argv
    import_tensorflow()
    print(measuring.machine())
    print("| gradient for | shape | dtype | TensorFlow's, ms | ours, ms |")
    print("| --- | --- | --- | --- | --- |")
    for shape in _SHAPES:
        for dtype in ("float32", "bfloat16"):
            for name, operations in _pairs(*shape, dtype).items():
                side, few, many = shape
                cells = " | ".join(map(_cell, _times(operations)))
                described = f"{side} x {side} x {few} to {many}"
                print(f"| {name} | {described} | {dtype} | {cells} |")


if __name__ == "__main__":
    app.run(main)
