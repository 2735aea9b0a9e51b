"""Evaluations on the terminal: a progress bar, tables and notes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Callable

from tqdm import tqdm

from tfgan_zoo.evaluation.scores import SOURCES

if TYPE_CHECKING:
    from tfgan_zoo.evaluation.scores import Evaluation


@contextlib.contextmanager
def progress_bar(total: int) -> Iterator[Callable[[int], None]]:
    """Shows a bar on a terminal; yields what advances it by samples."""
    with tqdm(total=total, unit="sample", disable=None, leave=False) as bar:
        yield lambda count: bar.update(count) and None


def show(evaluation: Evaluation, table: str) -> None:
    """Prints an evaluation."""
    print(_summary(evaluation.protocol))
    print(table, end="")
    if evaluation.class_shares:
        shares = evaluation.class_shares.items()
        print(
            "Classes seen, %: "
            + ", ".join(f"{name} {100 * share:.1f}" for name, share in shares)
        )
    for note in evaluation.notes:
        print(f"Note: {note}")


def _summary(protocol: dict[str, Any]) -> str:
    network = protocol["features"]
    features = network["name"]
    if network["sha256"]:
        features += f" ({network['sha256'][:12]})"
    data = f"{protocol['dataset']}, {protocol['split']}"
    if SOURCES in protocol:
        return (
            f"{protocol['model']}: {protocol['samples']:,} translations of "
            f"{data}, sources {protocol[SOURCES]}, features: {features}"
        )
    return (
        f"{protocol.get('model') or protocol['images']}: {protocol['repeats']} "
        f"x {protocol['samples']:,} samples against "
        f"{protocol['real_images']:,} of {data}, by {features}"
    )


def show_comparison(first: str, second: str, table: str) -> None:
    """Prints a comparison of two sources, by their names."""
    print(f"\nFirst: {first}")
    print(f"Second: {second}")
    print(table, end="")
