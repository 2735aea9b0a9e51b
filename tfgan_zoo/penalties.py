"""Penalties on the discriminator's gradient at images, one value per example.

All have the same signature, `Penalty`, and are unweighted. They compute in
float32; the caller chooses the discriminator's precision, see
`backend.computing_in_float32`.

The gradient at an image is that of its logit, or of the mean of its patches'
logits. If logits depend on the whole batch, as with batch normalisation, it
includes a part of the other images' logits; Gulrajani et al. (section 4) advise
against such layers.
"""

from __future__ import annotations

from typing import Callable

import tensorflow as tf

from tfgan_zoo import checks, replicas
from tfgan_zoo.logits import mean_per_example
from tfgan_zoo.random import StepRandom

Discriminate = Callable[[tf.Tensor], tf.Tensor]
"""Images [B, ...] -> logits [B, ...], labels bound, twice differentiable."""

Penalty = Callable[[Discriminate, tf.Tensor, tf.Tensor, StepRandom], tf.Tensor]
"""(discriminate, real [B, ...], fake [B, ...], random) -> float32 [B].

The images are as the discriminator takes them, `random` has B rows.
"""

# Under the root of a norm, whose gradient at 0 would be NaN without it.
_EPSILON = 1e-12


def names() -> list[str]:
    """Returns the names of all penalties, `none` among them, sorted."""
    return sorted(_PENALTIES)


def get(name: str) -> Penalty | None:
    """Returns the penalty of that name; None for `none`.

    Args:
        name: one of `names()`.

    Raises:
        ValueError: no penalty has that name.
    """
    checks.one_of("penalty", name, names())
    return _PENALTIES[name]


def gradient_penalty(
    discriminate: Discriminate,
    real: tf.Tensor,
    fake: tf.Tensor,
    random: StepRandom,
) -> tf.Tensor:
    """Penalises norms other than 1 between real and generated images.

    Gulrajani et al. 2017 (arXiv:1704.00028), Algorithm 1, lines 4 to 7.
    Differs from the paper: an epsilon under the root.

    Args:
        discriminate: images [B, ...] -> logits [B].
        real, fake: [B, ...], of one shape.
        random: of B rows.

    Returns:
        float32 [B], (|gradient| - 1)^2.

    Raises:
        ValueError: `real` and `fake` differ in shape.
    """
    images = _between(real, fake, random)
    return tf.square(_norms(discriminate, images) - 1.0)


def one_sided_gradient_penalty(
    discriminate: Discriminate,
    real: tf.Tensor,
    fake: tf.Tensor,
    random: StepRandom,
) -> tf.Tensor:
    """Penalises norms above 1 between real and generated images.

    Gulrajani et al. 2017 (arXiv:1704.00028), section 4, "Two-sided penalty";
    Petzka et al. 2018 (arXiv:1709.08894). For arguments and errors see
    `gradient_penalty`.

    Returns:
        float32 [B], max(0, |gradient| - 1)^2.
    """
    images = _between(real, fake, random)
    return tf.square(tf.nn.relu(_norms(discriminate, images) - 1.0))


def dragan(
    discriminate: Discriminate,
    real: tf.Tensor,
    fake: tf.Tensor,
    random: StepRandom,
) -> tf.Tensor:
    """Penalises norms other than 1 around real images.

    Kodali et al. 2017 (arXiv:1705.07215). Differs from the paper, which adds
    normal noise: as in the authors' code, an image x is moved to
    x + a * s / 2 * u, with a in [0, 1) for each image, u in [0, 1) for each of
    its values, and s the standard deviation of all values of the global batch.

    Args:
        discriminate: images [B, ...] -> logits [B].
        real: [B, ...].
        fake: unused.
        random: of B rows.

    Returns:
        float32 [B], (|gradient| - 1)^2.
    """
    real = tf.cast(real, tf.float32)
    noise = random.uniform("perturbation", real.shape[1:])
    perturbed = real + 0.5 * _standard_deviation(real) * noise
    images = _between(real, perturbed, random)
    return tf.square(_norms(discriminate, images) - 1.0)


def r1(
    discriminate: Discriminate,
    real: tf.Tensor,
    fake: tf.Tensor,
    random: StepRandom,
) -> tf.Tensor:
    """Penalises any gradient at real images.

    Mescheder et al. 2018 (arXiv:1801.04406), equation 9.

    Args:
        discriminate: images [B, ...] -> logits [B].
        real: [B, ...].
        fake, random: unused.

    Returns:
        float32 [B], |gradient|^2 / 2.
    """
    return 0.5 * _squared_norms(discriminate, real)


def r2(
    discriminate: Discriminate,
    real: tf.Tensor,
    fake: tf.Tensor,
    random: StepRandom,
) -> tf.Tensor:
    """Penalises any gradient at generated images.

    Mescheder et al. 2018 (arXiv:1801.04406), equation 10.

    Args:
        discriminate: images [B, ...] -> logits [B].
        fake: [B, ...].
        real, random: unused.

    Returns:
        float32 [B], |gradient|^2 / 2.
    """
    return 0.5 * _squared_norms(discriminate, fake)


def r1_r2(
    discriminate: Discriminate,
    real: tf.Tensor,
    fake: tf.Tensor,
    random: StepRandom,
) -> tf.Tensor:
    """Penalises any gradient at real and at generated images.

    Huang et al. 2024 (arXiv:2501.05441), section 2.2; the sum of `r1` and `r2`.

    Args:
        discriminate: images [B, ...] -> logits [B].
        real, fake: [B, ...].
        random: unused.

    Returns:
        float32 [B], |gradient|^2 / 2 at both, summed.
    """
    at_real = r1(discriminate, real, fake, random)
    return at_real + r2(discriminate, real, fake, random)


_PENALTIES: dict[str, Penalty | None] = {
    "none": None,
    "gradient_penalty": gradient_penalty,
    "one_sided_gradient_penalty": one_sided_gradient_penalty,
    "dragan": dragan,
    "r1": r1,
    "r2": r2,
    "r1_r2": r1_r2,
}


def _between(start: tf.Tensor, end: tf.Tensor, random: StepRandom) -> tf.Tensor:
    """Returns a point on the way from `start` to `end`, for each example."""
    if not start.shape.is_compatible_with(end.shape):
        raise ValueError(
            "`real` and `fake` must have the same shape. Received: "
            f"{start.shape} and {end.shape}."
        )
    start, end = tf.cast(start, tf.float32), tf.cast(end, tf.float32)
    share = random.uniform("interpolation", [1] * (start.shape.rank - 1))
    return start + share * (end - start)


def _standard_deviation(images: tf.Tensor) -> tf.Tensor:
    mean = replicas.mean(tf.reduce_mean(images))
    variance = replicas.mean(tf.reduce_mean(tf.square(images - mean)))
    return tf.sqrt(variance)


def _norms(discriminate: Discriminate, images: tf.Tensor) -> tf.Tensor:
    return tf.sqrt(_squared_norms(discriminate, images) + _EPSILON)


def _squared_norms(discriminate: Discriminate, images: tf.Tensor) -> tf.Tensor:
    images = tf.cast(images, tf.float32)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(images)
        logits = mean_per_example(discriminate(images))
    gradients = tape.gradient(
        logits, images, unconnected_gradients=tf.UnconnectedGradients.ZERO
    )
    return tf.reduce_sum(
        tf.square(gradients), axis=list(range(1, images.shape.rank))
    )
