"""An evaluation: repeated, with error bars and its protocol."""

from __future__ import annotations

import dataclasses
import math
import sys
import time
import warnings
from typing import Any, Callable

import numpy as np
import scipy
import tensorflow as tf

from tfgan_zoo.evaluation import metrics
from tfgan_zoo.evaluation.choice import is_asked_for, left_out, select_metrics
from tfgan_zoo.evaluation.feature_sets import FeatureSet, extract_features
from tfgan_zoo.evaluation.frechet import FewSamplesWarning
from tfgan_zoo.evaluation.metrics import METRICS, Comparison
from tfgan_zoo.evaluation.reference import Reference
from tfgan_zoo.evaluation.samples import Fixed, Generator
from tfgan_zoo.evaluation.settings import Settings
from tfgan_zoo.version import __version__

# More classes are not listed one by one.
_MOST_SHARES = 100
# Of what a repeat keeps; metrics need some copies of it.
_MOST_BYTES = 2 << 30


@dataclasses.dataclass(frozen=True)
class Score:
    """A value of a metric.

    Attributes:
        value: the mean over the repeats.
        standard_error: of the mean; None where there was one repeat.
        repeats: of each.
        training: of images that were trained on, in the place of samples:
            what the best generator may have. None where it was not asked for.
    """

    value: float
    standard_error: float | None
    repeats: tuple[float, ...]
    training: float | None = None


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """What an evaluation found, and how.

    Attributes:
        scores: by name.
        class_shares: share of the samples that the network takes for each
            class; empty without classes, or with more than a hundred.
        notes: what to keep in mind with these values.
        protocol: all that the values depend on.
    """

    scores: dict[str, Score]
    class_shares: dict[str, float]
    notes: tuple[str, ...]
    protocol: dict[str, Any]


def evaluate(
    source: Generator | Fixed,
    reference: Reference,
    settings: Settings,
    *,
    done: Callable[[int], None] = lambda _: None,
) -> Evaluation:
    """Measures samples.

    Args:
        source: of the samples.
        reference: what they are compared with, which has all that
            `needs(names)` says.
        settings: how.
        done: told of each repeat's samples.

    Raises:
        ValueError: a metric that was asked for cannot be had of these
            samples, or none can; they are not finite; or so many need more
            memory than is sensible.
    """
    start = time.monotonic()
    reference.network.check(source.image_shape)
    names = select_metrics(settings, source, reference)
    _require_memory(source, reference, settings, names)
    notes: dict[str, None] = {}  # in order, each once
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", FewSamplesWarning)
        fixed = isinstance(source, Fixed)
        if isinstance(source, Fixed):
            found, shares = _halves(source, reference, settings, names, done)
        else:
            found, shares = _drawn(source, reference, settings, names, done)
        references = _references(reference, names, settings)
    for warning in caught:
        if issubclass(warning.category, FewSamplesWarning):
            notes[str(warning.message)] = None
    missing = left_out(settings, source, reference) | found.left_out
    for name, why in missing.items():
        notes[f"The metric {name} is left out: {why}"] = None
    if fixed:
        notes["Errors are of random halves of the images."] = None
    return Evaluation(
        scores={
            name: _score(values, fixed, references.get(name))
            for name, values in found.values.items()
        },
        class_shares=shares,
        notes=tuple(notes),
        protocol=_protocol(source, reference, settings, names)
        | {"seconds": round(time.monotonic() - start, 1)},
    )


@dataclasses.dataclass
class _Measured:
    """What has been measured so far.

    Attributes:
        values: of each repeat, by name.
        left_out: why a metric cannot be had, by its name.
    """

    values: dict[str, list[float]] = dataclasses.field(default_factory=dict)
    left_out: dict[str, str] = dataclasses.field(default_factory=dict)

    def leave_out(self, name: str, why: str) -> None:
        """Leaves a metric out, so that the others are not lost with it."""
        self.left_out[name] = why
        for key in METRICS[name].better:
            self.values.pop(key, None)

    def add_halves(self, halves: _Measured) -> None:
        """Adds what was measured of halves to what was of the whole."""
        for key, values in halves.values.items():
            if key in self.values:
                self.values[key] += values


def _require_memory(
    source: Generator | Fixed,
    reference: Reference,
    settings: Settings,
    names: list[str],
) -> None:
    """Checks what a repeat keeps of its samples, before any is drawn."""
    needed = metrics.needs(names)
    values = 0
    if "features" in needed:
        kept = [
            reference.real.kept.get(name) for name in ("features", "logits")
        ]
        values += sum(4 * one.shape[1] for one in kept if one is not None)
    if "images" in needed:
        values += math.prod(source.image_shape)
    most = _MOST_BYTES // max(values, 1)
    if settings.count > most and not isinstance(source, Fixed):
        raise ValueError(
            f"`count` must be at most {most:,} with these metrics, which keep "
            f"{values:,} bytes of each sample. Received: {settings.count:,}."
        )


