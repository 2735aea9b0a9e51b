"""Finds the directions of a generator's latents, and names them."""

from __future__ import annotations

import dataclasses
import itertools
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from keyword import iskeyword
from typing import Callable

import numpy as np

from tfgan_zoo import checks, paths
from tfgan_zoo.directions import (
    components,
    effects,
    factors,
    measures,
    readings,
    separators,
)
from tfgan_zoo.directions import samples as sampling
from tfgan_zoo.directions.effects import Trial
from tfgan_zoo.directions.measures import Measure
from tfgan_zoo.directions.readings import Reader, Readings
from tfgan_zoo.directions.results import (
    CLASS,
    CLASSES,
    COMPONENT,
    FACTOR,
    MEASURE,
    Direction,
    Search,
    SearchResult,
)
from tfgan_zoo.directions.samples import Samples
from tfgan_zoo.directions.separators import Separator
from tfgan_zoo.export.sampler import Sampler

# Names of what has no other.
_NUMBERED = f"({COMPONENT}|{FACTOR})_[0-9]+"
# Of the samples that separators are fitted to, those held out.
_HELD_OUT_SHARE = 4


def find(
    folder: str | os.PathLike[str],
    search: Search | None = None,
    *,
    others: Mapping[str, Measure] | None = None,
    log: Callable[[str], None] | None = None,
    trust: bool = False,
) -> SearchResult:
    """Finds and names directions of the latents of an exported generator.

    Directions move latents, not labels or categories: samples are compared
    within these.

    Args:
        folder: of an export; `Generator.folder` of a generator that ships.
        search: what to look for; None is `Search()`.
        others: further measures, by the name of their direction: functions of
            images uint8 [N, H, W, C] that return float [N].
        log: gets a line about each direction, and before the first.
        trust: see `tfgan_zoo.load`.

    Returns:
        The directions, with what they change.

    Raises:
        FileNotFoundError: `folder` is no export.
        ValueError: the generator takes or makes no such images, its latents
            are of a distribution that only its GAN knows, or there is no such
            measure.
        MemoryError: the samples do not fit into memory.
    """
    sampler = Sampler(paths.expand(os.fspath(folder)), trust=trust)
    return find_directions(
        sampler, search or Search(), others=others or {}, log=log
    )


def find_directions(
    sampler: Sampler,
    search: Search,
    *,
    others: Mapping[str, Measure],
    log: Callable[[str], None] | None = None,
) -> SearchResult:
    """Finds directions of a generator that is loaded, see `find`."""
    log = log or (lambda line: None)
    reader = _reader(sampler, search, others)
    log(f"Sampling {search.samples:,} images")
    fitted = sampling.sample(sampler, _seeds(search.seed, search.samples))
    read = reader(fitted.images)
    axes = components.fit_axes(read.features, fitted.groups, search.components)
    reader = dataclasses.replace(reader, axes=axes)
    read.values.update(reader.project(read.features))
    if not read.values:
        raise ValueError(
            "A direction must have something to be named by: a measure, a "
            "class or a component. Received: none."
        )
    named = _separate(sampler, search, reader, fitted, read)
    start = search.seed + search.samples
    held_out = sampling.sample(sampler, _seeds(start, search.trials))
    deviations = {
        name: float(values.std()) or 1.0 for name, values in read.values.items()
    }
    trial = Trial(
        sampler, reader, held_out, reader(held_out.images), deviations
    )
    left_out = {}
    directions = []
    for direction in itertools.chain(
        _try_named(trial, named), _try_factors(trial, search.factors)
    ):
        if direction.is_named() and not _is_reliable(direction, search):
            left_out[direction.name] = direction.effect.correlation
            continue
        if direction.is_named():
            direction = dataclasses.replace(
                direction, independent=search.independent
            )
        directions.append(direction)
        log(_describe(direction))
    nothing = [name for name, (_, separator) in named.items() if not separator]
    left_out |= dict.fromkeys(nothing, 0.0)
    return SearchResult(tuple(directions), left_out, search, trial)


def _describe(direction: Direction) -> str:
    parts = [f"{direction.title()}: {direction.describe()}"]
    if direction.accuracy is not None:
        parts.append(f"separator {direction.accuracy:.0%}")
    other = direction.effect.largest_other()
    if other is not None:
        name, change = other
        parts.append(f"also {name.replace('_', ' ')} {change:+.2f} sd")
    return ", ".join(parts)


def _is_reliable(direction: Direction, search: Search) -> bool:
    return direction.effect.correlation >= search.min_correlation


