"""Two networks that belong together, and what is sampled from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import inputs, random
from tfgan_zoo import labels as class_labels
from tfgan_zoo import latents as distributions
from tfgan_zoo.backend import keras, standard_settings
from tfgan_zoo.gan import (
    discriminators,
    function_checks,
    network_checks,
    sampling,
    saving,
)
from tfgan_zoo.gan.adversarial import AdversarialModel
from tfgan_zoo.gan.components import Components
from tfgan_zoo.gan.copying import copy_network, copy_weights
from tfgan_zoo.gan.players import Terms
from tfgan_zoo.gan.tracing import original_errors
from tfgan_zoo.inputs import InputSpec, LatentPart
from tfgan_zoo.networks import DiscriminatorOutput, call_network
from tfgan_zoo.recipe import Recipe


class Pair(AdversarialModel):
    """A generator, its average, and a discriminator.

    Args and attributes are those of `GAN`, which trains them. An architecture
    overrides the codes among its latents, the task, and terms of the losses.
    """

    components: Components
    term_names: tuple[str, ...] = ()
    architecture: str = saving.CUSTOM
    task: str = inputs.GENERATE
    # Parts of the latents after those that the recipe's distribution makes.
    latent_codes: tuple[LatentPart, ...] = ()

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        recipe: Recipe | None = None,
        num_classes: int = 0,
        seed: int = 0,
    ) -> None:
        super().__init__(seed=seed)
        network_checks.check_networks(generator, discriminator, num_classes)
        network_checks.check_layers(generator, "generator")
        network_checks.check_layers(discriminator, "discriminator")
        network_checks.check_recipe_type(recipe)
        self.generator = generator
        self.discriminator = discriminator
        self.recipe = Recipe("") if recipe is None else recipe
        self.latent_dim = self.recipe.latent_dim
        self.num_classes = int(num_classes)
        self.distribution = distributions.get(self.recipe.latents)
        with standard_settings():
            self.ema_generator = copy_network(generator)
            self._build_networks()
        # Else Keras would call it with images, for a shape.
        self.built = True

    def _build_networks(self) -> None:
        inputs.check_task(self.task, self.input_specs)
        count = self.recipe.packing
        rows = tf.zeros([count, *self.input_specs[0].shape])
        if self._takes_latents:
            rows = self.latents(rows)
        labels = tf.zeros([count], tf.int32)
        network_checks.check_input(self.generator, rows, "generator")
        fake = call_network(self.ema_generator, rows, labels)
        network_checks.check_samples(fake)
        with tf.GradientTape() as tape:
            call_network(self.generator, rows, labels)
        network_checks.check_weights(self.generator, "generator", tape)
        copy_weights(self.generator, self.ema_generator)
        packed = discriminators.pack(fake, count)
        network_checks.check_input(self.discriminator, packed, "discriminator")
        with tf.GradientTape() as tape:
            logits = call_network(self.discriminator, packed, labels[:1])
        network_checks.check_weights(self.discriminator, "discriminator", tape)
        network_checks.check_logits(logits)
        network_checks.check_variables(self.generator, "generator")
        network_checks.check_variables(self.discriminator, "discriminator")
        self.image_shape = tuple(fake.shape[1:])

    @property
    def input_specs(self) -> tuple[InputSpec, ...]:
        """Returns what the generator takes (Keras has another `inputs`)."""
        labels = (inputs.LABELS_INPUT,) if self.num_classes else ()
        return (self.make_input_spec(), *labels)

    def make_input_spec(self) -> InputSpec:
        """Returns what the generator takes beside labels."""
        size = self.latent_dim - sum(part.size for part in self.latent_codes)
        name = distributions.name_of(self.distribution)
        parts = (LatentPart(name, int(size)), *self.latent_codes)
        return inputs.latents_input(parts)

    @property
    def _takes_latents(self) -> bool:
        return self.input_specs[0].kind == inputs.LATENTS

    def latents(self, normals: tf.Tensor) -> tf.Tensor:
        """Returns the latents that are made of standard normals, [N, Z]."""
        spec = self.input_specs[0]
        return spec.from_normals(normals, custom=self._custom_latents)

    def _custom_latents(self, normals: tf.Tensor) -> tf.Tensor:
        return function_checks.latents(self.distribution(normals), normals)

    def step_inputs(self, real: tf.Tensor, rng: random.StepRandom) -> tf.Tensor:
        """Returns what the generator takes in a step, for each real image."""
        if not self._takes_latents:
            network_checks.refuse_default_inputs(type(self), self.task)
        shape = self.input_specs[0].shape
        return self.latents(rng.normal(random.LATENTS, shape))

    def image_terms(self, real: tf.Tensor, fake: tf.Tensor) -> Terms:
        """Returns what of the images comes on top of the generator's loss."""
        return {}

    def discriminator_terms(
        self,
        real: DiscriminatorOutput,
        fake: DiscriminatorOutput,
        labels: tf.Tensor | None,
        latents: tf.Tensor,
    ) -> Terms:
        """Returns what comes on top of the discriminator's loss, [B] each."""
        return {}

    def generator_terms(
        self,
        fake: DiscriminatorOutput,
        labels: tf.Tensor | None,
        latents: tf.Tensor,
    ) -> Terms:
        """Returns what comes on top of the generator's loss, [B] each."""
        return {}

    def __call__(
        self, latents: Any, labels: Any = None, training: bool | None = False
    ) -> Any:
        """Returns what the averaged generator makes of latents.

        Args:
            latents: floats [N, Z]: an array, a tensor or lists.
            labels: integers [N], or one for all, for a conditional generator.
            training: see Keras.

        Raises:
            TypeError: latents are no numbers.
            ValueError: they are of another shape; see also `sample`.
        """
        latents = sampling.to_latents(latents, self.input_specs[0].shape)
        if tf.executing_eagerly() and isinstance(latents, tf.Tensor):
            labels = self._labels_of_samples(len(latents), labels)
            labels = None if labels is None else tf.constant(labels)
        return super().__call__(latents, labels, training=training)

    def call(
        self,
        latents: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = False,
    ) -> tf.Tensor:
        return call_network(self.ema_generator, latents, labels, training)

    def sample(self, seeds: Any, labels: Any = None) -> tf.Tensor:
        """Draws an image for each seed from the averaged generator.

        Args:
            seeds: integers [N] between 0 and 2^63 - 1; an image depends on
                its seed (and label) alone.
            labels: integers [N], or one for all, for a conditional generator.

        Returns:
            uint8 [N, H, W, C]; of points, float32 [N, D].

        Raises:
            TypeError: seeds are no integers, or its latents are not random.
            ValueError: seeds are out of range, or labels are missing, too few,
                too many or no classes.
        """
        self._require_latents()
        if tf.executing_eagerly():
            seeds = sampling.to_seeds(seeds)
            labels = self._labels_of_samples(len(seeds), labels)
        return self._sample(seeds, labels)

    def _labels_of_samples(self, count: int, labels: Any) -> Any:
        if self.num_classes and labels is None:
            raise ValueError(
                "A conditional generator needs `labels`, integers between 0 "
                f"and {self.num_classes - 1}. Received: None."
            )
        return class_labels.broadcast_labels(count, labels, self.num_classes)

    def _require_latents(self) -> None:
        if not self._takes_latents:
            raise TypeError(
                "Only of random latents can a seed make a sample. Received: a "
                f"generator of {self.input_specs[0].name}; call it."
            )

    @tf.function
    def _sample(self, seeds: tf.Tensor, labels: Any) -> tf.Tensor:
        return self.input_specs[0].sample(self, self.latents, seeds, labels)

    def generate(
        self, count: int, labels: Any = None, seed: int = 0
    ) -> np.ndarray:
        """Draws images of the seeds `seed`, `seed` + 1 and so on.

        Args:
            count: how many.
            labels: integers [count], or one for all; where they are left out,
                a conditional generator goes round its classes.
            seed: at least 0; `seed` + `count` at most 2^63.

        Returns:
            uint8 [count, H, W, C]; of points, float32 [count, D].

        Raises:
            TypeError: its latents are not random, or `count` or `seed` is no
                integer.
            ValueError: `count` or `seed` is out of its range; see also
                `labels.broadcast_labels`.
        """
        self._require_latents()
        seeds = sampling.seed_range(seed, count)
        labels = class_labels.broadcast_labels(count, labels, self.num_classes)
        return sampling.in_batches(
            self._sample, seeds, labels, self.image_shape
        )

    def predict(self, x: Any, *args: Any, **kwargs: Any) -> np.ndarray:
        """Returns `keras.Model.predict` of latents.

        Raises:
            TypeError: a conditional generator needs labels as well, or latents
                are no numbers.
            ValueError: latents are of another shape.
        """
        if self.num_classes:
            raise TypeError(
                "`predict` has no labels for a conditional generator; call "
                "`gan(latents, labels)`, or `gan.generate(count, labels)`. "
                f"Received: a GAN of {self.num_classes} classes."
            )
        shape = self.input_specs[0].shape
        if isinstance(x, (list, tuple, np.ndarray)) or tf.is_tensor(x):
            x = sampling.to_latents(x, shape)
        elif isinstance(x, tf.data.Dataset):
            sampling.to_latents(x.element_spec, shape)
        with original_errors():
            return super().predict(x, *args, **kwargs)

    def show(self, count: int, real: np.ndarray) -> np.ndarray:
        """Returns samples to look at in a training, always the same.

        Args:
            count: how many, about; strips count as three.
            real: examples, as `data.Examples.read` gives them.

        Returns:
            uint8 [N, H, W, C], N at least 1; of points, float32 [N, D]; where
            images are taken, strips, see `sampling.make_strips`.
        """
        if self._takes_latents:
            return self.generate(count)
        return sampling.make_strips(self, real[: count // 3])

    def discriminate(self, images: Any, labels: Any = None) -> tf.Tensor:
        """Returns the discriminator's logits, above 0 for real ones.

        Args:
            images: float32 [N, H, W, C] in [-1, 1].
            labels: int32 [N], for a conditional discriminator.

        Returns:
            float32 [N], or one for each pack.
        """
        packed = discriminators.pack(
            tf.convert_to_tensor(images), self.recipe.packing
        )
        output = discriminators.discriminate(
            self.discriminator, packed, labels, training=False
        )
        return output.logits