def _drawn(
    source: Generator,
    reference: Reference,
    settings: Settings,
    names: list[str],
    done: Callable[[int], None],
) -> tuple[_Measured, dict[str, float]]:
    """Draws and measures a set for each repeat."""
    found = _Measured()
    counts: list[np.ndarray] = []
    needed = metrics.needs(names)
    for repeat in range(settings.repeats):
        fake = extract_features(
            source.chunks(
                seed=settings.seed,
                first=repeat * settings.count,
                count=settings.count,
            ),
            settings.count,
            reference.network,
            keep_features="features" in needed,
            keep_images="images" in needed,
        )
        _measure(fake, reference, settings, names, found)
        if fake.has("logits"):
            counts.append(_counts(fake))
        done(settings.count)
    return found, _shares(counts, reference)


def _halves(
    source: Fixed,
    reference: Reference,
    settings: Settings,
    names: list[str],
    done: Callable[[int], None],
) -> tuple[_Measured, dict[str, float]]:
    """Measures all images, then random halves."""
    random = np.random.RandomState(settings.seed)
    count = min(settings.count, len(source.images))
    order = random.permutation(len(source.images))[:count]
    source = Fixed(
        source.images[order],
        None if source.labels is None else source.labels[order],
    )
    whole = extract_features(
        source.chunks(),
        count,
        reference.network,
        keep_images="images" in metrics.needs(names),
    )
    found = _Measured()
    _measure(whole, reference, settings, names, found)
    done(count)
    least = max(METRICS[name].least for name in names)
    if count // 2 >= least:
        with warnings.catch_warnings():
            # The whole has been warned of.
            warnings.simplefilter("ignore", FewSamplesWarning)
            halves = _Measured(left_out=dict(found.left_out))
            for _ in range(settings.repeats):
                half = whole.select(random.permutation(count)[: count // 2])
                _measure(half, reference, settings, names, halves)
            found.add_halves(halves)
    counts = [_counts(whole)] if whole.has("logits") else []
    return found, _shares(counts, reference)


def _measure(
    fake: FeatureSet,
    reference: Reference,
    settings: Settings,
    names: list[str],
    found: _Measured,
) -> None:
    both = Comparison(
        reference.real,
        fake,
        reference.training,
        reference.mixture,
        settings.seed,
    )
    for name in names:
        if name in found.left_out:
            continue
        try:
            values = METRICS[name].measure(both)
        except ValueError as error:
            if is_asked_for(settings):
                raise
            found.leave_out(name, str(error))
            continue
        for key, value in values.items():
            found.values.setdefault(key, []).append(float(value))


def _counts(fake: FeatureSet) -> np.ndarray:
    return np.bincount(fake.predicted, minlength=fake.logits.shape[1])


def _shares(counts: list[np.ndarray], reference: Reference) -> dict[str, float]:
    if not counts or len(counts[0]) > _MOST_SHARES:
        return {}
    total = np.sum(counts, axis=0)
    known = reference.network.class_names
    names = known or [str(number) for number in range(len(total))]
    return dict(zip(names, (total / total.sum()).tolist()))


def _references(
    reference: Reference, names: list[str], settings: Settings
) -> dict[str, float]:
    if not reference.with_reference or reference.training is None:
        return {}
    rows = np.arange(min(settings.count, reference.training.count))
    own = [name for name in names if "training" not in METRICS[name].needs]
    found = _Measured()
    _measure(reference.training.select(rows), reference, settings, own, found)
    return {name: value for name, (value,) in found.values.items()}


def _score(values: list[float], fixed: bool, training: float | None) -> Score:
    error = None
    repeats = values[1:] if fixed else values
    if len(repeats) > 1:
        # A half's spread around the whole is that of the whole around all.
        error = float(np.std(repeats, ddof=1))
        error /= 1.0 if fixed else np.sqrt(len(repeats))
    value = values[0] if fixed else float(np.mean(values))
    return Score(value, error, tuple(values), training)


def _protocol(
    source: Generator | Fixed,
    reference: Reference,
    settings: Settings,
    names: list[str],
) -> dict[str, Any]:
    network = reference.network
    count = settings.count
    if isinstance(source, Fixed):
        count = min(count, len(source.images))
    return {
        "metrics": names,
        "samples": count,
        "repeats": settings.repeats,
        "seed": settings.seed,
        "real_images": reference.real.count,
        "features": {
            "name": network.name,
            "version": network.version,
            "sha256": network.sha256,
            "resizing": network.how_resized(source.image_shape),
        },
        "versions": {
            "tfgan_zoo": __version__,
            "tensorflow": tf.__version__,
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "python": ".".join(map(str, sys.version_info[:3])),
        },
    }
