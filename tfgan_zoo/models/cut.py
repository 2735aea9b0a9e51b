"""CUT: Park et al. 2020 (arXiv:2007.15651), section 3.

What a patch of the output shows is to be told from the features of the source's
patch at the same place, and not from those of its other patches. So there is
one direction, without pairs, at less than the cost of CycleGAN's two.

Differs from the paper:
- the networks are those of `cyclegan`, which run on phones and in browsers;
- 64 patches a layer for 256, for smaller images;
- a width of 24 for 64, batches of 8 for 1, samples by an average of the
  generator's weights; weights of 0.5 for 1, as `least_squares` halves the
  generator's part.
As in the authors' code, the keys have no gradient. Where sources are grey and
images in colour, patches are compared in grey.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import NamedTuple

import tensorflow as tf

from tfgan_zoo import networks, sources
from tfgan_zoo.architecture import Architecture
from tfgan_zoo.backend import keras
from tfgan_zoo.gan.objective import Generated
from tfgan_zoo.gan.players import GENERATOR, Batch, PlayerNetwork, Terms
from tfgan_zoo.gan.translation import TranslationGAN
from tfgan_zoo.layers.patches import (
    patch_nce,
    sample_positions,
    take_patches,
)
from tfgan_zoo.layers.training_pass import training_pass
from tfgan_zoo.models import cyclegan, pix2pix
from tfgan_zoo.random import StepRandom
from tfgan_zoo.recipe import Recipe

RECIPE = Recipe(
    paper="Park et al. 2020, arXiv:2007.15651",
    width=cyclegan.RECIPE.width,
    loss="least_squares",
    patch_nce_weight=0.5,
    identity_weight=0.5,
    batch_size=8,
    ema_decay=0.995,
)

# Of the generator's `main_layers`, beside its input: both halvings, the first
# and the fifth residual block. The paper, appendix C.2.
_FEATURE_LAYERS = (1, 2, 3, 7)
_UNITS = 256


class Generator(cyclegan.Generator):
    """CycleGAN's, which returns the features of its first half as well."""

    @networks.without_autograph
    def encode(
        self, images: tf.Tensor, training: bool | None = None
    ) -> list[tf.Tensor]:
        """Returns features float [B, h, w, C] of five layers, the input first.

        Args:
            images: float [B, H, W, C] in [-1, 1].
            training: see Keras.
        """
        features, x = [images], images
        for index, layer in enumerate(self.main_layers):
            x = layer(x, training=training)
            if index in _FEATURE_LAYERS:
                features.append(x)
            if index == _FEATURE_LAYERS[-1]:
                break
        return features

    @networks.without_autograph
    def decode(
        self, features: Sequence[tf.Tensor], training: bool | None = None
    ) -> tf.Tensor:
        """Returns images float32 [B, H, W, C'] of what `encode` returned."""
        x = features[-1]
        for layer in self.main_layers[_FEATURE_LAYERS[-1] + 1 :]:
            x = layer(x, training=training)
        return self.to_pixels(x)


class PatchProjection(networks.Network):
    """Features of patches to unit vectors, by two dense layers for each layer.

    The paper's H, section 3.3. Called with float [B, S, C] for each layer of
    the generator; returns float32 [B, S, `units`] for each.

    Args:
        layers: how many there are.
        units: of the hidden layers and the vectors.
    """

    def __init__(self, layers: int, units: int = _UNITS) -> None:
        super().__init__()
        self.hidden = [
            keras.layers.Dense(units, activation="relu") for _ in range(layers)
        ]
        self.to_vectors = [keras.layers.Dense(units) for _ in range(layers)]

    def call(self, features: Sequence[tf.Tensor]) -> list[tf.Tensor]:
        outputs = [
            project(hidden(values))
            for values, hidden, project in zip(
                features, self.hidden, self.to_vectors
            )
        ]
        return [
            tf.math.l2_normalize(tf.cast(values, tf.float32), axis=-1)
            for values in outputs
        ]


class _Translation(NamedTuple):
    """What the generator made of a batch, and its features on the way."""

    generated: Generated
    features: list[tf.Tensor]


