"""How many modes of known mixtures GANs reach: PacGAN's protocol.

    python benchmarks/mode_collapse.py --output=mode_collapse.jsonl
    python benchmarks/mode_collapse.py --output=mode_collapse.jsonl --table

Trains the architecture `toy` on the rings and grids of Gaussians of Lin et al.
2018 (arXiv:1712.04086), section 4.1: by its recipe, with every loss, in packs,
and by the recipe that reaches all modes. Each training writes a line of JSON
on 2,500 points of the averaged generator; what has its line is not trained
again. Several processes may share the work: --shard=0/2 and --shard=1/2.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from absl import app, flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow

_OUTPUT = flags.DEFINE_string("output", "mode_collapse.jsonl", "The lines.")
_VARIANTS = flags.DEFINE_list("variants", None, "Default: all.")
_DATASETS = flags.DEFINE_list("datasets", ["ring8", "grid25"], "Mixtures.")
_SEEDS = flags.DEFINE_integer("seeds", 5, "Trainings of each.", lower_bound=1)
_STEPS = flags.DEFINE_integer("steps", None, "Default: the recipe's.")
_SHARD = flags.DEFINE_string(
    "shard", "0/1", "Which part of the work, of how many."
)
_TABLE = flags.DEFINE_bool(
    "table", False, "Print a table of the lines instead."
)

_STEPS_PER_EXECUTION = 100
_PACKS = 100
_LOSSES = (
    "minimax",
    "least_squares",
    "hinge",
    "wasserstein",
    "relativistic",
    "relativistic_least_squares",
    "relativistic_hinge",
    "moment_matching",
)
# Name: what it changes of the toy's recipe, which is a plain GAN's.
VARIANTS: dict[str, dict[str, Any]] = {
    "gan": {},
    "best": {
        "batch_size": 200,
        "steps": 20_000,
        "loss": "relativistic",
        "penalty": "r1",
        "penalty_weight": 0.02,
        "penalty_every": 4,
        "update": "alternating",
        "generator_learning_rate": 3e-3,
        "beta_1": 0.0,
        "beta_2": 0.99,
        "learning_rate_decay": "cosine",
    },
    # As the paper has it, as many packs a batch as else points.
    **{
        f"packing={count}": {"packing": count, "batch_size": _PACKS * count}
        for count in (2, 3, 4)
    },
    **{f"loss={name}": {"loss": name} for name in _LOSSES},
}


@dataclasses.dataclass(frozen=True)
class Job:
    """One training."""

    variant: str
    dataset: str
    seed: int
    steps: int

    def is_done_by(self, record: dict[str, Any]) -> bool:
        """Whether a line is of this training, by the same settings."""
        own = {**dataclasses.asdict(self), "settings": VARIANTS[self.variant]}
        return all(record[name] == value for name, value in own.items())


def _jobs() -> Iterator[Job]:
    """Seed by seed, so that a part of the lines makes a table too."""
    from tfgan_zoo import checks, models
    from tfgan_zoo.data.points import MIXTURES

    variants = _VARIANTS.value or [*VARIANTS]
    for variant in variants:
        checks.one_of("variants", variant, VARIANTS)
    for dataset in _DATASETS.value:
        checks.one_of("datasets", dataset, MIXTURES)
    part, parts = (int(number) for number in _SHARD.value.split("/"))
    everything = itertools.product(
        range(_SEEDS.value), variants, _DATASETS.value
    )
    for seed, variant, dataset in itertools.islice(
        everything, part, None, parts
    ):
        steps = VARIANTS[variant].get("steps", models.recipe("toy").steps)
        yield Job(variant, dataset, seed, _STEPS.value or steps)


def _records() -> list[dict[str, Any]]:
    path = Path(_OUTPUT.value)
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def _points(job: Job) -> Any:
    """Trains; returns 2,500 points of the averaged generator."""
    from tfgan_zoo import data, models
    from tfgan_zoo.backend import keras
    from tfgan_zoo.evaluation.mixtures import SAMPLES

    settings = {**VARIANTS[job.variant], "steps": job.steps}
    recipe = dataclasses.replace(models.recipe("toy"), **settings)
    examples = data.load_examples(data.DataRequest(job.dataset))
    keras.backend.clear_session()
    keras.utils.set_random_seed(job.seed)
    gan = models.get("toy")(
        examples.spec.image_shape, recipe=recipe, seed=job.seed
    )
    # XLA: so small a step is above all the overhead of its operations.
    gan.compile(steps_per_execution=_STEPS_PER_EXECUTION, jit_compile=True)
    batches = data.batches(
        examples, batch_size=recipe.batch_size, seed=job.seed
    )
    gan.fit(batches, steps_per_epoch=recipe.steps, verbose=0)
    return gan.generate(SAMPLES)


def _run(job: Job) -> dict[str, Any]:
    """Trains and evaluates."""
    from tfgan_zoo.data.points import MIXTURES
    from tfgan_zoo.evaluation.mixtures import coverage

    start = time.monotonic()
    mixture = MIXTURES[job.dataset]
    found = coverage(_points(job), mixture.modes, stddev=mixture.stddev)
    # JSON has no NaN, which says that no point is near a mode.
    kl = None if math.isnan(found.reverse_kl) else round(found.reverse_kl, 4)
    return {
        **dataclasses.asdict(job),
        "settings": VARIANTS[job.variant],
        "modes": len(mixture.modes),
        "modes_reached": found.modes_reached,
        "high_quality": round(found.high_quality, 4),
        "reverse_kl": kl,
        "seconds": round(time.monotonic() - start, 1),
    }


def _cell(values: list[float | None], digits: int, scale: float = 1.0) -> str:
    """The mean and its standard error."""
    known = [scale * value for value in values if value is not None]
    if len(known) < len(values):
        return "-"
    mean = f"{statistics.mean(known):.{digits}f}"
    if len(known) < 2:
        return mean
    error = statistics.stdev(known) / math.sqrt(len(known))
    return f"{mean} +- {error:.{digits}f}"


def _table(records: list[dict[str, Any]]) -> str:
    """Markdown; a row for each variant on each data set."""
    rows = [
        "| data | variant | seeds | modes | all reached | high quality, % "
        "| reverse KL |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for record in records:
        # Lines of settings that have changed since are of another variant.
        if record["settings"] != VARIANTS.get(record["variant"]):
            continue
        key = record["dataset"], record["variant"]
        groups.setdefault(key, []).append(record)
    order = [*VARIANTS]
    for (dataset, variant), group in sorted(
        groups.items(), key=lambda item: (item[0][0], order.index(item[0][1]))
    ):
        modes = group[0]["modes"]
        reached = [record["modes_reached"] for record in group]
        cells = (
            dataset,
            variant,
            str(len(group)),
            f"{_cell(reached, 1)} of {modes}",
            f"{sum(count == modes for count in reached)}",
            _cell([record["high_quality"] for record in group], 1, 100.0),
            _cell([record["reverse_kl"] for record in group], 2),
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def main(argv: list[str]) -> None:
    """Trains what has no line yet, or prints the table."""
    del argv
    if _TABLE.value:
        print(_table(_records()))
        return
    import_tensorflow()
    import tensorflow as tf

    # A process for each core; more threads would only wait for each other.
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    for job in _jobs():
        if any(job.is_done_by(record) for record in _records()):
            continue
        line = json.dumps(_run(job))
        with open(_OUTPUT.value, "a", encoding="utf-8") as file:
            file.write(line + "\n")
        print(line, flush=True)


if __name__ == "__main__":
    app.run(main)
