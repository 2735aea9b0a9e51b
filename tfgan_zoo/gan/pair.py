"""Two networks that belong together, and what is sampled from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import images, random
from tfgan_zoo import labels as class_labels
from tfgan_zoo import latents as distributions
from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.config import Recipe
from tfgan_zoo.gan import judging
from tfgan_zoo.gan.settings import Training
from tfgan_zoo.networks import Judgement, called

Terms = dict[str, tf.Tensor]


class Pair(keras.Model):
    """A generator, its average, and a discriminator.

    Args and attributes are those of `GAN`, which trains them. An architecture
    overrides what it has of its own: latents, and terms of the losses.
    """

    training: Training
    term_names: tuple[str, ...] = ()
    latent_name: str = "latents"
    from_seeds: bool = True

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        recipe: Recipe | None = None,
        num_classes: int = 0,
        seed: int = 0,
    ) -> None:
        # Keras casts a call's inputs to the policy's type; latents must not be
        # rounded on their way to the float32 average.
        super().__init__(dtype="float32")
        self.generator = generator
        self.discriminator = discriminator
        self.recipe = Recipe("") if recipe is None else recipe
        self.latent_dim = self.recipe.latent_dim
        self.latent_shape = self.make_latent_shape()
        self.num_classes = num_classes
        self.seed = seed
        self.distribution = distributions.get(self.recipe.latents)
        with precision_policy("float32"):
            self.ema_generator = type(generator).from_config(
                generator.get_config()
            )
        self.step = tf.Variable(
            0,
            dtype=tf.int64,
            trainable=False,
            name="step",
            aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
        )
        self._build_networks()

    def _build_networks(self) -> None:
        count = self.recipe.packing
        rows = self.latents(tf.zeros([count, *self.latent_shape]))
        labels = tf.zeros([count], tf.int32)
        fake = called(self.ema_generator, rows, labels)
        called(self.generator, rows, labels)
        shown = judging.packed(fake, count)
        called(self.discriminator, shown, labels[:1])
        self.ema_generator.set_weights(self.generator.get_weights())
        self.image_shape = tuple(fake.shape[1:])

    def make_latent_shape(self) -> tuple[int, ...]:
        """Returns the shape of what the generator takes, without the batch."""
        return (self.recipe.latent_dim,)

    def latents(self, normals: tf.Tensor) -> tf.Tensor:
        """Returns what the generator takes, made of standard normals [N, Z]."""
        return self.distribution(normals)

    def step_latents(
        self, real: tf.Tensor, rng: random.StepRandom
    ) -> tf.Tensor:
        """Returns what the generator takes in a step, for each real image."""
        return self.latents(rng.normal(random.LATENTS, self.latent_shape))

    def image_terms(self, real: tf.Tensor, fake: tf.Tensor) -> Terms:
        """Returns what of the images comes on top of the generator's loss."""
        return {}

    def discriminator_terms(
        self,
        real: Judgement,
        fake: Judgement,
        labels: tf.Tensor | None,
        latents: tf.Tensor,
    ) -> Terms:
        """Returns what comes on top of the discriminator's loss, [B] each."""
        return {}

    def generator_terms(
        self, fake: Judgement, labels: tf.Tensor | None, latents: tf.Tensor
    ) -> Terms:
        """Returns what comes on top of the generator's loss, [B] each."""
        return {}

    def call(
        self,
        latents: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = False,
    ) -> tf.Tensor:
        return called(self.ema_generator, latents, labels, training)

    @tf.function
    def sample(
        self, seeds: tf.Tensor, labels: tf.Tensor | None = None
    ) -> tf.Tensor:
        """Draws an image for each seed from the averaged generator.

        Args:
            seeds: int64 [N]; an image depends on its seed (and label) alone.
            labels: int32 [N], for a conditional generator.

        Returns:
            uint8 [N, H, W, C]; of points, float32 [N, D].
        """
        normals = random.seeded_normal(seeds, self.latent_dim)
        return images.finished(
            self(self.latents(normals), labels, training=False)
        )

    def generate(
        self, count: int, labels: Any = None, seed: int = 0
    ) -> np.ndarray:
        """Draws images of the seeds `seed`, `seed` + 1 and so on.

        Args:
            count: how many.
            labels: integers [count], or one for all; where they are left out,
                a conditional generator goes round its classes.
            seed: at least 0.

        Returns:
            uint8 [count, H, W, C]; of points, float32 [count, D].

        Raises:
            TypeError: its latents are not random.
            ValueError: as of `labels.settled`.
        """
        if not self.from_seeds:
            raise TypeError(
                "Only of random latents can a seed make a sample. "
                f"Received: a generator of {self.latent_name}; call it."
            )
        seeds = seed + np.arange(count, dtype=np.int64)
        labels = class_labels.settled(count, labels, self.num_classes)
        return self.sample(seeds, labels).numpy()

    def show(self, count: int, real: np.ndarray) -> np.ndarray:
        """Returns samples to look at in a training, always the same.

        Args:
            count: how many, about.
            real: examples, as `data.Examples.read` gives them; not looked at
                where samples come of seeds.

        Returns:
            uint8 [N, H, W, C], N at least 1; of points, float32 [N, D].
        """
        return self.generate(count)

    def discriminate(self, images: Any, labels: Any = None) -> tf.Tensor:
        """Returns the discriminator's logits, above 0 for real ones.

        Args:
            images: float32 [N, H, W, C] in [-1, 1].
            labels: int32 [N], for a conditional discriminator.

        Returns:
            float32 [N], or one for each pack.
        """
        shown = judging.packed(
            tf.convert_to_tensor(images), self.recipe.packing
        )
        said = judging.judge(self.discriminator, shown, labels, training=False)
        return said.logits
