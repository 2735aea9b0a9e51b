"""A second network like the generator, for the average of its weights."""

from __future__ import annotations

from typing import Any

from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.messages import error_text
from tfgan_zoo.networks import Network

_CANNOT_BUILD = (
    AttributeError,
    KeyError,
    NotImplementedError,
    TypeError,
    ValueError,
)


def copy_network(
    network: keras.Model, *, policy: str = "float32"
) -> keras.Model:
    """Returns a network of the same layers, with weights of its own.

    Layers without weights may be shared.

    Args:
        network: built or not.
        policy: by which it computes; other than float32 of a `Network` alone.

    Raises:
        TypeError: it cannot be built again.
    """
    with precision_policy(policy):
        try:
            copy = _copy_model(network)
        except _CANNOT_BUILD as error:
            raise TypeError(
                "The generator must be built again for its average: by "
                "`from_config(get_config())`, of itself and of its layers, so "
                "define `get_config` to return the constructor's arguments. "
                f"Received: {type(network).__name__} "
                f"({error_text(error)})."
            ) from None
    if not isinstance(network, Network):
        _compute_in_float32(copy, shared=network)
    return copy


def copy_weights(network: keras.Model, copy: keras.Model) -> None:
    """Gives the averaged network the weights of the network.

    Raises:
        ValueError: they do not fit.
    """
    shapes = [
        [list(weight.shape) for weight in model.weights]
        for model in (network, copy)
    ]
    if shapes[0] != shapes[1]:
        raise ValueError(
            "The generator's `from_config(get_config())` must have the same "
            "weights, for their average; let `get_config` return all of the "
            "constructor's arguments. "
            f"Received: {type(network).__name__} with weights {shapes[0]}, "
            f"and {shapes[1]} when built again."
        )
    copy.set_weights(network.get_weights())


def _copy_model(model: keras.Model) -> keras.Model:
    if not _is_graph(model):
        return type(model).from_config(model.get_config())
    return keras.models.clone_model(model, clone_function=_copy_layer)


def _copy_layer(layer: keras.layers.Layer) -> keras.layers.Layer:
    if isinstance(layer, keras.Model):
        return _copy_model(layer)
    if isinstance(layer, keras.layers.Lambda):
        return layer  # Keras takes no Lambda back from its configuration.
    try:
        return type(layer).from_config(layer.get_config())
    except Exception:
        if layer.built and not layer.weights:
            return layer
        if not callable(getattr(layer, "activation", None)):
            raise
    # Nor does it find a function that nobody has registered.
    copy = type(layer).from_config({**layer.get_config(), "activation": None})
    copy.activation = layer.activation
    return copy


def _is_graph(model: keras.Model) -> bool:
    """Whether its layers are all there is to it, and no code of its own."""
    if not (isinstance(model, keras.Sequential) or model._is_graph_network):
        return False
    return all(
        getattr(type(model), name).__module__.partition(".")[0]
        == keras.Model.__module__.partition(".")[0]
        for name in ("call", "get_config", "from_config")
    )


def _compute_in_float32(copy: keras.Model, *, shared: keras.Model) -> None:
    """Switches what was built by a mixed policy, but for shared layers."""
    shared_ids = {id(layer) for layer in _layers(shared)}
    for layer in _layers(copy):
        if id(layer) in shared_ids or not hasattr(layer, "_set_dtype_policy"):
            continue
        if layer.compute_dtype != layer.variable_dtype:
            layer._set_dtype_policy(layer.variable_dtype)


def _layers(model: keras.Model) -> list[Any]:
    return list(model._flatten_layers())
