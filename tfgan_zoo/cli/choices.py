"""Seeds and labels as a command line names them."""

from __future__ import annotations

from typing import Any

import numpy as np

_LAST_SEED = 2**63 - 1  # the signature takes int64


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
        if not text.isdecimal() or int(text) > _LAST_SEED:
            raise ValueError(
                f"--seeds must be integers between 0 and {_LAST_SEED}. "
                f"Received: {text or repr(text)}."
            )
    return np.array([int(text) for text in stripped], np.int64)


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


def labels(text: str | None, card: dict[str, Any]) -> np.ndarray | None:
    """Returns the labels that `text` names.

    Args:
        text: a number or a class name, or several apart by commas; upper and
            lower case are the same. What is a class's name is that class, even
            where it is a number.
        card: of the model.

    Returns:
        int32 [N], or None where `text` is None.

    Raises:
        ValueError: the model has no such class, or none at all.
    """
    if text is None:
        return None
    count = card["num_classes"]
    if not count:
        raise ValueError(
            "--labels is for a model that is trained with labels, which "
            f"this {card['architecture']} is not. Received: {text}."
        )
    known = {str(label): label for label in range(count)}
    known |= {
        name.casefold(): label for label, name in enumerate(card["class_names"])
    }
    whole = text.strip().casefold()
    # A name may hold a comma itself.
    parts = [whole] if whole in known else whole.split(",")
    parts = [part.strip() for part in parts]
    for part in parts:
        if part not in known:
            raise ValueError(
                f"--labels must be among: {_known(card)}. "
                f"Received: {part or repr(text)}."
            )
    return np.array([known[part] for part in parts], np.int32)


def _known(card: dict[str, Any]) -> str:
    labels = [str(label) for label in range(card["num_classes"])]
    names = card["class_names"] or labels
    return ", ".join(
        name if name == label else f"{label} {name}"
        for label, name in zip(labels, names)
    )
