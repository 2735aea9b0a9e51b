"""Lets a GAN begin with the weights of another, as far as they fit."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Callable

import numpy as np

from tfgan_zoo.backend import keras
from tfgan_zoo.gan import freezing, weights
from tfgan_zoo.gan.weights import AVERAGE, TrainedWeights
from tfgan_zoo.messages import list_some

if TYPE_CHECKING:
    from tfgan_zoo.gan.pair import Pair

# Of the generator's weights. Biases of the last layer fit nearly always.
_LEAST_SHARE = 0.1
_NUMBERED = re.compile(r"((?:layer_with_weights-)?)(\d+)")
_Tree = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class TakenWeights:
    """What one network has taken over.

    Attributes:
        network: its name.
        values: number of weights, in all.
        taken: how many of them come from the source.
        fresh: names of layers with weights that do not.
    """

    network: str
    values: int
    taken: int
    fresh: tuple[str, ...]

    def describe(self) -> str:
        """Says how much was taken, and which layers start fresh."""
        if not self.taken:
            return f"{self.network} starts fresh"
        share = 100 * self.taken / self.values
        text = f"{self.network} {share:.1f} %"
        if self.fresh:
            text += f" (fresh: {list_some(self.fresh)})"
        return text


def transfer_weights(
    gan: Pair, source: TrainedWeights
) -> tuple[TakenWeights, ...]:
    """Gives a GAN's networks and averages the weights of others that fit.

    Weights fit where name and shape are the same. Of lists of layers of
    different lengths, as networks for images of different sizes have, the ends
    at the low resolution are matched, or the others where more fits. If the
    networks have other numbers of classes, the rows of a kernel that belong to
    labels start fresh, and the others are taken.

    The optimizers stay as they are. From then on the average has no warm-up.

    Args:
        gan: built.
        source: of the other. A network that it lacks starts fresh; a generator
            without its average, or the reverse, takes the other one's weights.

    Returns:
        What each network that trains took.

    Raises:
        ValueError: less than a tenth of the generator's weights fit, or what
            the recipe freezes does not; `gan` is as it was.
    """
    names = gan.player_networks()
    plans = {
        name: _Plan(name, network, source, gan.num_classes)
        for name, network in weights.named_networks(gan).items()
    }
    generator = plans["generator"]
    if generator.taken < _LEAST_SHARE * generator.values:
        raise ValueError(
            "What a training starts from must fit a tenth of its generator at "
            "least: networks of the same architecture, width and number of "
            f"latents. Received: {100 * generator.taken / generator.values:.1f}"
            " % that fits."
        )
    for name in names:
        plans[name].require_frozen_taken()
    for plan in plans.values():
        plan.apply()
    gan.average_warms_up = False
    return tuple(plans[name].summary() for name in names)


class _Plan:
    """What a network will take over from a source."""

    def __init__(
        self,
        name: str,
        network: keras.Model,
        source: TrainedWeights,
        num_classes: int,
    ) -> None:
        self.name = name
        self._network = network
        self._variables = weights.named_variables(network)
        self._given = _find(name, source.networks)
        self._classes = (source.num_classes, num_classes)
        pairs = _pair(
            _to_tree(self._given),
            _to_tree(self._variables),
            fits=self._count_fitting,
            ends_first="discriminator" in name,
        )
        self._pairs = {target: given for given, target in pairs}
        self.values = sum(v.shape.num_elements() for v in self._trainable())
        self.taken = sum(
            self._count_fitting(self._pairs[path], path)
            for path, variable in self._variables.items()
            if path in self._pairs and variable.trainable
        )

    def _trainable(self) -> list[Any]:
        return [v for v in self._variables.values() if v.trainable]

    def _count_fitting(self, given: str, target: str) -> int:
        """Returns how many values of a variable another one's stand for."""
        have = tuple(self._given[given].shape)
        want = tuple(self._variables[target].shape)
        if have == want:
            return int(np.prod(want))
        rows = _rows_besides_labels(have, want, *self._classes)
        return rows * int(np.prod(want)) // want[-2] if rows else 0

    def require_frozen_taken(self) -> None:
        """Checks that no frozen layer would stay as it is initialized.

        Raises:
            ValueError: one would.
        """
        frozen = {id(v) for v in freezing.frozen_variables(self._network)}
        fresh = [
            path
            for path, variable in self._variables.items()
            if id(variable) in frozen and not self._is_taken(path)
        ]
        if fresh:
            raise ValueError(
                "`freeze_discriminator` must be of blocks that are taken from "
                "`start_from`. Received: blocks of which "
                f"{list_some(_layers(fresh))} would start fresh."
            )

    def _is_taken(self, path: str) -> bool:
        given = self._pairs.get(path)
        size = self._variables[path].shape.num_elements()
        return given is not None and self._count_fitting(given, path) == size

    def apply(self) -> None:
        for path, given in self._pairs.items():
            variable, value = self._variables[path], self._given[given]
            if value.shape != tuple(variable.shape):
                rows = _rows_besides_labels(
                    value.shape, tuple(variable.shape), *self._classes
                )
                whole = variable.numpy()
                whole[..., :rows, :] = value[..., :rows, :]
                value = whole
            variable.assign(value.astype(variable.dtype.as_numpy_dtype))

    def summary(self) -> TakenWeights:
        fresh = [
            path
            for path, variable in self._variables.items()
            if variable.trainable and not self._is_taken(path)
        ]
        return TakenWeights(
            self.name, self.values, self.taken, tuple(_layers(fresh))
        )


