"""Latent distributions: pure functions of standard normals.

Thus training steps and samples of a seed get latents in the same way, and an
exported generator's `sample` needs no other random numbers.
"""

from __future__ import annotations

import math
from typing import Callable

import tensorflow as tf

from tfgan_zoo import checks

Distribution = Callable[[tf.Tensor], tf.Tensor]

# The name, in an export's metadata, of a user's function.
CUSTOM = "custom"

_TRUNCATED_AT = 2.0


def normal(normals: tf.Tensor) -> tf.Tensor:
    """Standard normals, unchanged."""
    return normals


def uniform(normals: tf.Tensor) -> tf.Tensor:
    """Uniform in (-1, 1), Radford et al. 2015 (arXiv:1511.06434), section 4."""
    return tf.math.erf(normals / math.sqrt(2.0))  # 2 Phi(x) - 1


def truncated(
    normals: tf.Tensor, threshold: float = _TRUNCATED_AT
) -> tf.Tensor:
    """Standard normals, conditioned on lying within +-`threshold`.

    Brock et al. 2019 (arXiv:1809.11096), section 3.1, resample values outside;
    quantiles give the same distribution from a single sample.

    Args:
        normals: float32 [N, Z].
        threshold: above 0, in standard deviations.
    """
    share = math.erf(threshold / math.sqrt(2.0))
    return math.sqrt(2.0) * tf.math.erfinv(share * uniform(normals))


_DISTRIBUTIONS: dict[str, Distribution] = {
    "normal": normal,
    "truncated": truncated,
    "uniform": uniform,
}


def names() -> list[str]:
    """Returns the names of the distributions, sorted."""
    return sorted(_DISTRIBUTIONS)


def get(name: str) -> Distribution:
    """Returns the function from standard normals [N, Z] to latents [N, Z].

    Raises:
        ValueError: no distribution has that name.
    """
    checks.one_of("latents", name, names())
    return _DISTRIBUTIONS[name]


def name_of(distribution: Distribution) -> str:
    """Returns a distribution's name; "custom" for a user's function."""
    for name, known in _DISTRIBUTIONS.items():
        if distribution is known:
            return name
    return CUSTOM
