"""`GAN`: any two networks, trained against each other."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import tensorflow as tf

from tfgan_zoo import (
    augment,
    constraints,
    losses,
    optimizers,
    paths,
    penalties,
    replicas,
)
from tfgan_zoo.backend import keras
from tfgan_zoo.config import STRUCTURE, Recipe
from tfgan_zoo.gan import averaging, rates, saving
from tfgan_zoo.gan import settings as gan_settings
from tfgan_zoo.gan.pair import Pair
from tfgan_zoo.gan.train_step import TrainStep
from tfgan_zoo.latents import Distribution
from tfgan_zoo.layers.normalization import synchronize

Terms = dict[str, tf.Tensor]
_TRAINING = {field.name for field in dataclasses.fields(Recipe)} - {*STRUCTURE}


class GAN(Pair):
    """A generator and a discriminator that train against each other.

    Goodfellow et al. 2014 (arXiv:1406.2661), Algorithm 1, with the losses,
    penalties and tricks of its recipe. An architecture with further terms in
    its losses overrides `discriminator_terms`, `generator_terms` and names
    them in `term_names`.

    Args:
        generator: any Keras model, latents [B, Z] -> images float32
            [B, H, W, C] in [-1, 1], or samples of another shape. It gets the
            labels [B] if its `call` has such an argument, or as the second of
            two inputs of a functional model. Its `from_config(get_config())`
            must build it again, for the averaged copy.
        discriminator: any Keras model, images -> logits [B] or [B, 1], with
            labels likewise.
        recipe: latent size, averaging, and what `compile` takes for the
            settings that it is not given; by default `Recipe`'s own values.
        num_classes: how many labels there are; 0 for networks without.
        seed: of a training's random numbers, which depend on (seed, step)
            alone.

    Attributes:
        ema_generator: exponential moving average of the generator, in
            float32; what is sampled and exported.
        step: int64 variable, training steps done.
        latent_shape: of what the generator takes, without the batch.
        latent_name: what an export calls it.
        from_seeds: whether it is random, so that a seed makes a sample.
    """

    def compile(
        self,
        generator_optimizer: Any = None,
        discriminator_optimizer: Any = None,
        *,
        loss: str | losses.Loss | None = None,
        penalty: str | penalties.Penalty | None = None,
        constraint: str | constraints.Constraint | None = None,
        latents: str | Distribution | None = None,
        **settings: Any,
    ) -> None:
        """Sets how to train; what is left out comes from the recipe.

        Args:
            generator_optimizer, discriminator_optimizer: a Keras optimizer
                each, or names in `optimizers`.
            loss: a name in `losses`, or a `Loss`.
            penalty: a name in `penalties`, or such a function.
            constraint: a name in `constraints`, or such a function.
            latents: a name in `latents`, or any function from standard
                normals [N, Z] to what the generator takes.
            **settings: other settings of `Recipe`, such as
                `discriminator_steps=5`, and of `keras.Model.compile`, such as
                `steps_per_execution`.

        Raises:
            ValueError: an unknown name, a setting out of range or that the
                networks are built by, settings that exclude each other, or
                one optimizer for both.
            TypeError: an unknown setting.
        """
        own = {name: settings.pop(name) for name in _TRAINING & set(settings)}
        _refuse(STRUCTURE, settings)
        given = {
            "loss": loss,
            "penalty": penalty,
            "constraint": constraint,
            "latents": latents,
            "generator_optimizer": generator_optimizer,
            "discriminator_optimizer": discriminator_optimizer,
        }
        own |= {k: v for k, v in given.items() if isinstance(v, str)}
        self.recipe = dataclasses.replace(self.recipe, **own)
        super().compile(**settings)
        # The logs are means over all replicas on each of them.
        self.distribute_reduction_method = "first"
        self.own_objects = sorted(
            name
            for name, value in given.items()
            if value is not None and not isinstance(value, str)
        )
        self.training = gan_settings.training(self.recipe, given)
        gan_settings.check(self.recipe, self.discriminator, self.image_shape)
        self.distribution = self.training.latents
        self.generator_optimizer = self._built(
            self.training.generator_optimizer, self.generator
        )
        self.discriminator_optimizer = self._built(
            self.training.discriminator_optimizer, self.discriminator
        )
        for network in (self.generator, self.discriminator):
            synchronize(network, self.recipe.sync_batch_norm)
        self._means = {
            name: keras.metrics.Mean(name=name) for name in self._log_names()
        }

    def _built(
        self, optimizer: keras.optimizers.Optimizer, network: keras.Model
    ) -> keras.optimizers.Optimizer:
        # Slots exist from now on, so a checkpoint restores into them at once.
        with self.distribute_strategy.scope():
            optimizers.build(optimizer, network.trainable_variables)
            in_float16 = any(
                layer.compute_dtype == "float16"
                for layer in network._flatten_layers()
            )
            if in_float16:
                return optimizers.scaling_losses(optimizer)
            return optimizer

    def _log_names(self) -> list[str]:
        names = ["discriminator_loss", "generator_loss", *self.term_names]
        if self.training.penalty is not None:
            names.append("penalty")
        if self.recipe.feature_matching:
            names.append("feature_matching")
        if isinstance(self.training.augmentation, augment.AdaptiveAugmentation):
            names += ["ada_probability", "ada_r_t"]
        return names

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return list(getattr(self, "_means", {}).values())

    def fit(self, x: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Trains, as `keras.Model.fit` does.

        With several discriminator steps a generator step, each takes a batch
        of its own from a `tf.data.Dataset`; of anything else one batch is
        split among them.

        Raises:
            ValueError: as of `train_step`.
        """
        count = self.recipe.discriminator_steps
        if isinstance(x, tf.data.Dataset) and count > 1:
            size = tf.nest.flatten(x.element_spec)[0].shape[0]
            if size is None:
                raise ValueError(
                    "With `discriminator_steps` above 1, batches must have a "
                    "static size; `batch(..., drop_remainder=True)` gives it. "
                    f"Received: {x.element_spec}."
                )
            x = x.rebatch(count * size, drop_remainder=True)
        return super().fit(x, *args, **kwargs)

    def train_step(self, data: Any) -> dict[str, tf.Tensor]:
        """Does the discriminator's steps and one of the generator.

        Args:
            data: images float32 [N * B, H, W, C] in [-1, 1], or (images,
                labels), N the number of discriminator steps.

        Raises:
            ValueError: the batch cannot be shared among replicas,
                discriminator steps or packs.
        """
        real, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        step = TrainStep(self, self._rows(real))
        logs = step(real, labels)
        ada = self.training.augmentation
        if isinstance(ada, augment.AdaptiveAugmentation):
            logs["ada_probability"] = ada.probability
            logs["ada_r_t"] = ada.r_t
        if self.recipe.adaptive_learning_rate:
            self._set_rates(logs)
        averaging.move(
            self.ema_generator,
            self.generator,
            decay=self.recipe.ema_decay,
            step=self.step,
        )
        self.step.assign_add(1)
        for name, mean in self._means.items():
            mean.update_state(logs[name])
        return {name: mean.result() for name, mean in self._means.items()}

    def _rows(self, real: tf.Tensor) -> int | tf.Tensor:
        """Returns the images of a minibatch on this replica."""
        size = real.shape[0]
        if size is None and replicas.count() > 1:
            raise ValueError(
                "With several replicas, batches must have a static size; "
                "`batch(..., drop_remainder=True)` gives it. "
                f"Received: shape {real.shape}."
            )
        parts = self.recipe.discriminator_steps
        if size is not None and size % (parts * self.recipe.packing):
            raise ValueError(
                "A batch must be a multiple of `discriminator_steps` * "
                f"`packing`, {parts * self.recipe.packing}, on each replica. "
                f"Received: {size} images."
            )
        return (tf.shape(real)[0] if size is None else size) // parts

    def _set_rates(self, logs: dict[str, tf.Tensor]) -> None:
        recipe = self.recipe
        rates.balance(
            (self.generator_optimizer, self.discriminator_optimizer),
            (
                recipe.generator_learning_rate,
                recipe.discriminator_learning_rate,
            ),
            (logs["generator_loss"], logs["discriminator_loss"]),
        )

    def save(self, folder: str | Path, *, overwrite: bool = False) -> None:
        """Saves networks, average, optimizers and settings, to go on with.

        `models.load` brings an architecture back; a GAN of your own networks
        is built and compiled as before and takes it by `restore`. For a
        generator that other programs load, see `tfgan_zoo.export`.

        Raises:
            FileExistsError: as of `saving.save`.
            ValueError: it is not compiled.
        """
        if not hasattr(self, "training"):
            raise ValueError(
                "A GAN must be compiled before it is saved. "
                "Received: one that is not."
            )
        settings = {
            "model": type(self).__module__.rpartition(".")[2],
            "image_shape": self.image_shape,
            "num_classes": self.num_classes,
            "seed": self.seed,
            "recipe": dataclasses.asdict(self.recipe),
            "own_objects": self.own_objects,
        }
        saving.save(
            paths.expand(folder),
            settings,
            self.training_state(),
            overwrite=overwrite,
        )

    def restore(self, folder: str | Path) -> None:
        """Takes over, compiled, all that `save` wrote.

        Raises:
            FileNotFoundError: `folder` holds no saved GAN.
            ValueError: its networks or optimizers are others.
        """
        saving.restore(paths.expand(folder), self.training_state())

    def training_state(self) -> dict[str, Any]:
        """Returns what a checkpoint of a training must hold, by name."""
        state = {
            "generator": self.generator,
            "discriminator": self.discriminator,
            "ema_generator": self.ema_generator,
            "generator_optimizer": self.generator_optimizer,
            "discriminator_optimizer": self.discriminator_optimizer,
            "step": self.step,
        }
        if isinstance(self.training.augmentation, tf.Module):
            state["augmentation"] = self.training.augmentation
        return state


def _refuse(names: tuple[str, ...], settings: dict[str, Any]) -> None:
    found = sorted(set(names) & set(settings))
    if found:
        raise ValueError(
            f"`compile` cannot change what the networks are built by; give it "
            f"to the constructor's recipe. Received: {', '.join(found)}."
        )
