"""What examinations take of a training's time: a line of JSON each.

    python benchmarks/doctor_cost.py --models=dcgan,wgan_gp,toy

A round is a hundred steps as `tfgan-train` does them and one examination,
which is the default rate; the first of each, which traces, is timed apart. The
models take turns, round by round.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from absl import app, flags

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import measuring
from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow
from tfgan_zoo.config import TrainConfig

_MODELS = flags.DEFINE_list("models", ["dcgan", "wgan_gp", "toy"], "Which.")
_ROUNDS = flags.DEFINE_integer("rounds", 7, "Timed rounds.", lower_bound=2)
_STEPS = flags.DEFINE_integer("steps", 100, "A round.", lower_bound=1)


class _Training:
    """A training, and what examines it."""

    def __init__(self, model: str) -> None:
        from tfgan_zoo import data, models, strategies
        from tfgan_zoo.training import building
        from tfgan_zoo.training.examining import build_examination

        points = not models.get(model).image_sizes
        config = TrainConfig(
            model=model,
            dataset="ring8" if points else "fashion_mnist_10k",
            health_every=_STEPS.value,
        )
        examples = building.load_data(config, log=lambda _: None)
        self.config = building.resolve(config, examples.spec)
        self.gan = building.build(self.config, examples.spec, strategies.get())
        recipe = self.gan.recipe
        self._batches = data.batches(
            examples,
            batch_size=recipe.batch_size * recipe.discriminator_steps,
            seed=0,
        )
        self._examination = build_examination(self.gan, self.config, examples)
        self.first_steps = self.steps()
        self.first_examination = self.examination()

    def steps(self) -> float:
        """Returns the seconds of as many steps as lie between two."""
        start = time.perf_counter()
        self.gan.fit(
            self._batches,
            steps_per_epoch=self.config.health_every,
            verbose=0,
        )
        return time.perf_counter() - start

    def examination(self) -> float:
        """Returns the seconds of one examination."""
        start = time.perf_counter()
        with self.gan.distribute_strategy.scope():
            self._examination.record(self._examination.probe())
        return time.perf_counter() - start


def main(argv: list[str]) -> None:
    """Prints a line for each model."""
    del argv
    import_tensorflow()
    trainings = {model: _Training(model) for model in _MODELS.value}
    times: dict[str, list[tuple[float, float]]] = {
        model: [] for model in trainings
    }
    for _ in range(_ROUNDS.value):
        for model, one in trainings.items():
            times[model].append((one.steps(), one.examination()))
    for model, pairs in times.items():
        one = trainings[model]
        shares = [examined / steps for steps, examined in pairs]
        print(
            json.dumps(
                {
                    "model": model,
                    "steps": one.config.health_every,
                    "steps_seconds": _median([pair[0] for pair in pairs]),
                    "examination_seconds": _median([pair[1] for pair in pairs]),
                    "percent": round(100.0 * statistics.median(shares), 2),
                    "percent_least_most": [
                        round(100.0 * share, 2)
                        for share in (min(shares), max(shares))
                    ],
                    "first_steps_seconds": round(one.first_steps, 2),
                    "first_examination_seconds": round(
                        one.first_examination, 2
                    ),
                    "machine": measuring.machine(),
                }
            )
        )


def _median(seconds: list[float]) -> float:
    return round(statistics.median(seconds), 4)


if __name__ == "__main__":
    app.run(main)
