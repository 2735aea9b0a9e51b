"""What a start from trained networks gains where there are few images.

    python benchmarks/small_data.py --images=FOLDER --start_from=NAME

Trains on --count images of a folder for so many minutes of the clock, from
scratch and from a generator that ships, a run or an export, by the same
settings and seeds, and measures both against the images of the folder that it
did not train on. At each of --minutes a training pauses, is evaluated, and goes
on; the clock stands still meanwhile. Where other work shares the machine,
--steps_a_minute counts steps in place of seconds. The learning rates are
constant, unless there is a single time, counted in steps: then they decay as
those of the source did. The same command resumes what was stopped.
Writes results.jsonl, table.md and a grid of samples for each measurement into
--output.
"""

from __future__ import annotations

import dataclasses
import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from absl import app, flags

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.few_images import SCRATCH, START, choose, table
from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.training import config_file

_IMAGES = flags.DEFINE_string("images", None, "Folder of images.")
_START_FROM = flags.DEFINE_string(
    "start_from", None, "As --start_from of tfgan-train takes it."
)
_COUNT = flags.DEFINE_integer("count", 200, "Images to train on.", 1)
_MINUTES = flags.DEFINE_list(
    "minutes", ["30"], "When to measure; a training ends at the last of them."
)
_STEPS_A_MINUTE = flags.DEFINE_integer(
    "steps_a_minute",
    None,
    "Steps that count as a minute. Default: the clock counts.",
    1,
)
_SEEDS = flags.DEFINE_list("seeds", ["0", "1", "2"], "A training each.")
_FLAGS = flags.DEFINE_string(
    "train_flags",
    "--augmentation=diffaugment",
    "Flags of tfgan-train for both, separated by spaces.",
)
_START_FLAGS = flags.DEFINE_string(
    "start_flags", "", "Further ones for the training that has a start."
)
_FEATURES = flags.DEFINE_string(
    "features", "cifar10", "Feature network, as tfgan-evaluate takes it."
)
_SAMPLES = flags.DEFINE_integer("samples", 5000, "Of each measurement.", 1)
_OUTPUT = flags.DEFINE_string("output", "runs/small_data", "Folder.")

METRICS = ("kernel_distance", "frechet_distance")
_GRID = 36
# Further than any training gets; the clock ends it.
_STEPS = 10_000_000
_INTERRUPTED = 128 + signal.SIGINT


@dataclasses.dataclass(frozen=True)
class Job:
    """One training.

    Attributes:
        way: `SCRATCH` or `START`.
        seed: of its weights and random numbers.
    """

    way: str
    seed: int

    @property
    def name(self) -> str:
        """That of its run folder."""
        return f"{self.way.replace(' ', '_')}_seed_{self.seed}"


def _is_length_known() -> bool:
    """Whether learning rates can decay over the steps of a training."""
    return bool(_STEPS_A_MINUTE.value) and len(_MINUTES.value) == 1


def _write_configs(images: Path, output: Path) -> None:
    """Writes the settings of both ways, which differ in the start alone."""
    from tfgan_zoo import pretrained
    from tfgan_zoo.training import starting

    start = pretrained.load_start(_START_FROM.value)
    config = starting.complete(TrainConfig(dataset=str(images)), start.settings)
    config = dataclasses.replace(config, steps=_STEPS)
    if not _is_length_known():
        config = dataclasses.replace(config, learning_rate_decay="none")
    for way, source in ((SCRATCH, None), (START, _START_FROM.value)):
        content = dataclasses.replace(config, start_from=source)
        path = output / f"{way}.json"
        path.write_text(config_file.to_json(content), "utf-8")


def _train(job: Job, minutes: float, output: Path) -> None:
    """Trains for so long in all, by the clock or by steps."""
    if _STEPS_A_MINUTE.value:
        steps = round(minutes * _STEPS_A_MINUTE.value)
        subprocess.run(_command(job, output, steps), check=True)
    else:
        _train_by_the_clock(job, 60.0 * minutes, output)


def _command(job: Job, output: Path, steps: int = _STEPS) -> list[str]:
    further = _START_FLAGS.value if job.way == START else ""
    command = [sys.executable, "-m", "tfgan_zoo.cli.train"]
    command += [f"--config={output / job.way}.json", f"--seed={job.seed}"]
    command += [f"--output_dir={output / job.name}", f"--steps={steps}"]
    return [*command, *_FLAGS.value.split(), *further.split()]


