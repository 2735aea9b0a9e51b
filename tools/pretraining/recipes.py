"""The recipe of each generator that ships, as settings of `tfgan-train`."""

from __future__ import annotations

from typing import Any

Settings = dict[str, Any]

_SCHEDULE: Settings = {
    "learning_rate_decay": "cosine",
    "batch_size": 64,
    "log_every": 100,
    "sample_every": 2000,
    "checkpoint_every": 1000,
    "keep_checkpoints": 2,
    "evaluate_every": 2000,
    "evaluate_count": 10_000,
    "health_every": 1000,
}
# Huang et al. 2024, arXiv:2501.05441, without its R2.
_RELATIVISTIC: Settings = {
    **_SCHEDULE,
    "loss": "relativistic",
    "penalty": "r1",
    "penalty_weight": 1.0,
    "penalty_every": 8,
    "generator_learning_rate": 1e-3,
    "discriminator_learning_rate": 1e-3,
    "beta_2": 0.99,
}

_EACH: dict[str, Settings] = {
    "dcgan": {
        **_RELATIVISTIC,
        "width": 48,
        "steps": 10_000,
        "penalty_weight": 0.1,
    },
    "conditional_gan": {
        **_RELATIVISTIC,
        "width": 48,
        "steps": 13_000,
        "penalty_weight": 0.1,
    },
    "acgan": {
        **_RELATIVISTIC,
        "width": 32,
        "steps": 6_000,
        "penalty_every": 4,
        "evaluate_every": 1000,
    },
    "mlp": {**_RELATIVISTIC, "width": 256, "steps": 50_000},
}

RECIPES: dict[str, Settings] = {
    f"{model}-{dataset}": {"model": model, "dataset": dataset, **settings}
    for dataset in ("mnist", "fashion_mnist")
    for model, settings in _EACH.items()
}
RECIPES["conditional_gan-mnist"].update(
    width=32,
    steps=20_000,
    evaluate_every=2500,
    penalty_every=4,
    penalty_weight=1.0,
)
RECIPES["infogan-mnist"] = {
    "model": "infogan",
    "dataset": "mnist",
    **_RELATIVISTIC,
    "width": 32,
    "steps": 12_000,
}
RECIPES["upsampler-fashion_mnist"] = {
    **_SCHEDULE,
    "model": "upsampler",
    "dataset": "fashion_mnist",
    "width": 32,
    "steps": 3_000,
    "evaluate_every": 0,
}
RECIPES["dcgan-noto_emoji_64"] = {
    **_RELATIVISTIC,
    "model": "dcgan",
    "dataset": "noto_emoji_64",
    "image_size": 64,
    "width": 32,
    "steps": 8_000,
    "augmentation": "diffaugment",
    "evaluate_features": "cifar10",
}
