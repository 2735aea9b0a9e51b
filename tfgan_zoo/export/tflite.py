"""TFLite files: generators that phones run, with builtin operators only."""

from __future__ import annotations

import collections
import contextlib
import re
import tempfile
import warnings
from collections.abc import Iterator
from typing import Any, Callable

import numpy as np
import tensorflow as tf
from tensorflow.lite.python.convert_phase import ConverterError
from tensorflow.python.framework.convert_to_constants import (
    convert_variables_to_constants_v2,
)

from tfgan_zoo import networks, quiet
from tfgan_zoo.export import saved_model
from tfgan_zoo.export.variants import Variant
from tfgan_zoo.gan import BaseGAN
from tfgan_zoo.layers import deployment
from tfgan_zoo.messages import error_text

SIGNATURE = "serving_default"
_NOT_OPERATORS = {"DELEGATE"}
# As the converter names an operator that it cannot translate.
_LACKING = re.compile(r"'(tf\.\w+)' op is neither")
_NOT_ON_PHONES = ("Flex", "VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE")


class ConversionError(RuntimeError):
    """TensorFlow could not make a TFLite file of a generator."""


def convert(
    gan: BaseGAN,
    variant: Variant,
    *,
    batch_size: int,
    calibration: dict[str, np.ndarray],
) -> bytes:
    """Converts a GAN's averaged generator.

    The batch is fixed and the variables are frozen first: a dynamic batch adds
    operators that phones' GPUs refuse, and a variable that is not frozen can
    convert without a word to a file of wrong numbers.

    Args:
        gan: whose generator it is.
        variant: how to store it.
        batch_size: of every call.
        calibration: inputs by name, some hundred rows, by which activations of
            8 bits get their ranges.

    Returns:
        The file's content.

    Raises:
        ConversionError: TFLite has no such operators.
    """
    with _in_integers(gan, variant):
        serve = _frozen(gan, variant, batch_size)
    with tempfile.TemporaryDirectory() as folder:
        module = tf.Module()
        module.serve = serve
        # Gradients that layers define, as swish does, cannot be frozen.
        options = tf.saved_model.SaveOptions(
            experimental_custom_gradients=False
        )
        signatures = {SIGNATURE: serve}
        with quiet.native_stderr_hidden():
            tf.saved_model.save(module, folder, signatures, options)
            converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        _set(converter, variant, _batches(calibration, batch_size))
        return _converted(converter)


def _converted(converter: tf.lite.TFLiteConverter) -> bytes:
    # It advises on standard error, and warns of inputs that stay floats. What
    # it lacks is in its exception, which ends within the block.
    with warnings.catch_warnings(), quiet.native_stderr_hidden():
        warnings.simplefilter("ignore")
        try:
            return converter.convert()
        except ConverterError as error:
            names = dict.fromkeys(_LACKING.findall(str(error)))
            reason = ", ".join(names) or error_text(error)
    raise ConversionError(
        "The generator must be of operators that TFLite has. "
        f"Received: {reason}."
    )


@contextlib.contextmanager
def _in_integers(gan: BaseGAN, variant: Variant) -> Iterator[None]:
    """With the generator's weights as integers want them, where they do."""
    generator = gan.ema_generator
    if not (variant.in_integers and isinstance(generator, networks.Network)):
        yield
        return
    before = [variable.numpy() for variable in generator.variables]
    try:
        generator.equalise()
        yield
    finally:
        for variable, value in zip(generator.variables, before):
            variable.assign(value)


def _frozen(gan: BaseGAN, variant: Variant, batch_size: int) -> Any:
    specs = saved_model.tensor_specs(gan, batch_size)
    with deployment.deployed(
        gan.ema_generator, in_integers=variant.in_integers
    ):
        concrete = saved_model.serving_function(
            gan, specs
        ).get_concrete_function()
    frozen = convert_variables_to_constants_v2(concrete)

    @tf.function(input_signature=specs)
    def serve(
        latents: tf.Tensor, labels: tf.Tensor | None = None
    ) -> dict[str, tf.Tensor]:
        inputs = [latents] if labels is None else [latents, labels]
        return {"images": frozen(*inputs)[0]}

    return serve


