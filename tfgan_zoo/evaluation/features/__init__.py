"""Feature networks: what makes images comparable, each with its hash."""

from __future__ import annotations

from pathlib import Path

from tfgan_zoo.evaluation.features import (
    fetch,
    imagenet,
    inception,
    shipped,
)
from tfgan_zoo.evaluation.features.custom import load_custom_network
from tfgan_zoo.evaluation.features.fetch import Request
from tfgan_zoo.evaluation.features.network import (
    AnyNetwork,
    Coordinates,
    FeatureNetwork,
    FeatureOutput,
    NoFeatures,
)
from tfgan_zoo.evaluation.features.shipped import for_dataset

__all__ = [
    "AnyNetwork",
    "Coordinates",
    "FeatureNetwork",
    "FeatureOutput",
    "NoFeatures",
    "Request",
    "for_dataset",
    "get",
    "names",
    "load_custom_network",
]


# Those whose files do not come with the package.
_IN_FILES = {
    imagenet.NAME: imagenet.imagenet,
    "inception": inception.inception,
    "keras_inception": inception.keras_inception,
}


def names() -> list[str]:
    """Returns the names of the networks that `get` knows, sorted."""
    return sorted([*shipped.names(), *_IN_FILES])


def get(name: str, request: Request | None = None) -> FeatureNetwork:
    """Returns a feature network.

    Args:
        name: one of `names()`, or the path of a network of your own, see
            `load_custom_network`.
        request: the file of a network that does not come with the package;
            None looks for an installed or downloaded one.

    Returns:
        A callable: images uint8 [N, H, W, C] to `features` [N, D] and, if the
        network has classes, `logits` [N, K].

    Raises:
        ValueError: an unknown name, a file with another hash, or see
            `load_custom_network`.
        FileNotFoundError: the file of the network is missing.
    """
    request = request or Request()
    fetch.require_digest(request.sha256)
    if request.path is not None and name not in _IN_FILES:
        raise ValueError(
            f"--features_path is of {' and '.join(_IN_FILES)}. "
            f"Received: {request.path}, with {name}."
        )
    if name in shipped.names():
        network = shipped.shipped(name)
        fetch.require_same(name, network.sha256, request.sha256)
        return network
    if name in _IN_FILES:
        return _IN_FILES[name](request)
    if not Path(name).exists():
        raise ValueError(
            f"`features` must be one of: {', '.join(names())}; or the path of "
            f"a SavedModel or Keras model. Received: {name}."
        )
    return load_custom_network(
        Path(name), sha256=request.sha256, trust=request.trust
    )