class CUTModel(TranslationGAN):
    """A GAN whose output keeps the source's patches apart, as the source does.

    Args:
        generator: with `encode` and `decode`, such as `Generator`.
        discriminator, source_shape: see `TranslationGAN`.
        **settings: `recipe`, `num_classes` and `seed`, see `GAN`.

    Raises:
        TypeError: the generator has no `encode`; see also `TranslationGAN`.

    Attributes:
        projection: the paper's H.
    """

    sees_sources = False
    recipe_settings = (
        "source",
        "patch_nce_weight",
        "identity_weight",
        "jitter",
    )

    def _build_networks(self) -> None:
        super()._build_networks()
        if not isinstance(self.generator, Generator):
            raise TypeError(
                "The generator of CUT must be a `models.cut.Generator`, which "
                "has `encode` and `decode`. "
                f"Received: {type(self.generator).__name__}."
            )
        features = self.generator.encode(self.example_inputs(1))
        self.projection = PatchProjection(len(features))
        self.projection(take_patches(features, [None] * len(features)))

    def player_networks(self) -> dict[str, PlayerNetwork]:
        return {
            **super().player_networks(),
            "projection": PlayerNetwork(self.projection, GENERATOR),
        }

    @property
    def term_names(self) -> tuple[str, ...]:  # type: ignore[override]
        identity = ["identity_loss"] if self.recipe.identity_weight else []
        return ("patch_nce_loss", *identity)

    def run_generators(  # type: ignore[override]
        self, batch: Batch, rng: StepRandom
    ) -> _Translation:
        source = self.step_inputs(batch, rng)
        with training_pass(random=rng.scoped("generated")):
            features = self.generator.encode(source, training=True)
            images = self.generator.decode(features, training=True)
        return _Translation(Generated(images, source), features)

    def discriminator_losses(  # type: ignore[override]
        self, batch: Batch, generated: _Translation, rng: StepRandom
    ) -> Terms:
        return super().discriminator_losses(batch, generated.generated, rng)

    def generator_losses(  # type: ignore[override]
        self, batch: Batch, generated: _Translation, rng: StepRandom
    ) -> Terms:
        terms = super().generator_losses(batch, generated.generated, rng)
        return {**terms, **self._contrast_terms(batch, generated, rng)}

    def joint_losses(  # type: ignore[override]
        self, batch: Batch, generated: _Translation, rng: StepRandom
    ) -> tuple[Terms, Terms]:
        discriminator_terms, terms = super().joint_losses(
            batch, generated.generated, rng
        )
        contrast_terms = self._contrast_terms(batch, generated, rng)
        return discriminator_terms, {**terms, **contrast_terms}

    def _contrast_terms(
        self, batch: Batch, translation: _Translation, rng: StepRandom
    ) -> Terms:
        """Equation 4 for the source, and for the target, which is to stay."""
        recipe, rng = self.recipe, rng.scoped("patches")
        contrast = self._contrast(
            translation.features,
            translation.generated.images,
            rng.scoped("source"),
        )
        terms = {"patch_nce_loss": recipe.patch_nce_weight * contrast}
        if recipe.identity_weight:
            source = self._to_source(batch["image"], rng)
            with _in_passing(rng.scoped("generated")):
                features = self.generator.encode(source, training=True)
                images = self.generator.decode(features, training=True)
            contrast = self._contrast(features, images, rng.scoped("image"))
            terms["identity_loss"] = recipe.identity_weight * contrast
        return terms

    def _contrast(
        self, features: Sequence[tf.Tensor], images: tf.Tensor, rng: StepRandom
    ) -> tf.Tensor:
        """Returns PatchNCE, the mean over the layers, float32 [B].

        Args:
            features: of what the generator took.
            images: that it made.
            rng: with B rows.
        """
        positions = sample_positions(features, rng)
        images = self._to_source(images, rng)
        with _in_passing(rng.scoped("encoded")):
            made = self.generator.encode(images, training=True)
        keys, queries = (
            self.projection(take_patches(maps, positions), training=True)
            for maps in (features, made)
        )
        values = [
            patch_nce(query, tf.stop_gradient(key))
            for query, key in zip(queries, keys)
        ]
        return tf.add_n(values) / len(values)

    def _to_source(self, images: tf.Tensor, rng: StepRandom) -> tf.Tensor:
        """Returns images with the channels of a source: grey, or repeated."""
        channels = self.source_shape[-1]
        if images.shape[-1] == channels:
            return images
        if channels == 1:
            return sources.make(sources.GREY, images, rng)
        return tf.repeat(images, channels, axis=-1)


def _in_passing(rng: StepRandom) -> contextlib.AbstractContextManager[None]:
    """A pass that leaves moving statistics: they are those of sources."""
    return training_pass(random=rng, updates_state=False)


CUT = Architecture(
    name="cut",
    purpose="translates images one way, from two folders without pairs",
    recipe=RECIPE,
    generator=Generator,
    discriminator=pix2pix.Discriminator,
    model=CUTModel,
    image_sizes=pix2pix.Pix2Pix.image_sizes,
    dataset="emoji_drawings",
    recipe_rule=pix2pix.check_source,
    shape_rule=pix2pix.check_shape,
)
