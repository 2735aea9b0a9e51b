"""A failure on purpose."""

from __future__ import annotations

import dataclasses
from typing import Any, Callable

Settings = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Cause:
    """A failure on purpose.

    Attributes:
        finds: names of findings that are right; the first is what it is made
            for.
        settings: of the training.
        onset: share of the steps after which it begins.
        tamper: given the GAN before the training.
        change: given the examples and the seed, returns others.
        at_onset: given the GAN at that step.
        doctor_has_originals: whether the doctor compares with the examples
            as they were before the change.
        without_flag: what undoes it, where no flag does.
    """

    finds: tuple[str, ...]
    settings: Settings
    onset: float = 0.0
    tamper: Callable[[Any], None] | None = None
    change: Callable[[Any, int], Any] | None = None
    at_onset: Callable[[Any], None] | None = None
    doctor_has_originals: bool = False
    without_flag: str = ""
