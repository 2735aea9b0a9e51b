"""Checks that a SavedModel's signatures agree with its metadata."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tensorflow as tf

from tfgan_zoo.export.metadata import ExportMetadata

_SERVE, _SAMPLE, _TRANSLATE = "serving_default", "sample", "translate"
_IMAGES = "images"


def require(loaded: Any, metadata: ExportMetadata, saved_model: Path) -> None:
    """Checks names, types and shapes before anything is called.

    Args:
        loaded: has `signatures`.
        metadata: of the model.
        saved_model: its folder, for the message.

    Raises:
        ValueError: a signature is missing, or takes or makes other tensors
            than the metadata state.
    """
    first, *labels = metadata.inputs
    shape = metadata.image_shape
    sampled = tf.float32 if metadata.makes_points else tf.uint8
    expected: dict[str, tuple[dict[str, Any], tuple[Any, Any]]] = {
        _SERVE: (
            {first.name: (tf.float32, first.shape)},
            (tf.float32, shape),
        ),
        _SAMPLE: ({"seeds": (tf.int64, ())}, (sampled, shape)),
        _TRANSLATE: ({_IMAGES: (tf.uint8, first.shape)}, (tf.uint8, shape)),
    }
    signatures = getattr(loaded, "signatures", {})
    if _SERVE not in signatures:
        raise _misfit(saved_model, f"without {_SERVE}")
    for name in (name for name in expected if name in signatures):
        inputs, output = expected[name]
        inputs = {
            **inputs,
            **{spec.name: (tf.int32, spec.shape) for spec in labels},
        }
        _, taken = signatures[name].structured_input_signature
        made = signatures[name].structured_outputs
        if set(taken) != set(inputs) or _IMAGES not in made:
            raise _misfit(
                saved_model,
                f"whose {name} takes {', '.join(sorted(taken))} "
                f"and makes {', '.join(sorted(made))}",
            )
        for key, spec in inputs.items():
            _require_equal(saved_model, f"{name}: {key}", taken[key], spec)
        _require_equal(saved_model, f"{name}: {_IMAGES}", made[_IMAGES], output)


def _require_equal(
    saved_model: Path, name: str, actual: Any, expected: tuple[Any, Any]
) -> None:
    dtype, shape = expected
    batched = tf.TensorShape([None, *shape])
    if actual.dtype != dtype or not batched.is_compatible_with(actual.shape):
        raise _misfit(
            saved_model,
            f"whose {name} is {actual.dtype.name} {actual.shape} "
            f"instead of {dtype.name} {batched}",
        )


def _misfit(saved_model: Path, received: str) -> ValueError:
    return ValueError(
        "A model's signatures must be those that its metadata describe. "
        f"Received: {saved_model}, {received}."
    )
