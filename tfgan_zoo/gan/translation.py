"""`TranslationGAN`: images from images, by any two networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import images, inputs, sources
from tfgan_zoo import labels as class_labels
from tfgan_zoo.augment.jitter import jitter
from tfgan_zoo.backend import keras
from tfgan_zoo.gan import sampling
from tfgan_zoo.gan.base import BaseGAN
from tfgan_zoo.gan.elements import to_features, to_images, to_labels
from tfgan_zoo.gan.players import Batch, Terms
from tfgan_zoo.inputs import InputSpec
from tfgan_zoo.random import StepRandom

# Of a batch whose data have sources, where the recipe makes others.
_GIVEN_SHARE = 1 / 3


class TranslationGAN(BaseGAN):
    """A generator of images from images, and a discriminator.

    Isola et al. 2017 (arXiv:1611.07004), equations 1 to 4: the discriminator
    sees the source and the image, one above the other, and the generator also
    keeps to the target by the mean absolute difference. The recipe's `source`
    says where sources come from: the data, or the images themselves.

    Args:
        generator: any Keras model, sources [B, H, W, S] -> images float32
            [B, H, W, C], both in [-1, 1].
        discriminator: any Keras model, [B, H, W, S + C], the source above the
            image, -> logits [B], [B, 1] or, of patches, [B, h, w]. Where
            `sees_sources` is False it sees images [B, H, W, C] alone.
        source_shape: (height, width, channels) of a source.
        **settings: `recipe`, `num_classes` and `seed`, see `GAN`.

    Raises:
        TypeError, ValueError: see `GAN`.

    Attributes:
        source_shape: of what is translated.
        sees_sources: whether the discriminator sees the source as well.
        makes_sources: whether a subclass's `make_sources` makes them where
            the recipe's `source` is `data` and the data have none.
        recipe_settings: of the recipe's `translation`, those that it uses.
    """

    source_shape: tuple[int, ...]
    task = inputs.TRANSLATE
    input_name = "images"
    sees_sources = True
    makes_sources = False
    recipe_settings: tuple[str, ...] = (
        "source",
        "reconstruction_weight",
        "jitter",
    )

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        source_shape: tuple[int, ...],
        **settings: Any,
    ) -> None:
        # Before Keras, which is not there yet, could track it.
        object.__setattr__(self, "source_shape", tuple(source_shape))
        super().__init__(generator, discriminator, **settings)

    @property
    def term_names(self) -> tuple[str, ...]:  # type: ignore[override]
        if self.recipe.reconstruction_weight:
            return ("reconstruction_loss",)
        return ()

    def make_input_spec(self) -> InputSpec:
        """Returns the input, of sides that the generator can halve.

        A generator that takes images of any size as long as their sides are
        multiples of a number has that number as `size_multiple`.
        """
        return InputSpec(
            self.input_name,
            inputs.IMAGE,
            self.source_shape,
            multiple=getattr(self.generator, "size_multiple", 1),
        )

    def to_batch(self, data: Any) -> Batch:
        """Returns `image`, `source` if the data have it, and `label`.

        Args:
            data: see `to_features`; images float in [-1, 1] or uint8.
        """
        features = to_features(data, with_sources=True)
        batch: dict[str, tf.Tensor] = {
            name: to_images(features[name])
            for name in ("image", "source")
            if name in features
        }
        if self.num_classes:
            batch["label"] = to_labels(features["label"])
        return batch

    def prepare_batch(self, batch: Batch, rng: StepRandom) -> Batch:
        """Returns the batch jittered, with a source for each image."""
        features: dict[str, tf.Tensor] = {
            name: batch[name] for name in ("image", "source") if name in batch
        }
        features = jitter(features, rng.scoped("jitter"), self.recipe.jitter)
        source = self._training_sources(features, rng.scoped("source"))
        return {**batch, **features, "source": source}

    def _training_sources(
        self, features: Mapping[str, tf.Tensor], rng: StepRandom
    ) -> tf.Tensor:
        is_given = "source" in features
        if is_given and self.recipe.source == sources.DATA:
            return features["source"]
        made = self.make_sources(features["image"], rng)
        if not is_given:
            return made
        is_given = rng.uniform("given", (1, 1, 1)) < _GIVEN_SHARE
        return tf.where(is_given, features["source"], made)

    def make_sources(self, image: tf.Tensor, rng: StepRandom) -> tf.Tensor:
        """Returns the sources of images, by the recipe's `source`.

        Args:
            image: float32 [B, H, W, C] in [-1, 1].
            rng: with B rows.

        Returns:
            float32 [B, *source_shape] in [-1, 1].
        """
        factor = image.shape[1] // self.source_shape[0]
        return sources.make(self.recipe.source, image, rng, factor=factor)

    def sources_of(self, features: Mapping[str, Any]) -> tf.Tensor:
        """Returns the sources of examples outside of a training.

        Those of the data where there are such; else they are made of the
        images, each time the same.

        Args:
            features: `image` and maybe `source`, float in [-1, 1] or uint8.

        Returns:
            float32 [N, *source_shape] in [-1, 1].
        """
        if "source" in features:
            return to_images(tf.convert_to_tensor(features["source"]))
        image = to_images(tf.convert_to_tensor(features["image"]))
        rng = StepRandom(0, tf.constant(0), len(image))
        return self.make_sources(image, rng)

    def _source_rules(self) -> dict[str, Any]:
        return {
            "source_shape": self.source_shape,
            "needs_source": self.recipe.source == sources.DATA
            and not self.makes_sources,
        }

    def step_inputs(self, batch: Batch, rng: StepRandom) -> tf.Tensor:
        return batch["source"]

    def discriminated_features(
        self, images: tf.Tensor, taken: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        if self.sees_sources:
            return {"source": taken, "image": images}
        return {"image": images}

    def image_terms(self, batch: Batch, generated: tf.Tensor) -> Terms:
        """Returns the weighted mean absolute difference, float32 [B]."""
        weight = self.recipe.reconstruction_weight
        if not weight:
            return {}
        difference = tf.abs(batch["image"] - tf.cast(generated, tf.float32))
        distance = tf.reduce_mean(difference, axis=[1, 2, 3])
        return {"reconstruction_loss": weight * distance}

    def translate(self, source: Any, labels: Any = None) -> np.ndarray:
        """Returns what the averaged generator makes of images.

        Args:
            source: uint8 [N, H, W, S].
            labels: integers [N], or one for all, for a conditional generator.

        Returns:
            uint8 [N, H, W, C].

        Raises:
            TypeError: `source` is not uint8.
            ValueError: it is of another shape; see also `__call__`.
        """
        source = np.asarray(source)
        if source.dtype != np.uint8:
            raise TypeError(
                "Images to translate must be uint8 in [0, 255]; call the GAN "
                f"with floats in [-1, 1]. Received: {source.dtype}."
            )
        labels = class_labels.broadcast_labels(
            len(source), labels, self.num_classes
        )
        if not len(source):  # convolutions refuse an empty batch
            return np.zeros([0, *self.image_shape], np.uint8)

        def run(pixels: tf.Tensor, some: tf.Tensor | None) -> tf.Tensor:
            return images.to_uint8(self(images.from_uint8(pixels), some))

        shape = (*source.shape[1:3], self.image_shape[-1])
        return sampling.in_batches(run, source, labels, shape)

    def show(self, count: int, examples: Mapping[str, np.ndarray]) -> Any:
        """Returns strips: source, output and target, side by side.

        Smaller images are enlarged to equal pixels, grey ones beside colour
        are shown in colour.

        Args:
            count: of images, about; a strip counts as three.
            examples: `image` and maybe `source`, uint8 [N, H, W, C].

        Returns:
            uint8 [M, H, 3 W, C].
        """
        some = {name: rows[: count // 3] for name, rows in examples.items()}
        source = self.sources_of(some)
        # Data may have labels that this GAN does not take.
        labels = some.get("label") if self.num_classes else None
        labels = class_labels.broadcast_labels(
            len(source), labels, self.num_classes
        )
        target = images.from_uint8(some["image"])
        columns = [source, self(source, labels), target]
        most = max(column.shape[-1] for column in columns)
        resized = [
            tf.image.resize(column, target.shape[1:3], "nearest")
            * tf.ones([most])
            for column in columns
        ]
        return images.to_uint8(tf.concat(resized, axis=2)).numpy()
