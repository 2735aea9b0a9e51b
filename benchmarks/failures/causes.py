"""What makes a training fail, and what a doctor should call it."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.failures import translations
from benchmarks.failures.cause import Cause, Settings

# Small, fast, and healthy as it is.
SMALL: Settings = {
    "model": "dcgan",
    "dataset": "mnist",
    "width": 16,
    "batch_size": 32,
    "steps": 1000,
    "generator_learning_rate": 1e-3,
    "discriminator_learning_rate": 5e-4,
    "ema_decay": 0.98,
}
POINTS: Settings = {"model": "toy", "steps": 2500, "ema_decay": 0.98}
_MLP: Settings = {
    "model": "mlp",
    "dataset": "mnist",
    "ema_decay": 0.98,
    "steps": 2500,
}


def _weights_to_nan(gan: Any) -> None:
    weight = gan.generator.trainable_variables[0]
    weight.assign(weight * float("nan"))


def _rates_times_60(gan: Any) -> None:
    for optimizer in (gan.generator_optimizer, gan.discriminator_optimizer):
        optimizer.learning_rate = 60.0 * float(optimizer.learning_rate.numpy())


def _generator_rate_times_100(gan: Any) -> None:
    optimizer = gan.generator_optimizer
    optimizer.learning_rate = 100.0 * float(optimizer.learning_rate.numpy())


def _statistics_that_stay(gan: Any) -> None:
    for layer in gan.generator._flatten_layers():
        if hasattr(layer, "momentum"):
            layer.momentum = 1.0


def _of(examples: Any, images: np.ndarray, labels: np.ndarray) -> Any:
    from tfgan_zoo import data
    from tfgan_zoo.data.store import MemoryRows

    return data.Examples(
        examples.spec, MemoryRows({"image": images, "label": labels})
    )


def _a_hundred(examples: Any, seed: int) -> Any:
    rows = np.random.RandomState(seed).choice(len(examples), 100, False)
    return _of(examples, *examples.read(rows).values())


def _shuffled_labels(examples: Any, seed: int) -> Any:
    images, labels = examples.read(np.arange(len(examples))).values()
    return _of(
        examples, images, np.random.RandomState(seed).permutation(labels)
    )


def _blurred(examples: Any, seed: int) -> Any:
    del seed
    images, labels = examples.read(np.arange(len(examples))).values()
    shifts = range(-2, 3)
    total = np.zeros(images.shape, np.uint16)
    for down in shifts:
        for right in shifts:
            total += np.roll(images, (down, right), (1, 2))
    mean = total // len(shifts) ** 2
    return _of(examples, mean.astype(np.uint8), labels)


CAUSES: dict[str, Cause] = {
    "saturating_loss": Cause(
        ("vanishing_gradients",),
        {
            **SMALL,
            "loss": "minimax",
            "generator_learning_rate": 1e-4,
            "discriminator_learning_rate": 4e-3,
        },
    ),
    "fast_discriminator": Cause(
        ("discriminator_too_strong",),
        {
            **SMALL,
            "generator_learning_rate": 1e-5,
            "discriminator_learning_rate": 2e-3,
        },
    ),
    "tight_clipping": Cause(
        ("discriminator_too_weak",),
        {
            **SMALL,
            "model": "wgan",
            "constraint_limit": 1e-4,
            "discriminator_steps": 1,
        },
    ),
    "slow_discriminator": Cause(
        ("discriminator_too_weak",),
        {**SMALL, "discriminator_learning_rate": 1e-7},
    ),
    "frozen_generator": Cause(
        ("dead_start",), {**SMALL, "generator_learning_rate": 0.0}
    ),
    "frozen_discriminator": Cause(
        ("dead_start",), {**SMALL, "discriminator_learning_rate": 0.0}
    ),
    "nan": Cause(
        ("non_finite",),
        SMALL,
        0.5,
        at_onset=_weights_to_nan,
        without_flag="--on_failure=restore, below",
    ),
    # For 2e-4.
    "rate_of_2e4": Cause(
        ("non_finite",),
        {**SMALL, "model": "lsgan", "discriminator_learning_rate": 2e4},
    ),
    "momentum": Cause(
        ("oscillation",),
        {
            **POINTS,
            "dataset": "ring8",
            "beta_1": 0.9,
            "generator_learning_rate": 5e-3,
            "discriminator_learning_rate": 5e-3,
        },
    ),
    "unbounded_critic": Cause(
        ("divergence", "oscillation"),
        {**POINTS, "dataset": "ring8", "loss": "wasserstein"},
    ),
    "rates_times_60": Cause(
        ("constant_output", "divergence"), SMALL, 0.5, at_onset=_rates_times_60
    ),
    # Before, samples of a good training are all alike too.
    "fast_generator": Cause(
        ("mode_collapse",),
        {
            **_MLP,
            "steps": 1000,
            "batch_size": 32,
            "generator_learning_rate": 1e-2,
        },
        0.15,
    ),
    "generator_rate_times_100": Cause(
        ("mode_collapse",),
        SMALL,
        0.5,
        at_onset=_generator_rate_times_100,
        without_flag="a rate that stays as it was",
    ),
    # Before, samples of a good training repeat themselves too.
    "one_latent": Cause(
        ("partial_mode_collapse",), {**SMALL, "latent_dim": 1}, 0.15
    ),
    # Before, a training that will have all modes has few of them too.
    "plain_gan_of_grid": Cause(
        ("missing_classes",), {**POINTS, "dataset": "grid25"}, 0.15
    ),
    # Before, one that will have learnt them ignores its labels too.
    "shuffled_labels": Cause(
        ("conditioning_ignored",),
        {**SMALL, "model": "conditional_gan"},
        0.15,
        change=_shuffled_labels,
        without_flag="labels that belong to the images",
    ),
    "tiny_data": Cause(
        ("discriminator_overfitting",), SMALL, change=_a_hundred
    ),
    "statistics_that_stay": Cause(
        ("batch_norm_gap",),
        SMALL,
        tamper=_statistics_that_stay,
        without_flag="statistics that move",
    ),
    "blurred_on_the_way": Cause(
        ("blurred",),
        SMALL,
        change=_blurred,
        doctor_has_originals=True,
        without_flag="images that are not blurred on their way",
    ),
    **translations.CAUSES,
}

_SHORT: Settings = {
    name: SMALL[name] for name in ("width", "batch_size", "ema_decay")
}
_TO_ALL_MODES: Settings = {
    **POINTS,
    "batch_size": 200,
    "loss": "relativistic",
    "penalty": "r1",
    "penalty_weight": 0.02,
    "penalty_every": 4,
    "update": "alternating",
    "generator_learning_rate": 3e-3,
    "beta_1": 0.0,
    "beta_2": 0.99,
    "learning_rate_decay": "cosine",
}
_RATES: Settings = {
    "generator_learning_rate": 5e-4,
    "discriminator_learning_rate": 5e-4,
}

# Every architecture, on several data sets.
HEALTHY: dict[str, Settings] = {
    "dcgan_mnist": SMALL,
    "dcgan_fashion": {**SMALL, "dataset": "fashion_mnist_10k"},
    "dcgan_cifar10": {**SMALL, "dataset": "cifar10"},
    "conditional_gan": {**SMALL, "model": "conditional_gan"},
    "lsgan": {**SMALL, "model": "lsgan", "dataset": "fashion_mnist_10k"},
    "infogan": {
        "model": "infogan",
        "dataset": "mnist",
        "width": 32,
        "batch_size": 32,
        "ema_decay": 0.98,
        "steps": 1500,
        "discriminator_learning_rate": 5e-4,
    },
    "acgan": {**SMALL, "model": "acgan", "width": 32},
    "mlp": _MLP,
    "toy_ring8": {**_TO_ALL_MODES, "dataset": "ring8"},
    "toy_grid25": {**_TO_ALL_MODES, "dataset": "grid25", "steps": 12_000},
    "wgan": {
        **_SHORT,
        **_RATES,
        "model": "wgan",
        "dataset": "mnist",
        "steps": 800,
    },
    "wgan_gp": {
        **_SHORT,
        **_RATES,
        "model": "wgan_gp",
        "dataset": "fashion_mnist_10k",
        "steps": 500,
    },
    "sngan": {**_SHORT, "model": "sngan", "dataset": "cifar10", "steps": 500},
    "sngan_projection": {
        **_SHORT,
        "model": "sngan_projection",
        "dataset": "mnist",
        "image_size": 32,
        "discriminator_steps": 1,
        "generator_learning_rate": 5e-4,
        "discriminator_learning_rate": 1e-3,
        "steps": 3000,
    },
    "sagan": {
        **_SHORT,
        "model": "sagan",
        "dataset": "fashion_mnist_10k",
        "image_size": 32,
        "steps": 500,
    },
    "upsampler": {
        **_SHORT,
        "model": "upsampler",
        "dataset": "fashion_mnist_10k",
        "steps": 600,
    },
    **translations.HEALTHY,
}
