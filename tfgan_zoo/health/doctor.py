"""`Doctor`: follows a training's signals, and says what begins and ends."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tfgan_zoo.health.cures import cures
from tfgan_zoo.health.finding import SURE, Evidence, Facts, Finding
from tfgan_zoo.health.history import History
from tfgan_zoo.health.kinds import KINDS, Kind

# Examinations in a row without a sign of it, until a finding has ended.
_CLEAN_TO_END = 4

_ORDER = {name: place for place, name in enumerate(KINDS)}
# Kinds that look at every record, and those that wait for a signal.
_ALWAYS = frozenset(name for name, kind in KINDS.items() if not kind.needs)
_WAITING = {
    signal: frozenset(
        name
        for name, kind in KINDS.items()
        if any(names[0] == signal for names in kind.needs)
    )
    for signal in {names[0] for kind in KINDS.values() for names in kind.needs}
}


def _candidates(record: Mapping[str, Any]) -> list[str]:
    """Returns the kinds that may examine a record, in their order."""
    found = _ALWAYS.union(*(_WAITING[key] for key in record if key in _WAITING))
    return sorted(found, key=_ORDER.__getitem__)


class Event(NamedTuple):
    """A finding that has begun, or ended where it has an `until`."""

    finding: Finding

    def line(self) -> str:
        """Returns what the terminal is told."""
        found = self.finding
        if found.until is not None:
            return (
                f"step {found.until}: {found.title.lower()} has ended, "
                f"which began at step {found.since}."
            )
        return (
            f"step {found.named}: {found.title.lower()} "
            f"({found.evidence.certainty}), since step {found.since}. "
            f"{found.evidence.text}{_try(found)}"
        )


def _try(found: Finding) -> str:
    first = next((cure.flags for cure in found.cures if cure.flags), "")
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
        self._cases = {name: _Case() for name in KINDS}

    def see(self, record: Mapping[str, Any]) -> list[Event]:
        """Takes the signals of a step; returns what has begun or ended.

        Args:
            record: `step` and any of `signals.SIGNALS`.
        """
        self.history.add(record)
        events = []
        for name in _candidates(record):
            kind = KINDS[name]
            if not kind.is_examined_by(record, self.history):
                continue
            evidence = None
            if not self._is_explained(kind):
                evidence = kind.rule(self.history, self.facts)
            event = self._examined(name, kind, evidence)
            if event is not None:
                events.append(event)
        return events

    def open(self) -> list[Finding]:
        """Returns the findings that go on."""
        return [one for one in self.findings if one.until is None]

    def unexamined(self) -> list[str]:
        """Returns the kinds whose signals are missing."""
        return [
            name
            for name, kind in KINDS.items()
            if not kind.can_be_examined(self.history)
        ]

    def _is_explained(self, kind: Kind) -> bool:
        """Whether the cause has been named, of which this is a symptom."""
        for name in kind.explained_by:
            if self._cases[name].open is not None:
                return True
        return False

    def _examined(
        self, name: str, kind: Kind, evidence: Evidence | None
    ) -> Event | None:
        case = self._cases[name]
        if evidence is None:
            return self._without(case)
        case.clean = 0
        case.signs += 1
        if case.signs == 1:
            case.since = self.history.step
        if case.open is not None:
            self._surer(case.open, evidence)
            return None
        if case.signs < kind.signs_to_begin:
            return None
        found = Finding(
            name=name,
            title=kind.title,
            since=case.since,
            named=self.history.step,
            until=None,
            evidence=evidence,
            is_failure=kind.is_failure,
            signals=kind.signals,
            paper=kind.paper,
            cures=cures(name, self.facts),
        )
        case.open = len(self.findings)
        self.findings.append(found)
        return Event(found)

    def _without(self, case: _Case) -> Event | None:
        case.clean += 1
        case.signs = 0
        if case.open is None or case.clean < _CLEAN_TO_END:
            return None
        found = dataclasses.replace(
            self.findings[case.open], until=self.history.step
        )
        self.findings[case.open] = found
        case.open = None
        return Event(found)

    def _surer(self, index: int, evidence: Evidence) -> None:
        found = self.findings[index]
        if evidence.certainty == SURE != found.evidence.certainty:
            self.findings[index] = dataclasses.replace(found, evidence=evidence)


def diagnose(records: Iterable[Mapping[str, Any]], facts: Facts) -> Doctor:
    """Returns the doctor who has seen all records of a training."""
    doctor = Doctor(facts)
    for record in records:
        doctor.see(record)
    return doctor
