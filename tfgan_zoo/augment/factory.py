"""Augmentations by name."""

from __future__ import annotations

import functools
from typing import Callable

import tensorflow as tf

from tfgan_zoo.augment.adaptive import AdaptiveAugmentation
from tfgan_zoo.augment.differentiable import check_policy, diffaugment
from tfgan_zoo.random import StepRandom

Augmentation = Callable[[tf.Tensor, StepRandom], tf.Tensor]


def names() -> list[str]:
    """Returns the names that `get` knows."""
    return ["ada", "diffaugment", "none"]


def get(
    name: str,
    *,
    policy: str = "color,translation,cutout",
    ada_target: float = 0.6,
    ada_images: int = 500_000,
) -> Augmentation | None:
    """Returns the augmentation of that name; `None` is none.

    Args:
        name: `ada` makes an `AdaptiveAugmentation`, whose `update` wants each
            step's real logits and whose variables want the strategy's scope.
        policy: of `diffaugment`.
        ada_target: of r_t.
        ada_images: images in which ADA's probability can go from 0 to 1.

    Returns:
        (images [B, H, W, C], random) -> float32 [B, H, W, C].

    Raises:
        ValueError: no augmentation has that name, or a setting of the named
            one is out of its range.
    """
    if name == "none":
        return None
    if name == "diffaugment":
        check_policy(policy)
        return functools.partial(diffaugment, policy=policy)
    if name == "ada":
        return AdaptiveAugmentation(target=ada_target, ramp_images=ada_images)
    known = ", ".join(names())
    raise ValueError(
        f"`augmentation` must be one of: {known}. Received: {name}."
    )
