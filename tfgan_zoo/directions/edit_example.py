"""An edit and its image in `model.json`, for an app to check its own edits."""

from __future__ import annotations

import base64
import itertools
from typing import Any

import numpy as np

from tfgan_zoo.directions.results import SearchResult
from tfgan_zoo.export import latent_space

_SEED = 0
# Steps along the directions in turn: of both signs, and no two next to each
# other alike.
_STEPS = (1.0, -0.5, 0.5, -1.0)
# Levels of 255 by which images of a float file may differ.
_TOLERANCE = 2


def make_edit_example(result: SearchResult) -> dict[str, Any]:
    """Returns the entry `test` of the directions.

    Args:
        result: the directions.

    Returns:
        `seed` and, of a conditional generator, `label`; `latents_base64`,
        float32 [Z] in little-endian order, that the seed makes; `steps` by the
        name of each direction; `moved_latents_base64`, by these steps;
        `pixels_base64`, the bytes [H, W, C] of their image by the SavedModel;
        and `tolerance` of 255, for a file of floats.
    """
    sampler = result.trial.sampler
    spec = sampler.latents_spec
    latents = sampler.latents(sampler.normals(np.array([_SEED], np.int64)))
    steps = {
        direction.name: step
        for direction, step in zip(result.directions, itertools.cycle(_STEPS))
    }
    offsets = sum(
        steps[direction.name]
        * latent_space.deviation(direction.vector, spec)
        * direction.vector.astype(float)
        for direction in result.directions
    )
    moved = latent_space.move(latents, np.asarray(offsets), spec)
    label = _SEED % sampler.num_classes if sampler.num_classes else None
    (image,) = sampler.images(moved, label)
    return {
        "seed": _SEED,
        **({} if label is None else {"label": label}),
        "latents_base64": _base64(latents[0].astype("<f4")),
        "steps": steps,
        "moved_latents_base64": _base64(moved[0].astype("<f4")),
        "pixels_base64": _base64(image),
        "tolerance": _TOLERANCE,
    }


def _base64(values: np.ndarray) -> str:
    return base64.b64encode(values.tobytes()).decode("ascii")
