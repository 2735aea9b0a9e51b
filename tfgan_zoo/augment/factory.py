"""Augmentations by name."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Callable

import tensorflow as tf

from tfgan_zoo import checks
from tfgan_zoo.augment.adaptive import AdaptiveAugmentation
from tfgan_zoo.augment.differentiable import check_policy, diffaugment
from tfgan_zoo.random import StepRandom

Augmentation = Callable[[tf.Tensor, StepRandom], tf.Tensor]


def names() -> list[str]:
    """Returns the names that `get` knows."""
    return ["ada", "diffaugment", "none"]


def augment_features(
    augmentation: Augmentation,
    images: Mapping[str, tf.Tensor],
    random: StepRandom,
) -> dict[str, tf.Tensor]:
    """Augments all images of an example by the same random numbers.

    The random numbers of an augmentation depend on `random` alone, and, where
    it moves pixels, on the height and width.

    Args:
        augmentation: see `get`.
        images: features by name, [B, H, W, C] each, C 1 or 3.
        random: with B rows.

    Returns:
        float32 of the same shapes.

    Raises:
        ValueError: the images differ in height or width.
    """
    sizes = {str(image.shape[1:3]) for image in images.values()}
    if len(sizes) > 1:
        raise ValueError(
            "Images that are augmented together must have one height and "
            f"width. Received: {', '.join(sorted(sizes))}."
        )
    return {name: augmentation(image, random) for name, image in images.items()}


def get(
    name: str,
    *,
    policy: str = "color,translation,cutout",
    ada_target: float = 0.6,
    ada_images: int = 500_000,
) -> Augmentation | None:
    """Returns the augmentation of that name; None for `none`.

    Args:
        name: one of `names()`. `ada` makes an `AdaptiveAugmentation`, whose
            `update` must get each step's real logits, and whose variables must
            be made in the strategy's scope.
        policy: of `diffaugment`.
        ada_target: of r_t.
        ada_images: number of images over which ADA's probability can rise from
            0 to 1.

    Returns:
        (images [B, H, W, C], random) -> float32 [B, H, W, C].

    Raises:
        ValueError: no augmentation has that name, or a setting of the named
            one is out of its range.
    """
    checks.one_of("augmentation", name, names())
    if name == "none":
        return None
    if name == "diffaugment":
        check_policy(policy)
        return functools.partial(diffaugment, policy=policy)
    return AdaptiveAugmentation(target=ada_target, ramp_images=ada_images)
