"""Inputs of a generator as `model.json` and `tfgan_zoo.json` list them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfgan_zoo import inputs
from tfgan_zoo.inputs import InputSpec, LatentPart
from tfgan_zoo.messages import shorten

_MAX_PARTS = 100


def to_json(specs: Sequence[InputSpec]) -> list[dict[str, Any]]:
    """Returns the inputs as JSON has them.

    Latents alone have `parts`, and images a `multiple` above 1.
    """
    return [_to_json(spec) for spec in specs]


def from_json(content: Any) -> tuple[InputSpec, ...]:
    """Returns the inputs that a file of unknown origin lists.

    Raises:
        ValueError: it is no list of inputs.
    """
    if not isinstance(content, list) or len(content) > len(inputs.KINDS):
        raise ValueError(
            "`inputs` must be a list of what a generator takes. "
            f"Received: {shorten(content)}."
        )
    return tuple(map(_input_from_json, content))


def _to_json(spec: InputSpec) -> dict[str, Any]:
    content: dict[str, Any] = {
        "name": spec.name,
        "kind": spec.kind,
        "shape": list(spec.shape),
    }
    if spec.multiple > 1:
        content["multiple"] = spec.multiple
    if not spec.parts:
        return content
    parts = [
        {"distribution": part.distribution, "size": part.size}
        for part in spec.parts
    ]
    return {**content, "parts": parts}


def _input_from_json(content: Any) -> InputSpec:
    _require_object("An input", content, ("name", "kind", "shape"))
    shape, parts = content["shape"], content.get("parts", [])
    if not isinstance(parts, list) or len(parts) > _MAX_PARTS:
        raise ValueError(
            f"An input's `parts` must be a list. Received: {shorten(parts)}."
        )
    return InputSpec(
        content["name"],
        content["kind"],
        tuple(shape) if isinstance(shape, list) else shape,
        tuple(map(_part_from_json, parts)),
        content.get("multiple", 1),
    )


def _part_from_json(content: Any) -> LatentPart:
    _require_object("A latent part", content, ("distribution", "size"))
    return LatentPart(content["distribution"], content["size"])


def _require_object(what: str, content: Any, names: tuple[str, ...]) -> None:
    if not isinstance(content, dict) or not {*names} <= {*content}:
        raise ValueError(
            f"{what} must be an object with {', '.join(names)}. "
            f"Received: {shorten(content)}."
        )
