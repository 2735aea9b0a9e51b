"""Which architecture and recipe makes the best colour images in equal time.

    python benchmarks/colour.py --image_folders=made --output=runs/colour
    python benchmarks/colour.py --output=runs/colour --table

Trains each contender of each data set for --minutes on this machine: a trial
says how many steps these are, so that learning rates decay to their end. What
was stopped goes on; what has its scores is not trained again. Scores are by
ImageNet features, by which no generator was trained or chosen, and by a network
of small images that comes with the package. --table writes the page and a
picture of what is there, a row of samples of each.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from absl import app, flags

from benchmarks import measuring
from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.training import config_file
from tools.picture_rows import draw_rows

_OUTPUT = flags.DEFINE_string("output", "runs/colour", "Folder of the runs.")
_MINUTES = flags.DEFINE_float(
    "minutes", 45.0, "Of each training.", lower_bound=0.1
)
_SEEDS = flags.DEFINE_list("seeds", ["0"], "Trainings of each contender.")
_DATASETS = flags.DEFINE_list("datasets", None, "By default all.")
_CONTENDERS = flags.DEFINE_list("contenders", None, "By default all.")
_IMAGE_FOLDERS = flags.DEFINE_string(
    "image_folders", ".", "Where tools/icons.py wrote the icons."
)
_COUNT = flags.DEFINE_integer("count", 5000, "Images of the scores.")
_TABLE = flags.DEFINE_bool(
    "table", False, "Write the page of what is there, and train nothing."
)
_PAGE = flags.DEFINE_string("page", "docs/results/colour.md", "The page.")
_PICTURE = flags.DEFINE_string(
    "picture", "docs/images/colour.png", "Its picture."
)

_TRIAL_STEPS = 150
_NETWORKS = ("imagenet", "cifar10")
_FIGURES = ("frechet_distance", "kernel_distance", "precision", "recall")
_COLUMNS = 12  # of the picture

Settings = dict[str, Any]
_COMMON: Settings = {
    "precision": "mixed_bfloat16",
    "learning_rate_decay": "cosine",
    "evaluate_every": 0,
}
# What serves digits and clothes.
_RELATIVISTIC: Settings = {
    "loss": "relativistic",
    "penalty": "r1",
    "penalty_weight": 1.0,
    "penalty_every": 8,
    "beta_2": 0.99,
    "generator_learning_rate": 1e-3,
    "discriminator_learning_rate": 1e-3,
}
# Name: its flags. A model's recipe, or what is changed of it.
_UNCONDITIONAL: dict[str, Settings] = {
    "dcgan": {"model": "dcgan"},
    "dcgan_relativistic": {"model": "dcgan", "width": 48, **_RELATIVISTIC},
    "wgan_gp": {"model": "wgan_gp"},
    "sngan": {"model": "sngan", "width": 32},
    "r3gan": {"model": "r3gan"},
    "stylegan2": {"model": "stylegan2"},
}
_BY_CLASS: dict[str, Settings] = {
    "conditional_gan_relativistic": {
        "model": "conditional_gan",
        "width": 48,
        **_RELATIVISTIC,
    },
    "sngan_projection": {"model": "sngan_projection", "width": 32},
    "r3gan_projection": {"model": "r3gan_projection"},
    "stylegan2_projection": {"model": "stylegan2_projection"},
}
# Of few images a discriminator would know each.
_AUGMENTED: Settings = {"augmentation": "diffaugment"}


class Contest(NamedTuple):
    """A data set, and what is trained on it.

    Attributes:
        data: its flags.
        contenders: flags by name.
        settings: of all of them.
    """

    data: Settings
    contenders: dict[str, Settings]
    settings: Settings


CONTESTS: dict[str, Contest] = {
    "smileys": Contest(
        {"dataset": "smileys", "split": "train+test"},
        _UNCONDITIONAL,
        _AUGMENTED,
    ),
    "emoji": Contest(
        {"dataset": "emoji_64", "image_size": 64}, _UNCONDITIONAL, _AUGMENTED
    ),
    "cifar10": Contest({"dataset": "cifar10"}, _UNCONDITIONAL, {}),
    "cifar10_classes": Contest({"dataset": "cifar10"}, _BY_CLASS, {}),
}


class Training(NamedTuple):
    """One contender's training by one seed."""

    contest: str
    contender: str
    seed: int

    @property
    def folder(self) -> Path:
        name = f"{self.contest}-{self.contender}-{self.seed}"
        return Path(_OUTPUT.value) / name

    @property
    def result(self) -> Path:
        return self.folder / "result.json"

    def flags(self) -> list[str]:
        contest = CONTESTS[self.contest]
        settings: Settings = {
            **_COMMON,
            **contest.settings,
            **contest.data,
            **contest.contenders[self.contender],
            "seed": self.seed,
        }
        dataset = Path(_IMAGE_FOLDERS.value) / settings["dataset"]
        if dataset.is_dir():
            settings["dataset"] = str(dataset.resolve())
        return [f"--{name}={value}" for name, value in settings.items()]


def _trainings() -> Iterator[Training]:
    datasets = _choose("datasets", _DATASETS.value, [*CONTESTS])
    contenders = [*_UNCONDITIONAL, *_BY_CLASS]
    chosen = _choose("contenders", _CONTENDERS.value, contenders)
    for contest in datasets:
        for contender in CONTESTS[contest].contenders:
            if contender in chosen:
                for seed in _SEEDS.value:
                    yield Training(contest, contender, int(seed))


