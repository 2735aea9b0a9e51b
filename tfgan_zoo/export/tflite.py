"""The TFLite file: a generator that phones run, with builtin operators only."""

from __future__ import annotations

import tempfile
import warnings
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import (
    convert_variables_to_constants_v2,
)

from tfgan_zoo import quiet
from tfgan_zoo.export.saved_model import ServedGenerator


def convert(served: ServedGenerator, specs: list[tf.TensorSpec]) -> bytes:
    """Converts the `serving_default` signature to a float32 TFLite file.

    The batch is fixed and the variables are frozen first: a dynamic batch adds
    operators that phones' GPUs refuse, and a variable that is not frozen can
    convert without a word to a file of wrong numbers.

    Args:
        served: the generator.
        specs: its inputs, of a fixed batch size.

    Returns:
        The file's content.
    """
    frozen = convert_variables_to_constants_v2(
        served.serve.get_concrete_function(*specs)
    )

    @tf.function(input_signature=specs)
    def serve(
        latents: tf.Tensor, labels: tf.Tensor | None = None
    ) -> dict[str, tf.Tensor]:
        inputs = [latents] if labels is None else [latents, labels]
        return {"images": frozen(*inputs)[0]}

    with tempfile.TemporaryDirectory() as folder:
        module = tf.Module()
        module.serve = serve
        tf.saved_model.save(
            module, folder, signatures={"serving_default": serve}
        )
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        with quiet.native_stderr_hidden():
            return converter.convert()


class Interpreter:
    """Runs a TFLite file's `serving_default` signature.

    Raises:
        ValueError: the content is no TFLite file with that signature.
    """

    def __init__(self, content: bytes) -> None:
        self._interpreter = _interpreter(content)
        self._run = self._interpreter.get_signature_runner("serving_default")

    def __call__(self, **inputs: np.ndarray) -> np.ndarray:
        """Returns images float32 [B, H, W, C] of the signature's inputs."""
        return self._run(**inputs)["images"]

    def operators(self) -> list[str]:
        """Returns the names of the operators, in order of execution."""
        details = self._interpreter._get_ops_details()  # no public way
        return [op["op_name"] for op in details if op["op_name"] != "DELEGATE"]


def _interpreter(content: bytes) -> Any:
    with warnings.catch_warnings(), quiet.native_stderr_hidden():
        # TensorFlow from 2.19 on advises the package ai-edge-litert instead.
        warnings.simplefilter("ignore")
        interpreter = tf.lite.Interpreter(model_content=content)
        interpreter.allocate_tensors()
        return interpreter
