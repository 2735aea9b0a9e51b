"""The weights of trained networks, by the names of their layers."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from tfgan_zoo.backend import keras

if TYPE_CHECKING:
    from tfgan_zoo.gan.pair import Pair

AVERAGE = "ema_"
_VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"
_OPTIMIZER = "_optimizer"


@dataclasses.dataclass(frozen=True)
class TrainedWeights:
    """What networks have learnt.

    Attributes:
        networks: by name, as `BaseGAN.training_state` has it, each an array by
            the name of its variable, such as `convs/0/kernel`.
        num_classes: labels that the networks take, 0 if none.
    """

    networks: Mapping[str, Mapping[str, np.ndarray]]
    num_classes: int = 0

    def fingerprint(self) -> str:
        """Returns a SHA-256 of names, shapes and values."""
        digest = hashlib.sha256()
        for network, values in sorted(self.networks.items()):
            for name, value in sorted(values.items()):
                described = f"{network}/{name} {value.dtype} {value.shape}\n"
                digest.update(described.encode("utf-8"))
                digest.update(np.ascontiguousarray(value).tobytes())
        return digest.hexdigest()


def named_variables(network: keras.Model) -> dict[str, tf.Variable]:
    """Returns all variables of a built network by their shortest paths.

    A path is made of attributes and of places in lists, as in a checkpoint.
    """
    view = tf.train.TrackableView(network)
    known, pending = {id(network)}, deque([(network, "")])
    variables = {}
    while pending:
        owner, path = pending.popleft()
        if isinstance(owner, tf.Variable):
            variables[path] = owner
            continue
        for name, child in view.children(owner).items():
            if id(child) not in known:
                known.add(id(child))
                inner = f"{path}/{name}" if path else name
                pending.append((child, inner))
    return variables


def named_networks(gan: Pair) -> dict[str, keras.Model]:
    """Returns the networks of a GAN and their averages by name."""
    networks = {}
    for name, (network, _, average) in gan.player_networks().items():
        networks[name] = network
        if average is not None:
            networks[f"{AVERAGE}{name}"] = average
    return networks


def weights_of(gan: Pair) -> TrainedWeights:
    """Returns what the networks of a GAN have learnt."""
    return TrainedWeights(
        {
            name: {
                path: variable.numpy()
                for path, variable in named_variables(network).items()
            }
            for name, network in named_networks(gan).items()
        },
        gan.num_classes,
    )


def read_checkpoint(prefix: str) -> dict[str, dict[str, np.ndarray]]:
    """Returns the weights that a checkpoint of a training holds, by network.

    Args:
        prefix: path of its files without their endings.
    """
    reader = tf.train.load_checkpoint(prefix)
    networks: dict[str, dict[str, np.ndarray]] = {}
    for key in reader.get_variable_to_shape_map():
        network, _, path = key.partition("/")
        # Slots of optimizers are named by the variables that they belong to.
        if ".OPTIMIZER_SLOT" in path or network.endswith(_OPTIMIZER):
            continue
        name = path[: -len(_VALUE)]
        if path.endswith(_VALUE) and name:
            networks.setdefault(network, {})[name] = reader.get_tensor(key)
    return networks
