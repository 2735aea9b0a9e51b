"""The SavedModel: a generator that plain TensorFlow loads and runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tensorflow as tf

from tfgan_zoo import files, images, random
from tfgan_zoo.backend import keras
from tfgan_zoo.export.card import CARD_NAME, Card


class ServedGenerator(tf.Module):
    """A generator with the two signatures of an export.

    It holds the generator's variables, not the Keras model, whose own traces
    and metadata would be saved as well.

    Args:
        generator: built, in float32.
        latent_dim: Z.
    """

    def __init__(self, generator: keras.Model, latent_dim: int) -> None:
        super().__init__(name="generator")
        self.generator_variables = list(generator.variables)
        self.serve, self.sample = _functions(generator, latent_dim)


def _functions(generator: keras.Model, latent_dim: int) -> tuple[Any, Any]:
    @tf.function(
        input_signature=[
            tf.TensorSpec([None, latent_dim], tf.float32, name="latents")
        ]
    )
    def serve(latents: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"images": generator(latents, None, training=False)}

    @tf.function(
        input_signature=[tf.TensorSpec([None], tf.int64, name="seeds")]
    )
    def sample(seeds: tf.Tensor) -> dict[str, tf.Tensor]:
        latents = random.seeded_normal(seeds, latent_dim)
        return {"images": images.to_uint8(serve(latents)["images"])}

    return serve, sample


def write(served: ServedGenerator, card: Card, folder: Path) -> None:
    """Writes the SavedModel, signatures `serving_default` and `sample`."""
    tf.saved_model.save(
        served,
        str(folder),
        signatures={
            "serving_default": served.serve,
            "sample": served.sample,
        },
    )
    files.write_text(folder / "assets.extra" / CARD_NAME, card.to_json())
