"""Seconds from a command to a Frechet distance, for the zoo and for others.

    make bench_quality
    python benchmarks/time_to_quality.py --torch_python=PYTHON

Each training is a command of its own, one at a time, on fashion_mnist_10k; its
clock starts with the command. The zoo's writes checkpoints; the others write
samples, during which their clocks stand still. All samples are measured
afterwards, 5,000 each, by the network `fashion` against the embedded images.
The seeds take turns, every second one in the opposite order. The same command
resumes what was stopped. Writes results.jsonl and table.md into --output.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from absl import app, flags

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import measuring  # noqa: E402
from benchmarks.peers.quality import R1_EVERY, RECIPES  # noqa: E402
from benchmarks.peers.snapshots import COUNT  # noqa: E402
from tfgan_zoo import cli  # noqa: E402, F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow  # noqa: E402

DATASET = "fashion_mnist_10k"
TARGETS = (200, 150, 100, 50, 25)
_MARKS = (10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600, 900)


class Way(NamedTuple):
    """How to train.

    Attributes:
        module: of benchmarks.peers; "" for the zoo's own command.
        recipe: in `quality.RECIPES`.
    """

    module: str
    recipe: str


WAYS = {
    "tfgan_zoo, the demo": Way("", "demo"),
    "tfgan_zoo, best recipe": Way("", "best"),
    "PyTorch examples": Way("quality_pytorch", "examples"),
    "TensorFlow tutorial": Way("quality_tensorflow", "tutorial"),
    "keras.io": Way("quality_tensorflow", "keras_io"),
    "PyTorch, our recipe": Way("quality_pytorch", "best"),
    "TensorFlow tutorial's loop, our recipe": Way("quality_tensorflow", "best"),
}

_WAYS = flags.DEFINE_multi_enum("way", None, [*WAYS], "Which; default: all.")
_SEEDS = flags.DEFINE_list("seeds", ["0", "1", "2"], "A training each.")
_SECONDS = flags.DEFINE_float(
    "seconds", 300.0, "Of a training by a recipe of the zoo.", 5.0
)
_SECONDS_OF_OTHERS = flags.DEFINE_float(
    "seconds_of_others", 600.0, "Of one by another recipe.", 5.0
)
_SNAPSHOTS = flags.DEFINE_integer(
    "snapshot_every", 150, "Steps of the zoo's trainings.", 1
)
_TORCH_PYTHON = flags.DEFINE_string(
    "torch_python", None, "Python that has torch; without, it is left out."
)
_OUTPUT = flags.DEFINE_string("output", "runs/time_to_quality", "Folder.")


def seconds_of(way: Way) -> float:
    """Returns how long a training is."""
    is_ours = way.recipe in ("demo", "best")
    return _SECONDS.value if is_ours else _SECONDS_OF_OTHERS.value


def zoo_flags(recipe: str) -> list[str]:
    """Returns the flags of a recipe for tfgan-train; the demo's is default."""
    if recipe == "demo":
        return []
    one = RECIPES[recipe]
    return [
        f"--width={one.width}",
        f"--latent_dim={one.latent_dim}",
        f"--batch_size={one.batch_size}",
        f"--loss={one.loss}",
        "--penalty=r1",
        f"--penalty_weight={one.r1_weight}",
        f"--penalty_every={R1_EVERY}",
        f"--generator_learning_rate={one.generator_rate}",
        f"--discriminator_learning_rate={one.discriminator_rate}",
        f"--beta_1={one.beta_1}",
        f"--beta_2={one.beta_2}",
        f"--ema_decay={one.ema_decay}",
    ]


def _command(way: Way, seed: int, folder: Path) -> list[str]:
    if way.module:
        is_torch = way.module == "quality_pytorch"
        python = _TORCH_PYTHON.value if is_torch else sys.executable
        seconds = seconds_of(way)
        marks = [m for m in _MARKS if m < seconds] + [seconds]
        return [
            *(python, "-m", f"benchmarks.peers.{way.module}", way.recipe),
            *(str(seed), str(folder), str(time.time()), *map(str, marks)),
        ]
    return [
        *(sys.executable, "-m", "tfgan_zoo.cli.train"),
        *zoo_flags(way.recipe),
        *(f"--seed={seed}", "--steps=1000000", f"--output_dir={folder}/run"),
        f"--checkpoint_every={_SNAPSHOTS.value}",
        "--keep_checkpoints=100000",
    ]


