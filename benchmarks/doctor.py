"""How often the doctor is right: failures on purpose, and healthy trainings.

    python benchmarks/doctor.py --output=runs/doctor --data_dir=...
    python benchmarks/doctor.py --output=runs/doctor --data_dir=... --cures
    python benchmarks/doctor.py --output=runs/doctor --table

Trains each cause of failure, and each healthy training, with two seeds; writes
the doctor's input to `NAME-SEED.jsonl`, and a grid of samples next to it. A
training that has its file is skipped, so the command resumes where it was
stopped, and several processes can share the work: --shard=0/2. The rules are
applied afterwards, by --table. --cures trains each failure again with the flags
that the doctor suggests first, into `cures/`.

The rules' thresholds were set on the seeds 0, 1, 2 and 100, and two of them
once more on 3 to 5.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from absl import app, flags

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

_OUTPUT = flags.DEFINE_string("output", "runs/doctor", "Folder of the records.")
_DATA_DIR = flags.DEFINE_string("data_dir", None, "Where TFDS' data sets are.")
_SEEDS = flags.DEFINE_list("seeds", ["6", "7"], "Of each cause.")
_HEALTHY_SEEDS = flags.DEFINE_list(
    "healthy_seeds", ["6", "7"], "Of each healthy training."
)
_NAMES = flags.DEFINE_list("names", None, "Trainings; by default all.")
_STEPS = flags.DEFINE_integer("steps", None, "Default: each one's own.")
_SHARD = flags.DEFINE_string("shard", "0/1", "Which part, of how many.")
_CURES = flags.DEFINE_bool("cures", False, "Train with the first cures.")
_TABLE = flags.DEFINE_bool("table", False, "Print the tables of the records.")

# A process that has trained so many times holds what their graphs left.
_TRAININGS_A_PROCESS = 5


class Job(NamedTuple):
    """A training to do.

    Attributes:
        name: of a cause, or of a healthy training.
        seed: of it.
        settings: of it.
        path: where its records go.
        data_dir: where TFDS' data sets are.
    """

    name: str
    seed: int
    settings: dict[str, Any]
    path: Path
    data_dir: str


def _jobs() -> Iterator[Job]:
    """Seed by seed, so that a part of the records makes tables too."""
    from benchmarks.failures.causes import CAUSES, HEALTHY
    from benchmarks.failures.diagnoses import settings_of

    output, data_dir = Path(_OUTPUT.value), _DATA_DIR.value or ""
    lists = ((CAUSES, _SEEDS.value), (HEALTHY, _HEALTHY_SEEDS.value))
    for number in range(max(len(seeds) for _, seeds in lists)):
        for names, seeds in lists:
            if number >= len(seeds):
                continue
            for name in names:
                settings = settings_of(name)
                if _STEPS.value:
                    settings = {**settings, "steps": _STEPS.value}
                path = output / f"{name}-{seeds[number]}.jsonl"
                yield Job(
                    name,
                    int(seeds[number]),
                    settings,
                    path,
                    data_dir,
                )


def _cures() -> Iterator[Job]:
    from benchmarks.failures.causes import CAUSES
    from benchmarks.failures.diagnoses import cured, diagnose_run

    for job in _jobs():
        cause = CAUSES.get(job.name)
        if cause is None or cause.without_flag or not job.path.exists():
            continue
        found = cured(job.name, diagnose_run(job.path, job.settings).right)
        if found is not None:
            path = job.path.parent / "cures" / job.path.name
            settings = {**found[1], "steps": job.settings["steps"]}
            yield job._replace(settings=settings, path=path)


def _run(job: Job) -> str:
    """Trains, in a process of its own."""
    from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
    from tfgan_zoo.cli.app import import_tensorflow

    import_tensorflow()
    from benchmarks.failures.causes import CAUSES
    from benchmarks.failures.training import train
    from tfgan_zoo import files, images

    start = time.monotonic()
    records, picture = train(
        job.settings, CAUSES.get(job.name), job.seed, job.data_dir
    )
    if picture is not None:
        images.write_png(job.path.with_suffix(".png"), picture)
    files.write_text(
        job.path, "".join(json.dumps(one) + "\n" for one in records)
    )
    return f"{job.path.stem} {time.monotonic() - start:.0f} s"


def main(argv: list[str]) -> None:
    """Trains what has no file yet, or prints the tables."""
    del argv
    if _TABLE.value:
        from benchmarks.failures import tables

        print(tables.of(Path(_OUTPUT.value), [*_jobs()]))
        return
    part, parts = (int(number) for number in _SHARD.value.split("/"))
    jobs = [
        job
        for job in (_cures() if _CURES.value else _jobs())
        if not _NAMES.value or job.name in _NAMES.value
    ][part::parts]
    jobs = [job for job in jobs if not job.path.exists()]
    context = multiprocessing.get_context("spawn")
    with context.Pool(1, maxtasksperchild=_TRAININGS_A_PROCESS) as pool:
        for line in pool.imap(_run, jobs):
            print(line, flush=True)


if __name__ == "__main__":
    app.run(main)
