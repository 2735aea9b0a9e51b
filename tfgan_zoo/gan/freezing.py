"""FreezeD: the discriminator's lowest blocks keep their weights.

Mo et al. 2020 (arXiv:2002.10964), section 3: of a trained discriminator the
layers nearest to the image are general, and only the others learn new data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.gan.players import DISCRIMINATOR, PlayerNetwork

_IMAGE_KERNEL_RANK, _VECTOR_KERNEL_RANK = 4, 2


def freeze_discriminators(
    networks: Mapping[str, PlayerNetwork], count: int
) -> None:
    """Freezes the lowest blocks of all discriminators, and no others.

    Blocks are the layers of the network's attribute `blocks`, if it has one,
    otherwise its convolutions, or dense layers where there are none, in the
    order in which it uses them. What lies between a block and the next one,
    such as a normalization, belongs to the first, and what lies before all of
    them too.

    Args:
        networks: by name, built.
        count: of blocks to freeze.

    Raises:
        ValueError: a discriminator has fewer blocks, or nothing else.
    """
    frozen = {
        name: _lowest_layers(name, network, count)
        for name, (network, role, _) in networks.items()
        if role == DISCRIMINATOR
    }
    for network, role, _ in networks.values():
        if role == DISCRIMINATOR:
            _thaw(network)
    for layers in frozen.values():
        for layer in layers:
            layer.trainable = False
            layer.is_frozen_block = True


def frozen_variables(network: keras.Model) -> list[tf.Variable]:
    """Returns what would be trained if no layer were frozen, but is not."""
    trained = {id(variable) for variable in network.trainable_variables}
    return [v for v in _learnable(network) if id(v) not in trained]


def _learnable(network: keras.Model) -> list[tf.Variable]:
    """Returns what can be trained, frozen or not."""
    return [
        variable
        for layer in network._flatten_layers()
        for variable in layer._trainable_weights
    ]


def _thaw(network: keras.Model) -> None:
    for layer in network._flatten_layers():
        if getattr(layer, "is_frozen_block", False):
            layer.trainable = True
            layer.is_frozen_block = False


def _lowest_layers(name: str, network: keras.Model, count: int) -> list[Any]:
    """Returns the layers with weights of the lowest blocks."""
    if not count:
        return []
    order = _order_of_use(network)
    spans = sorted(
        (min(places), max(places))
        for block in _blocks(network)
        if (places := [order[id(v)] for v in block.weights if id(v) in order])
    )
    last = max(order.values(), default=0)
    if count > len(spans) or spans[count - 1][1] >= last:
        most = sum(end < last for _, end in spans)
        raise ValueError(
            f"`freeze_discriminator` must be at most {most}, as the {name} has "
            f"{len(spans)} blocks and some of it must train. Received: {count}."
        )
    end = spans[count - 1][1] + 1 if count == len(spans) else spans[count][0]
    return [
        layer
        for layer in network._flatten_layers()
        if any(order.get(id(v), end) < end for v in layer._trainable_weights)
    ]


def _blocks(network: keras.Model) -> list[Any]:
    declared = getattr(network, "blocks", None)
    if declared:
        return [*declared]
    for rank in (_IMAGE_KERNEL_RANK, _VECTOR_KERNEL_RANK):
        layers = [
            layer
            for layer in network._flatten_layers()
            if any(v.shape.rank == rank for v in layer._trainable_weights)
        ]
        if layers:
            return layers
    return []


def _order_of_use(network: keras.Model) -> dict[int, int]:
    """Returns the place of each trainable variable, by its identity.

    Layers make their variables when they are first called, so that the order
    in which these were made is that of the layers' use.
    """
    args, kwargs = network.save_spec(dynamic_batch=False)
    zeros = tf.nest.map_structure(
        lambda spec: tf.zeros(spec.shape, spec.dtype), (args, kwargs)
    )
    with tf.GradientTape() as tape:
        network(*zeros[0], **zeros[1])
    strategy = tf.distribute.get_strategy()
    places = {}
    for place, used in enumerate(tape.watched_variables()):
        places[id(used)] = places[id(getattr(used, "_primary", used))] = place
    order = {}
    for variable in _learnable(network):
        # Under a mixed policy Keras wraps the variable.
        inner = getattr(variable, "_variable", variable)
        parts = strategy.experimental_local_results(inner)
        known = [places[id(p)] for p in (inner, *parts) if id(p) in places]
        if known:
            order[id(variable)] = min(known)
    return order
