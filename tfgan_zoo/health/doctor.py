"""`Doctor`: follows a training's signals, and says what begins and ends."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tfgan_zoo.health.cures import cures
from tfgan_zoo.health.finding import SURE, Evidence, Facts, Finding
from tfgan_zoo.health.history import History
from tfgan_zoo.health.problems import PROBLEMS, Problem

# Examinations in a row without a sign of it, until a finding has ended.
_CLEAN_TO_END = 4

_ORDER = {name: place for place, name in enumerate(PROBLEMS)}
# Problems that look at every record, and those that wait for a signal.
_ALWAYS = frozenset(
    name for name, problem in PROBLEMS.items() if not problem.needs
)
_WAITING = {
    signal: frozenset(
        name
        for name, problem in PROBLEMS.items()
        if any(names[0] == signal for names in problem.needs)
    )
    for signal in {
        names[0] for problem in PROBLEMS.values() for names in problem.needs
    }
}


def _candidates(record: Mapping[str, Any]) -> list[str]:
    """Returns the problems that may examine a record, in their order."""
    names = _ALWAYS.union(*(_WAITING[key] for key in record if key in _WAITING))
    return sorted(names, key=_ORDER.__getitem__)


class Event(NamedTuple):
    """A finding that has begun, or ended where it has an `until`."""

    finding: Finding

    def line(self) -> str:
        """Returns the line for the terminal."""
        finding = self.finding
        if finding.until is not None:
            return (
                f"step {finding.until}: {finding.title.lower()} has ended, "
                f"which began at step {finding.since}."
            )
        return (
            f"step {finding.named}: {finding.title.lower()} "
            f"({finding.evidence.certainty}), since step {finding.since}. "
            f"{finding.evidence.text}{_suggestion(finding)}"
        )


def _suggestion(finding: Finding) -> str:
    first = next((cure.flags for cure in finding.cures if cure.flags), "")
    return f" Try {first}." if first else ""


@dataclasses.dataclass
class _Case:
    """What is known of one kind of finding."""

    signs: int = 0  # examinations in a row
    clean: int = 0
    since: int = 0
    open: int | None = None  # index of the finding


class Doctor:
    """Follows the signals of one training.

    Args:
        facts: what is known of it beside them.

    Attributes:
        findings: all, also those that have ended, in the order they were
            named.
        history: of the signals.
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.findings: list[Finding] = []
        self.history = History()
        self._cases = {name: _Case() for name in PROBLEMS}

    def update(self, record: Mapping[str, Any]) -> list[Event]:
        """Takes the signals of a step; returns what has begun or ended.

        Args:
            record: `step` and any of `signals.SIGNALS`.
        """
        self.history.add(record)
        events = []
        for name in _candidates(record):
            problem = PROBLEMS[name]
            if not problem.is_examined_by(record, self.history):
                continue
            evidence = None
            if not self._is_explained(problem):
                evidence = problem.rule(self.history, self.facts)
            event = self._update_case(name, problem, evidence)
            if event is not None:
                events.append(event)
        return events

    def ongoing(self) -> list[Finding]:
        """Returns the findings that go on."""
        return [finding for finding in self.findings if finding.until is None]

    def unexamined(self) -> list[str]:
        """Returns the problems whose signals are missing."""
        return [
            name
            for name, problem in PROBLEMS.items()
            if not problem.can_be_examined(self.history)
        ]

    def _is_explained(self, problem: Problem) -> bool:
        """Whether the cause has been named, of which this is a symptom."""
        for name in problem.explained_by:
            if self._cases[name].open is not None:
                return True
        return False

    def _update_case(
        self, name: str, problem: Problem, evidence: Evidence | None
    ) -> Event | None:
        case = self._cases[name]
        if evidence is None:
            return self._clear_sign(case)
        case.clean = 0
        case.signs += 1
        if case.signs == 1:
            case.since = self.history.step
        if case.open is not None:
            self._raise_certainty(case.open, evidence)
            return None
        if case.signs < problem.signs_to_begin:
            return None
        finding = Finding(
            name=name,
            title=problem.title,
            since=case.since,
            named=self.history.step,
            until=None,
            evidence=evidence,
            is_failure=problem.is_failure,
            signals=problem.signals,
            paper=problem.paper,
            cures=cures(name, self.facts),
        )
        case.open = len(self.findings)
        self.findings.append(finding)
        return Event(finding)

    def _clear_sign(self, case: _Case) -> Event | None:
        case.clean += 1
        case.signs = 0
        if case.open is None or case.clean < _CLEAN_TO_END:
            return None
        finding = dataclasses.replace(
            self.findings[case.open], until=self.history.step
        )
        self.findings[case.open] = finding
        case.open = None
        return Event(finding)

    def _raise_certainty(self, index: int, evidence: Evidence) -> None:
        finding = self.findings[index]
        if evidence.certainty == SURE != finding.evidence.certainty:
            self.findings[index] = dataclasses.replace(
                finding, evidence=evidence
            )


def diagnose(records: Iterable[Mapping[str, Any]], facts: Facts) -> Doctor:
    """Examines the records of a training.

    Args:
        records: dicts of `step` and any of `SIGNALS`, in the order of steps.
        facts: what else is known of the training.

    Returns:
        The doctor, whose `findings` say what goes wrong, and since which step.

    Examples:
        >>> records = [
        ...     {"step": step, "generator_loss": float("nan")}
        ...     for step in (100, 200, 300)
        ... ]
        >>> [finding.name for finding in diagnose(records, Facts()).findings]
        ['non_finite']
    """
    doctor = Doctor(facts)
    for record in records:
        doctor.update(record)
    return doctor