def _set(
    converter: tf.lite.TFLiteConverter,
    variant: Variant,
    batches: Callable[[], Any],
) -> None:
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    if variant.name == "float32":
        return
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if variant.name == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if variant.in_integers:
        converter.target_spec.supported_ops = [
            tf.lite.OpsSet.TFLITE_BUILTINS_INT8
        ]
        converter.representative_dataset = batches
    if variant.returns_uint8:
        converter.inference_output_type = tf.uint8


def _batches(rows: dict[str, np.ndarray], batch_size: int) -> Callable[[], Any]:
    count = len(next(iter(rows.values())))

    def batches() -> Any:
        for start in range(0, count - batch_size + 1, batch_size):
            yield {
                name: values[start : start + batch_size]
                for name, values in rows.items()
            }

    return batches


class Interpreter:
    """Runs a TFLite file's `serving_default` signature.

    Raises:
        ValueError: the content is no TFLite file with that signature, or one
            that TFLite cannot run.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._interpreter = _interpreter(content)
        self._run = self._interpreter.get_signature_runner(SIGNATURE)
        details = next(iter(self._run.get_input_details().values()))
        self.batch_size = int(details["shape"][0])

    def __call__(self, **inputs: np.ndarray) -> np.ndarray:
        """Returns the images of the signature's inputs.

        Args:
            **inputs: by name, each of the file's batch size.

        Returns:
            float32 [B, H, W, C], or uint8 where the file returns those.
        """
        return self._run(**inputs)["images"]

    def images(self, rows: dict[str, np.ndarray]) -> np.ndarray:
        """Returns images in [-1, 1] of any number of rows."""
        count = len(next(iter(rows.values())))
        batches = []
        for start in range(0, count, self.batch_size):
            # The last batch is filled up from the first rows.
            places = np.arange(start, start + self.batch_size) % count
            batch = {name: values[places] for name, values in rows.items()}
            batches.append(self(**batch).copy())
        images = np.concatenate(batches)[:count]
        if images.dtype == np.uint8:
            return images.astype(np.float32) / 127.5 - 1.0
        return images

    def operators(self) -> dict[str, int]:
        """Returns how often each operator is called, by name."""
        details = self._interpreter._get_ops_details()  # no public way
        names = (op["op_name"] for op in details)
        return dict(
            sorted(
                collections.Counter(
                    name for name in names if name not in _NOT_OPERATORS
                ).items()
            )
        )

    def inputs(self) -> dict[str, dict[str, Any]]:
        """Returns shape and dtype of each input, by name."""
        return _described(self._run.get_input_details())

    def outputs(self) -> dict[str, dict[str, Any]]:
        """Returns shape and dtype of each output, by name."""
        return _described(self._run.get_output_details())

    def not_on_phones(self) -> list[str]:
        """Returns what keeps the file from running on every phone.

        That are operators of TensorFlow itself, which need its library,
        variables, and shapes that are known only when it runs.
        """
        bad = [
            name
            for name in self.operators()
            if any(part in name for part in _NOT_ON_PHONES)
        ]
        for tensor in self._interpreter.get_tensor_details():
            if -1 in tensor.get("shape_signature", ()):
                bad.append(f"{tensor['name']}, of a dynamic shape")
        return bad


def _described(details: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        name: {
            "shape": [int(size) for size in tensor["shape"]],
            "dtype": np.dtype(tensor["dtype"]).name,
        }
        for name, tensor in sorted(details.items())
    }


def _interpreter(content: bytes) -> Any:
    with warnings.catch_warnings(), quiet.native_stderr_hidden():
        # TensorFlow from 2.19 on advises the package ai-edge-litert instead.
        warnings.simplefilter("ignore")
        try:
            interpreter = tf.lite.Interpreter(model_content=content)
            interpreter.allocate_tensors()
            return interpreter
        except RuntimeError as error:
            reason = error_text(error)
    raise ValueError(f"A TFLite file must run. Received: one with {reason}")
