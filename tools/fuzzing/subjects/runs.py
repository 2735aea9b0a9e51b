"""Run folders that are damaged, forged or mixed up."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tools.fuzzing import damage
from tools.fuzzing.inputs import Input, Place, command
from tools.fuzzing.material import RUNS
from tools.fuzzing.subjects import common, logs


def make(place: Place) -> Input:
    """Makes a command that reads a bad run folder."""
    rng = place.random
    name = rng.choice(common.EXPORTS)
    run = common.copy_run(place, name)
    for _ in range(rng.choice((1, 1, 2))):
        _damage(place, run)
    chance = rng.random()
    if chance < 0.4:
        flags = rng.choice(((), ("--json",), ("--output=report.html",)))
        arguments = ("doctor", "--run_dir=in/run", *flags)
    elif chance < 0.6:
        best = rng.choice(((), ("--checkpoint=best",)))
        arguments = ("export", "--run_dir=in/run", "--output_dir=out", *best)
    elif chance < 0.75:
        moment = common.MOMENT["evaluate"]
        arguments = ("evaluate", "--model=in/run", *moment)
    elif chance < 0.85:
        arguments = ("sample", "--model=in/run")
    else:
        return _resume(place, name)
    return command(*arguments, may_change=("run",))


def _resume(place: Place, name: str) -> Input:
    more = place.random.choice(("--steps=4", "--steps=5", "--width=3"))
    flags = [flag for flag in RUNS[name] if "--steps" not in flag]
    return command(
        "train",
        "--output_dir=in/run",
        *flags,
        *(more, "--steps=4")[: 1 + ("width" in more)],
        may_change=("run",),
        may_last=True,
    )


def _damage(place: Place, run: Path) -> None:
    rng = place.random
    chance = rng.random()
    if chance < 0.35:
        part = rng.choice(("config.json", "dataset.json"))
        value = json.loads((place.material / "runs/images" / part).read_text())
        forged = damage.json_bytes(rng, damage.forge(rng, value))
        damage.put(run / part, forged)
    elif chance < 0.55:
        part = rng.choice(("metrics.jsonl", "restores.jsonl"))
        damage.put(run / part, logs.content(place))
    elif chance < 0.65:
        other = place.material / "runs" / rng.choice(common.EXPORTS)
        part = rng.choice(("checkpoints", "dataset.json", "config.json"))
        _exchange(run / part, other / part)
    else:
        damage.damage_file(rng, run)


def _exchange(part: Path, other: Path) -> None:
    """Puts another run's part in this one's place."""
    if other.is_file():
        damage.put(part, other.read_bytes())
    elif part.is_dir():
        shutil.rmtree(part)
        shutil.copytree(other, part)
