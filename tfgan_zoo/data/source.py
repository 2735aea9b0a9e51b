"""Sources of images, each of which may fail, and their decoding."""

from __future__ import annotations

import collections
import dataclasses
import itertools
import math
import os
from collections.abc import (
    Callable,
    Generator,
    Iterable,
    Iterator,
    Mapping,
)
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from tfgan_zoo.data.decode import UnreadableImage, ValueScale
from tfgan_zoo.data.packed import Decoded, Result
from tfgan_zoo.data.spec import DatasetSpec
from tfgan_zoo.data.store import Skipped

_MAX_THREADS = 8
_TASKS_PER_THREAD = 2
# Small images decode faster than a task changes hands.
_IMAGES_PER_TASK = 16
_TASK_BYTES = 2**20


class Images(NamedTuple):
    """The images of an example.

    Attributes:
        pixels: uint8 [H, W, C] each, by the names of features.
        digest: SHA-256 of the encoded images.
    """

    pixels: Mapping[str, np.ndarray]
    digest: bytes


class Entry(NamedTuple):
    """An example to come.

    Attributes:
        name: what messages call it.
        label: its class's place among the spec's.
        decode: returns its images and their digest, or raises
            `UnreadableImage`; it is called in a thread.
    """

    name: str
    label: int
    decode: Callable[[ValueScale], Images]


@dataclasses.dataclass(frozen=True)
class Source:
    """Images to pack.

    Attributes:
        title: what messages call it.
        spec: of the examples it becomes.
        fingerprint: changes whenever its content does.
        count: how many entries it has.
        entries: begins to go through them, always in the same order.
        fixed_classes: how many of the spec's classes stay even if no image of
            them can be read; None is all of them. Where not all stay, entries
            come class by class.
    """

    title: str
    spec: DatasetSpec
    fingerprint: str
    count: int
    entries: Callable[[], Iterable[Entry]]
    fixed_classes: int | None = None


def decoded(source: Source, scale: ValueScale) -> Generator[Result, None, None]:
    """Decodes in threads, a bounded number of images ahead, in order."""
    threads = min(_MAX_THREADS, os.cpu_count() or 1)
    pending: collections.deque[Future[list[Result]]] = collections.deque()
    with ThreadPoolExecutor(threads) as pool:
        for entries in _in_tasks(source):
            pending.append(pool.submit(_decode_entries, entries, scale))
            if len(pending) > _TASKS_PER_THREAD * threads:
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()


def _in_tasks(source: Source) -> Iterator[list[Entry]]:
    features = source.spec.features.values()
    size = sum(math.prod(feature.shape) for feature in features)
    fitting = _TASK_BYTES // size
    images = max(1, min(fitting, _IMAGES_PER_TASK))
    entries = iter(source.entries())
    while task := list(itertools.islice(entries, images)):
        yield task


def _decode_entries(entries: list[Entry], scale: ValueScale) -> list[Result]:
    return [_decode_entry(entry, scale) for entry in entries]


def _decode_entry(entry: Entry, scale: ValueScale) -> Result:
    try:
        images = entry.decode(scale)
        return Decoded(images.pixels, entry.label, images.digest)
    except UnreadableImage as error:
        return Skipped(entry.name, str(error), error.is_temporary)