def _train(way: Way, seed: int, folder: Path) -> float:
    """Trains in a new folder; returns when its command began."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    np.save(folder / "images.npy", _training_images())
    started = time.time()
    process = subprocess.Popen(
        _command(way, seed, folder),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if not way.module:
        time.sleep(seconds_of(way))
        process.send_signal(signal.SIGTERM)
    code = process.wait()
    if code not in (0, 128 + signal.SIGTERM):
        raise RuntimeError(f"{' '.join(process.args)} ended with {code}.")
    return started


def _training_images() -> np.ndarray:
    from tfgan_zoo import data

    examples = data.load_examples(data.DataRequest(DATASET))
    return examples.read(np.arange(len(examples)))["image"]


def _samples(way: Way, folder: Path, started: float) -> Any:
    """Yields seconds and samples, uint8 [5000, 28, 28, 1]."""
    if way.module:
        for path in sorted(
            folder.glob("[0-9]*.npy"), key=lambda p: float(p.stem)
        ):
            yield float(path.stem), np.load(path)
        return
    from tfgan_zoo.training.run_folder import RunFolder
    from tfgan_zoo.training.trained_gan import load_trained_gan

    run = RunFolder(folder / "run")
    seeds = np.arange(COUNT, dtype=np.int64)
    checkpoints = sorted(run.checkpoints.glob("step_*"))
    times = {p: (p / "manifest.json").stat().st_mtime for p in checkpoints}
    wanted = _spread([times[p] - started for p in checkpoints])
    # The newest is what a run is loaded from.
    for place in reversed(range(len(checkpoints))):
        if place in wanted:
            gan = load_trained_gan(run).gan
            rows = [gan.sample(some).numpy() for some in np.split(seeds, 10)]
            yield times[checkpoints[place]] - started, np.concatenate(rows)
        shutil.rmtree(checkpoints[place])


def _spread(seconds: list[float]) -> set[int]:
    """Returns the first place after each mark, and the last of all."""
    places = {len(seconds) - 1} if seconds else set()
    for mark in _MARKS:
        later = [i for i, value in enumerate(seconds) if value >= mark]
        places |= set(later[:1])
    return places


def _measure(way: Way, folder: Path, started: float) -> list[list[float]]:
    """Returns pairs of seconds and distance, in order of time."""
    from tfgan_zoo import evaluation
    from tfgan_zoo.evaluation import features

    network = features.get("fashion")
    real = evaluation.Moments.of(network(_training_images()).features)
    pairs = []
    for seconds, samples in _samples(way, folder, started):
        fake = evaluation.Moments.of(network(samples).features)
        pairs.append([seconds, evaluation.frechet_distance(real, fake)])
    if not pairs:
        raise RuntimeError(
            "A training must write a checkpoint within its time. "
            f"Received: {seconds_of(way):g} s."
        )
    return sorted(pairs)


def seconds_to_reach(pairs: list[list[float]], target: float) -> float | None:
    """Returns the seconds at which a distance was reached, None if never.

    Between two measurements, as if the logarithm of the distance fell evenly.

    Args:
        pairs: seconds and distance, in order of time.
        target: the distance.
    """
    before: list[float] | None = None
    for seconds, distance in pairs:
        if distance <= target:
            if before is None or distance <= 0.0:
                return seconds
            share = np.log(before[1] / target) / np.log(before[1] / distance)
            return before[0] + float(share) * (seconds - before[0])
        before = [seconds, distance]
    return None


def table(records: list[dict[str, Any]]) -> str:
    """Returns medians with the least and the most, in Markdown."""
    titles = [f"to {target}, s" for target in TARGETS]
    lines = [
        f"| training | seeds | {' | '.join(titles)} | distance at the end |",
        "| --- " * (3 + len(TARGETS)) + "|",
    ]
    for name in WAYS:
        found = [record for record in records if record["way"] == name]
        if not found:
            continue
        cells = [name, str(len(found))]
        for target in TARGETS:
            each = [
                seconds_to_reach(record["distances"], target)
                for record in found
            ]
            cells.append(_summary(each, found))
        last = _summary([r["distances"][-1][1] for r in found], found)
        cells.append(f"{last} after {_seconds(found):.0f} s")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _summary(values: list[float | None], records: list[dict[str, Any]]) -> str:
    known = [value for value in values if value is not None]
    if len(known) < len(records):
        reached = f"{len(known)} of {len(records)}"
        return f"not in {_seconds(records):.0f} ({reached})"
    middle = statistics.median(known)
    return f"{middle:.0f} ({min(known):.0f} to {max(known):.0f})"


def _seconds(records: list[dict[str, Any]]) -> float:
    """Returns how long the shortest of some trainings was."""
    return min(record["distances"][-1][0] for record in records)


def main(argv: list[str]) -> None:
    """Trains and measures what is not there yet, and prints the table."""
    del argv
    output = Path(_OUTPUT.value).resolve()
    output.mkdir(parents=True, exist_ok=True)
    path = output / "results.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    records = [json.loads(line) for line in lines]
    done = {(record["way"], record["seed"]) for record in records}
    names = _WAYS.value or [
        name
        for name, way in WAYS.items()
        if way.module != "quality_pytorch" or _TORCH_PYTHON.value
    ]
    import_tensorflow()
    for turn, seed in enumerate(map(int, _SEEDS.value)):
        for name in names if turn % 2 == 0 else names[::-1]:
            if (name, seed) in done:
                continue
            way = WAYS[name]
            started = _train(way, seed, output / "training")
            distances = _measure(way, output / "training", started)
            record = {"way": name, "seed": seed, "distances": distances}
            record["machine"] = measuring.machine()
            records.append(record)
            with open(path, "a", encoding="utf-8") as file:
                file.write(json.dumps(record) + "\n")
            (output / "table.md").write_text(table(records), "utf-8")
            print(f"{name}, seed {seed}: {distances[-1]}", flush=True)
    print(table(records), end="")


if __name__ == "__main__":
    app.run(main)
