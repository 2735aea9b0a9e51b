"""How far the images of an export's files may be off."""

from __future__ import annotations

import dataclasses
import math

from tfgan_zoo.export import variants
from tfgan_zoo.export.variants import Variant


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


def of_variant(variant: Variant, mean_limit: float) -> Differences:
    """Returns the largest differences that a variant may have."""
    if variant.limit is None:
        return Differences(math.inf, math.inf, mean_limit)
    few = variants.FEW_MAY * variant.limit
    return Differences(few, variant.limit, math.inf)


def widen(limits: Differences, rounding: Differences) -> Differences:
    """Returns limits that allow for what rounding the weights costs."""
    pairs = zip(dataclasses.astuple(limits), dataclasses.astuple(rounding))
    return Differences(*(max(a, variants.ROUNDINGS * b) for a, b in pairs))


def are_within(differences: Differences, limits: Differences) -> bool:
    """Whether all differences are within their limits."""
    pairs = zip(dataclasses.astuple(differences), dataclasses.astuple(limits))
    # A NaN is within no limit.
    return all(value <= limit for value, limit in pairs)


def in_words(differences: Differences, variant: Variant) -> str:
    """Returns the difference that is limited, for people."""
    if variant.limit is None:
        return f"a mean of {differences.mean_of_255:.2g} of 255"
    return f"{differences.most:.2g}"


def describe(
    what: str, differences: Differences, limits: Differences, variant: Variant
) -> str:
    """Returns the message on differences that are too large."""
    if variant.limit is None:
        return (
            f"The {what}'s pixels must be off by a mean of at most "
            f"{limits.mean_of_255:g} of 255. "
            f"Received: {differences.mean_of_255:.3g}."
        )
    return (
        f"99.9 % of the {what}'s pixels must equal the generator's to "
        f"{limits.most:g}, all to {limits.largest:g}. Received: a difference "
        f"of {differences.most:.3g} and {differences.largest:.3g}."
    )
