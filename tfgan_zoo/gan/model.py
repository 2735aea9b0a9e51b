"""`GAN`: images from latents, by any two networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import inputs, random
from tfgan_zoo import labels as class_labels
from tfgan_zoo import latents as distributions
from tfgan_zoo.gan import function_checks, sampling
from tfgan_zoo.gan.base import BaseGAN
from tfgan_zoo.gan.elements import to_features, to_images, to_labels
from tfgan_zoo.gan.players import Batch
from tfgan_zoo.inputs import InputSpec, LatentPart


class GAN(BaseGAN):
    """A generator of images and a discriminator, trained against each other.

    Goodfellow et al. 2014 (arXiv:1406.2661), Algorithm 1, with the losses,
    penalties and tricks of its recipe. An architecture with further terms in
    its losses overrides `discriminator_terms`, `generator_terms` and names
    them in `term_names`.

    Args:
        generator: any Keras model, latents [B, Z] -> images float32
            [B, H, W, C] in [-1, 1], or samples of another shape. It gets the
            labels [B] if its `call` has such an argument, or as the second of
            two inputs of a functional model. Its averaged copy is built
            layer by layer if it is Sequential or functional, else by
            `from_config(get_config())`.
        discriminator: any Keras model, images -> logits [B] or [B, 1], with
            labels likewise. No sigmoid at its end.
        recipe: latent size, averaging, and what `compile` takes for the
            settings that it is not given; by default `Recipe`'s own values.
        num_classes: how many labels there are; 0 for networks without.
        seed: between 0 and 2^63 - 1, of a training's random numbers, which
            depend on (seed, step) alone.

    Raises:
        TypeError: a network is no model of this Keras, or cannot be built
            again.
        ValueError: the networks do not fit each other or the recipe, labels
            are taken without `num_classes`, or `seed` is out of range.
    """

    # Parts of the latents after those that the recipe's distribution makes.
    latent_codes: tuple[LatentPart, ...] = ()

    def _prepare_inputs(self) -> None:
        self.latent_dim = self.recipe.latent_dim
        self.distribution = distributions.get(self.recipe.latents)

    def _finish_compiling(self) -> None:
        self.distribution = self.components.latents
        super()._finish_compiling()

    def make_input_spec(self) -> InputSpec:
        size = self.latent_dim - sum(part.size for part in self.latent_codes)
        name = distributions.name_of(self.distribution)
        parts = (LatentPart(name, int(size)), *self.latent_codes)
        return inputs.latents_input(parts)

    def example_inputs(self, count: int) -> tf.Tensor:
        return self.latents(super().example_inputs(count))

    def latents(self, normals: tf.Tensor) -> tf.Tensor:
        """Returns the latents that are made of standard normals, [N, Z]."""
        spec = self.input_specs[0]
        return spec.from_normals(normals, custom=self._custom_latents)

    def _custom_latents(self, normals: tf.Tensor) -> tf.Tensor:
        return function_checks.latents(self.distribution(normals), normals)

    def step_inputs(self, batch: Batch, rng: random.StepRandom) -> tf.Tensor:
        shape = self.input_specs[0].shape
        return self.latents(rng.normal(random.LATENTS, shape))

    def to_batch(self, data: Any) -> Batch:
        """Returns `image` and, for a conditional GAN, `label`.

        Args:
            data: see `to_features`; images [N * B, H, W, C], float in
                [-1, 1] or uint8, N the number of discriminator steps.
        """
        features = to_features(data)
        batch = {"image": to_images(features["image"])}
        if self.num_classes:
            batch["label"] = to_labels(features["label"])
        return batch

    def sample(self, seeds: Any, labels: Any = None) -> tf.Tensor:
        """Generates an image from each seed, by the averaged generator.

        Args:
            seeds: integers [N] between 0 and 2^63 - 1; an image depends only
                on its seed (and label).
            labels: integers [N], or one for all, for a conditional generator.

        Returns:
            uint8 [N, H, W, C]; points are float32 [N, D].

        Raises:
            TypeError: seeds are not integers.
            ValueError: seeds are out of range, or labels are missing, too few,
                too many or not classes.
        """
        if tf.executing_eagerly():
            seeds = sampling.to_seeds(seeds)
            labels = sampling.require_labels(
                len(seeds), labels, self.num_classes
            )
        return self._sample(seeds, labels)

    @tf.function
    def _sample(self, seeds: tf.Tensor, labels: Any) -> tf.Tensor:
        return self.input_specs[0].sample(self, self.latents, seeds, labels)

    def generate(
        self, count: int, labels: Any = None, seed: int = 0
    ) -> np.ndarray:
        """Generates images from the seeds `seed`, `seed` + 1 and so on.

        Args:
            count: number of images, at least 0.
            labels: integers [count], or one for all, for a conditional
                generator. Without them, the images cycle through the classes.
            seed: at least 0; `seed` + `count` at most 2^63.

        Returns:
            uint8 [count, H, W, C]; points are float32 [count, D].

        Raises:
            TypeError: `count` or `seed` is not an integer.
            ValueError: `count` or `seed` is out of range; see also
                `labels.broadcast_labels`.
        """
        seeds = sampling.seed_range(seed, count)
        labels = class_labels.broadcast_labels(count, labels, self.num_classes)
        return sampling.in_batches(
            self._sample, seeds, labels, self.image_shape
        )

    def show(self, count: int, examples: Any) -> np.ndarray:
        """Returns samples to look at in a training, always the same.

        Args:
            count: how many.
            examples: of the data, which translators show.

        Returns:
            uint8 [N, H, W, C], N at least 1; of points, float32 [N, D].
        """
        return self.generate(count)
