"""Labels for generators: checked, broadcast, and found by class name."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfgan_zoo.messages import list_some, printable, shorten, value_text

_MAX_LISTED = 100


def broadcast_labels(
    count: int, labels: Any, num_classes: int
) -> np.ndarray | None:
    """Returns a label for each of `count` images, or None without classes.

    Args:
        count: number of images.
        labels: integers [count], one for all, or None, to cycle through the
            classes.
        num_classes: of the generator; 0 if it takes no labels.

    Returns:
        int32 [count], or None.

    Raises:
        ValueError: labels for a generator that takes none, a wrong number of
            them, or a label that is not a class.
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


def numbers(
    labels: Any, class_names: Sequence[str], num_classes: int | None = None
) -> Any:
    """Replaces the names of classes among labels by their numbers.

    Args:
        labels: names, or one, see `number`; anything else is returned
            unchanged.
        class_names: by label.
        num_classes: by default as many as there are names.

    Raises:
        ValueError: a name belongs to no class, or to more than one.
    """
    count = len(class_names) if num_classes is None else num_classes
    if isinstance(labels, str):
        return number(labels, class_names, count)
    if isinstance(labels, (list, tuple)):
        # Not as an array, in which 1 beside "cat" would become a text.
        texts = [isinstance(label, str) for label in labels]
        if not any(texts):
            _require_rows(labels)
            return labels
        return np.array(
            [
                number(label, class_names, count) if is_text else label
                for label, is_text in zip(labels, texts)
            ]
        )
    values = None if labels is None else np.asarray(labels)
    if values is None or values.dtype.kind != "U":
        return labels
    indices = [number(name, class_names, count) for name in values.ravel()]
    return np.array(indices, np.int64).reshape(values.shape)


def _require_rows(labels: Sequence[Any]) -> None:
    try:
        np.asarray(labels)
    except ValueError:  # rows of several lengths
        raise ValueError(
            "`labels` must be one, or one for each image. "
            f"Received: {value_text(labels)}."
        ) from None


def number(
    text: str,
    class_names: Sequence[str],
    num_classes: int,
    *,
    setting: str = "`labels`",
) -> int:
    """Returns the label that a text names, in commands and in Python alike.

    A text is, in this order: a class's exact name; its name in another case
    or Unicode form, or in digits with other leading zeros (`7` is `007`); or,
    if no class has such a name, the number of a class in decimal digits. (An
    integer is always the number of a class.)

    Args:
        text: as the user gives it.
        class_names: by label; empty if unknown.
        num_classes: number of labels.
        setting: its name in messages.

    Raises:
        ValueError: it names no class, or more than one.
    """
    text = str(text)
    if text in class_names:
        return list(class_names).index(text)
    folded = _folded(text)
    alike = [
        label
        for label, name in enumerate(class_names)
        if _folded(name) == folded
    ]
    if len(alike) > 1:
        raise ValueError(
            f"{setting} must name one class. "
            f"Received: {printable(text)}, which may be any of "
            f"{list_some([printable(class_names[label]) for label in alike])}."
        )
    if alike:
        return alike[0]
    is_number = text.isascii() and text.isdecimal() and len(text) < 10
    if is_number and int(text) < num_classes:
        return int(text)
    raise ValueError(
        f"{setting} must be among: {list_classes(class_names, num_classes)}. "
        f"Received: {shorten(printable(text)) or repr(text)}."
    )


def list_classes(class_names: Sequence[str], num_classes: int) -> str:
    """Returns the classes with their numbers, as a text for messages."""
    labels = [str(label) for label in range(num_classes)]
    named = [
        name if name == label else f"{label} {shorten(printable(name))}"
        for label, name in zip(labels, class_names or labels)
    ]
    return list_some(named, _MAX_LISTED) or "none"


def _folded(name: str) -> str:
    if name.isascii() and name.isdecimal():
        return name.lstrip("0") or "0"
    composed = unicodedata.normalize("NFC", name).casefold()
    return unicodedata.normalize("NFC", composed)
