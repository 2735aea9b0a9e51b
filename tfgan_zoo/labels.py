"""Labels of what is to be generated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def settled(count: int, labels: Any, num_classes: int) -> np.ndarray | None:
    """Returns a label for each of `count` images, or None without classes.

    Args:
        count: images.
        labels: integers [count], one for all, or None, which goes round the
            classes.
        num_classes: of the generator; 0 where it takes no labels.

    Returns:
        int32 [count], or None.

    Raises:
        ValueError: labels for a generator without, a wrong number of them, or
            one that is none of the classes.
    """
    if not num_classes:
        if labels is not None:
            raise ValueError(
                "Labels are for a generator that is trained with them, which "
                f"this one is not. Received: {labels}."
            )
        return None
    if labels is None:
        return np.arange(count, dtype=np.int32) % num_classes
    values = np.asarray(labels)
    if values.size not in (1, count):
        raise ValueError(
            f"`labels` must be one, or {count}, one for each image. "
            f"Received: {values.size}."
        )
    known = np.isin(values, np.arange(num_classes))
    if not known.all():
        raise ValueError(
            f"`labels` must be integers between 0 and {num_classes - 1}. "
            f"Received: {values[~known][0]}."
        )
    return np.broadcast_to(values.astype(np.int32).reshape(-1), [count])


def numbers(labels: Any, class_names: Sequence[str]) -> Any:
    """Returns labels with names of classes as their numbers.

    Args:
        labels: names, or one, upper and lower case the same; whatever else
            comes back as it is.
        class_names: by label.

    Raises:
        ValueError: a name is none of the classes'.
    """
    if isinstance(labels, str):
        return numbers([labels], class_names)[0]
    values = None if labels is None else np.asarray(labels)
    if values is None or values.dtype.kind != "U":
        return labels
    known = {name.casefold(): label for label, name in enumerate(class_names)}
    for name in values.ravel().tolist():
        if name.casefold() not in known:
            raise ValueError(
                f"`labels` must be among: {', '.join(class_names) or 'none'}. "
                f"Received: {name}."
            )
    return np.array(
        [known[name.casefold()] for name in values.ravel().tolist()]
    )
