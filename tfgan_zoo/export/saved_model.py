"""The SavedModel: a generator that plain TensorFlow loads and runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tensorflow as tf

from tfgan_zoo import files, inputs, quiet
from tfgan_zoo.export.file_names import METADATA_NAME
from tfgan_zoo.export.metadata import ExportMetadata
from tfgan_zoo.gan import BaseGAN


class ServedGenerator(tf.Module):
    """A generator with the signatures of an export.

    It holds the generator's variables, not the Keras model, whose own traces
    and metadata would be saved as well.

    Args:
        gan: whose averaged generator is served.
    """

    def __init__(self, gan: BaseGAN) -> None:
        super().__init__(name="generator")
        self.generator_variables = list(gan.ema_generator.variables)
        self.serve, self.sample = _functions(gan)


def tensor_specs(
    gan: BaseGAN, batch_size: int | None = None
) -> list[tf.TensorSpec]:
    """Returns what `serving_default` takes, in the order of `input_specs`.

    Args:
        gan: whose generator it is.
        batch_size: None leaves it open, and of images height and width too.
    """
    specs = []
    for spec in gan.input_specs:
        shape: tuple[int | None, ...] = spec.shape
        if spec.kind == inputs.IMAGE and batch_size is None:
            shape = (None, None, shape[-1])
        dtype = tf.int32 if spec.kind == inputs.LABEL else tf.float32
        specs.append(tf.TensorSpec([batch_size, *shape], dtype, spec.name))
    return specs


def serving_function(gan: BaseGAN, specs: list[tf.TensorSpec]) -> Any:
    """Returns the function behind `serving_default`, of such inputs."""

    @tf.function(input_signature=specs)
    def serve(
        latents: tf.Tensor, labels: tf.Tensor | None = None
    ) -> dict[str, tf.Tensor]:
        return {"images": gan(latents, labels)}

    return serve


def _functions(gan: BaseGAN) -> tuple[Any, Any]:
    specs = tensor_specs(gan)
    seeds_spec = tf.TensorSpec([None], tf.int64, name="seeds")
    serve = serving_function(gan, specs)

    @tf.function(input_signature=[seeds_spec, *specs[1:]])
    def sample(
        seeds: tf.Tensor, labels: tf.Tensor | None = None
    ) -> dict[str, tf.Tensor]:
        def generate(latents: tf.Tensor, labels: Any) -> tf.Tensor:
            rows = [latents] if labels is None else [latents, labels]
            return serve(*rows)["images"]

        latents = gan.input_specs[0]
        return {"images": latents.sample(generate, gan.latents, seeds, labels)}

    is_sampled = gan.input_specs[0].kind == inputs.LATENTS
    return serve, sample if is_sampled else None


def write(
    generator: ServedGenerator, metadata: ExportMetadata, folder: Path
) -> None:
    """Writes the SavedModel: `serving_default` and, of seeds, `sample`."""
    signatures = {"serving_default": generator.serve}
    if generator.sample is not None:
        signatures["sample"] = generator.sample
    with quiet.native_stderr_hidden():  # it logs where its assets are
        # Gradients, of swish for one, would be saved as objects of their own.
        options = tf.saved_model.SaveOptions(
            experimental_custom_gradients=False
        )
        tf.saved_model.save(generator, str(folder), signatures, options)
    files.write_text(
        folder / "assets.extra" / METADATA_NAME, metadata.to_json()
    )
