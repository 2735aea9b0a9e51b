"""Exports of the first version, which named no task and no inputs.

Nowhere else does what an architecture is called decide what a generator takes.
"""

from __future__ import annotations

from typing import Any

from tfgan_zoo.inputs import ENLARGE, GENERATE, IMAGE, LABEL, LATENTS

# Values of InfoGAN's category, and its continuous codes, behind its noise.
_INFOGAN_CODES = (("one_hot", 10), ("uniform", 2))


def upgrade_metadata(content: dict[str, Any]) -> dict[str, Any]:
    """Returns the content of `tfgan_zoo.json` with its task and inputs.

    What is missing or unsound stays so, for the checks to name it.
    """
    if "inputs" in content or "latent_shape" not in content:
        return content
    shape = content["latent_shape"]
    distribution = content.get("latent_distribution")
    parts = None
    if distribution != "":
        size = shape[0] if isinstance(shape, list) and shape else shape
        codes: tuple[Any, ...] = ()
        if content.get("architecture") == "infogan":
            codes = _INFOGAN_CODES
        if isinstance(size, int):
            size -= sum(count for _, count in codes)
        parts = [
            {"distribution": name, "size": count}
            for name, count in ((distribution, size), *codes)
        ]
    return _with_inputs(content, content.get("latent_name"), shape, parts)


def upgrade_model(content: dict[str, Any]) -> dict[str, Any]:
    """Returns the content of `model.json` with its task and inputs."""
    latents = content.get("latents")
    if "inputs" in content or not isinstance(latents, dict):
        return content
    shape, parts = latents.get("shape"), latents.get("parts", [])
    is_image = isinstance(shape, list) and len(shape) > 1
    rest = {key: content[key] for key in content if key != "latents"}
    return _with_inputs(
        rest, latents.get("name"), shape, None if is_image else parts
    )


def _with_inputs(
    content: dict[str, Any], name: Any, shape: Any, parts: Any
) -> dict[str, Any]:
    """Adds them, of an image where `parts` is None."""
    if parts is None:
        task = ENLARGE
        first = {"name": name, "kind": IMAGE, "shape": shape}
    else:
        task = GENERATE
        first = {"name": name, "kind": LATENTS, "shape": shape, "parts": parts}
    labels = {"name": "labels", "kind": LABEL, "shape": []}
    inputs = [first, labels] if content.get("num_classes") else [first]
    return {**content, "task": task, "inputs": inputs}
