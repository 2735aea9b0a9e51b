"""The operations that layers replace, beside TensorFlow's own.

    python benchmarks/convolutions.py

Gradients of convolutions, at the shapes of DCGAN's and R3GAN's layers, and
bilinear upsampling with its gradient: by turns, a table of medians, with the
least and the most. The thresholds in `layers/convolution_gradients.py` come
from it.
"""

from __future__ import annotations

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

# Side and channels of the fine map, channels of the coarse one, the kernel's
# size and stride.
_CONVOLUTIONS = (
    (28, 1, 64, 4, 2),
    (64, 3, 64, 4, 2),
    (14, 64, 128, 4, 2),
    (32, 64, 128, 4, 2),
    (16, 128, 256, 4, 2),
    (8, 256, 512, 4, 2),
    (8, 128, 128, 1, 1),
    (16, 64, 64, 1, 1),
    (32, 32, 32, 1, 1),
)
# Side and channels of the map that is doubled.
_UPSAMPLINGS = ((8, 128), (16, 64), (32, 32))

_DTYPES = ("float32", "bfloat16")

_Pair = tuple[Callable[[], Any], Callable[[], Any]]


def _gradients(
    side: int, few: int, many: int, size: int, stride: int, dtype: Any
) -> dict[str, _Pair]:
    """Returns TensorFlow's operation and the layers', by name."""
    import tensorflow as tf

    from tfgan_zoo.layers import convolution_gradients as own_gradients

    def normal(*shape: int) -> tf.Tensor:
        return tf.cast(tf.random.stateless_normal(shape, [0, 0]), dtype)

    batch = _BATCH_SIZE.value
    fine = normal(batch, side, side, few)
    kernel = normal(size, size, few, many)
    coarse = normal(batch, side // stride, side // stride, many)
    own: dict[str, Any] = {
        "strides": [1, stride, stride, 1],
        "padding": "SAME",
        "out_backprop": coarse,
    }
    return {
        "inputs": (
            lambda: tf.raw_ops.Conv2DBackpropInput(
                input_sizes=fine.shape, filter=kernel, **own
            ),
            lambda: own_gradients.input_gradient(coarse, kernel, stride),
        ),
        "kernel": (
            lambda: tf.raw_ops.Conv2DBackpropFilter(
                input=fine, filter_sizes=kernel.shape, **own
            ),
            lambda: own_gradients.kernel_gradient(fine, coarse, size, stride),
        ),
    }


def _upsamplings(side: int, channels: int, dtype: Any) -> _Pair:
    """Returns TensorFlow's operator and the layer, each with its gradient."""
    import tensorflow as tf

    from tfgan_zoo.layers import BilinearUpsampling2D

    batch = _BATCH_SIZE.value
    shape = [batch, side, side, channels]
    maps = tf.cast(tf.random.stateless_normal(shape, [0, 0]), dtype)
    layer = BilinearUpsampling2D(dtype=dtype)

    def resize(x: tf.Tensor) -> tf.Tensor:
        return tf.cast(tf.image.resize(x, [2 * side, 2 * side]), dtype)

    def with_gradient(double: Callable[[tf.Tensor], tf.Tensor]) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(maps)
            doubled = double(maps)
        return doubled, tape.gradient(doubled, maps)

    return lambda: with_gradient(resize), lambda: with_gradient(layer)


def _times(operations: _Pair) -> list[list[float]]:
    """Returns each operation's milliseconds."""
    import tensorflow as tf

    traced = [tf.function(operation) for operation in operations]
    for operation in traced:
        operation()
    times: list[list[float]] = [[] for _ in traced]
    both = [*zip(traced, times)]
    for _ in range(_ROUNDS.value):
        both.reverse()
        for operation, own in both:
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
    for shape in _CONVOLUTIONS:
        for dtype in _DTYPES:
            for name, operations in _gradients(*shape, dtype).items():
                side, few, many, size, _ = shape
                described = f"{side} x {side} x {few} to {many}, {size}x{size}"
                cells = " | ".join(map(_cell, _times(operations)))
                print(f"| {name} | {described} | {dtype} | {cells} |")
    print("\n| doubled, and back | dtype | TensorFlow's, ms | ours, ms |")
    print("| --- | --- | --- | --- |")
    for side, channels in _UPSAMPLINGS:
        for dtype in _DTYPES:
            times = _times(_upsamplings(side, channels, dtype))
            cells = " | ".join(map(_cell, times))
            print(f"| {side} x {side} x {channels} | {dtype} | {cells} |")


if __name__ == "__main__":
    app.run(main)
