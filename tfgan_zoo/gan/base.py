"""`BaseGAN`: networks that a recipe trains, as Keras trains a model."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import constraints, losses, paths, penalties
from tfgan_zoo.backend import keras, standard_settings
from tfgan_zoo.gan import (
    argument_checks,
    discriminators,
    network_checks,
    samples,
    sampling,
    saving,
)
from tfgan_zoo.gan.components import (
    check_no_sigmoid,
    check_recipe,
    make_components,
    prepare_optimizers,
)
from tfgan_zoo.gan.freezing import freeze_discriminators
from tfgan_zoo.gan.inputs import InputChecks
from tfgan_zoo.gan.objective import logged_names
from tfgan_zoo.gan.pair import Pair
from tfgan_zoo.gan.refusals import Refusals
from tfgan_zoo.gan.tracing import original_errors
from tfgan_zoo.latents import Distribution
from tfgan_zoo.layers.normalization import synchronize
from tfgan_zoo.recipe import STRUCTURE, Recipe

_TRAINING = {field.name for field in dataclasses.fields(Recipe)} - {*STRUCTURE}


class BaseGAN(Refusals, Pair):
    """A generator and a discriminator that train against each other.

    `GAN` makes images from latents, `TranslationGAN` from other images.

    Attributes:
        ema_generator: exponential moving average of the generator, in
            float32; what is sampled and exported.
        step: int64 variable, training steps done.
        task: what the generator is for, a name in `inputs.TASKS`.
        input_specs: what the generator takes, see `inputs.InputSpec`.
        image_shape: of what it makes, (height, width, channels).
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
        networks = self.player_networks()
        with self.distribute_strategy.scope():
            freeze_discriminators(networks, recipe.freeze_discriminator)
            prepared = prepare_optimizers(components, networks)
        # Not `AdversarialModel.compile`: the optimizers are built.
        keras.Model.compile(self, **settings)
        self.recipe, self.components = recipe, components
        self.own_objects = sorted(
            name
            for name, value in given.items()
            if value is not None and not isinstance(value, str)
        )
        self._optimizers = prepared
        self._finish_compiling()

    def _finish_compiling(self) -> None:
        for player in self.players.values():
            synchronize(player.network, self.recipe.sync_batch_norm)
        self._trainable = self._trainable_ids()
        self._start_logs(logged_names(self))

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
            **self._source_rules(),
        )

    def _source_rules(self) -> dict[str, Any]:
        """Returns what `SampleRules` says of sources."""
        return {}

    def predict(self, x: Any, *args: Any, **kwargs: Any) -> np.ndarray:
        """Returns `keras.Model.predict` of what the generator takes.

        Raises:
            TypeError: a conditional generator needs labels as well, or the
                inputs are no numbers.
            ValueError: they are of another shape.
        """
        network_checks.refuse_predict_of_labels(self.num_classes)
        spec = self.input_specs[0]
        if isinstance(x, (list, tuple, np.ndarray)) or tf.is_tensor(x):
            x = sampling.to_inputs(x, spec)
        elif isinstance(x, tf.data.Dataset):
            sampling.to_inputs(x.element_spec, spec)
        with original_errors():
            return super().predict(x, *args, **kwargs)

    def discriminate(self, images: Any, labels: Any = None) -> tf.Tensor:
        """Returns the discriminator's logits, above 0 for real ones.

        Args:
            images: float32 [N, H, W, C] in [-1, 1]; where it sees pairs, with
                the channels of the source before those of the image.
            labels: int32 [N], for a conditional discriminator.

        Returns:
            float32 [N], or one for each pack; of patches, [N, ...].
        """
        packed = discriminators.pack(
            tf.convert_to_tensor(images), self.recipe.packing
        )
        output = discriminators.discriminate(
            self.discriminator, packed, labels, training=False
        )
        return output.logits

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
        network_checks.check_compiled(hasattr(self, "components"))
        network_checks.check_unchanged(self._trainable, self._trainable_ids())

    def _trainable_ids(self) -> str:
        # As text, for Keras would track a list.
        weights = [p.network.trainable_variables for p in self.players.values()]
        return str([[id(v) for v in variables] for variables in weights])

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
        saving.save(self, paths.expand(folder), overwrite=overwrite)

    def restore(self, folder: str | Path) -> None:
        """Takes over, compiled, all that `save` wrote.

        Raises:
            FileNotFoundError: `folder` holds no saved GAN.
            ValueError: its networks or optimizers are others.
        """
        saving.restore(self, paths.expand(folder))

    def training_state(self) -> dict[str, Any]:
        state = super().training_state()
        if isinstance(self.components.augmentation, tf.Module):
            state["augmentation"] = self.components.augmentation
        return state
