"""A NaN in the midst of a training, and the way back from it.

    python benchmarks/restore.py --output=runs/restore

Trains a small DCGAN undisturbed, and again with its generator's weights made
NaN at half of the steps and `--on_failure=restore`. Prints a line of JSON of
each: the ways back, and the Frechet distance of 5,000 samples. The run folders
stay, with their reports.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import sys
from pathlib import Path
from typing import Any, Callable

from absl import app, flags

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow
from tfgan_zoo.config import TrainConfig

_OUTPUT = flags.DEFINE_string("output", "runs/restore", "Folder of the runs.")
_STEPS = flags.DEFINE_integer("steps", 2000, "Of each training.")
_SAMPLES = flags.DEFINE_integer("samples", 5000, "Of each evaluation.")


def _config() -> TrainConfig:
    return TrainConfig(
        width=32,
        steps=_STEPS.value,
        generator_learning_rate=8e-4,
        discriminator_learning_rate=4e-4,
        ema_decay=0.99,
        checkpoint_every=max(_STEPS.value // 10, 1),
        health_every=max(_STEPS.value // 20, 1),
        evaluate_every=_STEPS.value,
        evaluate_count=_SAMPLES.value,
        on_failure="restore",
    )


def _poisoned(fit: Callable[..., Any], step: int) -> Callable[..., Any]:
    """Returns a `fit` in which the weights become NaN at a step, once."""
    from tfgan_zoo.backend import keras

    class Poison(keras.callbacks.Callback):
        is_done = False

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if not self.is_done and self.model.step.numpy() >= step:
                self.is_done = True
                weight = self.model.generator.trainable_variables[0]
                weight.assign(weight * float("nan"))

    poison = Poison()

    @functools.wraps(fit)
    def poisoned(*args: Any, callbacks: list[Any], **settings: Any) -> Any:
        return fit(*args, callbacks=[poison, *callbacks], **settings)

    return poisoned


def _train(name: str, config: TrainConfig) -> None:
    from tfgan_zoo import strategies
    from tfgan_zoo.training import building, loop, report
    from tfgan_zoo.training.run_folder import RunFolder

    examples = building.load_data(config, log=print)
    config = building.resolve(config, examples.spec)
    folder = RunFolder(Path(_OUTPUT.value) / name)
    loop.train(config, examples, folder, strategy=strategies.get(), log=print)
    report.write(folder)
    scores = [
        one["frechet_distance"]
        for one in folder.read_metrics()
        if "frechet_distance" in one
    ]
    restores = [dataclasses.asdict(one) for one in folder.read_restores()]
    print(
        json.dumps(
            {
                "run": name,
                "restores": restores,
                "frechet_distance": round(scores[-1], 2),
            }
        ),
        flush=True,
    )


def main(argv: list[str]) -> None:
    """Trains both."""
    del argv
    import_tensorflow()
    from tfgan_zoo.gan import GAN

    _train("undisturbed", _config())
    GAN.fit = _poisoned(GAN.fit, _STEPS.value // 2)
    _train("restored", _config())


if __name__ == "__main__":
    app.run(main)
