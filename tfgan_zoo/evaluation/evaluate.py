"""An evaluation: repeated, with error bars and its protocol."""

from __future__ import annotations

import math
import sys
import time
import warnings
from typing import Any, Callable

import numpy as np
import scipy
import tensorflow as tf

from tfgan_zoo.evaluation import metrics
from tfgan_zoo.evaluation.choice import left_out, select_metrics
from tfgan_zoo.evaluation.feature_sets import ROWS, extract_features
from tfgan_zoo.evaluation.features import NoFeatures
from tfgan_zoo.evaluation.frechet import FewSamplesWarning
from tfgan_zoo.evaluation.measurements import (
    Measurements,
    class_shares,
    count_classes,
    measure,
    measure_training,
)
from tfgan_zoo.evaluation.metrics import METRICS
from tfgan_zoo.evaluation.reference import Reference
from tfgan_zoo.evaluation.samples import (
    Fixed,
    Generator,
    Samples,
    TranslatingGenerator,
)
from tfgan_zoo.evaluation.scores import SOURCES, Evaluation, Score, mean_score
from tfgan_zoo.evaluation.settings import ALL, Settings
from tfgan_zoo.evaluation.translations import (
    describe_sources,
    translate_held_out,
)
from tfgan_zoo.version import __version__

# Of what a repeat keeps; metrics need some copies of it.
_MOST_BYTES = 2 << 30


def evaluate(
    source: Samples,
    reference: Reference,
    settings: Settings,
    *,
    done: Callable[[int], None] = lambda _: None,
) -> Evaluation:
    """Measures samples.

    Args:
        source: of the samples; a translator makes them of the reference's.
        reference: what they are compared with, which has all that
            `needs(names)` says, and for a translator images and sources.
        settings: how.
        done: called with the number of samples of each repeat.

    Raises:
        ValueError: a metric that was named cannot be computed of these
            samples, or none can; they are not finite; or so many need more
            memory than is sensible.
    """
    start = time.monotonic()
    reference.network.check(source.image_shape)
    names = select_metrics(settings, source, reference)
    if isinstance(source, TranslatingGenerator):
        source = translate_held_out(source, reference)
    _require_memory(source, reference, settings, names)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", FewSamplesWarning)
        if isinstance(source, Fixed):
            measured, shares = _evaluate_halves(
                source, reference, settings, names, done
            )
        else:
            measured, shares = _evaluate_generator(
                source, reference, settings, names, done
            )
        references = measure_training(reference, names, settings)
    fixed = isinstance(source, Fixed)
    missing = left_out(settings, source, reference) | measured.left_out
    return Evaluation(
        scores=_scores(measured, references, fixed=fixed),
        per_example=measured.per_example,
        class_shares=shares,
        notes=_notes(
            caught, missing, settings, reference, measured if fixed else None
        ),
        protocol=_protocol(source, reference, settings, names)
        | {"seconds": round(time.monotonic() - start, 1)},
    )


def _scores(
    measured: Measurements, references: dict[str, float], *, fixed: bool
) -> dict[str, Score]:
    return {
        name: mean_score(
            values,
            fixed,
            references.get(name),
            per_example=measured.per_example.get(name),
        )
        for name, values in measured.values.items()
    }


def _notes(
    caught: list[warnings.WarningMessage],
    missing: dict[str, str],
    settings: Settings,
    reference: Reference,
    of_images: Measurements | None,
) -> tuple[str, ...]:
    """Returns what to keep in mind, in order, each note once.

    Args:
        caught: warnings of few samples.
        missing: why a metric is left out, by its name.
        settings, reference: see `evaluate`.
        of_images: measurements of samples that are there already, or None.
    """
    notes = [
        str(warning.message)
        for warning in caught
        if issubclass(warning.category, FewSamplesWarning)
    ]
    notes += [
        f"The metric {name} is left out: {why}" for name, why in missing.items()
    ]
    are_named = settings.metrics not in (None, ALL)
    if isinstance(reference.network, NoFeatures) and not are_named:
        notes.append(
            "Metrics of features, such as the Frechet distance, are left out: "
            "no feature network belongs to these data, and --features names "
            "none; imagenet is for images of any kind."
        )
    if of_images is not None:
        notes.append(_describe_errors(of_images))
    return tuple(dict.fromkeys(notes))


