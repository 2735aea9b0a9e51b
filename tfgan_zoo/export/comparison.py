"""How far an export's images may be from the generator's."""

from __future__ import annotations

import dataclasses
import math
from typing import Callable

import numpy as np

from tfgan_zoo.export import variants
from tfgan_zoo.export.variants import Variant

LEVELS = 127.5  # of 255, a unit of [-1, 1]


class ExportError(RuntimeError):
    """The exported files do not agree with the generator."""


@dataclasses.dataclass(frozen=True)
class Differences:
    """Of pixels in [-1, 1], or of points' coordinates by the largest one.

    Attributes:
        largest: of all.
        most: 99.9 % are no larger.
        mean_of_255: the mean, in steps of 8 bits.
    """

    largest: float
    most: float
    mean_of_255: float


MeasureRounding = Callable[[int], Differences]


def compare(what: str, images: np.ndarray, expected: np.ndarray) -> Differences:
    """Measures how far images, or rows of values, are from those expected.

    Raises:
        ExportError: they have another shape.
    """
    if images.shape != expected.shape:
        raise ExportError(
            f"The {what}'s outputs must have the shape {expected.shape}. "
            f"Received: {images.shape}."
        )
    apart = np.abs(images.astype(np.float64) - expected)
    if expected.ndim == 2:  # points and latents have a scale of their own
        apart /= max(np.abs(expected).max(), 1.0)
    return Differences(
        largest=float(apart.max()),
        most=float(np.quantile(apart, variants.MOST)),
        mean_of_255=float(LEVELS * apart.mean()),
    )


def require(
    what: str,
    differences: Differences,
    variant: Variant,
    measure_rounding: MeasureRounding | None = None,
    *,
    mean_limit: float | None = None,
) -> str:
    """Checks a file's differences.

    They may be above the variant's limit where they are at most
    `variants.ROUNDINGS` times, in integers `ROUNDINGS_IN_INTEGERS` times, those
    that rounding the weights alone makes: a generator that has hardly learnt
    can magnify any rounding.

    Args:
        what: the file, for the message.
        differences: of it.
        variant: of it.
        measure_rounding: see `rounding.measure`; None allows nothing for it.
        mean_limit: for 8 bits, to which they keep whatever rounding costs;
            None for `variants.MEAN_LIMIT`.

    Returns:
        A line on what was allowed for rounding, or "".

    Raises:
        ExportError: they are above the limit.
    """
    mean = variants.MEAN_LIMIT if mean_limit is None else mean_limit
    limits = _limits(variant, mean)
    if _is_within(differences, limits):
        return ""
    if measure_rounding and (variant.limit is not None or mean_limit is None):
        rounding = measure_rounding(variant.weight_bits)
        limits = _widen(limits, rounding, variant)
        if _is_within(differences, limits):
            return (
                f"{what} is off by {_said(differences, variant)}, as rounding "
                f"the weights to {variant.weight_bits} bits alone makes "
                f"{_said(rounding, variant)}. More training makes a generator "
                "less sensitive."
            )
    raise ExportError(_misfit(what, differences, limits))


def _misfit(what: str, differences: Differences, limits: Differences) -> str:
    if limits.mean_of_255 < math.inf:
        return (
            f"The {what}'s pixels must be off by a mean of at most "
            f"{limits.mean_of_255:g} of 255. "
            f"Received: {differences.mean_of_255:.3g}."
        )
    return (
        f"99.9 % of the {what}'s values must equal the trained network's to "
        f"{limits.most:g}, all to {limits.largest:g}. Received: a difference "
        f"of {differences.most:.3g} and {differences.largest:.3g}."
    )


def _limits(variant: Variant, mean_limit: float) -> Differences:
    """Returns the largest differences that a variant may have."""
    if variant.limit is None:
        return Differences(math.inf, math.inf, mean_limit)
    few = variants.FEW_MAY * variant.limit
    return Differences(few, variant.limit, math.inf)


def _widen(
    limits: Differences, rounding: Differences, variant: Variant
) -> Differences:
    times = variants.ROUNDINGS
    if variant.in_integers:
        times = variants.ROUNDINGS_IN_INTEGERS
    pairs = zip(dataclasses.astuple(limits), dataclasses.astuple(rounding))
    return Differences(*(max(a, times * b) for a, b in pairs))


def _is_within(differences: Differences, limits: Differences) -> bool:
    pairs = zip(dataclasses.astuple(differences), dataclasses.astuple(limits))
    # A NaN is within no limit.
    return all(value <= limit for value, limit in pairs)


def _said(differences: Differences, variant: Variant) -> str:
    if variant.limit is None:
        return f"a mean of {differences.mean_of_255:.2g} of 255"
    return f"{differences.most:.2g}"
