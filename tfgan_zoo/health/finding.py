"""What the doctor says: findings, with their evidence and what helps."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

LIKELY, SURE = "likely", "sure"
# A reader does not look at more of what has ended.
_MOST_ENDED = 50


@dataclasses.dataclass(frozen=True)
class Facts:
    """What is known of a training beside its signals.

    Attributes:
        settings: by name, as in a run's config.json; empty where unknown.
        steps: generator steps of the whole training; 0 where unknown.
        usual: the settings of the model's own recipe, by name; empty where
            unknown.
    """

    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    steps: int = 0
    usual: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        """Returns a setting, or `default` where it is unknown or unset."""
        value = self.settings.get(name)
        return default if value is None else value


@dataclasses.dataclass(frozen=True)
class Evidence:
    """Why a rule says that something is wrong at a step.

    Attributes:
        text: the signals' values and what they should be, in a sentence.
        certainty: "likely", or "sure" where the values leave little doubt.
    """

    text: str
    certainty: str = LIKELY


@dataclasses.dataclass(frozen=True)
class Cure:
    """Something to try.

    Attributes:
        flags: of `tfgan-train`, by spaces; "" where no flag does it.
        why: in a sentence.
    """

    flags: str
    why: str


@dataclasses.dataclass(frozen=True)
class Finding:
    """Something that went wrong in a training.

    Attributes:
        name: a key of `problems.PROBLEMS`.
        title: for people.
        since: step at which its signals first showed it.
        named: step at which it was certain enough to be said.
        until: step at which it had ended; None while it goes on.
        evidence: as of the step at which it was the most certain.
        is_failure: whether the training cannot be expected to recover, so that
            `--on_failure` acts.
        signals: what it was seen by, the most telling first.
        paper: what explains it.
        cures: the most promising first.
    """

    name: str
    title: str
    since: int
    named: int
    until: int | None
    evidence: Evidence
    is_failure: bool
    signals: tuple[str, ...]
    paper: str
    cures: tuple[Cure, ...]

    def to_dict(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return dataclasses.asdict(self)


def newest(findings: Sequence[Finding]) -> list[Finding]:
    """Returns the findings to show: those that go on, and the newest others.

    Args:
        findings: in the order they were named, which the result keeps.
    """
    ended = [finding for finding in findings if finding.until is not None]
    if len(ended) <= _MOST_ENDED:
        return list(findings)
    first = ended[-_MOST_ENDED].named
    return [
        finding
        for finding in findings
        if finding.until is None or finding.named >= first
    ]
