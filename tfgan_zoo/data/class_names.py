"""Names of classes: their order, and which of them have images."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence


def natural_key(name: str) -> tuple[tuple[str | int, ...], str]:
    """Returns a sort key by which "img2" comes before "img10".

    Names without digits are in the order of their code points.
    """
    # Text and digits take turns, so that like is compared with like.
    parts = re.split(r"([0-9]+)", name)
    numbered = [
        int(part) if index % 2 else part for index, part in enumerate(parts)
    ]
    return tuple(numbered), name


def normalize(name: str) -> str:
    """Returns a name in the one form of Unicode that names are kept in."""
    return unicodedata.normalize("NFC", name)


def require_distinct(names: Iterable[str], where: str) -> None:
    """Checks that no two classes have the same name.

    Args:
        names: normalized.
        where: what messages call the folder.

    Raises:
        ValueError: two have.
    """
    seen = set()
    for name in names:
        if name in seen:
            raise ValueError(
                "Class folders must differ in more than the encoding of their "
                f"names. Received: two called {name} in {where}."
            )
        seen.add(name)


class ClassNumbers:
    """Numbers class folders, of which some may turn out to have no image.

    Args:
        names: of all folders, in order.
        fixed: how many of the first ones are classes whatever they hold; None
            is all of them.
    """

    def __init__(self, names: Sequence[str], fixed: int | None) -> None:
        fixed = len(names) if fixed is None else fixed
        self._names = names
        self._classes = list(names[:fixed])
        self._numbers = {number: number for number in range(fixed)}

    def number(self, folder: int) -> int:
        """Returns the class of an image in a folder.

        Images must come folder by folder: each folder that is not fixed gets
        the next number with its first image.
        """
        if folder not in self._numbers and self._names:
            self._numbers[folder] = len(self._classes)
            self._classes.append(self._names[folder])
        return self._numbers.get(folder, folder)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes so far, by number."""
        return tuple(self._classes)