def _find(
    name: str, networks: Mapping[str, Mapping[str, np.ndarray]]
) -> Mapping[str, np.ndarray]:
    """Returns the weights for a network; an average stands for the network."""
    other = name[len(AVERAGE) :] if name.startswith(AVERAGE) else AVERAGE + name
    return networks.get(name) or networks.get(other) or {}


def _rows_besides_labels(
    have: tuple[int, ...],
    want: tuple[int, ...],
    classes_before: int,
    classes: int,
) -> int:
    """Returns the number of a kernel's rows before those of labels.

    It is 0 where the shapes differ in more than the number of classes.
    """
    if len(have) < 2 or len(have) != len(want):
        return 0
    is_alike = have[:-2] == want[:-2] and have[-1] == want[-1]
    more = want[-2] - have[-2]
    if not is_alike or more != classes - classes_before:
        return 0
    return max(have[-2] - classes_before, 0)


def _layers(paths: Iterable[str]) -> list[str]:
    """Returns the names of the layers that variables belong to, each once."""
    return [*dict.fromkeys(path.rpartition("/")[0] or path for path in paths)]


def _to_tree(paths: Iterable[str]) -> _Tree:
    """Returns paths as nested dicts, whose leaves are the whole paths."""
    tree: _Tree = {}
    for path in paths:
        *folders, name = path.split("/")
        node = tree
        for folder in folders:
            node = node.setdefault(folder, {})
        node[name] = path
    return tree


def _pair(
    given: _Tree,
    target: _Tree,
    *,
    fits: Callable[[str, str], int],
    ends_first: bool,
) -> list[tuple[str, str]]:
    """Returns pairs of paths, given and target, of which something fits.

    Args:
        given, target: see `_to_tree`.
        fits: number of values of the one that stand for the other's.
        ends_first: whether the low resolution is at the end of lists.
    """
    shift = _length(target) - _length(given)
    shifts = [shift, 0] if ends_first else [0, shift]
    options = []
    for shift in dict.fromkeys(shifts):
        pairs: list[tuple[str, str]] = []
        for name, node in given.items():
            other = target.get(_shifted(name, shift))
            if isinstance(node, dict) and isinstance(other, dict):
                pairs += _pair(node, other, fits=fits, ends_first=ends_first)
            elif isinstance(node, str) and isinstance(other, str):
                pairs += [(node, other)] if fits(node, other) else []
        options.append(pairs)
    # The first of those of which as much fits.
    return max(options, key=lambda pairs: sum(fits(*pair) for pair in pairs))


def _length(tree: _Tree) -> int:
    """Returns that of a list of layers; 0 of attributes."""
    matches = map(_NUMBERED.fullmatch, tree)
    return max((int(match[2]) + 1 for match in matches if match), default=0)


def _shifted(name: str, shift: int) -> str:
    match = _NUMBERED.fullmatch(name)
    return f"{match[1]}{int(match[2]) + shift}" if match else name