def _choose(flag: str, names: list[str] | None, known: list[str]) -> list[str]:
    """Returns the names that a flag has, all where it is open."""
    unknown = [name for name in names or () if name not in known]
    if unknown:
        sys.exit(
            f"--{flag} must be of {', '.join(known)}. Received: {unknown[0]}."
        )
    return names or known


def _run(binary: str, *arguments: str) -> None:
    command = [sys.executable, "-m", f"tfgan_zoo.cli.{binary}", *arguments]
    subprocess.run(command, check=True)


def _count_steps(training: Training) -> int:
    """Returns the steps of --minutes, by a trial that is kept."""
    trial = training.folder / "trial"
    if not (trial / "export").is_dir():
        _run(
            "train",
            *training.flags(),
            f"--steps={_TRIAL_STEPS}",
            f"--output_dir={trial}",
        )
    lines = (trial / "metrics.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    speeds = [
        row["images_per_second"] for row in rows if "images_per_second" in row
    ]
    batch_size = config_file.read(trial / "config.json").batch_size
    return round(60.0 * _MINUTES.value * speeds[-1] / batch_size)


def _train(training: Training) -> None:
    run = training.folder / "run"
    if not (run / "export").is_dir():
        has_begun = (run / "config.json").is_file()
        steps = (
            config_file.read(run / "config.json").steps
            if has_begun
            else _count_steps(training)
        )
        _run(
            "train",
            *training.flags(),
            f"--steps={steps}",
            f"--output_dir={run}",
        )
    result: dict[str, Any] = {
        "machine": measuring.machine(),
        "minutes": _minutes(run),
        "scores": {name: _evaluate(training, name) for name in _NETWORKS},
    }
    training.result.write_text(json.dumps(result) + "\n", "utf-8")


def _minutes(run: Path) -> float:
    from tools.pretraining.pack import training_seconds

    config = dataclasses.asdict(config_file.read(run / "config.json"))
    return training_seconds(run, config) / 60.0


def _evaluate(training: Training, network: str) -> Settings:
    output = training.folder / f"{network}.json"
    if not output.is_file():
        _run(
            "evaluate",
            f"--model={training.folder / 'run' / 'export'}",
            f"--features={network}",
            f"--split={CONTESTS[training.contest].data.get('split', 'train')}",
            f"--count={_COUNT.value}",
            "--repeats=1",
            f"--output={output}",
        )
    scores = json.loads(output.read_text("utf-8"))["scores"]
    return {name: scores[name]["value"] for name in _FIGURES}


def _is_done(training: Training) -> bool:
    return training.result.is_file()


def _table(contest: str, trainings: list[Training]) -> list[str]:
    """Returns the lines of a contest's table, the best first."""
    titles = [
        f"{figure.replace('_', ' ')}, {network}"
        for network in _NETWORKS
        for figure in _FIGURES
    ]
    results = {t: json.loads(t.result.read_text("utf-8")) for t in trainings}
    ranked = sorted(
        results,
        key=lambda t: results[t]["scores"][_NETWORKS[0]]["kernel_distance"],
    )
    lines = [
        f"## {contest}",
        "",
        f"| contender | seed | minutes | {' | '.join(titles)} |",
        "|".join(["", *[" --- "] * (3 + len(titles)), ""]),
    ]
    for training in ranked:
        result = results[training]
        values = [
            f"{result['scores'][network][figure]:.4g}"
            for network in _NETWORKS
            for figure in _FIGURES
        ]
        lines.append(
            f"| {training.contender} | {training.seed} | "
            f"{result['minutes']:.0f} | {' | '.join(values)} |"
        )
    return [*lines, ""]


def _sample(training: Training) -> list[np.ndarray]:
    from tfgan_zoo.pretrained import load

    generator = load(training.folder / "run" / "export")
    seeds = np.arange(_COLUMNS)
    labels = None
    if generator.num_classes:
        labels = seeds % generator.num_classes
    return [*generator.sample(seeds, labels)]


def _write_page() -> None:
    done = [training for training in _trainings() if _is_done(training)]
    if not done:
        sys.exit(f"Nothing in {_OUTPUT.value} has its scores.")
    machine = json.loads(done[0].result.read_text("utf-8"))["machine"]
    lines = [
        "# Colour images in equal time",
        "",
        "Written by `python benchmarks/colour.py --table`: each is trained "
        f"for about {_MINUTES.value:g} minutes on {machine['cores']} cores of "
        f"{machine['processor']}; {_COUNT.value:,} images, one measurement. "
        "The best by the kernel distance of ImageNet features come first.",
        "",
        "![A row of samples of each](../images/colour.png)",
        "",
    ]
    for contest in CONTESTS:
        trainings = [each for each in done if each.contest == contest]
        if trainings:
            lines += _table(contest, trainings)
    Path(_PAGE.value).write_text("\n".join(lines), "utf-8")
    rows = {f"{t.contest}: {t.contender}": _sample(t) for t in done}
    draw_rows(rows).save(_PICTURE.value, optimize=True)


def main(argv: list[str]) -> None:
    """Trains and measures, or writes the page."""
    del argv
    if _TABLE.value:
        _write_page()
        return
    for training in _trainings():
        if not _is_done(training):
            _train(training)


if __name__ == "__main__":
    app.run(main)
