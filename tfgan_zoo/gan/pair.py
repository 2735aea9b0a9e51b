"""A generator, its average and a discriminator, and what each of them loses."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo import augment, inputs
from tfgan_zoo.backend import keras, standard_settings
from tfgan_zoo.gan import (
    discriminators,
    learning_rates,
    network_checks,
    sampling,
    saving,
)
from tfgan_zoo.gan.adversarial import AdversarialModel
from tfgan_zoo.gan.components import Components
from tfgan_zoo.gan.copying import copy_network, copy_weights
from tfgan_zoo.gan.objective import Generated, Objective
from tfgan_zoo.gan.players import (
    DISCRIMINATOR,
    GENERATOR,
    Batch,
    Player,
    PlayerNetwork,
    Terms,
)
from tfgan_zoo.inputs import InputSpec
from tfgan_zoo.layers.training_pass import training_pass
from tfgan_zoo.networks import DiscriminatorOutput, call_network
from tfgan_zoo.random import StepRandom
from tfgan_zoo.recipe import Recipe


class Pair(AdversarialModel):
    """A generator, its average, and a discriminator.

    Args and attributes are those of `BaseGAN`, which trains them. A subclass
    says what the generator takes: `make_input_spec`, `step_inputs`; and may
    have further terms in its losses, and further networks.
    """

    components: Components
    term_names: tuple[str, ...] = ()
    architecture: str = saving.CUSTOM
    task: str = inputs.GENERATE

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
        self.num_classes = int(num_classes)
        self._prepare_inputs()
        with standard_settings():
            self.ema_generator = copy_network(generator)
            self._build_networks()
        # Else Keras would call it with images, for a shape.
        self.built = True

    def _prepare_inputs(self) -> None:
        """Sets what `make_input_spec` and `example_inputs` need."""

    def _build_networks(self) -> None:
        inputs.check_task(self.task, self.input_specs)
        count = self.recipe.packing
        rows = self.example_inputs(count)
        labels = tf.zeros([count], tf.int32)
        network_checks.check_input(self.generator, rows, "generator")
        fake = call_network(self.ema_generator, rows, labels)
        network_checks.check_samples(fake)
        with tf.GradientTape() as tape:
            call_network(self.generator, rows, labels)
        network_checks.check_weights(self.generator, "generator", tape)
        copy_weights(self.generator, self.ema_generator)
        seen = self.discriminated_features(fake, rows)
        packed = discriminators.pack(discriminators.stack(seen), count)
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
        raise NotImplementedError

    def example_inputs(self, count: int) -> tf.Tensor:
        """Returns inputs of the generator, to build the networks with."""
        return tf.zeros([count, *self.input_specs[0].shape])

    def step_inputs(self, batch: Batch, rng: StepRandom) -> tf.Tensor:
        """Returns what the generator takes in a step, for each example.

        Args:
            batch: of the step, see `prepare_batch`.
            rng: random numbers of the step, a row for each example.
        """
        raise NotImplementedError

    def discriminated_features(
        self, images: tf.Tensor, taken: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """Returns what the discriminator sees, one above the other.

        Args:
            images: real or generated, [B, H, W, C].
            taken: what the generator takes for them.

        Returns:
            `image` and, where it sees pairs, `source`, of one height and
            width, which are augmented alike.
        """
        return {"image": images}

    def image_terms(self, batch: Batch, generated: tf.Tensor) -> Terms:
        """Returns what of the images comes on top of the generator's loss.

        Args:
            batch: of the step, see `prepare_batch`.
            generated: the generator's images, [B, H, W, C].
        """
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
        """Returns what the averaged generator makes.

        Args:
            latents: what it takes, see `input_specs`: floats [N, Z] or images
                [N, H, W, C] in [-1, 1]; an array, a tensor or lists.
            labels: integers [N], or one for all, for a conditional generator.
            training: see Keras.

        Raises:
            TypeError: latents are no numbers.
            ValueError: they are of another shape, or labels are missing, too
                few, too many or no classes.
        """
        latents = sampling.to_inputs(latents, self.input_specs[0])
        if tf.executing_eagerly() and isinstance(latents, tf.Tensor):
            labels = sampling.require_labels(
                len(latents), labels, self.num_classes
            )
            labels = None if labels is None else tf.constant(labels)
        return super().__call__(latents, labels, training=training)

    def call(
        self,
        latents: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = False,
    ) -> tf.Tensor:
        return call_network(self.ema_generator, latents, labels, training)

    def player_networks(self) -> dict[str, PlayerNetwork]:
        """Returns all networks that train, by name; the generator first."""
        return {
            "generator": PlayerNetwork(
                self.generator, GENERATOR, self.ema_generator
            ),
            "discriminator": PlayerNetwork(self.discriminator, DISCRIMINATOR),
        }

    @property
    def players(self) -> dict[str, Player]:
        constraint = self.components.constraint
        return {
            name: Player(
                network,
                role,
                self._optimizers[name],
                constraint=constraint if role == DISCRIMINATOR else None,
                average=average,
            )
            for name, (network, role, average) in self.player_networks().items()
        }

    @property
    def generator_optimizer(self) -> keras.optimizers.Optimizer:
        return self._optimizers["generator"]

    @property
    def discriminator_optimizer(self) -> keras.optimizers.Optimizer:
        return self._optimizers["discriminator"]

    @property
    def update(self) -> str:  # type: ignore[override]
        return self.recipe.update

    @property
    def discriminator_steps(self) -> int:  # type: ignore[override]
        return self.recipe.discriminator_steps

    @property
    def ema_decay(self) -> float:  # type: ignore[override]
        return self.recipe.ema_decay

    def minibatch_size(self, batch: Batch) -> int | tf.Tensor:
        real = batch["image"]
        size, parts = real.shape[0], self.recipe.discriminator_steps
        if size is not None and size % (parts * self.recipe.packing):
            raise ValueError(
                "A batch must be a multiple of `discriminator_steps` * "
                f"`packing`, {parts * self.recipe.packing}, on each replica. "
                f"Received: {size} images."
            )
        return super().minibatch_size(batch)

    def run_generators(self, batch: Batch, rng: StepRandom) -> Generated:
        taken = self.step_inputs(batch, rng)
        with training_pass(random=rng.scoped("generated")):
            images = call_network(
                self.generator, taken, batch.get("label"), training=True
            )
        return Generated(images, taken)

    def discriminator_losses(
        self, batch: Batch, generated: Generated, rng: StepRandom
    ) -> Terms:
        return Objective(self).discriminator_losses(batch, generated, rng)

    def generator_losses(
        self, batch: Batch, generated: Generated, rng: StepRandom
    ) -> Terms:
        return Objective(self).generator_losses(batch, generated, rng)

    def joint_losses(
        self, batch: Batch, generated: Generated, rng: StepRandom
    ) -> tuple[Terms, Terms]:
        return Objective(self).joint_losses(batch, generated, rng)

    def finish_step(self, logs: Terms) -> None:
        ada = self.components.augmentation
        if isinstance(ada, augment.AdaptiveAugmentation):
            logs["ada_probability"] = ada.probability
            logs["ada_r_t"] = ada.r_t
        if self.recipe.adaptive_learning_rate:
            learning_rates.balance(
                self.recipe,
                self.players.values(),
                (logs["generator_loss"], logs["discriminator_loss"]),
            )
