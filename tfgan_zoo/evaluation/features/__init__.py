"""Feature networks: what makes images comparable, each with its hash."""

from __future__ import annotations

from pathlib import Path

from tfgan_zoo.evaluation.features import inception, shipped
from tfgan_zoo.evaluation.features.fetch import Request
from tfgan_zoo.evaluation.features.network import (
    Coordinates,
    FeatureNetwork,
    Judgement,
)
from tfgan_zoo.evaluation.features.own import own_network
from tfgan_zoo.evaluation.features.shipped import for_dataset

__all__ = [
    "Coordinates",
    "FeatureNetwork",
    "Judgement",
    "Request",
    "for_dataset",
    "get",
    "names",
    "own_network",
]


def names() -> list[str]:
    """Returns the names of the networks that `get` knows, sorted."""
    return sorted([*shipped.names(), *inception.NAMES])


def get(name: str, request: Request | None = None) -> FeatureNetwork:
    """Returns a feature network.

    Args:
        name: one of `names()`, or the path of a network of one's own, as of
            `own_network`.
        request: where the file of one that does not come with the package is.

    Raises:
        ValueError: an unknown name, or as of the network's own function.
        FileNotFoundError: as of `own_network`.
    """
    if name in shipped.names():
        return shipped.shipped(name)
    if name == "inception":
        return inception.inception(request or Request())
    if name == "keras_inception":
        return inception.keras_inception(request or Request())
    if not Path(name).exists():
        raise ValueError(
            f"`features` must be one of: {', '.join(names())}; or the path of "
            f"a SavedModel or Keras model. Received: {name}."
        )
    return own_network(Path(name))
