"""What a step of training computes: losses of samples and of real images."""

from __future__ import annotations

import dataclasses
from typing import Any

import tensorflow as tf

from tfgan_zoo.encoders import losses, network
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.random import StepRandom

# Beside latents and labels: of pixels of samples, and of real images, which
# are what an encoder is for.
_SAMPLES_WEIGHT, _IMAGES_WEIGHT = 3.0, 10.0
_SCOPE = "encoder"


@dataclasses.dataclass(frozen=True)
class Samples:
    """Samples of a generator, whose latents are known.

    Attributes:
        latents: float32 [N, Z].
        labels: int32 [N], None of an unconditional generator.
        images: float32 [N, H, W, C] in [-1, 1].
    """

    latents: tf.Tensor
    labels: tf.Tensor | None
    images: tf.Tensor


class Objective:
    """The losses of an encoder of one generator.

    An encoder predicts the latents and labels of samples, and latents from
    which the frozen generator makes the same pixels, of samples and of real
    images (Zhu et al. 2016, arXiv:1609.03552, section 3.2, equation 5, on
    images). Differs from the paper: it is trained on samples too, and pixels
    are compared, not features of another network.

    Args:
        sampler: of the generator.
        encoder: images [N, H, W, C] -> values of the heads [N, Z + K].
    """

    def __init__(self, sampler: Sampler, encoder: Any) -> None:
        self._sampler = sampler
        self._encoder = encoder
        self._spec = sampler.latents_spec
        self._num_classes = sampler.num_classes

    def sample(self, random: StepRandom) -> Samples:
        """Returns the samples of a step."""
        random = random.scoped(_SCOPE)
        latents = self._spec.from_normals(
            random.normal("latents", [self._spec.size])
        )
        labels = None
        if self._num_classes:
            labels = random.integers(
                "labels", minval=0, maxval=self._num_classes
            )
        images = self._sampler.generate(latents, labels)
        return Samples(latents, labels, tf.stop_gradient(images))

    def __call__(
        self, samples: Samples, images: tf.Tensor | None
    ) -> dict[str, tf.Tensor]:
        """Returns the mean losses by name, and their weighted sum as "loss".

        Args:
            samples: of the generator.
            images: real ones, float32 [N, H, W, C] in [-1, 1], or None.
        """
        count = len(samples.latents)
        both = samples.images
        if images is not None:
            both = tf.concat([both, images], axis=0)
        values = self._encoder(both)
        size = self._spec.size
        terms = {
            "latents": losses.latents_loss(
                values[:count, :size], samples.latents, self._spec
            )
        }
        labels = None
        if samples.labels is not None:
            terms["labels"] = losses.labels_loss(
                values[:count, size:], samples.labels
            )
            # No gradient leads from pixels to labels.
            predicted = tf.argmax(values[count:, size:], 1, tf.int32)
            labels = tf.concat([samples.labels, predicted], axis=0)
        latents = network.harden(
            network.to_latents(values[:, :size], self._spec), self._spec
        )
        pixels = losses.pixels_loss(
            self._sampler.generate(latents, labels), both
        )
        terms["sample_pixels"] = pixels[:count]
        if images is not None:
            terms["image_pixels"] = pixels[count:]
        means = {name: tf.reduce_mean(term) for name, term in terms.items()}
        total = tf.add_n(
            [_WEIGHTS.get(name, 1.0) * mean for name, mean in means.items()]
        )
        return {**means, "loss": total}


_WEIGHTS = {"sample_pixels": _SAMPLES_WEIGHT, "image_pixels": _IMAGES_WEIGHT}
