"""Adversarial losses: pure functions of logits, one value per example.

In the formulas C is a logit, D its sigmoid, r a real example and f a generated
one, E the mean over the batch.
"""

from __future__ import annotations

import functools
from typing import Callable, NamedTuple

import tensorflow as tf

from tfgan_zoo import checks, replicas

Side = Callable[..., tf.Tensor]
"""(real_logits [B], fake_logits [B]) -> float32 [B], one value per example."""


class Loss(NamedTuple):
    """The two sides of an adversarial loss.

    Each is a function of (real_logits [B], fake_logits [B]), of any floating
    type, with values float32 [B], one per example.

    Attributes:
        discriminator: what the discriminator minimises.
        generator: what the generator minimises.
        relates_real: whether the generator's side depends on the real logits
            too.
        across_batch: whether each value depends on all logits of the batch, so
            that replicas must gather those of the global batch first.
    """

    discriminator: Side
    generator: Side
    relates_real: bool = False
    across_batch: bool = False


def names() -> list[str]:
    """Returns the names of all losses, sorted."""
    return sorted(_LOSSES)


def get(name: str, *, label_smoothing: float = 0.0) -> Loss:
    """Returns the loss of that name.

    Args:
        name: one of `names()`.
        label_smoothing: in [0, 1); the discriminator's target for real
            examples is `1 - label_smoothing` (Salimans et al. 2016,
            arXiv:1606.03498, section 3.4). Only for losses with a target.

    Raises:
        ValueError: no loss has that name, `label_smoothing` is out of its
            range, or the loss has no target to smooth.
    """
    checks.one_of("loss", name, names())
    _check_label_smoothing(name, label_smoothing)
    loss = _LOSSES[name]
    discriminator = loss.discriminator
    if label_smoothing:
        discriminator = functools.partial(
            discriminator, target=1.0 - label_smoothing
        )
    return loss._replace(
        discriminator=_in_float32(discriminator),
        generator=_in_float32(loss.generator),
    )


def feature_matching(
    real_features: tf.Tensor, fake_features: tf.Tensor
) -> tf.Tensor:
    """Squared distance of the mean features of real and generated images.

    Salimans et al. 2016 (arXiv:1606.03498), section 3.1. Differs from the
    paper: the mean over the features, as in the authors' code, where the paper
    has the sum; so a weight means the same for any number of features.

    Args:
        real_features, fake_features: [B, F], of any floating type.

    Returns:
        float32 scalar, of the global batch's means on every replica.
    """
    difference = replicas.mean(_mean(real_features) - _mean(fake_features))
    return tf.reduce_mean(tf.square(difference))


