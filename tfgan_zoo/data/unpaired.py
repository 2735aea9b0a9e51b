"""Two folders of images without pairs, such as photographs and paintings."""

from __future__ import annotations

import dataclasses
import hashlib
import os

import numpy as np

from tfgan_zoo.data.content import Content
from tfgan_zoo.data.folder import load_folder, resolve_folder
from tfgan_zoo.data.packing import Log
from tfgan_zoo.data.spec import UNPAIRED, DataRequest
from tfgan_zoo.data.store import Arrays, Examples


class UnpairedRows:
    """Rows of two data sets, of which the second one sets the number.

    Args:
        sources: whose images are to be translated.
        images: what they are to look like.
    """

    def __init__(self, sources: Examples, images: Examples) -> None:
        self._sources = sources
        self._images = images

    def __len__(self) -> int:
        return len(self._images)

    def read(self, indices: np.ndarray) -> Arrays:
        sources = self._sources.read(indices % len(self._sources))
        images = self._images.read(indices)
        return {"image": images["image"], "source": sources["image"]}


class UnpairedExamples(Examples):
    """Examples whose `source` and `image` have nothing to do with each other.

    An epoch goes through all of `image`; the sources have epochs and orders of
    their own.

    Args:
        sources, images: of one size.
    """

    def __init__(self, sources: Examples, images: Examples) -> None:
        spec = dataclasses.replace(
            images.spec,
            class_names=(),
            source_channels=sources.spec.channels,
            paired=False,
        )
        super().__init__(
            spec,
            UnpairedRows(sources, images),
            skipped=(*sources.skipped, *images.skipped),
            content=_join(sources.content, images.content),
        )
        if sources.sample_bits == images.sample_bits:
            self.sample_bits = images.sample_bits
        self.path = f"{UNPAIRED}{sources.path},{images.path}"
        self._sources = sources
        self._images = images

    def read_shuffled(
        self, positions: np.ndarray, *, seed: int, stream: str = ""
    ) -> Arrays:
        streams = {"image": stream, "source": f"{stream}source"}
        examples = {"image": self._images, "source": self._sources}
        return {
            name: examples[name].read_shuffled(
                positions, seed=seed, stream=streams[name]
            )["image"]
            for name in streams
        }


def load_unpaired(request: DataRequest, *, log: Log) -> Examples:
    """Reads two folders of images; class folders in them make no labels.

    Args:
        request: its `dataset` is `unpaired:` and the paths of two folders, of
            the sources first, with a comma between them.
        log: see `load_folder`.

    Returns:
        The examples, as many as there are images in the second folder.

    Raises:
        FileNotFoundError: one of the folders does not exist.
        ValueError: both are the same; see also `load_folder`.
        OSError: see `load_folder`.
    """
    sources, images = (
        load_folder(folder, log=log) for folder in _requests(request)
    )
    return UnpairedExamples(sources, images)


def unpaired_folders(dataset: str) -> tuple[str, str]:
    """Returns the paths of both folders.

    Raises:
        ValueError: there are not two.
    """
    parts = dataset[len(UNPAIRED) :].split(",")
    candidates = [
        (",".join(parts[:count]), ",".join(parts[count:]))
        for count in range(1, len(parts))
    ]
    # A name may have a comma too.
    for folders in candidates:
        if all(map(os.path.isdir, folders)):
            return folders
    if len(candidates) != 1 or not all(candidates[0]):
        raise ValueError(
            f"`dataset` must be `{UNPAIRED}` and the paths of two folders, "
            f"with a comma between them. Received: {dataset}."
        )
    return candidates[0]


def _requests(request: DataRequest) -> list[DataRequest]:
    requests = [
        dataclasses.replace(request, dataset=folder, class_names=None)
        for folder in unpaired_folders(request.dataset)
    ]
    first, second = map(resolve_folder, requests)
    if first == second:
        raise ValueError(
            f"The two folders of `{UNPAIRED}` must be different ones. "
            f"Received: {request.dataset}."
        )
    return requests


def _join(sources: Content, images: Content) -> Content:
    """Returns the content of both, which tells which is which."""

    def hashed(first: str, second: str) -> str:
        return hashlib.sha256(f"{first} {second}".encode()).hexdigest()

    return Content(
        images.examples,
        hashed(sources.fingerprint, images.fingerprint),
        hashed(sources.unordered, images.unordered),
    )