def _describe_errors(measured: Measurements) -> str:
    """Says what the errors of samples are that are there already."""
    of_means = [
        name for name in measured.values if name in measured.per_example
    ]
    if not of_means:
        return "Errors are of random halves of the images."
    if len(of_means) == len(measured.values):
        return "Errors are standard errors of the mean over the images."
    return (
        f"Errors of {', '.join(of_means)} are standard errors of the mean over "
        "the images, the others are of random halves of them."
    )


def _require_memory(
    source: Generator | Fixed,
    reference: Reference,
    settings: Settings,
    names: list[str],
) -> None:
    """Checks what a repeat keeps of its samples, before any is generated."""
    needed = metrics.needs(names)
    values = 0
    if "features" in needed:
        arrays = [
            reference.real.arrays.get(name) for name in ("features", "logits")
        ]
        values += sum(
            4 * array.shape[1] for array in arrays if array is not None
        )
    if "images" in needed:
        values += math.prod(source.image_shape)
    most = _MOST_BYTES // max(values, 1)
    if settings.count > most and not isinstance(source, Fixed):
        raise ValueError(
            f"`count` must be at most {most:,} with these metrics, which keep "
            f"{values:,} bytes of each sample. Received: {settings.count:,}."
        )


def _evaluate_generator(
    source: Generator,
    reference: Reference,
    settings: Settings,
    names: list[str],
    done: Callable[[int], None],
) -> tuple[Measurements, dict[str, float]]:
    """Generates and measures a set of samples for each repeat."""
    measured = Measurements()
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
        measure(fake, reference, settings, names, measured)
        if fake.has("logits"):
            counts.append(count_classes(fake))
        done(settings.count)
    return measured, class_shares(counts, reference)


def _evaluate_halves(
    source: Fixed,
    reference: Reference,
    settings: Settings,
    names: list[str],
    done: Callable[[int], None],
) -> tuple[Measurements, dict[str, float]]:
    """Measures all images, then random halves."""
    random = np.random.RandomState(settings.seed)
    count = min(settings.count, len(source.images))
    rows = random.permutation(len(source.images))[:count]
    source = source.select(rows)
    whole = extract_features(
        source.chunks(),
        count,
        reference.network,
        keep_images="images" in metrics.needs(names),
    )
    whole.arrays.update(source.per_example)
    if source.translator is not None:
        whole.arrays[ROWS] = rows
    measured = Measurements(per_example=source.per_example)
    measure(whole, reference, settings, names, measured)
    done(count)
    least = max(METRICS[name].least for name in names)
    if count // 2 >= least:
        with warnings.catch_warnings():
            # The whole has been warned of.
            warnings.simplefilter("ignore", FewSamplesWarning)
            halves = Measurements(left_out=dict(measured.left_out))
            for _ in range(settings.repeats):
                half = whole.select(random.permutation(count)[: count // 2])
                measure(half, reference, settings, names, halves)
            measured.add_halves(halves)
    counts = [count_classes(whole)] if whole.has("logits") else []
    return measured, class_shares(counts, reference)


def _protocol(
    source: Generator | Fixed,
    reference: Reference,
    settings: Settings,
    names: list[str],
) -> dict[str, Any]:
    network = reference.network
    count = settings.count
    about: dict[str, Any] = {}
    if isinstance(source, Fixed):
        count = min(count, len(source.images))
        if source.translator is not None:
            about[SOURCES] = describe_sources(reference)
    return {
        **about,
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