def _mean(features: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(tf.cast(features, tf.float32), axis=0)


def _in_float32(side: Side) -> Side:
    def compute(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        return side(
            tf.cast(real_logits, tf.float32), tf.cast(fake_logits, tf.float32)
        )

    return compute


def _check_label_smoothing(name: str, value: float) -> None:
    checks.below_one("label_smoothing", value)
    if value and name not in WITH_TARGET:
        raise ValueError(
            "`label_smoothing` must be 0 for a loss without a target; those "
            f"with one: {', '.join(WITH_TARGET)}. Received: {value} for "
            f"{name}."
        )


def _cross_entropy(logits: tf.Tensor, target: float) -> tf.Tensor:
    # -log D = softplus(-C) and -log(1 - D) = softplus(C), at any C.
    return target * tf.nn.softplus(-logits) + (1.0 - target) * tf.nn.softplus(
        logits
    )


def _minimax_discriminator(
    real: tf.Tensor, fake: tf.Tensor, target: float = 1.0
) -> tf.Tensor:
    """-log D(r) - log(1 - D(f)); Goodfellow 2014, equation 1, negated."""
    return _cross_entropy(real, target) + _cross_entropy(fake, 0.0)


def _minimax_generator(real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
    """log(1 - D(f)); saturates where the discriminator is sure."""
    return -tf.nn.softplus(fake)


def _non_saturating_generator(real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
    """-log D(f); Goodfellow 2014, section 3."""
    return tf.nn.softplus(-fake)


def _least_squares_discriminator(
    real: tf.Tensor, fake: tf.Tensor, target: float = 1.0
) -> tf.Tensor:
    """(C(r) - 1)^2 / 2 + C(f)^2 / 2."""
    return 0.5 * (tf.square(real - target) + tf.square(fake))


def _least_squares_generator(real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
    """(C(f) - 1)^2 / 2."""
    return 0.5 * tf.square(fake - 1.0)


def _wasserstein_discriminator(real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
    return fake - real


def _hinge_discriminator(real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
    """max(0, 1 - C(r)) + max(0, 1 + C(f))."""
    return tf.nn.relu(1.0 - real) + tf.nn.relu(1.0 + fake)


def _negative_fake(real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
    return -fake


def _relative(real: tf.Tensor, fake: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """C(r) - E[C(f)] and C(f) - E[C(r)]."""
    return real - tf.reduce_mean(fake), fake - tf.reduce_mean(real)


def _relativistic_discriminator(
    real: tf.Tensor, fake: tf.Tensor, target: float = 1.0
) -> tf.Tensor:
    return _minimax_discriminator(*_relative(real, fake), target)


def _relativistic_least_squares_discriminator(
    real: tf.Tensor, fake: tf.Tensor, target: float = 1.0
) -> tf.Tensor:
    """(C(r) - E[C(f)] - 1)^2 + (C(f) - E[C(r)] + 1)^2."""
    real, fake = _relative(real, fake)
    return tf.square(real - target) + tf.square(fake + 1.0)


def _relativistic_hinge_discriminator(
    real: tf.Tensor, fake: tf.Tensor
) -> tf.Tensor:
    return _hinge_discriminator(*_relative(real, fake))


def _relativistic_pairing_discriminator(
    real: tf.Tensor, fake: tf.Tensor
) -> tf.Tensor:
    """-log sigmoid(C(r) - C(f)), of a real and a generated example each."""
    return tf.nn.softplus(fake - real)


def _with_roles_swapped(discriminator: Side) -> Side:
    """Returns the generator's side of a relativistic loss."""

    def generator(real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
        return discriminator(fake, real)

    return generator


# Of the kernels exp(-(x - y)^2 / (2 * bandwidth)): variances, not deviations.
_BANDWIDTHS = (2.0, 5.0, 10.0, 20.0, 40.0, 80.0)


def _moment_matching(real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
    """An example's share of the squared maximum mean discrepancy.

    E[k(r, r')] + E[k(f, f')] - 2 E[k(r, f)] over all pairs, also those of an
    example with itself: the biased estimate, which is never negative.
    """
    across = _kernels(real, fake)
    return (
        tf.reduce_mean(_kernels(real, real), axis=1)
        + tf.reduce_mean(_kernels(fake, fake), axis=1)
        - tf.reduce_mean(across, axis=1)
        - tf.reduce_mean(across, axis=0)
    )


def _negative_moment_matching(real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
    return -_moment_matching(real, fake)


def _kernels(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """The sum of the kernels less their number, which is the sum at x = y.

    That constant drops out of the discrepancy; without it small discrepancies
    keep their digits.
    """
    distances = tf.square(x[:, tf.newaxis] - y)  # [B, B]
    return tf.add_n(
        [
            tf.math.expm1(-distances / (2.0 * bandwidth))
            for bandwidth in _BANDWIDTHS
        ]
    )


def _relativistic(discriminator: Side) -> Loss:
    return Loss(
        discriminator,
        _with_roles_swapped(discriminator),
        relates_real=True,
        across_batch=True,
    )


_LOSSES = {
    # Goodfellow et al. 2014 (arXiv:1406.2661).
    "minimax": Loss(_minimax_discriminator, _minimax_generator),
    "non_saturating": Loss(_minimax_discriminator, _non_saturating_generator),
    # Mao et al. 2017 (arXiv:1611.04076), equation 9.
    "least_squares": Loss(
        _least_squares_discriminator, _least_squares_generator
    ),
    # Arjovsky et al. 2017 (arXiv:1701.07875), Algorithm 1, lines 5 and 10.
    "wasserstein": Loss(_wasserstein_discriminator, _negative_fake),
    # Lim & Ye 2017 (arXiv:1705.02894); Miyato et al. 2018 (arXiv:1802.05957),
    # equations 16 and 17.
    "hinge": Loss(_hinge_discriminator, _negative_fake),
    # Jolicoeur-Martineau 2018 (arXiv:1807.00734), there called RaSGAN,
    # RaLSGAN and RaHingeGAN.
    "relativistic": _relativistic(_relativistic_discriminator),
    "relativistic_least_squares": _relativistic(
        _relativistic_least_squares_discriminator
    ),
    "relativistic_hinge": _relativistic(_relativistic_hinge_discriminator),
    # The same paper's RSGAN, equations 8 and 9; RpGAN in Huang et al. 2024
    # (arXiv:2501.05441), equation 2.
    "relativistic_pairing": Loss(
        _relativistic_pairing_discriminator,
        _with_roles_swapped(_relativistic_pairing_discriminator),
        relates_real=True,
    ),
    # Li et al. 2015 (arXiv:1502.02761), section 2, with a learned kernel as in
    # Li et al. 2017 (arXiv:1705.08584), without its autoencoder. Bandwidths:
    # codekansas/gandlf's `rbf_moment_matching`.
    "moment_matching": Loss(
        _negative_moment_matching,
        _moment_matching,
        relates_real=True,
        across_batch=True,
    ),
}

# The losses whose discriminator pulls real logits to a target.
WITH_TARGET = (
    "least_squares",
    "minimax",
    "non_saturating",
    "relativistic",
    "relativistic_least_squares",
)
