"""Seeds and labels as a command line names them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from tfgan_zoo import labels as class_labels
from tfgan_zoo.messages import printable, shorten

if TYPE_CHECKING:  # it brings TensorFlow
    from tfgan_zoo.export.metadata import ExportMetadata

_LAST_SEED = 2**63 - 1  # the signature takes int64
_MOST_DIGITS = 100


def seeds(texts: list[str]) -> np.ndarray:
    """Returns the seeds that are listed.

    Args:
        texts: a number each.

    Returns:
        int64 [N].

    Raises:
        ValueError: one is no number or out of range, or there is none.
    """
    stripped = [text.strip() for text in texts]
    for text in stripped or ["none"]:
        if not _is_integer(text) or int(text) > _LAST_SEED:
            raise ValueError(
                f"--seeds must be integers between 0 and {_LAST_SEED}. "
                f"Received: {shorten(text) or repr(text)}."
            )
    return np.array([int(text) for text in stripped], np.int64)


def _is_integer(text: str) -> bool:
    # Python refuses to read numbers of thousands of digits.
    return text.isdecimal() and len(text) <= _MOST_DIGITS


def share(text: str) -> tuple[int, int]:
    """Returns the two numbers of a share, such as "3/8".

    Raises:
        ValueError: they are none.
    """
    number, _, of = text.partition("/")
    if not (_is_integer(number) and _is_integer(of)):
        raise ValueError(f"--shard must be as 3/8. Received: {shorten(text)}.")
    return int(number), int(of)


def seeds_from(first: int, count: int, flag: str) -> np.ndarray:
    """Returns `count` seeds from `first` on, int64.

    Args:
        first: at least 0.
        count: at least 1.
        flag: name of the one that gave `count`.

    Raises:
        ValueError: the last one is too large.
    """
    require_seeds(first, count, flag)
    return np.arange(count, dtype=np.int64) + np.int64(first)


def require_seeds(first: int, count: int, flag: str) -> None:
    """Checks that `count` seeds from `first` on are in range.

    Raises:
        ValueError: the last one is too large.
    """
    last = first + count - 1
    if last > _LAST_SEED:
        raise ValueError(
            f"--seed + --{flag} - 1 must be at most {_LAST_SEED}. "
            f"Received: {last}."
        )


def labels(
    text: str | None,
    metadata: ExportMetadata,
    log: Callable[[str], None] = print,
) -> np.ndarray | None:
    """Returns the labels that `text` names.

    Args:
        text: a class, see `tfgan_zoo.labels.number`, or several apart by
            commas.
        metadata: of the model.
        log: gets a line where a number is the name of another class than that
            of its number, or a list of names is the name of one.

    Returns:
        int32 [N], or None where `text` is None.

    Raises:
        ValueError: the model has no such class, or none at all.
    """
    if text is None:
        return None
    names, count = metadata.class_names, metadata.num_classes
    if not count:
        raise ValueError(
            "--labels is for a model that is trained with labels, which "
            f"this {metadata.architecture} is not. Received: {text}."
        )
    numbers = []
    for part in _parts(text, metadata):
        # A list of numbers cut at an empty place is quoted as a whole.
        if not part:
            raise ValueError(
                "--labels must be among: "
                f"{class_labels.list_classes(names, count)}. "
                f"Received: {text!r}."
            )
        label = class_labels.number(part, names, count, setting="--labels")
        is_number = part.isdecimal() and int(part) == label
        if "," in part or part.isdecimal() and not is_number:
            name = printable(names[label])
            log(f"--labels={part} is the class {name}, number {label}.")
        numbers.append(label)
    return np.array(numbers, np.int32)


def _parts(text: str, metadata: ExportMetadata) -> list[str]:
    # A name may hold a comma itself, or be of spaces.
    for whole in (text, text.strip()):
        with contextlib.suppress(ValueError):
            class_labels.number(whole, metadata.class_names, 0)
            return [whole]
    return [part.strip() for part in text.split(",")]