def _train_by_the_clock(job: Job, seconds: float, output: Path) -> None:
    clock = output / f"{job.name}.seconds"
    spent = float(clock.read_text()) if clock.is_file() else 0.0
    if spent >= seconds:
        return
    process = subprocess.Popen(
        _command(job, output), stdout=subprocess.PIPE, text=True
    )
    timer = threading.Timer(
        seconds - spent, lambda: process.send_signal(signal.SIGINT)
    )
    begun = None
    assert process.stdout is not None
    try:
        for line in process.stdout:
            print(f"{job.name}: {line}", end="", flush=True)
            # Before it, the data are read.
            if begun is None and line.startswith("Run folder:"):
                begun = time.monotonic()
                timer.start()
            if begun is not None:
                clock.write_text(str(spent + time.monotonic() - begun))
    finally:
        timer.cancel()
        code = process.wait()
    if code not in (0, _INTERRUPTED):
        sys.exit(code)


def _evaluate(job: Job, reference: Path, output: Path) -> dict[str, float]:
    path = output / f"{job.name}.json"
    command = [sys.executable, "-m", "tfgan_zoo.cli.evaluate"]
    command += [f"--model={output / job.name}", f"--dataset={reference}"]
    command += [f"--features={_FEATURES.value}", f"--output={path}"]
    command += [f"--count={_SAMPLES.value}", "--repeats=2"]
    command += [f"--metrics={','.join(METRICS)}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    scores = json.loads(path.read_text("utf-8"))["scores"]
    return {name: scores[name]["value"] for name in METRICS}


def _write_grid(job: Job, path: Path, output: Path) -> int:
    """Writes samples of a run; returns its step."""
    from tfgan_zoo import images
    from tfgan_zoo.training.run_folder import RunFolder
    from tfgan_zoo.training.trained_gan import load_trained_gan

    trained = load_trained_gan(RunFolder(output / job.name))
    rows = trained.gan.generate(_GRID)
    path.parent.mkdir(exist_ok=True)
    images.write_png(path, images.grid(rows, columns=_GRID // 6))
    return trained.step


def _measure(
    job: Job, minutes: str, reference: Path, output: Path
) -> dict[str, Any]:
    grid = output / "grids" / f"{job.name}_minute_{minutes}.png"
    step = _write_grid(job, grid, output)
    scores = _evaluate(job, reference, output)
    return {
        **dataclasses.asdict(job),
        "minutes": minutes,
        "step": step,
    } | scores


def _require_same_settings(path: Path) -> None:
    """Ends if the results of other settings are there, else notes these."""
    holders = (_IMAGES, _START_FROM, _COUNT, _STEPS_A_MINUTE)
    holders += (_FLAGS, _START_FLAGS, _FEATURES, _SAMPLES)
    settings = {holder.name: holder.value for holder in holders}
    settings["learning rates decay"] = _is_length_known()
    if not path.is_file():
        path.write_text(json.dumps(settings, indent=2) + "\n", "utf-8")
        return
    before = json.loads(path.read_text("utf-8"))
    changed = [name for name in settings if settings[name] != before.get(name)]
    if changed:
        sys.exit(
            "Error: --output must be a new folder where other settings than "
            f"--minutes and --seeds change. Received: {path.parent}, with "
            + ", ".join(f"{name}={before.get(name)}" for name in changed)
        )


def main(argv: list[str]) -> None:
    """Trains, measures and writes what is not there yet."""
    del argv
    output = Path(_OUTPUT.value)
    output.mkdir(parents=True, exist_ok=True)
    try:
        images, reference = choose(Path(_IMAGES.value), _COUNT.value, output)
    except ValueError as error:
        sys.exit(f"Error: {error}")
    _require_same_settings(output / "settings.json")
    import_tensorflow()
    _write_configs(images.resolve(), output)
    path = output / "results.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    records = [json.loads(line) for line in lines]
    done = {(r["way"], r["seed"], r["minutes"]) for r in records}
    jobs = [Job(w, int(s)) for s in _SEEDS.value for w in (SCRATCH, START)]
    for job in jobs:
        for minutes in sorted(_MINUTES.value, key=float):
            if (job.way, job.seed, minutes) in done:
                continue
            _train(job, float(minutes), output)
            records.append(_measure(job, minutes, reference, output))
            with open(path, "a", encoding="utf-8") as file:
                file.write(json.dumps(records[-1]) + "\n")
            (output / "table.md").write_text(table(records), "utf-8")
    print(table(records), end="")


if __name__ == "__main__":
    flags.mark_flags_as_required(["images", "start_from"])
    app.run(main)
