"""The SavedModel: a generator that plain TensorFlow loads and runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tensorflow as tf

from tfgan_zoo import files, images, inputs, quiet
from tfgan_zoo.export.file_names import METADATA_NAME
from tfgan_zoo.export.metadata import ExportMetadata
from tfgan_zoo.gan import BaseGAN


class ServedGenerator(tf.Module):
    """A generator with the signatures of an export.

    It holds the generator's variables, not the Keras model, whose own traces
    and metadata would be saved as well.

    Args:
        gan: whose averaged generator is served.
        serve: the function behind `serving_default`, if it is one without
            variables.
    """

    def __init__(self, gan: BaseGAN, serve: Any = None) -> None:
        super().__init__(name="generator")
        if serve is None:
            self.generator_variables = list(gan.ema_generator.variables)
            serve = serving_function(gan, tensor_specs(gan))
        self.serve = serve
        takes_images = gan.input_specs[0].kind == inputs.IMAGE
        make = _translating_function if takes_images else _sampling_function
        self.functions = {
            "serving_default": self.serve,
            "translate" if takes_images else "sample": make(gan, self.serve),
        }


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
        if specs[0].shape.rank == 4 and specs[0].shape[0] is None:
            # A convolution of a single image, of rank 3, ends the process.
            latents = tf.ensure_shape(latents, specs[0].shape)
        return {"images": gan(latents, labels)}

    return serve


def pixels_spec(spec: tf.TensorSpec, name: str) -> tf.TensorSpec:
    """Returns the spec of the uint8 images that an input of floats has."""
    return tf.TensorSpec(spec.shape, tf.uint8, name)


def _translating_function(gan: BaseGAN, serve: Any) -> Any:
    """Returns the function behind `translate`, from uint8 to uint8."""
    first, *labels = tensor_specs(gan)

    @tf.function(input_signature=[pixels_spec(first, "images"), *labels])
    def translate(
        pixels: tf.Tensor, labels: tf.Tensor | None = None
    ) -> dict[str, tf.Tensor]:
        rows = [images.from_uint8(pixels)]
        rows += [] if labels is None else [labels]
        return {"images": images.to_uint8(serve(*rows)["images"])}

    return translate


def _sampling_function(gan: BaseGAN, serve: Any) -> Any:
    """Returns the function behind `sample`, from seeds to uint8."""
    seeds_spec = tf.TensorSpec([None], tf.int64, name="seeds")

    @tf.function(input_signature=[seeds_spec, *tensor_specs(gan)[1:]])
    def sample(
        seeds: tf.Tensor, labels: tf.Tensor | None = None
    ) -> dict[str, tf.Tensor]:
        def generate(latents: tf.Tensor, labels: Any) -> tf.Tensor:
            rows = [latents] if labels is None else [latents, labels]
            return serve(*rows)["images"]

        latents = gan.input_specs[0]
        return {"images": latents.sample(generate, gan.latents, seeds, labels)}

    return sample


def write(
    generator: ServedGenerator, metadata: ExportMetadata, folder: Path
) -> None:
    """Writes the SavedModel.

    Its signatures are `serving_default`, of floats, and `sample`, of seeds, or
    `translate`, of uint8 images.
    """
    write_module(generator, dict(generator.functions), folder)
    files.write_text(
        folder / "assets.extra" / METADATA_NAME, metadata.to_json()
    )


def write_module(
    module: tf.Module, signatures: dict[str, Any], folder: Path
) -> None:
    """Writes a module of variables and signatures as a SavedModel.

    Args:
        module: owns the variables.
        signatures: functions of it, by name.
        folder: of the SavedModel.
    """
    with quiet.native_stderr_hidden():  # it logs where its assets are
        # Gradients, of swish for one, would be saved as objects of their own.
        options = tf.saved_model.SaveOptions(
            experimental_custom_gradients=False
        )
        tf.saved_model.save(module, str(folder), signatures, options)
