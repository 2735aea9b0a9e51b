"""An evaluation: repeated, with error bars and its protocol."""

from __future__ import annotations

import dataclasses
import sys
import time
import warnings
from typing import Any, Callable

import numpy as np
import scipy
import tensorflow as tf

from tfgan_zoo import checks
from tfgan_zoo.data.points import Mixture
from tfgan_zoo.evaluation import metrics
from tfgan_zoo.evaluation.features import Coordinates, FeatureNetwork
from tfgan_zoo.evaluation.frechet import FewSamplesWarning
from tfgan_zoo.evaluation.judged import Judged, judge
from tfgan_zoo.evaluation.metrics import METRICS, Comparison, Metric
from tfgan_zoo.evaluation.samples import LAST_SEED, Fixed, Generator
from tfgan_zoo.version import __version__

# More classes are not listed one by one.
_MOST_SHARES = 100


ALL = ("all",)


@dataclasses.dataclass(frozen=True)
class Settings:
    """How to evaluate.

    Attributes:
        metrics: names in `metrics.METRICS`; None is all that are quick and
            that the samples and the data allow, ("all",) the others too.
        count: samples of a repeat.
        repeats: of a generator, sets of samples that are drawn; of images in
            files, random halves for the error bar.
        seed: another one draws other samples.

    Raises:
        ValueError: a number is out of its range, or an unknown metric.
    """

    metrics: tuple[str, ...] | None = None
    count: int = 10_000
    repeats: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("count", 1), ("repeats", 1)):
            value = getattr(self, name)
            checks.in_range(name, value, (least, 2**31 - 1))
        checks.in_range("seed", self.seed, (0, LAST_SEED))
        if self.metrics != ALL:
            for name in self.metrics or ():
                checks.one_of("metrics", name, METRICS)


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


@dataclasses.dataclass(frozen=True)
class Against:
    """What samples are compared with.

    Attributes:
        real: judged real images.
        network: that judged them.
        training: judged images that were trained on, or None.
        mixture: of points.
        with_reference: whether to score `training` as if it were samples.
    """

    real: Judged
    network: FeatureNetwork | Coordinates
    training: Judged | None = None
    mixture: Mixture | None = None
    with_reference: bool = False


def evaluate(
    source: Generator | Fixed,
    against: Against,
    settings: Settings = Settings(),
    *,
    done: Callable[[int], None] = lambda _: None,
) -> Evaluation:
    """Measures samples.

    Args:
        source: of the samples.
        against: what they are compared with, judged with all that
            `needs(names)` says.
        settings: how.
        done: told of each repeat's samples.

    Raises:
        ValueError: a metric cannot be had of these samples, or they are not
            finite.
    """
    start = time.monotonic()
    against.network.check(source.image_shape)
    names = chosen(settings, source, against)
    notes: dict[str, None] = {}  # in order, each once
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", FewSamplesWarning)
        fixed = isinstance(source, Fixed)
        if isinstance(source, Fixed):
            found, shares = _halves(source, against, settings, names, done)
        else:
            found, shares = _drawn(source, against, settings, names, done)
        references = _references(against, names, settings)
    for warning in caught:
        if issubclass(warning.category, FewSamplesWarning):
            notes[str(warning.message)] = None
    if fixed:
        notes["Errors are of random halves of the images."] = None
    return Evaluation(
        scores={
            name: _score(values, fixed, references.get(name))
            for name, values in found.items()
        },
        class_shares=shares,
        notes=tuple(notes),
        protocol=_protocol(source, against, settings, names)
        | {"seconds": round(time.monotonic() - start, 1)},
    )


def chosen(
    settings: Settings, source: Generator | Fixed, against: Against
) -> list[str]:
    """Returns the names of the metrics to compute.

    Raises:
        ValueError: one that was asked for cannot be had.
    """
    names = []
    for name in candidates(settings):
        obstacle = _obstacle(name, METRICS[name], source, against)
        if not obstacle:
            names.append(name)
        elif settings.metrics not in (None, ALL):
            raise ValueError(f"The metric {name} {obstacle}")
    return names


def candidates(settings: Settings) -> list[str]:
    """Returns the metrics to compute where nothing stands in their way."""
    if settings.metrics is None:
        return [name for name in METRICS if name not in metrics.SLOW]
    if settings.metrics == ALL:
        return list(METRICS)
    return [name for name in METRICS if name in settings.metrics]


def needs(names: list[str]) -> set[str]:
    """Returns what metrics need of the sets, as of `Metric.needs`."""
    return set().union(*(METRICS[name].needs for name in names))


