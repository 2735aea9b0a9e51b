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
_BFLOAT16: Settings = {"precision": "mixed_bfloat16"}
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
        **_BFLOAT16,
        "width": 48,
        "latent_dim": 16,
        "steps": 18_000,
        "generator_learning_rate": 1.5e-3,
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
        "steps": 12_000,
        "penalty_weight": 0.1,
        **_BFLOAT16,
    },
    "wgan": {
        **_SCHEDULE,
        **_BFLOAT16,
        "width": 32,
        "latent_dim": 16,
        "steps": 16_000,
        "discriminator_steps": 3,
        "generator_learning_rate": 2e-3,
        "discriminator_learning_rate": 5e-4,
    },
    "wgan_gp": {
        **_SCHEDULE,
        **_BFLOAT16,
        "width": 32,
        "latent_dim": 16,
        "steps": 10_000,
        "discriminator_steps": 2,
        "penalty_every": 2,
        "generator_learning_rate": 1e-3,
        "discriminator_learning_rate": 1e-3,
        "beta_1": 0.0,
        "beta_2": 0.99,
    },
    "mlp": {**_RELATIVISTIC, "width": 256, "steps": 50_000},
}

RECIPES: dict[str, Settings] = {
    f"{model}-{dataset}": {"model": model, "dataset": dataset, **settings}
    for dataset in ("mnist", "fashion_mnist")
    for model, settings in _EACH.items()
}
RECIPES["acgan-fashion_mnist"].update(width=64, steps=8_000)
RECIPES["wgan-fashion_mnist"]["steps"] = 10_000
RECIPES["wgan-mnist"].update(seed=1, steps=32_000)
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
_OF_IMAGES: Settings = {
    "split": "train",
    "learning_rate_decay": "cosine",
    "log_every": 50,
    "sample_every": 500,
    "checkpoint_every": 250,
    "keep_checkpoints": 2,
    **_BFLOAT16,
}
for _name, _size, _steps in (
    ("pix2pix-emoji_drawings", 64, 5_000),
    ("pix2pix-emoji_drawings_128", 128, 4_000),
):
    RECIPES[_name] = {
        **_OF_IMAGES,
        "model": "pix2pix",
        "dataset": f"pairs:mixed_{_size}",
        "image_size": _size,
        "source": "edges",
        "jitter": 0.7,
        "steps": _steps,
    }
RECIPES["upsampler-photos"] = {
    **_OF_IMAGES,
    "model": "upsampler",
    "dataset": "photos_64",
    "image_size": 64,
    "steps": 1_000,
}
RECIPES["cut-noto2fluent"] = {
    **_OF_IMAGES,
    "model": "cut",
    "dataset": "unpaired:noto_64,fluent_64",
    "image_size": 64,
    # A discriminator of few images would know each of them.
    "augmentation": "diffaugment",
    "diffaugment_policy": "translation,cutout",
    "penalty": "r1",
    "penalty_weight": 1.0,
    "penalty_every": 8,
    "generator_learning_rate": 4e-4,
    "discriminator_learning_rate": 2e-4,
    "steps": 2_400,
}
RECIPES["pix2pix-grey2colour"] = {
    **_OF_IMAGES,
    "model": "pix2pix",
    "dataset": "photos_64",
    "image_size": 64,
    "source": "grey",
    "reconstruction_weight": 300.0,
    "jitter": 0.7,
    "sample_every": 250,
    "steps": 1_500,
}

# Huang et al. 2024, arXiv:2501.05441: losses and penalties are those of the
# architecture's recipe.
_RESIDUAL: Settings = {
    "learning_rate_decay": "cosine",
    "log_every": 50,
    "sample_every": 500,
    "checkpoint_every": 250,
    "keep_checkpoints": 2,
    "health_every": 1000,
    **_BFLOAT16,
}
_OF_SMILEYS: Settings = {
    **_RESIDUAL,
    "model": "r3gan",
    "split": "train+test",
    "batch_size": 32,
    # 384 images, which a discriminator would know each.
    "augmentation": "diffaugment",
    "penalty_weight": 0.5,
    "penalty_every": 8,
    "generator_learning_rate": 6e-4,
    "discriminator_learning_rate": 6e-4,
    "ema_decay": 0.999,
    "sample_every": 1000,
    "health_every": 4000,
}
RECIPES["r3gan-smileys"] = {
    **_OF_SMILEYS,
    "dataset": "smileys",
    "steps": 24_000,
}
RECIPES["r3gan_projection-cifar10"] = {
    **_RESIDUAL,
    "model": "r3gan_projection",
    "dataset": "cifar10",
    "batch_size": 32,
    "penalty_weight": 0.1,
    "penalty_every": 8,
    "generator_learning_rate": 6e-4,
    "discriminator_learning_rate": 6e-4,
    "sample_every": 2000,
    "health_every": 4000,
    "steps": 48_000,
}
