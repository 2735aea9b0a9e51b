"""The ranges of a generator's activations, which 8 bits are to cover."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.lite.tools import flatbuffer_utils

from tfgan_zoo import quiet

# Delegates may leave out what is not an output of theirs.
_BUILTIN = tf.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES


def correct(
    content: bytes, signature: str, batches: Iterable[dict[str, np.ndarray]]
) -> bytes:
    """Measures the ranges anew in a TFLite file that TensorFlow calibrated.

    TensorFlow's calibrator, in 2.15 as in 2.21, reads what an operator takes
    after it has run. By then `ADD`, `MUL` or `SUB` may have written the result
    over it, and it gets the range of both: what a residual block adds, that of
    the sum, which is three times as wide after six blocks.

    Args:
        content: a file of floats with ranges.
        signature: the one to run.
        batches: its inputs by name.

    Returns:
        The file with the ranges of the tensors in its main graph corrected.
    """
    model = flatbuffer_utils.convert_bytearray_to_object(bytearray(content))
    graph = model.subgraphs[0]
    calibrated = {
        index: tensor.quantization
        for index, tensor in enumerate(graph.tensors)
        if _has_range(tensor.quantization)
    }
    outputs = graph.outputs
    # Nothing is written over an output.
    graph.outputs = np.union1d(outputs, list(calibrated)).astype(np.int32)
    lows, highs = _measure(
        _to_bytes(model), signature, batches, tensors=list(calibrated)
    )
    graph.outputs = outputs
    for quantization, low, high in zip(calibrated.values(), lows, highs):
        quantization.min, quantization.max = [low], [high]
    return _to_bytes(model)


def _has_range(quantization: Any) -> bool:
    return quantization is not None and np.size(quantization.min or ()) == 1


def _to_bytes(model: Any) -> bytes:
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def _measure(
    content: bytes,
    signature: str,
    batches: Iterable[dict[str, np.ndarray]],
    *,
    tensors: list[int],
) -> np.ndarray:
    """Returns the least and the largest values of tensors, [2, T]."""
    with warnings.catch_warnings(), quiet.native_stderr_hidden():
        # TensorFlow from 2.19 on advises the package ai-edge-litert instead.
        warnings.simplefilter("ignore")
        interpreter = tf.lite.Interpreter(
            model_content=content, experimental_op_resolver_type=_BUILTIN
        )
        interpreter.allocate_tensors()
    run = interpreter.get_signature_runner(signature)
    ranges = []
    for batch in batches:
        run(**batch)
        values = [interpreter.get_tensor(index) for index in tensors]
        ranges.append([(value.min(), value.max()) for value in values])
    lows, highs = np.moveaxis(np.array(ranges, np.float64), -1, 0)
    return np.stack([lows.min(0), highs.max(0)])
