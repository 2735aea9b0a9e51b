"""The SavedModel: a generator that plain TensorFlow loads and runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tensorflow as tf

from tfgan_zoo import files, images, quiet, random
from tfgan_zoo.export.card import CARD_NAME, Card
from tfgan_zoo.gan import GAN


class ServedGenerator(tf.Module):
    """A generator with the signatures of an export.

    It holds the generator's variables, not the Keras model, whose own traces
    and metadata would be saved as well.

    Args:
        gan: whose averaged generator is served.
    """

    def __init__(self, gan: GAN) -> None:
        super().__init__(name="generator")
        self.generator_variables = list(gan.ema_generator.variables)
        self.serve, self.sample = _functions(gan)


def input_specs(gan: GAN, batch_size: int | None = None) -> list[tf.TensorSpec]:
    """Returns what `serving_default` takes: latents and, maybe, labels.

    Args:
        gan: whose generator it is.
        batch_size: None leaves it open, and of images height and width too.
    """
    *size, channels = gan.latent_shape
    open_size = [None] * len(size) if batch_size is None else size
    latents = tf.TensorSpec(
        [batch_size, *open_size, channels], tf.float32, name=gan.latent_name
    )
    labels = tf.TensorSpec([batch_size], tf.int32, name="labels")
    return [latents, labels] if gan.num_classes else [latents]


def serving_function(gan: GAN, specs: list[tf.TensorSpec]) -> Any:
    """Returns the function behind `serving_default`, of such inputs."""

    @tf.function(input_signature=specs)
    def serve(
        latents: tf.Tensor, labels: tf.Tensor | None = None
    ) -> dict[str, tf.Tensor]:
        return {"images": gan(latents, labels)}

    return serve


def _functions(gan: GAN) -> tuple[Any, Any]:
    specs = input_specs(gan)
    seeds_spec = tf.TensorSpec([None], tf.int64, name="seeds")
    serve = serving_function(gan, specs)

    @tf.function(input_signature=[seeds_spec, *specs[1:]])
    def sample(
        seeds: tf.Tensor, labels: tf.Tensor | None = None
    ) -> dict[str, tf.Tensor]:
        normals = random.seeded_normal(seeds, gan.latent_dim)
        inputs = [gan.latents(normals)]
        if labels is not None:
            inputs.append(labels)
        return {"images": images.to_output_dtype(serve(*inputs)["images"])}

    return serve, sample if gan.from_seeds else None


def write(served: ServedGenerator, card: Card, folder: Path) -> None:
    """Writes the SavedModel: `serving_default` and, of seeds, `sample`."""
    signatures = {"serving_default": served.serve}
    if served.sample is not None:
        signatures["sample"] = served.sample
    with quiet.native_stderr_hidden():  # it logs where its assets are
        # Gradients, of swish for one, would be saved as objects of their own.
        options = tf.saved_model.SaveOptions(
            experimental_custom_gradients=False
        )
        tf.saved_model.save(served, str(folder), signatures, options)
    files.write_text(folder / "assets.extra" / CARD_NAME, card.to_json())
