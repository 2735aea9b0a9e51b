"""What a doctor says of recorded trainings, and how right he is."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from benchmarks.failures.cause import Cause, Settings
from benchmarks.failures.causes import CAUSES, HEALTHY
from tfgan_zoo import models
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.health import Finding, diagnose
from tfgan_zoo.settings import list_settings
from tfgan_zoo.training.monitor import facts_of

# Share of a training within which a failure must be named.
IN_TIME = 0.2


@dataclasses.dataclass(frozen=True)
class DiagnosedRun:
    """A recorded training, and what was found in it.

    Attributes:
        name: of its cause, or of the healthy training.
        seed: of it.
        steps: of it.
        findings: all of them.
    """

    name: str
    seed: int
    steps: int
    findings: tuple[Finding, ...]

    @property
    def cause(self) -> Cause:
        return CAUSES[self.name]

    @property
    def right(self) -> Finding | None:
        """The first finding of a right name, None if there is none."""
        for found in self.findings:
            is_since = found.named >= self.cause.onset * self.steps
            if found.name in self.cause.finds and is_since:
                return found
        return None

    @property
    def goes_on(self) -> bool:
        """Whether a finding of a right name has not ended with the training."""
        return any(
            found.name in self.cause.finds and found.until is None
            for found in self.findings
        )

    @property
    def delay(self) -> float:
        """Steps from the onset until it was named, of all steps."""
        assert self.right is not None
        return self.right.named / self.steps - self.cause.onset

    @property
    def is_found(self) -> bool:
        """Whether the cause was named in time."""
        return self.right is not None and self.delay <= IN_TIME + 1e-9

    @property
    def others(self) -> list[str]:
        """Names of further findings."""
        return sorted(
            {one.name for one in self.findings} - set(self.cause.finds)
        )


def settings_of(name: str) -> Settings:
    """Returns the settings of a cause or a healthy training."""
    return CAUSES[name].settings if name in CAUSES else HEALTHY[name]


def diagnose_run(path: Path, settings: Settings) -> DiagnosedRun:
    """Judges a recorded training.

    Args:
        path: `NAME-SEED.jsonl`.
        settings: of the training.
    """
    name, _, seed = path.stem.rpartition("-")
    records = [json.loads(line) for line in path.read_text().splitlines()]
    steps = records[-1]["step"]
    facts = dataclasses.replace(facts_of(_resolve(settings)), steps=steps)
    doctor = diagnose(records, facts)
    return DiagnosedRun(name, int(seed), steps, tuple(doctor.findings))


def _resolve(settings: Settings) -> TrainConfig:
    return TrainConfig(**settings).resolve(models.recipe(settings["model"]))


def cured(name: str, found: Finding | None) -> tuple[str, Settings] | None:
    """Returns the first cure's flags and the settings by them.

    Args:
        name: of a cause.
        found: in its training.

    Returns:
        None where nothing was found, or no flag is named.
    """
    if found is None:
        return None
    flags = next((cure.flags for cure in found.cures if cure.flags), "")
    if not flags:
        return None
    types = {one.name: one.types[0] for one in list_settings(TrainConfig)}
    pairs = [flag.removeprefix("--").split("=", 1) for flag in flags.split()]
    given = {one: types[one](value) for one, value in pairs}
    return flags, {**CAUSES[name].settings, **given}
