"""How to evaluate."""

from __future__ import annotations

import dataclasses

from tfgan_zoo import checks
from tfgan_zoo.evaluation.metrics import METRICS, SLOW
from tfgan_zoo.evaluation.samples import LAST_SEED, MOST_SAMPLES

ALL = ("all",)


@dataclasses.dataclass(frozen=True)
class Settings:
    """How to evaluate.

    Attributes:
        metrics: names in `metrics.METRICS`; None is all that are quick and
            that the samples and the data allow, ("all",) the others too.
        count: samples of a repeat.
        repeats: of a generator, sets of samples that are drawn; of images in
            files, random halves for the error bar.
        seed: another one draws other samples.

    Raises:
        ValueError: a number is out of its range, or an unknown metric, or
            none.
    """

    metrics: tuple[str, ...] | None = None
    count: int = 10_000
    repeats: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("count", 1), ("repeats", 1)):
            value = getattr(self, name)
            checks.in_range(name, value, (least, 2**31 - 1))
        checks.in_range("seed", self.seed, (0, LAST_SEED))
        if self.count * self.repeats > MOST_SAMPLES:
            raise ValueError(
                f"`count` times `repeats` must be at most {MOST_SAMPLES:,}. "
                f"Received: {self.count:,} times {self.repeats:,}."
            )
        if self.metrics is not None and not any(self.metrics):
            raise ValueError(
                "`metrics` must name one or more, or all. Received: none."
            )
        if self.metrics != ALL:
            for name in self.metrics or ():
                checks.one_of("metrics", name, METRICS)

    def candidates(self) -> list[str]:
        """Returns the metrics to compute where nothing stands in the way."""
        if self.metrics is None:
            return [name for name in METRICS if name not in SLOW]
        if self.metrics == ALL:
            return list(METRICS)
        return [name for name in METRICS if name in self.metrics]