def _reader(
    sampler: Sampler, search: Search, others: Mapping[str, Measure]
) -> Reader:
    channels = sampler.metadata.image_shape[-1]
    known = measures.names(channels)
    chosen = known if search.measures is None else list(search.measures)
    for name in chosen:
        checks.one_of("measures", name, known)
    for name in search.independent:
        checks.one_of("independent", name, [*known, *others, CLASSES])
    chosen += [
        name
        for name in known
        if name in search.independent and name not in chosen
    ]
    network = readings.network_for(
        sampler.metadata.dataset, sampler.metadata.image_shape
    )
    if network is None and (search.classes or CLASSES in search.independent):
        raise ValueError(
            "Classes, to find directions of or to be independent of, need a "
            "classifier of such images that comes with the package. Received: "
            f"{sampler.metadata.dataset}, of which there is none."
        )
    reader = Reader(chosen, others, network)
    _require_own_names(others, [*known, *reader.class_names(), CLASSES])
    return reader


def _require_own_names(
    others: Mapping[str, Measure], taken: Sequence[str]
) -> None:
    for name, measure in others.items():
        if not callable(measure):
            raise ValueError(
                f"`others` must hold functions. Received: {measure!r}."
            )
        is_taken = name in taken or re.fullmatch(_NUMBERED, str(name))
        is_argument = str(name).isidentifier() and not iskeyword(str(name))
        if is_taken or not is_argument:
            raise ValueError(
                "A measure of your own must have a name of its own, one that "
                f"Python takes for an argument. Received: {name!r}."
            )


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
    kinds |= {name: COMPONENT for name in read.values if name not in kinds}
    latents = sampling.whiten(fitted.latents, sampler.latents_spec)
    held_out = len(latents) // _HELD_OUT_SHARE

    def fit(name: str) -> Separator | None:
        values = read.values[name]
        return separators.fit(latents, values, fitted.groups, held_out=held_out)

    def separator_along(name: str, normal: np.ndarray) -> Separator:
        accuracy = separators.measure_accuracy(
            *(normal, latents, read.values[name], fitted.groups),
            held_out=held_out,
        )
        return Separator(normal, accuracy)

    separators_of = _make_independent(
        {name: (kind, fit(name)) for name, kind in kinds.items()},
        search.independent,
        separator_along,
    )
    kinds_of_result = {MEASURE, COMPONENT}
    # A label or a category may decide on the class.
    has_one_group = len(np.unique(fitted.groups)) == 1
    if has_one_group if search.classes is None else search.classes:
        kinds_of_result.add(CLASS)
    chosen = reader.names if search.measures is None else search.measures
    # Others are only measured for directions to be independent of them.
    added = set(reader.names) - set(chosen)
    return {
        name: (kind, separator)
        for name, (kind, separator) in separators_of.items()
        if kind in kinds_of_result and name not in added
    }


def _make_independent(
    separators_of: dict[str, tuple[str, Separator | None]],
    names: Sequence[str],
    separator_along: Callable[[str, np.ndarray], Separator],
) -> dict[str, tuple[str, Separator | None]]:
    """Makes measures and classes independent of those that are named.

    Args:
        separators_of: kind and separator of each name.
        names: of `Search.independent`.
        separator_along: returns the separator of a name along another normal.
    """
    independent = {}
    for name, (kind, separator) in separators_of.items():
        others = [
            other.normal
            for key, (other_kind, other) in separators_of.items()
            if other
            and key != name
            and (
                key in names or CLASSES in names and other_kind == CLASS != kind
            )
        ]
        if others and separator is not None and kind != COMPONENT:
            normal = separators.make_independent(separator.normal, others)
            separator = (
                None if normal is None else separator_along(name, normal)
            )
        independent[name] = (kind, separator)
    return independent


def _try_named(
    trial: Trial, named: dict[str, tuple[str, Separator | None]]
) -> Iterator[Direction]:
    """Yields the directions of separators, once they have been tried."""
    for name, (kind, separator) in named.items():
        if separator is not None:
            vector = sampling.to_direction(
                separator.normal, trial.sampler.latents_spec
            )
            effect = effects.measure(trial, vector, name)
            yield Direction(name, kind, vector, effect, separator.accuracy)


def _try_factors(trial: Trial, count: int) -> Iterator[Direction]:
    """Yields factors, each in the direction in which what it moves grows."""
    sampler = trial.sampler
    if not count:
        return
    normals = factors.fit(sampler, trial.samples, count)
    for number, normal in enumerate(normals, 1):
        vector = sampling.to_direction(normal, sampler.latents_spec)
        effect = effects.measure(trial, vector)
        if effect.change < 0.0:
            vector, effect = -vector, effect.reversed()
        yield Direction(f"factor_{number}", FACTOR, vector, effect)
