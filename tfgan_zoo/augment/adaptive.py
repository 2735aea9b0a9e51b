"""Adaptive discriminator augmentation (ADA)."""

from __future__ import annotations

import tensorflow as tf

from tfgan_zoo import checks
from tfgan_zoo.augment import color, geometry
from tfgan_zoo.augment.rows import float32_images
from tfgan_zoo.logits import mean_per_example
from tfgan_zoo.random import StepRandom
from tfgan_zoo.settings import COUNT

_WINDOW_STEPS = 4


def bgc(
    images: tf.Tensor, random: StepRandom, *, probability: float | tf.Tensor
) -> tf.Tensor:
    """Blits, transforms and recolours each image, each with a probability.

    Karras et al. 2020 (arXiv:2006.06676), section 2.2 and appendix B: the set
    "bgc" (blitting, geometry, colour), the paper's choice.

    Differs from the paper: the resampling is bilinear, without the wavelet
    filters, so that strong shrinking aliases and enlarging blurs, and it
    reflects any number of times at the edges; image-space filtering and
    corruptions, which the paper turns off as well, are not implemented.

    Args:
        images: [B, H, W, C] in [-1, 1], C 1 or 3, H and W at least 2.
        random: with B rows; give real and generated images different scopes,
            as the names of the random numbers are the same.
        probability: of each transformation, scalar in [0, 1].

    Returns:
        float32 [B, H, W, C], at probability 0 the images themselves; colours
        may leave [-1, 1].

    Raises:
        ValueError: images of another shape.
    """
    images = float32_images(images)
    matrix = geometry.draw_matrix(
        random,
        height=images.shape[1],
        width=images.shape[2],
        probability=probability,
    )
    images = geometry.resample(images, matrix)
    return color.transform(images, random, probability=probability)


def adapt(
    probability: tf.Tensor,
    sign_mean: tf.Tensor,
    *,
    target: float,
    images: float | tf.Tensor,
    ramp_images: float,
) -> tf.Tensor:
    """Moves the probability up when the discriminator overfits, else down.

    Karras et al. 2020 (arXiv:2006.06676), section 3: r_t of equation 1 is
    compared with its target.

    Args:
        probability: float32 scalar in [0, 1].
        sign_mean: r_t, the mean sign of the real images' logits, in [-1, 1].
        target: what r_t should be.
        images: number of real images since the last update.
        ramp_images: number of images over which the probability can rise from
            0 to 1.

    Returns:
        float32 scalar in [0, 1].
    """
    step = tf.sign(sign_mean - target) * images / ramp_images
    return tf.clip_by_value(probability + step, 0.0, 1.0)


class AdaptiveAugmentation(tf.Module):
    """`bgc` with a probability that follows the discriminator's overfitting.

    Karras et al. 2020 (arXiv:2006.06676), section 3; as in the paper, the
    probability starts at 0 and is updated every four steps. It depends on the
    signs of logits, which mean nothing with a loss that only compares logits,
    such as Wasserstein's.

    Build it in the scope of the training's `tf.distribute` strategy.

    Args:
        target: of r_t.
        ramp_images: number of images over which the probability can rise from
            0 to 1.

    Attributes:
        probability: float32 variable in [0, 1].
        r_t: float32 variable in [-1, 1], the heuristic over the last full
            window of four steps; 0 before.
        window: float32 variable [3], the sums since the last full window: of
            the signs, of the images, and of the steps.

    Raises:
        ValueError: an argument is out of its range.
    """

    def __init__(
        self, *, target: float = 0.6, ramp_images: int = 500_000
    ) -> None:
        super().__init__(name="adaptive_augmentation")
        checks.in_range("target", target, (-1, 1))
        checks.in_range("ramp_images", ramp_images, COUNT)
        self.target = target
        self.ramp_images = ramp_images
        self.probability = _state(0.0, "probability")
        self.r_t = _state(0.0, "r_t")
        self.window = _state([0.0, 0.0, 0.0], "window")

    def __call__(self, images: tf.Tensor, random: StepRandom) -> tf.Tensor:
        """Augments as `bgc` does."""
        return bgc(images, random, probability=self.probability)

    def update(self, real_logits: tf.Tensor) -> None:
        """Adds a step's real logits to the window, in replica context.

        Args:
            real_logits: [B, ...] of this replica, of augmented real images.
        """
        signs = mean_per_example(tf.sign(real_logits))
        context = tf.distribute.get_replica_context()
        sums = context.all_reduce(
            tf.distribute.ReduceOp.SUM,
            tf.stack(
                [tf.reduce_sum(signs), tf.reduce_sum(tf.ones_like(signs))]
            ),
        )
        window = self.window + tf.concat([sums, [1.0]], axis=0)
        sign_sum, images, steps = tf.unstack(window)
        is_full = steps >= _WINDOW_STEPS
        r_t = tf.where(is_full, sign_sum / images, self.r_t)
        moved = adapt(
            self.probability,
            r_t,
            target=self.target,
            images=images,
            ramp_images=self.ramp_images,
        )
        self.probability.assign(tf.where(is_full, moved, self.probability))
        self.r_t.assign(r_t)
        self.window.assign(tf.where(is_full, tf.zeros_like(window), window))


def _state(value: float | list[float], name: str) -> tf.Variable:
    return tf.Variable(
        value,
        trainable=False,
        name=name,
        dtype=tf.float32,
        aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
    )
