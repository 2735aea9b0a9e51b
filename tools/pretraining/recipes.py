"""The recipe of each generator that ships, as settings of `tfgan-train`."""

from __future__ import annotations

from typing import Any

Settings = dict[str, Any]

_SCHEDULE: Settings = {
    "learning_rate_decay": "cosine",
    "log_every": 100,
    "sample_every": 2500,
    "checkpoint_every": 1000,
    "keep_checkpoints": 2,
    "evaluate_every": 2500,
    "evaluate_count": 10_000,
    "health_every": 500,
}
# Huang et al. 2024, arXiv:2501.05441, without its R2.
_RELATIVISTIC: Settings = {
    "loss": "relativistic",
    "penalty": "r1",
    "penalty_weight": 1.0,
    "penalty_every": 4,
    "generator_learning_rate": 1e-3,
    "discriminator_learning_rate": 1e-3,
    "beta_2": 0.99,
}
_SMALL: Settings = {**_SCHEDULE, "width": 32, "batch_size": 64}

RECIPES: dict[str, Settings] = {
    f"{model}-{dataset}": {"model": model, "dataset": dataset, **settings}
    for dataset in ("mnist", "fashion_mnist")
    for model, settings in {
        "dcgan": {**_SMALL, **_RELATIVISTIC, "steps": 20_000},
        "conditional_gan": {**_SMALL, **_RELATIVISTIC, "steps": 20_000},
        "acgan": {**_SMALL, **_RELATIVISTIC, "steps": 20_000},
        "mlp": {
            **_SMALL,
            **_RELATIVISTIC,
            "width": 256,
            "steps": 40_000,
        },
    }.items()
}
