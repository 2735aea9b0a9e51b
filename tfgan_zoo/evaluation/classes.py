"""What a classifier says of samples: score, labels, modes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tfgan_zoo.evaluation import arrays
from tfgan_zoo.evaluation.frechet import FewSamplesWarning, frechet_distance

_SHOWN = 3  # classes in a message


def classifier_score(logits: np.ndarray, *, splits: int = 1) -> float:
    """The Inception score, by any classifier.

    Salimans et al. 2016 (arXiv:1606.03498), section 4: exp(E KL(p(y|x) ||
    p(y))), from 1 up to the number of classes.

    Args:
        logits: float [N, K].
        splits: parts, in the order of the rows, whose scores are averaged.
            The paper's ten make it smaller than the whole does.

    Raises:
        ValueError: logits of another shape or not finite, or fewer than
            `splits`.
    """
    rows = arrays.features(logits, name="logits")
    if not 1 <= splits <= len(rows):
        raise ValueError(
            f"`splits` must be between 1 and the {len(rows)} rows. "
            f"Received: {splits}."
        )
    logs = rows - np.logaddexp.reduce(rows, axis=1, keepdims=True)
    scores = [_score(part) for part in np.array_split(logs, splits)]
    return float(np.mean(scores))


def _score(logs: np.ndarray) -> float:
    """Of log probabilities [N, K]."""
    marginal = np.logaddexp.reduce(logs, axis=0) - np.log(len(logs))
    divergence = np.sum(np.exp(logs) * (logs - marginal), axis=1)
    return float(np.exp(divergence.mean()))


def label_accuracy(predicted: np.ndarray, asked_for: np.ndarray) -> float:
    """Returns the share of samples that show the class asked for.

    A generator that ignores its labels has 1 / K.

    Args:
        predicted: integers [N], by a classifier.
        asked_for: integers [N].

    Raises:
        ValueError: there are none, or not as many of both.
    """
    predicted = arrays.labels(predicted, len(asked_for), "predicted")
    asked_for = arrays.labels(asked_for, len(predicted), "asked_for")
    if not len(predicted):
        raise ValueError("`predicted` must have a label or more. Received: 0.")
    return float(np.mean(predicted == asked_for))


class Modes(NamedTuple):
    """How samples spread over modes, all of them equally likely.

    Attributes:
        reached: modes with at least one sample.
        reverse_kl: divergence of the samples' shares p from the uniform ones,
            sum over k of p_k log(p_k K), in nats: 0 for equal shares, log K
            for a single mode; NaN without samples.
    """

    reached: int
    reverse_kl: float


def modes(numbers: np.ndarray, count: int) -> Modes:
    """Counts modes (Srivastava et al. 2017, arXiv:1705.07761, section 4).

    Args:
        numbers: integers [N], the mode that each sample is of.
        count: K, how many modes there are.

    Raises:
        ValueError: a number is not below `count`.
    """
    numbers = arrays.labels(numbers, len(numbers), "numbers")
    if (numbers >= count).any():
        raise ValueError(
            f"`numbers` must be below {count}. Received: {numbers.max()}."
        )
    counts = np.bincount(numbers, minlength=count)
    if not counts.any():
        return Modes(0, float("nan"))
    shares = counts[counts > 0] / counts.sum()
    divergence = float(np.sum(shares * np.log(shares * count)))
    return Modes(int(np.count_nonzero(counts)), divergence)


def intra_class_frechet_distance(
    real: np.ndarray,
    real_labels: np.ndarray,
    fake: np.ndarray,
    fake_labels: np.ndarray,
) -> dict[int, float]:
    """The Frechet distance within each class (Miyato and Koyama 2018, 4).

    Args:
        real, fake: features [N, D] and [M, D].
        real_labels, fake_labels: integers [N] and [M].

    Returns:
        From each class of the real set to its distance; their mean is the
        intra FID of arXiv:1802.05637. A class with fewer than two rows in a
        set, which have no covariance, is left out.

    Raises:
        ValueError: every class is left out, or see `frechet_distance`.

    Warns:
        FewSamplesWarning: some are left out, or have no more rows in a set
            than columns.
    """
    real, fake = arrays.pair(real, fake)
    real_labels = arrays.labels(real_labels, len(real), "real_labels")
    fake_labels = arrays.labels(fake_labels, len(fake), "fake_labels")
    distances, too_few, fewest = {}, [], []
    for label in np.unique(real_labels).tolist():
        real_rows = real[real_labels == label]
        fake_rows = fake[fake_labels == label]
        counts = f"{len(real_rows)} real and {len(fake_rows)} generated"
        least = min(len(real_rows), len(fake_rows))
        if least < 2:
            too_few.append(f"{counts} of class {label}")
            continue
        if least <= real.shape[1]:
            fewest.append(least)
        with warnings.catch_warnings():  # Below, once for all classes.
            warnings.simplefilter("ignore", FewSamplesWarning)
            distances[label] = frechet_distance(real_rows, fake_rows)
    named = f"{', '.join(too_few[:_SHOWN])}{', ...' * (len(too_few) > _SHOWN)}"
    if not distances:
        raise ValueError(
            "A class must have two samples or more of each kind. "
            f"Received: {named or 'no class'}."
        )
    for note in _notes(named, fewest, real.shape[1], len(distances)):
        warnings.warn(note, FewSamplesWarning, stacklevel=2)
    return distances


def _notes(
    left_out: str, fewest: list[int], width: int, classes: int
) -> Iterator[str]:
    """Says of which classes there are too few samples."""
    if left_out:
        yield (
            "An intra-class Frechet distance needs two samples or more of each "
            f"kind; left out: {left_out}."
        )
    if fewest:
        yield (
            f"An intra-class Frechet distance of {width} features needs more "
            f"than {width} samples of each class and kind; it is too large for "
            f"{len(fewest)} of {classes} classes, the smallest of which has "
            f"{min(fewest)}."
        )
