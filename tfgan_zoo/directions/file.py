"""Directions beside an export, as they are stored and used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from tfgan_zoo import array_files, checks, files
from tfgan_zoo.messages import shorten

NAME = "directions.npz"
PICTURE_NAME = "directions.png"
_MOST_BYTES = 2**26
# Of a vector's length from 1: float32 of a million values.
_TOLERANCE = 1e-3


class Directions:
    """Directions of a generator's latents, by name.

    Iterating yields the names, in the order in which they were found.

    Args:
        names: of D directions.
        vectors: float32 [D, Z], each of unit length.

    Attributes:
        vectors: float32 [D, Z], read-only.

    Raises:
        ValueError: a name is there twice or no printable text, or a vector is
            not of unit length.

    Examples:
        >>> directions = Directions(["slant"], np.eye(1, 4, dtype=np.float32))
        >>> directions["slant"].shape, [*directions]
        ((4,), ['slant'])
    """

    def __init__(self, names: Sequence[str], vectors: np.ndarray) -> None:
        self.vectors = np.array(vectors, np.float32)
        self.vectors.flags.writeable = False
        self._rows = {str(name): row for row, name in enumerate(names)}
        for name in self._rows:
            checks.printable_line("name", name)
        is_one_each = len(self._rows) == len(names)
        is_one_each &= self.vectors.shape[:1] == (len(names),)
        if self.vectors.ndim != 2 or not is_one_each:
            raise ValueError(
                "Directions must be [D, Z], with D different names. Received: "
                f"{list(self.vectors.shape)}, with {len(self._rows)} names."
            )
        lengths = np.linalg.norm(self.vectors.astype(float), axis=1)
        if not (np.abs(lengths - 1.0) <= _TOLERANCE).all():
            raise ValueError(
                "Directions must be of unit length. "
                f"Received: lengths of {shorten(lengths.tolist())}."
            )

    def __getitem__(self, name: str) -> np.ndarray:
        """Returns the direction of a name, float32 [Z].

        Raises:
            ValueError: there is none of that name.
        """
        checks.one_of("direction", name, self._rows)
        return self.vectors[self._rows[name]].copy()

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"<Directions: {', '.join(self)}>"


def write(path: Path, directions: Directions) -> None:
    """Writes directions, uncompressed, with their names.

    Args:
        path: of the file.
        directions: to write.

    Raises:
        OSError: it cannot be written.
    """
    with files.new_file(path) as partial, open(partial, "wb") as file:
        np.savez(
            file,
            vectors=directions.vectors,
            names=np.array([*directions], np.str_),
        )


def read(path: Path, size: int) -> Directions:
    """Reads directions of latents.

    Args:
        path: of the file.
        size: Z, of the latents.

    Raises:
        ValueError: the file is missing or damaged, holds more than 64 MiB, or
            directions of other latents.
    """
    rule = "Directions must be in a file of arrays"
    arrays = array_files.read(path, rule=rule, most_bytes=_MOST_BYTES)
    try:
        names, vectors = arrays["names"], arrays["vectors"]
        if names.dtype.kind != "U" or names.ndim != 1:
            raise ValueError(f"names are {names.dtype} {list(names.shape)}")
        if vectors.dtype != np.float32:
            raise ValueError(f"vectors are {vectors.dtype}")
        directions = Directions(names.tolist(), vectors)
    except (KeyError, ValueError) as error:
        raise ValueError(
            f"{rule}. Received: {path} ({shorten(error)})."
        ) from None
    if directions.vectors.shape[1] != size:
        raise ValueError(
            f"Directions must be of the generator's {size} latents. "
            f"Received: {path}, of {directions.vectors.shape[1]}."
        )
    return directions
