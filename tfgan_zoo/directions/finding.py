"""Finds the directions of a generator's latents, and names them."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping
from typing import Any, Callable

import numpy as np

from tfgan_zoo import checks
from tfgan_zoo.directions import (
    components,
    effects,
    factors,
    measures,
    readings,
    separators,
)
from tfgan_zoo.directions import samples as sampling
from tfgan_zoo.directions.effects import Effect, Trial
from tfgan_zoo.directions.measures import Measure
from tfgan_zoo.directions.readings import Reader, Readings
from tfgan_zoo.directions.samples import Samples
from tfgan_zoo.directions.separators import Separator
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.messages import list_some

MEASURE, CLASS, COMPONENT, FACTOR = "measure", "class", "component", "factor"
# Of the samples that separators are fitted to, those held out.
_HELD_OUT_SHARE = 4
_MOST_SAMPLES = 100_000
_MOST_DIRECTIONS = 64


@dataclasses.dataclass(frozen=True)
class Search:
    """What to look for, and on how many samples.

    Attributes:
        measures: names in `measures`; None takes all that suit the images.
        classes: whether the classes of the data set's classifier get a
            direction each; None says yes of a generator without labels.
        components, factors: how many of each.
        samples: that directions are fitted to; the accuracy of separators is
            that of a quarter of them, which is held out.
        trials: further samples, on which effects are measured.
        seed: of the first sample, at least 0.
        independent: whether directions that are named leave other measures
            and the classes as they are.
        min_correlation: directions of measures and classes that move what
            they name less reliably are left out.

    Raises:
        ValueError: a number is out of its range.
    """

    measures: tuple[str, ...] | None = None
    classes: bool | None = None
    components: int = 4
    factors: int = 4
    samples: int = 4000
    trials: int = 250
    seed: int = 0
    independent: bool = False
    min_correlation: float = 0.5

    def __post_init__(self) -> None:
        for name in ("components", "factors"):
            checks.in_range(name, getattr(self, name), (0, _MOST_DIRECTIONS))
        checks.in_range("samples", self.samples, (100, _MOST_SAMPLES))
        checks.in_range("trials", self.trials, (10, _MOST_SAMPLES))
        checks.in_range("min_correlation", self.min_correlation, (0.0, 1.0))
        checks.in_range("seed", self.seed, (0, 2**62))


@dataclasses.dataclass(frozen=True)
class Direction:
    """A direction, and what it does.

    Attributes:
        name: of it.
        kind: "measure", "class", "component" or "factor".
        vector: float32 [Z], of unit length.
        effect: on images.
        accuracy: of its separator on held-out samples, see
            `separators.Separator`; None of a factor.
        explained: share of the variance that its linear model explains; None
            of a factor.
    """

    name: str
    kind: str
    vector: np.ndarray
    effect: Effect
    accuracy: float | None = None
    explained: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Returns what `model.json` holds of it, but for the vector."""
        return {
            "name": self.name,
            "kind": self.kind,
            "accuracy": self.accuracy,
            **self.effect.to_dict(),
        }


@dataclasses.dataclass(frozen=True)
class Found:
    """The directions of a generator.

    Attributes:
        directions: in the order measures, classes, components, factors.
        left_out: correlation of those that were left out, by name; 0 where
            what they would name does not differ between samples.
        search: what was looked for.
        trial: the samples that were moved.
    """

    directions: tuple[Direction, ...]
    left_out: dict[str, float]
    search: Search
    trial: Trial


