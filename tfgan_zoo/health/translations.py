"""What translations tell beside their sources and targets."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfgan_zoo.health import measures
from tfgan_zoo.health.measures import ratio
from tfgan_zoo.health.signals import Record

_GREY_LEVEL = 1.0 / 127.5  # of pixels in [-1, 1]
# With colours that vary less, in grey levels, targets are grey or of one hue.
_LEAST_VARIETY = 2.0


def measure(
    sources: np.ndarray,
    translated: np.ndarray,
    targets: np.ndarray,
    *,
    is_paired: bool,
) -> Record:
    """Returns the signals of translations.

    Args:
        sources: uint8 [N, h, w, c], N at least 2.
        translated: what was made of them, uint8 [N, H, W, C].
        targets: what should have been made of them, or unpaired examples,
            uint8 [N, H, W, C].
        is_paired: which of the two.
    """
    height = targets.shape[1] // sources.shape[1]
    width = targets.shape[2] // sources.shape[2]
    enlarged = sources.repeat(height, axis=1).repeat(width, axis=2)
    signals = {
        "source_distance": ratio(
            _difference(translated, enlarged), _difference(targets, enlarged)
        )
    }
    if is_paired:
        signals["source_match"] = _match(translated, targets)
    variety = color_variety(targets)
    if variety > _LEAST_VARIETY:
        signals["color_variety"] = color_variety(translated) / variety
    return signals


def color_variety(images: np.ndarray) -> float:
    """Returns how many ways colours differ in, in grey levels.

    The standard deviation of all pixels' colours in the direction in which they
    vary the least, of red minus green and yellow minus blue: 0 of grey images,
    of images of one colour, and of light and dark shades of one.

    Args:
        images: uint8 [N, H, W, C]; 0 where C is 1.
    """
    if images.shape[-1] != 3:
        return 0.0
    red, green, blue = np.moveaxis(images.astype(np.float32), -1, 0)
    opponents = [(red - green).ravel(), ((red + green) / 2.0 - blue).ravel()]
    least = np.linalg.eigvalsh(np.cov(opponents))[0]
    return float(np.sqrt(max(least, 0.0)))


def noise_like(images: tf.Tensor, number: tf.Tensor) -> tf.Tensor:
    """Returns noise of less than one grey level, uniform, of images' shape.

    Args:
        images: float32, in [-1, 1].
        number: int32 scalar; another one gives other noise.
    """
    return tf.random.stateless_uniform(
        tf.shape(images),
        tf.stack([number, 1]),
        -_GREY_LEVEL,
        _GREY_LEVEL,
        alg="philox",
    )


def measure_cycles(distances: np.ndarray, noisy: np.ndarray) -> Record:
    """Returns the signals of images that were translated and back.

    Args:
        distances: mean absolute differences from what they were, of pixels in
            [-1, 1]; of sources first, then of images.
        noisy: the same, with `noise_like` on the translations.
    """
    effects = [ratio(*pair) for pair in zip(noisy, distances)]
    return {
        "cycle_distance": float(distances[0]) / _GREY_LEVEL,
        "cycle_noise_effect": max(effects),
    }


def _difference(first: np.ndarray, second: np.ndarray) -> float:
    # Of grey beside colour, each colour differs.
    return float(np.abs(first.astype(np.int16) - second).mean())


def _match(translated: np.ndarray, targets: np.ndarray) -> float:
    """How often a translation is nearer to its target than to another one."""
    distances = measures.distances(
        measures.flat(translated), measures.flat(targets)
    )
    count = len(distances)
    beyond = distances - np.diag(distances)[:, np.newaxis]
    # The diagonal is a tie.
    wins = np.sum(beyond > 0) + 0.5 * (np.sum(beyond == 0) - count)
    return float(wins / (count * (count - 1)))
