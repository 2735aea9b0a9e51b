"""Prints the tables of docs/doctor.md: what is found, and the signals."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tfgan_zoo.health import PROBLEMS, SIGNALS


def kinds() -> list[str]:
    """Returns the rows of the findings."""
    rows = []
    for kind in PROBLEMS.values():
        seen = [
            SIGNALS[name].title.lower().replace("ms-ssim", "MS-SSIM")
            for name in kind.signals
        ]
        failure = "yes" if kind.is_failure else ""
        rows.append(f"| {kind.title} | {', '.join(seen)} | {failure} |")
    return rows


def signals() -> list[str]:
    """Returns the rows of the signals."""
    rows = [
        f"| `{name}` | {signal.description} |"
        for name, signal in SIGNALS.items()
    ]
    return [*rows, "| `class_share/3` | Share of class 3 among 128 samples. |"]


if __name__ == "__main__":
    print("\n".join([*kinds(), "", *signals()]))