def _obstacle(
    name: str, metric: Metric, source: Generator | Fixed, against: Against
) -> str:
    """Says why a metric cannot be had; "" if it can."""
    if isinstance(against.network, Coordinates):
        if name not in metrics.OF_POINTS:
            return "is of images. Received: points."
        if name == "modes" and against.mixture is None:
            return "needs points of a known mixture. Received: others."
    elif "logits" in metric.needs and not against.real.has("logits"):
        return (
            "needs a feature network with logits. Received: "
            f"{against.network.name}, without."
        )
    if "training" in metric.needs and against.training is None:
        return (
            "needs images beside those that were trained on. Received: data "
            "without a split of each, or only their training split."
        )
    if "labels" in metric.needs:
        return _obstacle_of_labels(metric, source, against)
    counts = {"real": against.real.count}
    if isinstance(source, Fixed):
        counts["generated"] = len(source.images)
    for kind, count in counts.items():
        if count < metric.least:
            return (
                f"needs at least {metric.least} samples of each kind. "
                f"Received: {count} {kind}."
            )
    return ""


def _obstacle_of_labels(
    metric: Metric, source: Generator | Fixed, against: Against
) -> str:
    if not source.num_classes or not against.real.has("labels"):
        return (
            "needs samples with the labels of the data. Received: samples "
            "without labels, or data without."
        )
    own = len(against.network.class_names)
    if "logits" in metric.needs and source.num_classes > own:
        return (
            f"needs the network's {own} classes. "
            f"Received: {source.num_classes} labels."
        )
    return ""


_Found = dict[str, list[float]]


def _drawn(
    source: Generator,
    against: Against,
    settings: Settings,
    names: list[str],
    done: Callable[[int], None],
) -> tuple[_Found, dict[str, float]]:
    """Draws and measures a set for each repeat."""
    found: _Found = {}
    counts: list[np.ndarray] = []
    needed = needs(names)
    for repeat in range(settings.repeats):
        fake = judge(
            source.chunks(
                seed=settings.seed,
                first=repeat * settings.count,
                count=settings.count,
            ),
            settings.count,
            against.network,
            keep_features="features" in needed,
            keep_images="images" in needed,
        )
        _measure(fake, against, settings, names, found)
        if fake.has("logits"):
            counts.append(_counts(fake))
        done(settings.count)
    return found, _shares(counts, against)


def _halves(
    source: Fixed,
    against: Against,
    settings: Settings,
    names: list[str],
    done: Callable[[int], None],
) -> tuple[_Found, dict[str, float]]:
    """Measures all images, then random halves."""
    random = np.random.RandomState(settings.seed)
    count = min(settings.count, len(source.images))
    order = random.permutation(len(source.images))[:count]
    source = Fixed(
        source.images[order],
        None if source.labels is None else source.labels[order],
    )
    whole = judge(
        source.chunks(),
        count,
        against.network,
        keep_images="images" in needs(names),
    )
    found: _Found = {}
    _measure(whole, against, settings, names, found)
    done(count)
    least = max(METRICS[name].least for name in names)
    if count // 2 >= least:
        for _ in range(settings.repeats):
            half = whole.chosen(random.permutation(count)[: count // 2])
            _measure(half, against, settings, names, found)
    counts = [_counts(whole)] if whole.has("logits") else []
    return found, _shares(counts, against)


def _measure(
    fake: Judged,
    against: Against,
    settings: Settings,
    names: list[str],
    found: _Found,
) -> None:
    both = Comparison(
        against.real, fake, against.training, against.mixture, settings.seed
    )
    for name in names:
        for key, value in METRICS[name].measure(both).items():
            found.setdefault(key, []).append(float(value))


def _counts(fake: Judged) -> np.ndarray:
    return np.bincount(fake.predicted, minlength=fake.logits.shape[1])


def _shares(counts: list[np.ndarray], against: Against) -> dict[str, float]:
    if not counts or len(counts[0]) > _MOST_SHARES:
        return {}
    total = np.sum(counts, axis=0)
    known = against.network.class_names
    names = known or [str(number) for number in range(len(total))]
    return dict(zip(names, (total / total.sum()).tolist()))


def _references(
    against: Against, names: list[str], settings: Settings
) -> dict[str, float]:
    if not against.with_reference or against.training is None:
        return {}
    rows = np.arange(min(settings.count, against.training.count))
    own = [name for name in names if "training" not in METRICS[name].needs]
    found: _Found = {}
    _measure(against.training.chosen(rows), against, settings, own, found)
    return {name: value for name, (value,) in found.items()}


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
    against: Against,
    settings: Settings,
    names: list[str],
) -> dict[str, Any]:
    network = against.network
    count = settings.count
    if isinstance(source, Fixed):
        count = min(count, len(source.images))
    return {
        "metrics": names,
        "samples": count,
        "repeats": settings.repeats,
        "seed": settings.seed,
        "real_images": against.real.count,
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
