"""Metadata of the tensors of a TFLite file: contents, ranges, normalisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tensorflow.lite.python import schema_py_generated as schema

from tfgan_zoo.export.metadata import ExportMetadata
from tfgan_zoo.inputs import IMAGE, LABEL, ONE_HOT, InputSpec

LABELS_NAME = "labels.txt"
# Of values in [-1, 1]; images of uint8 are pixels as they are.
_MEAN = 127.5
_FEATURES = {
    "content_properties_type": "FeatureProperties",
    "content_properties": {},
}
_BOUNDS = {
    "uniform": (-1.0, 1.0),
    "truncated": (-2.0, 2.0),
    ONE_HOT: (0.0, 1.0),
}


def label_files(metadata: ExportMetadata) -> dict[str, bytes]:
    """Returns `labels.txt`, a class a line, if a named class can be chosen."""
    names = metadata.class_names
    if not names or all(spec.kind != LABEL for spec in metadata.inputs):
        return {}
    # A name may be that of a folder, of any characters.
    lines = [" ".join(name.split()) + "\n" for name in names]
    return {LABELS_NAME: "".join(lines).encode("utf-8", "replace")}


def describe_input(
    spec: InputSpec, tensor: Any, metadata: ExportMetadata
) -> dict[str, Any]:
    """Returns the `TensorMetadata` of an input.

    Args:
        spec: of the input.
        tensor: of the file.
        metadata: of the export.
    """
    if spec.kind == IMAGE:
        return {
            "name": spec.name,
            "description": f"The image to {metadata.task}: "
            f"{_describe_image(spec.shape, tensor)}.",
            **_image(spec.shape, tensor),
            "process_units": [_normalize(*_scale(tensor))],
        }
    if spec.kind == LABEL:
        return _describe_label(spec, metadata)
    parts = ", ".join(f"{part.size} {part.distribution}" for part in spec.parts)
    return {
        "name": spec.name,
        "description": f"{spec.size} random numbers: {parts}.",
        "content": _FEATURES,
        **_latents_stats(spec),
    }


def describe_output(
    name: str, tensor: Any, metadata: ExportMetadata
) -> dict[str, Any]:
    """Returns the `TensorMetadata` of an output: images, or points."""
    if metadata.makes_points:
        return {
            "name": name,
            "description": f"A point of {metadata.image_shape[0]} numbers.",
            "content": _FEATURES,
        }
    mean, std = _scale(tensor)
    return {
        "name": name,
        "description": "The generated image: "
        f"{_describe_image(metadata.image_shape, tensor)}.",
        **_image(metadata.image_shape, tensor),
        # The inverse, which makes pixels from 0 to 255.
        "process_units": [_normalize(-mean / std, 1.0 / std)],
    }


def _describe_label(
    spec: InputSpec, metadata: ExportMetadata
) -> dict[str, Any]:
    last = metadata.num_classes - 1
    described: dict[str, Any] = {
        "name": spec.name,
        "description": f"The class of the image, from 0 to {last}.",
        "content": _FEATURES,
        "stats": {"max": [float(last)], "min": [0.0]},
    }
    if metadata.class_names:
        described["associated_files"] = [
            {
                "name": LABELS_NAME,
                "description": "The names of the classes, by label.",
                "type": "TENSOR_VALUE_LABELS",
            }
        ]
    return described


def _image(shape: Sequence[int], tensor: Any) -> dict[str, Any]:
    height, width, channels = shape
    low, high = _range(tensor)
    return {
        "content": {
            "content_properties_type": "ImageProperties",
            "content_properties": {
                "color_space": "RGB" if channels == 3 else "GRAYSCALE",
                "default_size": {"width": width, "height": height},
            },
        },
        "stats": {"max": [high], "min": [low]},
    }


def _describe_image(shape: Sequence[int], tensor: Any) -> str:
    height, width, channels = shape
    colour = "RGB" if channels == 3 else "grey"
    low, high = _range(tensor)
    return (
        f"{width} x {height} pixels, {colour}, values from {low:g} to {high:g}"
    )


def _range(tensor: Any) -> tuple[float, float]:
    is_uint8 = tensor.Type() == schema.TensorType.UINT8
    return (0.0, 255.0) if is_uint8 else (-1.0, 1.0)


def _scale(tensor: Any) -> tuple[float, float]:
    """Returns mean and standard deviation that normalise pixels.

    Values of quantised tensors count as what they stand for, in [-1, 1].
    """
    quantization = tensor.Quantization()
    is_quantized = quantization is not None and quantization.ScaleLength()
    is_uint8 = tensor.Type() == schema.TensorType.UINT8
    return (0.0, 1.0) if is_uint8 and not is_quantized else (_MEAN, _MEAN)


def _normalize(mean: float, std: float) -> dict[str, Any]:
    """Returns a step that makes `(x - mean) / std` of `x`."""
    return {
        "options_type": "NormalizationOptions",
        "options": {"mean": [mean], "std": [std]},
    }


def _latents_stats(spec: InputSpec) -> dict[str, Any]:
    """Returns the range of latents, if all have one."""
    bounds = [_BOUNDS.get(part.distribution) for part in spec.parts]
    known = [pair for pair in bounds if pair is not None]
    if len(known) < len(bounds):
        return {}
    lows, highs = zip(*known)
    return {"stats": {"max": [max(highs)], "min": [min(lows)]}}