def find(
    sampler: Sampler,
    search: Search = Search(),
    *,
    others: Mapping[str, Measure] | None = None,
    log: Callable[[str], None] = lambda line: None,
) -> Found:
    """Finds and names directions of a generator's latents.

    Directions move latents, not labels or categories; what depends on these
    is taken out before anything is fitted.

    Args:
        sampler: of the generator.
        search: what to look for.
        others: further measures, by the name of their direction: functions of
            images uint8 [N, H, W, C] that return float [N].
        log: gets a line about each step.

    Raises:
        ValueError: the generator makes points, has latents of a distribution
            that only its GAN knows, or there is no such measure.
        MemoryError: the samples do not fit into memory.
    """
    reader = _reader(sampler, search, others or {})
    spec = sampler.latents_spec
    log(f"{search.samples:,} samples")
    fitted = sampling.sample(sampler, _seeds(search.seed, search.samples))
    read = reader(fitted.images)
    axes = components.fit_axes(
        read.features, fitted.groups, search.components
    )
    reader = dataclasses.replace(reader, axes=axes)
    read = reader(fitted.images)
    normals = _separate(sampler, search, reader, fitted, read)
    start = search.seed + search.samples
    held_out = sampling.sample(sampler, _seeds(start, search.trials))
    trial = Trial(sampler, reader, held_out, reader(held_out.images))
    directions, left_out = [], {}
    for name, (kind, separator) in normals.items():
        if separator is None:
            left_out[name] = 0.0
            continue
        log(f"{name}, on {search.trials:,} samples")
        vector = sampling.to_direction(separator.normal, spec)
        effect = effects.measure(trial, vector, name)
        is_named = kind in (MEASURE, CLASS)
        if is_named and effect.correlation < search.min_correlation:
            left_out[name] = effect.correlation
            continue
        directions.append(
            Direction(
                name,
                kind,
                vector,
                effect,
                separator.accuracy,
                separator.explained,
            )
        )
    directions += _factors(trial, search, log)
    return Found(tuple(directions), left_out, search, trial)


def _reader(
    sampler: Sampler, search: Search, others: Mapping[str, Measure]
) -> Reader:
    channels = sampler.metadata.image_shape[-1]
    known = measures.names(channels)
    chosen = known if search.measures is None else list(search.measures)
    for name in chosen:
        checks.one_of("measures", name, known)
    twice = [name for name in others if name in known]
    if twice:
        raise ValueError(
            "A measure of your own must have a name of its own. "
            f"Received: {list_some(twice)}."
        )
    network = readings.network_for(
        sampler.metadata.dataset, sampler.metadata.image_shape
    )
    return Reader(chosen, others, network)


def _seeds(start: int, count: int) -> np.ndarray:
    return np.arange(count, dtype=np.int64) + np.int64(start)


def _separate(
    sampler: Sampler,
    search: Search,
    reader: Reader,
    fitted: Samples,
    read: Readings,
) -> dict[str, tuple[str, Separator | None]]:
    """Returns kind and separator of each name; None where all is the same."""
    kinds = dict.fromkeys([*reader.names, *reader.others], MEASURE)
    kinds |= dict.fromkeys(reader.class_names(), CLASS)
    kinds |= {
        name: COMPONENT for name in read.values if name not in kinds
    }
    latents = sampling.whiten(fitted.latents, sampler.latents_spec)
    separators_of: dict[str, tuple[str, Separator | None]] = {}
    for name, kind in kinds.items():
        separator = None
        with contextlib.suppress(ValueError):
            separator = separators.fit(
                latents,
                read.values[name],
                fitted.groups,
                held_out=len(latents) // _HELD_OUT_SHARE,
            )
        separators_of[name] = (kind, separator)
    if search.independent:
        separators_of = _make_independent(separators_of)
    wants_classes = search.classes
    if wants_classes is None:
        wants_classes = not sampler.num_classes
    return {
        name: (kind, separator)
        for name, (kind, separator) in separators_of.items()
        if kind != CLASS or wants_classes
    }


def _make_independent(
    separators_of: dict[str, tuple[str, Separator | None]],
) -> dict[str, tuple[str, Separator | None]]:
    """Makes measures independent of all else, and classes of measures."""
    against = {MEASURE: (MEASURE, CLASS), CLASS: (MEASURE,), COMPONENT: ()}
    independent = {}
    for name, (kind, separator) in separators_of.items():
        others = [
            other.normal
            for key, (other_kind, other) in separators_of.items()
            if other and key != name and other_kind in against[kind]
        ]
        if separator is not None:
            normal = separators.make_independent(separator.normal, others)
            separator = (
                None
                if normal is None
                else dataclasses.replace(separator, normal=normal)
            )
        independent[name] = (kind, separator)
    return independent


def _factors(
    trial: Trial, search: Search, log: Callable[[str], None]
) -> list[Direction]:
    if not search.factors:
        return []
    sampler = trial.sampler
    directions = []
    normals = factors.fit(sampler, trial.samples, search.factors)
    for number, normal in enumerate(normals, 1):
        name = f"factor_{number}"
        log(f"{name}, on {search.trials:,} samples")
        vector = sampling.to_direction(normal, sampler.latents_spec)
        effect = effects.measure(trial, vector)
        if effect.change < 0.0:
            vector, effect = -vector, effect.reversed()
        directions.append(Direction(name, FACTOR, vector, effect))
    return directions
