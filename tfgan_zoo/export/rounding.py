"""How much rounding costs a generator, by which its files are limited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable

import numpy as np

from tfgan_zoo.export import comparison, proof
from tfgan_zoo.gan import BaseGAN


def measure(
    gan: BaseGAN, rows: dict[str, np.ndarray], bits: int
) -> comparison.Differences:
    """Measures by how much rounded weights change a generator's images.

    A file holds rounded weights, so it cannot be expected to be much nearer to
    the generator than that. Of 32 bits too: where a normalisation is folded
    into a kernel, each weight is rounded once more. Files of float32 were off
    by 0.7 to 0.8 of what is measured here, for generators that magnify rounding
    little or 50,000 times as much.

    Args:
        gan: whose averaged generator it is.
        rows: inputs of `serving_default` by name, [N, ...].
        bits: 8, 16 or 32.
    """
    weights = gan.ema_generator.trainable_variables
    return measure_function(lambda: _generate(gan, rows), weights, bits)


def measure_function(
    compute: Callable[[], np.ndarray], weights: Sequence[Any], bits: int
) -> comparison.Differences:
    """Measures by how much rounded weights change what they compute.

    Args:
        compute: returns what is compared, of the weights as they are.
        weights: variables, which are as before afterwards.
        bits: 8, 16 or 32.
    """
    random = np.random.default_rng(0)
    exact = compute()
    before = [weight.numpy() for weight in weights]
    try:
        for weight, values in zip(weights, before):
            weight.assign(_round(values, bits, random))
        rounded = compute()
    finally:
        for weight, values in zip(weights, before):
            weight.assign(values)
    return comparison.compare("rounded network", rounded, exact)


def _generate(gan: BaseGAN, rows: dict[str, np.ndarray]) -> np.ndarray:
    return proof.run_in_batches(
        lambda **batch: {"images": gan(*batch.values())}, rows
    )


def _round(
    values: np.ndarray, bits: int, random: np.random.Generator
) -> np.ndarray:
    if bits == 32:  # half of them to the next number
        is_next = random.random(values.shape) < 0.5
        return np.where(
            is_next, np.nextafter(values, np.float32(np.inf)), values
        )
    if bits == 16:
        return values.astype(np.float16).astype(values.dtype)
    if values.ndim < 2:  # biases keep 32 bits
        return values
    axes = tuple(range(values.ndim - 1))
    step = np.abs(values).max(axes, keepdims=True) / 127.0
    step[step == 0.0] = 1.0
    return np.round(values / step) * step
