"""What is looked for, and the directions that a search returned."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from tfgan_zoo import checks
from tfgan_zoo.directions.effects import Effect, Trial

MEASURE, CLASS, COMPONENT, FACTOR = "measure", "class", "component", "factor"
CLASSES = "classes"  # in the place of each one's name
_MOST_SAMPLES = 100_000
_MOST_DIRECTIONS = 64


@dataclasses.dataclass(frozen=True)
class Search:
    """What to look for, and on how many samples.

    Attributes:
        measures: names in `measures`; None takes all that suit the images.
        classes: whether the classes of the data set's classifier get a
            direction each; None says yes where neither labels nor categories
            decide on them.
        components, factors: how many of each.
        samples: that directions are fitted to; the accuracy of separators is
            that of a quarter of them, which is held out.
        trials: further samples, on which effects are measured.
        seed: of the first sample, at least 0.
        independent: names of measures, or "classes" for all of these, that
            the directions of other measures and classes leave as they are.
        min_correlation: directions of measures and classes that move what
            they name less reliably are left out.

    Raises:
        ValueError: a number is out of its range.
    """

    measures: tuple[str, ...] | None = None
    classes: bool | None = None
    components: int = 4
    factors: int = 4
    samples: int = 4000
    trials: int = 250
    seed: int = 0
    independent: tuple[str, ...] = ()
    min_correlation: float = 0.5

    def __post_init__(self) -> None:
        for name in ("components", "factors"):
            checks.in_range(name, getattr(self, name), (0, _MOST_DIRECTIONS))
        for name in ("measures", "independent"):
            if isinstance(getattr(self, name), str):
                raise ValueError(
                    f"`{name}` must be several names, such as ('slant',). "
                    f"Received: {getattr(self, name)!r}."
                )
        checks.in_range("samples", self.samples, (100, _MOST_SAMPLES))
        checks.in_range("trials", self.trials, (10, _MOST_SAMPLES))
        checks.in_range("min_correlation", self.min_correlation, (0.0, 1.0))
        checks.in_range("seed", self.seed, (0, 2**62))


@dataclasses.dataclass(frozen=True)
class Direction:
    """A direction, and what it does.

    Attributes:
        name: of it.
        kind: "measure", "class", "component" or "factor".
        vector: float32 [Z], of unit length.
        effect: on images.
        accuracy: of its separator on held-out samples, see
            `separators.Separator`; None of a factor.
        independent: what it leaves as it is, see `Search`; empty for
            components and factors.
    """

    name: str
    kind: str
    vector: np.ndarray
    effect: Effect
    accuracy: float | None = None
    independent: tuple[str, ...] = ()

    def is_named(self) -> bool:
        """Whether it is of a measure or a class."""
        return self.kind in (MEASURE, CLASS)

    def title(self) -> str:
        """Returns its name, and what it moves if that is something else."""
        names = dict.fromkeys([self.name, self.effect.target])
        return ": ".join(names).replace("_", " ")

    def describe(self) -> str:
        """Returns what it changes, in a line."""
        effect = self.effect
        parts = [
            f"{effect.changes[effect.target]:+.2f} sd a step",
            f"r {effect.correlation:.2f}",
        ]
        if effect.class_kept is not None:
            parts.append(f"class kept {effect.class_kept:.0%}")
        return ", ".join(parts)

    def to_dict(self) -> dict[str, Any]:
        """Returns what `model.json` holds of it, but for the vector."""
        return {
            "name": self.name,
            "kind": self.kind,
            "accuracy": self.accuracy,
            "independent_of": list(self.independent),
            **self.effect.to_dict(),
        }


@dataclasses.dataclass(frozen=True)
class SearchResult:
    """The directions of a generator.

    Attributes:
        directions: in the order measures, classes, components, factors.
        left_out: correlation of those that were left out, by name; 0 where
            what they would name does not differ between samples.
        search: what was looked for.
        trial: the samples that were moved.
    """

    directions: tuple[Direction, ...]
    left_out: dict[str, float]
    search: Search
    trial: Trial
