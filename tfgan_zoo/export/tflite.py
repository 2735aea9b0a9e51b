"""TFLite files: generators that phones run, with builtin operators only."""

from __future__ import annotations

import collections
import functools
import re
import tempfile
import warnings
from typing import Any, Callable

import numpy as np
import tensorflow as tf
from tensorflow.lite.python.convert import mlir_quantize
from tensorflow.lite.python.convert_phase import ConverterError

from tfgan_zoo import images, quiet
from tfgan_zoo.export import freezing, ranges
from tfgan_zoo.export.variants import Variant
from tfgan_zoo.gan import BaseGAN
from tfgan_zoo.inputs import IMAGE
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
    batches = _batches(calibration, batch_size)
    content = convert_function(
        freezing.freeze(gan, variant, batch_size), variant, batches
    )
    if not variant.in_integers:
        return content
    takes_images = gan.input_specs[0].kind == IMAGE
    return _quantize(
        ranges.correct(content, SIGNATURE, batches()),
        takes_uint8=variant.uses_uint8 and takes_images,
        makes_uint8=variant.uses_uint8,
    )


def convert_function(
    serve: Any,
    variant: Variant,
    batches: Callable[[], Any] | None = None,
) -> bytes:
    """Converts a function of frozen weights and a fixed batch.

    Args:
        serve: a `tf.function`, see `freezing.freeze`.
        variant: how to store it; activations of 8 bits are not yet in
            integers, but have their ranges.
        batches: yields inputs by name, for these ranges.

    Returns:
        The file's content.

    Raises:
        ConversionError: TFLite has no such operators.
    """
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
        _set(converter, variant, batches)
        return _converted(converter.convert)


def _quantize(content: bytes, *, takes_uint8: bool, makes_uint8: bool) -> bytes:
    """Returns a file with the ranges of its activations, in integers."""
    quantize = functools.partial(
        mlir_quantize,
        content,
        input_data_type=tf.uint8 if takes_uint8 else tf.float32,
        output_data_type=tf.uint8 if makes_uint8 else tf.float32,
    )
    return _converted(quantize)


def _converted(convert: Callable[[], bytes]) -> bytes:
    # It advises on standard error, and warns of inputs that stay floats. What
    # it lacks is in its exception, which ends within the block.
    with warnings.catch_warnings(), quiet.native_stderr_hidden():
        warnings.simplefilter("ignore")
        try:
            return convert()
        except ConverterError as error:
            names = dict.fromkeys(_LACKING.findall(str(error)))
            reason = ", ".join(names) or error_text(error)
    raise ConversionError(
        "The generator must be of operators that TFLite has. "
        f"Received: {reason}."
    )


def _set(
    converter: tf.lite.TFLiteConverter,
    variant: Variant,
    batches: Callable[[], Any] | None,
) -> None:
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    if variant.weight_bits == 32:
        return
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if variant.weight_bits == 16:
        converter.target_spec.supported_types = [tf.float16]
    if variant.in_integers:
        converter.target_spec.supported_ops = [
            tf.lite.OpsSet.TFLITE_BUILTINS_INT8
        ]
        converter.representative_dataset = batches
        # Its last step is left to `convert`, for the ranges are not yet right.
        converter._experimental_calibrate_only = True


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
        details = self._run.get_input_details()
        self.batch_size = int(next(iter(details.values()))["shape"][0])
        self._in_pixels = {
            name for name in details if details[name]["dtype"] == np.uint8
        }

    def __call__(self, **inputs: np.ndarray) -> np.ndarray:
        """Returns the images of the signature's inputs.

        Args:
            **inputs: by name, each of the file's batch size.

        Returns:
            float32 [B, H, W, C], or uint8 where the file returns those.
        """
        return self.compute(**inputs)["images"]

    def compute(self, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        """Returns all outputs of the signature, by name."""
        return self._run(**inputs)

    def images(self, rows: dict[str, np.ndarray]) -> np.ndarray:
        """Returns images in [-1, 1] of any number of rows.

        Args:
            rows: by name, [N, ...]; images float32 in [-1, 1], which become
                uint8 for a file that takes those.
        """
        count = len(next(iter(rows.values())))
        rows = {
            name: images.to_uint8(values).numpy()
            if name in self._in_pixels
            else values
            for name, values in rows.items()
        }
        batches = []
        for start in range(0, count, self.batch_size):
            # The last batch is filled up from the first rows.
            places = np.arange(start, start + self.batch_size) % count
            batch = {name: values[places] for name, values in rows.items()}
            batches.append(self(**batch).copy())
        made = np.concatenate(batches)[:count]
        return (
            images.from_uint8(made).numpy() if made.dtype == np.uint8 else made
        )

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
