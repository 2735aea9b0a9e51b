"""Trainings with a failure caused on purpose, and healthy ones.

Signals of each go to a folder of JSON lines; the doctor reads them afterwards,
so that his rules can be tried again without a training.
"""

from __future__ import annotations

import dataclasses
import json
import time
from pathlib import Path
from typing import Any, Callable

_SMALL = {
    "model": "dcgan",
    "dataset": "mnist",
    "width": 16,
    "batch_size": 32,
    "steps": 1000,
    "generator_learning_rate": 1e-3,
    "discriminator_learning_rate": 5e-4,
    "ema_decay": 0.98,
}
_POINTS = {
    "model": "toy",
    "steps": 4000,
    "ema_decay": 0.98,
}
_BEST_OF_POINTS = {
    **_POINTS,
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


@dataclasses.dataclass(frozen=True)
class Cause:
    """What goes wrong, and how.

    Attributes:
        finds: names of findings that are right.
        settings: of the training.
        onset: share of the steps after which it begins.
        tamper: given the GAN before the training.
        change: given the examples, returns others.
        at_onset: given the GAN at that step.
    """

    finds: tuple[str, ...]
    settings: dict[str, Any]
    onset: float = 0.0
    tamper: Callable[[Any], None] | None = None
    change: Callable[[Any, int], Any] | None = None
    at_onset: Callable[[Any], None] | None = None


def _nan(gan: Any) -> None:
    variable = gan.generator.trainable_variables[0]
    variable.assign(variable * float("nan"))


def _frozen_statistics(gan: Any) -> None:
    for layer in gan.generator._flatten_layers():
        if hasattr(layer, "momentum"):
            layer.momentum = 1.0


def _frozen_generator(gan: Any) -> None:
    gan.generator_optimizer.learning_rate = 0.0


def _frozen_discriminator(gan: Any) -> None:
    gan.discriminator_optimizer.learning_rate = 0.0


def _few(count: int) -> Callable[[Any, int], Any]:
    def change(examples: Any, seed: int) -> Any:
        import numpy as np

        from tfgan_zoo import data
        from tfgan_zoo.data.store import MemoryRows

        rows = np.random.RandomState(seed).choice(
            len(examples), count, replace=False
        )
        return data.Examples(examples.spec, MemoryRows(*examples.read(rows)))

    return change


def _shuffled_labels(examples: Any, seed: int) -> Any:
    import numpy as np

    from tfgan_zoo import data
    from tfgan_zoo.data.store import MemoryRows

    images, labels = examples.read(np.arange(len(examples)))
    labels = np.random.RandomState(seed).permutation(labels)
    return data.Examples(examples.spec, MemoryRows(images, labels))


CAUSES: dict[str, Cause] = {
    "saturating_loss": Cause(
        ("vanishing_gradients",),
        {
            **_SMALL,
            "loss": "minimax",
            "discriminator_learning_rate": 4e-3,
            "generator_learning_rate": 1e-4,
        },
    ),
    "no_bound_on_critic": Cause(
        ("divergence",),
        {**_SMALL, "loss": "wasserstein", "discriminator_learning_rate": 2e-3},
    ),
    "high_learning_rates": Cause(
        ("divergence", "mode_collapse"),
        {
            **_SMALL,
            "generator_learning_rate": 2e-2,
            "discriminator_learning_rate": 2e-2,
        },
    ),
    "strong_discriminator": Cause(
        ("discriminator_too_strong",),
        {
            **_SMALL,
            "discriminator_learning_rate": 2e-3,
            "generator_learning_rate": 1e-5,
        },
    ),
    "tight_clipping": Cause(
        ("discriminator_too_weak",),
        {
            **_SMALL,
            "model": "wgan",
            "constraint_limit": 1e-4,
            "discriminator_steps": 1,
        },
    ),
    "slow_discriminator": Cause(
        ("discriminator_too_weak",),
        {**_SMALL, "discriminator_learning_rate": 1e-7},
    ),
    "rotating_points": Cause(
        ("oscillation",),
        {
            **_POINTS,
            "dataset": "ring8",
            "beta_1": 0.9,
            "generator_learning_rate": 5e-3,
            "discriminator_learning_rate": 5e-3,
        },
    ),
    "nan": Cause(("non_finite",), _SMALL, 0.5, at_onset=_nan),
    "fast_generator": Cause(
        ("mode_collapse",),
        {
            **_SMALL,
            "generator_learning_rate": 1e-2,
            "discriminator_learning_rate": 1e-4,
        },
    ),
    "no_batch_norm_gan": Cause(
        ("mode_collapse",),
        {
            **_SMALL,
            "model": "mlp",
            "generator_learning_rate": 5e-3,
            "discriminator_learning_rate": 1e-3,
        },
    ),
    "plain_gan_of_grid": Cause(
        ("missing_classes",),
        {**_POINTS, "dataset": "grid25"},
    ),
    "shuffled_labels": Cause(
        ("conditioning_ignored",),
        {**_SMALL, "model": "conditional_gan"},
        change=_shuffled_labels,
    ),
    "tiny_data": Cause(
        ("discriminator_overfitting",),
        {**_SMALL, "steps": 2000},
        change=_few(100),
    ),
    "frozen_generator": Cause(
        ("dead_start",), _SMALL, tamper=_frozen_generator
    ),
    "frozen_discriminator": Cause(
        ("dead_start",), _SMALL, tamper=_frozen_discriminator
    ),
    "frozen_statistics": Cause(
        ("batch_norm_gap",), _SMALL, tamper=_frozen_statistics
    ),
    "tiny_batches": Cause(("batch_norm_gap",), {**_SMALL, "batch_size": 2}),
    "noise_that_stays": Cause(("blurred",), {**_SMALL, "instance_noise": 2.0}),
    "flat_feature_matching": Cause(
        ("blurred",), {**_SMALL, "feature_matching": 1000.0}
    ),
}

_IMAGES = {k: v for k, v in _SMALL.items() if k not in ("model", "dataset")}
HEALTHY: dict[str, dict[str, Any]] = {
    "dcgan_mnist": _SMALL,
    "dcgan_fashion": {**_SMALL, "dataset": "fashion_mnist_10k"},
    "dcgan_cifar10": {**_SMALL, "dataset": "cifar10"},
    "conditional_gan_mnist": {**_SMALL, "model": "conditional_gan"},
    "mlp_mnist": {
        **_SMALL,
        "model": "mlp",
        "generator_learning_rate": 2e-4,
        "discriminator_learning_rate": 2e-4,
    },
    "toy_ring8": {**_BEST_OF_POINTS, "dataset": "ring8"},
    "toy_grid25": {**_BEST_OF_POINTS, "dataset": "grid25", "steps": 8000},
    **{
        f"{model}_{dataset}": {
            "model": model,
            "dataset": dataset,
            "width": 16,
            "batch_size": 32,
            "steps": 600,
            "ema_decay": 0.98,
        }
        for model, dataset in (
            ("wgan", "mnist"),
            ("wgan_gp", "fashion_mnist_10k"),
            ("lsgan", "mnist"),
            ("acgan", "fashion_mnist_10k"),
            ("infogan", "mnist"),
            ("sngan", "cifar10"),
            ("sngan_projection", "mnist"),
            ("sagan", "fashion_mnist_10k"),
            ("upsampler", "fashion_mnist_10k"),
        )
    },
}


def signals(
    settings: dict[str, Any], seed: int, cause: Cause | None, data_dir: str
) -> tuple[list[dict[str, Any]], Any]:
    """Trains; returns the records and the GAN."""
    from tfgan_zoo import data, strategies
    from tfgan_zoo.backend import keras
    from tfgan_zoo.config import TrainConfig
    from tfgan_zoo.training import building
    from tfgan_zoo.training.examining import Examine, examination_of

    keras.backend.clear_session()
    config = TrainConfig(**settings, seed=seed, data_dir=data_dir)
    examples = building.load_data(config, log=lambda _: None)
    config = building.settle(config, examples.spec)
    if cause is not None and cause.change is not None:
        examples = cause.change(examples, seed)
    strategy = strategies.get("one_device")
    gan = building.build(config, examples.spec, strategy)
    if cause is not None and cause.tamper is not None:
        cause.tamper(gan)
    records: list[dict[str, Any]] = []
    every = max(config.steps // 50, 1)
    callbacks: list[Any] = [
        _Losses(records, every, config.steps),
        Examine(
            examination_of(gan, config, examples),
            every=every,
            last_step=config.steps,
            tell=records.append,
        ),
    ]
    if cause is not None and cause.at_onset is not None:
        callbacks.insert(
            0, _At(int(cause.onset * config.steps), cause.at_onset)
        )
    with strategy.scope():
        gan.fit(
            data.batches(
                examples,
                batch_size=config.batch_size * config.discriminator_steps,
                seed=seed,
            ),
            steps_per_epoch=config.steps,
            callbacks=callbacks,
            verbose=0,
        )
    return records, gan


def _callbacks() -> tuple[type, type]:
    from tfgan_zoo.backend import keras
    from tfgan_zoo.training.callbacks import EveryCallback

    class Losses(EveryCallback):
        def __init__(self, records: Any, every: int, last_step: int) -> None:
            super().__init__(every, last_step)
            self._records = records

        def at(self, step: int, logs: Any) -> None:
            found = {k: float(v) for k, v in logs.items()}
            self._records.append({"step": step, **found})
            self.model.reset_metrics()

    class At(keras.callbacks.Callback):
        def __init__(self, step: int, action: Any) -> None:
            super().__init__()
            self._step, self._action, self._done = step, action, False

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if not self._done and self.model.step.numpy() >= self._step:
                self._action(self.model)
                self._done = True

    return Losses, At


def main() -> None:
    """Trains what has no file yet."""
    import sys

    from tfgan_zoo import cli  # noqa: F401
    from tfgan_zoo.cli.app import import_tensorflow

    import_tensorflow()
    global _Losses, _At
    _Losses, _At = _callbacks()
    from tfgan_zoo import images, pictures

    out, seeds, data_dir = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    only = sys.argv[4].split(",") if len(sys.argv) > 4 else None
    out.mkdir(exist_ok=True)
    for seed in map(int, seeds.split(",")):
        jobs = [(n, c.settings, c) for n, c in CAUSES.items()]
        jobs += [(n, s, None) for n, s in HEALTHY.items()]
        for name, settings, cause in jobs:
            path = out / f"{name}-{seed}.jsonl"
            if path.exists() or (only and name not in only):
                continue
            start = time.time()
            try:
                records, gan = signals(settings, seed, cause, data_dir)
            except Exception as error:  # noqa: BLE001
                print(name, seed, "FAILED", repr(error)[:300], flush=True)
                continue
            if gan.from_seeds:
                picture = pictures.of(gan.generate(36))
                images.write_png(path.with_suffix(".png"), picture)
            path.write_text("".join(json.dumps(r) + "\n" for r in records))
            print(name, seed, round(time.time() - start, 1), flush=True)


if __name__ == "__main__":
    main()
