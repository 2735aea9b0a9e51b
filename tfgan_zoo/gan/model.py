"""`GAN`: any two networks, trained against each other."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import tensorflow as tf

from tfgan_zoo import constraints, losses, paths, penalties
from tfgan_zoo.backend import keras, standard_settings
from tfgan_zoo.gan import argument_checks, network_checks, samples, saving
from tfgan_zoo.gan.components import (
    check_no_sigmoid,
    check_recipe,
    make_components,
)
from tfgan_zoo.gan.inputs import InputChecks
from tfgan_zoo.gan.refusals import Refusals
from tfgan_zoo.gan.tracing import original_errors
from tfgan_zoo.gan.trainable_pair import TrainablePair
from tfgan_zoo.latents import Distribution
from tfgan_zoo.layers.normalization import synchronize
from tfgan_zoo.recipe import STRUCTURE, Recipe

_TRAINING = {field.name for field in dataclasses.fields(Recipe)} - {*STRUCTURE}


class GAN(Refusals, TrainablePair):
    """A generator and a discriminator that train against each other.

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

    Attributes:
        ema_generator: exponential moving average of the generator, in
            float32; what is sampled and exported.
        step: int64 variable, training steps done.
        task: what the generator is for, a name in `inputs.TASKS`.
        input_specs: what the generator takes, see `inputs.InputSpec`.
        architecture: the name of the `Architecture` that built it; "custom" of
            networks of your own.
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
            penalty: a name in `penalties`, or such a function, of one value
                for each example or their mean.
            constraint: a name in `constraints`, or such a function.
            latents: a name in `latents`, or any function from standard
                normals [N, Z] to what the generator takes.
            **settings: other settings of `Recipe`, such as
                `discriminator_steps=5`, and of `keras.Model.compile`, such as
                `steps_per_execution`.

        Raises:
            ValueError: an unknown name, a setting out of range or that the
                networks are built by, settings that exclude each other, one
                optimizer for both, or a strategy's scope other than the GAN's.
            TypeError: an unknown setting, or an object of the wrong kind.
        """
        network_checks.check_scope(self.step)
        given = {
            "loss": loss,
            "penalty": penalty,
            "constraint": constraint,
            "latents": latents,
            "generator_optimizer": generator_optimizer,
            "discriminator_optimizer": discriminator_optimizer,
        }
        recipe = self._change_recipe(given, settings)
        of_keras = {k: v for k, v in settings.items() if k not in _TRAINING}
        with standard_settings():
            self._compile_recipe(recipe, given, of_keras)

    def _change_recipe(
        self, given: dict[str, Any], settings: dict[str, Any]
    ) -> Recipe:
        """Returns the recipe with what `compile` was given, checked."""
        changes = {k: v for k, v in settings.items() if k in _TRAINING}
        others = {k: v for k, v in settings.items() if k not in _TRAINING}
        argument_checks.check_compile_settings(others, _TRAINING)
        argument_checks.check_objects(given)
        changes |= {k: v for k, v in given.items() if isinstance(v, str)}
        return dataclasses.replace(self.recipe, **changes)

    def _compile_recipe(
        self, recipe: Recipe, given: dict[str, Any], settings: dict[str, Any]
    ) -> None:
        # Nothing of the GAN changes before all is checked.
        components = make_components(recipe, given)
        check_recipe(recipe, self.discriminator, self.image_shape)
        if given["loss"] is None or isinstance(given["loss"], str):
            check_no_sigmoid(recipe.loss, self.discriminator)
        built = (
            self._prepare_optimizer(
                components.generator_optimizer, self.generator
            ),
            self._prepare_optimizer(
                components.discriminator_optimizer, self.discriminator
            ),
        )
        # Not `AdversarialModel.compile`: the optimizers are built.
        keras.Model.compile(self, **settings)
        self.recipe, self.components = recipe, components
        self.own_objects = sorted(
            name
            for name, value in given.items()
            if value is not None and not isinstance(value, str)
        )
        self._finish_compiling(built)

    def _finish_compiling(
        self, built: tuple[keras.optimizers.Optimizer, ...]
    ) -> None:
        self.distribution = self.components.latents
        self.generator_optimizer, self.discriminator_optimizer = built
        for network in (self.generator, self.discriminator):
            synchronize(network, self.recipe.sync_batch_norm)
        self._trainable = self._trainable_ids()
        self._start_logs(self._log_names())

    def fit(self, x: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Trains, as `keras.Model.fit` does.

        With several discriminator steps a generator step, each takes a batch
        of its own from a `tf.data.Dataset`; of anything else one batch is
        split among them.

        Args:
            x: images, floating [N, H, W, C] in [-1, 1] or uint8 in [0, 255],
                and labels as `y`: integers [N] or [N, 1] in [0,
                `num_classes`), for a conditional GAN; other GANs ignore them.
                Or a `tf.data.Dataset`, a Python generator or a
                `keras.utils.Sequence` of batches: images, (images, labels) or
                dicts of `image` and `label`. Of data that a strategy has
                distributed only types and shapes are checked.
            *args, **kwargs: see `keras.Model.fit`. There is no validation
                and there are no weights of samples or classes.

        Raises:
            TypeError: `x`, labels or a callback are of the wrong kind.
            ValueError: images are of another size, not finite or outside
                [-1, 1]; labels are missing or no classes; the batch cannot be
                shared among replicas, discriminator steps or packs; a callback
                monitors a value that nobody logs; the GAN was built outside
                the scope of the strategy that `fit` is called in.
        """
        given = argument_checks.bind_fit(x, args, kwargs)
        self._require_compiled()
        with InputChecks(self._sample_rules()) as checks:
            given["x"] = checks.prepare(
                given.pop("x", None),
                given.pop("y", None),
                batch_size=given.get("batch_size"),
                has_steps=given.get("steps_per_epoch") is not None,
            )
            with original_errors():
                return super().fit(**given)

    def _sample_rules(self) -> samples.SampleRules:
        return samples.SampleRules(
            self.image_shape,
            self.num_classes,
            discriminator_steps=self.recipe.discriminator_steps,
            packing=self.recipe.packing,
            replicas=self.distribute_strategy.num_replicas_in_sync,
        )

    def train_on_batch(self, x: Any, y: Any = None, **kwargs: Any) -> Any:
        """Takes one step, as `keras.Model.train_on_batch` does.

        Args:
            x, y: one batch, checked as `fit` checks arrays.
            **kwargs: those of Keras, without weights of samples or classes.

        Raises:
            TypeError, ValueError: see `fit`.
        """
        argument_checks.refuse_weights(kwargs)
        self._require_compiled()
        batch = InputChecks(self._sample_rules()).check_batch((x, y))
        with original_errors():
            return super().train_on_batch(batch, **kwargs)

    def _require_compiled(self) -> None:
        network_checks.check_scope(self.step)
        if not hasattr(self, "components"):
            raise RuntimeError(
                "A GAN must be compiled before it is trained: `gan.compile()` "
                "takes the recipe's settings. Received: one that is not."
            )
        if self._trainable != self._trainable_ids():
            raise ValueError(
                "A GAN must be compiled again after `trainable` of a layer "
                "has changed. Received: one whose layers changed since."
            )

    def _trainable_ids(self) -> str:
        # As text, for Keras would track a list.
        networks = (self.generator, self.discriminator)
        return str(
            [[id(v) for v in net.trainable_variables] for net in networks]
        )

    def save(
        self,
        folder: str | Path,
        *,
        overwrite: bool = False,
        options: tf.saved_model.SaveOptions | None = None,
    ) -> None:
        """Saves networks, average, optimizers and settings, to go on with.

        `models.load` brings an architecture back; a GAN of your own networks
        is built and compiled as before and takes it by `restore`. For a
        generator that other programs load, see `tfgan_zoo.export`.

        Args:
            folder: where; no name of a Keras file, such as `gan.keras`.
            overwrite: whether a saved GAN may be there.
            options: None, which `keras.callbacks.ModelCheckpoint` gives.

        Raises:
            FileExistsError: see `saving.save`.
            ValueError: it is not compiled, or `folder` names a Keras file.
        """
        argument_checks.check_folder(folder)
        if not hasattr(self, "components"):
            raise ValueError(
                "A GAN must be compiled before it is saved. "
                "Received: one that is not."
            )
        settings = {
            "model": self.architecture,
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
