"""Augmentation of what the discriminator sees, real and generated alike."""

from tfgan_zoo.augment.adaptive import AdaptiveAugmentation, adapt, bgc
from tfgan_zoo.augment.differentiable import check_policy, diffaugment
from tfgan_zoo.augment.factory import augment_features, get, names

__all__ = [
    "AdaptiveAugmentation",
    "adapt",
    "augment_features",
    "bgc",
    "check_policy",
    "diffaugment",
    "get",
    "names",
]
