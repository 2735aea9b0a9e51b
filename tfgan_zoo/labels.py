"""Labels of what is to be generated."""

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


def numbers(
    labels: Any, class_names: Sequence[str], num_classes: int | None = None
) -> Any:
    """Returns labels with names of classes as their numbers.

    Args:
        labels: names, or one, see `number`; whatever else comes back as it
            is.
        class_names: by label.
        num_classes: by default as many as there are names.

    Raises:
        ValueError: a name is none of the classes', or of more than one.
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
    """Returns the label that a text names; the one rule for commands and calls.

    A text is, in this order: a class's exact name; its name in another case
    or Unicode form, or of digits with other zeros before (`7` is `007`); or,
    where no class is called so, the number of a class in decimal digits. (An
    integer is always the number of a class.)

    Args:
        text: of a person.
        class_names: by label, empty where they are not known.
        num_classes: labels that there are.
        setting: what messages call it.

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
        f"{setting} must be among: {listed(class_names, num_classes)}. "
        f"Received: {shorten(printable(text)) or repr(text)}."
    )


def listed(class_names: Sequence[str], num_classes: int) -> str:
    """Returns the classes with their numbers, for people."""
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
