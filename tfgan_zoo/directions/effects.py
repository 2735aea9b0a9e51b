"""What a direction changes on images, measured on held-out samples."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from tfgan_zoo.directions.readings import Reader, Readings, is_component
from tfgan_zoo.directions.samples import Samples
from tfgan_zoo.export import latent_space
from tfgan_zoo.export.sampler import Sampler

# In standard deviations of the latents along the direction.
STEPS = (-2.0, -1.0, 0.0, 1.0, 2.0)


@dataclasses.dataclass(frozen=True)
class Effect:
    """How much a direction moves what it names, and what else.

    Attributes:
        target: what it moves, a name in `changes`.
        correlation: of the five steps from -2 to 2 with `target`, in each
            held-out sample, and of these the mean; 0 where nothing changes.
        change: of `target` for a step of one standard deviation, in its own
            unit: half the mean difference between the steps 1 and -1.
        changes: the same of all that is read, in standard deviations among
            samples.
        class_kept: share of samples that have the class of step 0 at the
            steps 1 and -1, by the classifier; None without one.
    """

    target: str
    correlation: float
    change: float
    changes: dict[str, float]
    class_kept: float | None

    def reversed(self) -> Effect:
        """Returns the effect of the opposite direction."""
        return dataclasses.replace(
            self,
            correlation=-self.correlation,
            change=-self.change,
            changes={name: -value for name, value in self.changes.items()},
        )

    def largest_other(self) -> tuple[str, float] | None:
        """Returns the other measure or class that changes most, and by what.

        In standard deviations; None where nothing else is read off images.
        """
        others = {
            name: change
            for name, change in self.changes.items()
            if name != self.target and not is_component(name)
        }
        if not others:
            return None
        return max(others.items(), key=lambda item: abs(item[1]))

    def to_dict(self) -> dict[str, Any]:
        """Returns what `model.json` holds of it."""
        return {
            "moves": self.target,
            "correlation": round(self.correlation, 4),
            "change_per_step": round(self.change, 6),
            "changes_of_deviation": {
                name: round(value, 4) for name, value in self.changes.items()
            },
            "class_kept": self.class_kept,
        }


@dataclasses.dataclass(frozen=True)
class Trial:
    """Held-out samples that directions are tried on.

    Attributes:
        sampler: of the generator.
        reader: of what is read off images.
        samples: held out.
        readings: of these.
        deviations: standard deviation of each value that is read, among the
            samples that directions were fitted to.
    """

    sampler: Sampler
    reader: Reader
    samples: Samples
    readings: Readings
    deviations: dict[str, float]

    def read(self, direction: np.ndarray) -> list[Readings]:
        """Returns the readings of the samples at each of `STEPS`."""
        return [
            self.readings
            if step == 0.0
            else self.reader(self.images(direction, step))
            for step in STEPS
        ]

    def images(
        self, direction: np.ndarray, step: float, count: int | None = None
    ) -> np.ndarray:
        """Returns the first `count` samples, moved along a direction."""
        rows = slice(count)
        labels = self.samples.labels
        spec = self.sampler.latents_spec
        size = step * latent_space.deviation(direction, spec)
        return self.sampler.images(
            latent_space.move(
                self.samples.latents[rows], size * direction, spec
            ),
            None if labels is None else labels[rows],
        )


def measure(
    trial: Trial, direction: np.ndarray, name: str | None = None
) -> Effect:
    """Measures what a direction changes.

    Args:
        trial: the samples to move.
        direction: float32 [Z] of unit length.
        name: of what the direction is to move; None finds what it moves most,
            in standard deviations among samples, of the measures and classes.
    """
    at_steps = trial.read(direction)
    changes = {}
    for key in trial.readings.values:
        changes[key] = _change(at_steps, key) / trial.deviations[key]
    if name is None:
        candidates = [key for key in changes if not is_component(key)]
        name = max(candidates or changes, key=lambda key: abs(changes[key]))
    return Effect(
        name,
        _correlation(at_steps, name),
        _change(at_steps, name),
        changes,
        _class_kept(at_steps),
    )


def _change(at_steps: list[Readings], name: str) -> float:
    before, after = (at_steps[STEPS.index(step)] for step in (-1.0, 1.0))
    difference = after.values[name] - before.values[name]
    return float(difference.mean()) / 2.0


def _correlation(at_steps: list[Readings], name: str) -> float:
    values = np.stack([each.values[name] for each in at_steps])  # [S, N]
    values = values - values.mean(axis=0)
    steps = np.array(STEPS)[:, np.newaxis]
    lengths = np.linalg.norm(values, axis=0) * np.linalg.norm(steps)
    safe = np.where(lengths > 0.0, lengths, 1.0)
    return float(((steps * values).sum(axis=0) / safe).mean())


def _class_kept(at_steps: list[Readings]) -> float | None:
    classes = [each.classes for each in at_steps]
    middle = classes[STEPS.index(0.0)]
    if middle is None:
        return None
    shares = [
        np.mean(classes[STEPS.index(step)] == middle) for step in (-1.0, 1.0)
    ]
    return float(np.mean(shares))
