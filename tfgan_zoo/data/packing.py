"""Decodes sources of images, any of which may fail, into the cache."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import hashlib
import itertools
import json
import math
import os
import re
import time
import warnings
from collections.abc import (
    Callable,
    Generator,
    Iterable,
    Iterator,
    Mapping,
)
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tfgan_zoo import cache, files, paths
from tfgan_zoo.data.decode import UnreadableImage, ValueScale
from tfgan_zoo.data.packed import (
    VERSION,
    Decoded,
    Result,
    open_packed,
    write_packed,
)
from tfgan_zoo.data.spec import DataRequest, DatasetSpec
from tfgan_zoo.data.store import Examples, Skipped
from tfgan_zoo.messages import printable

Log = Callable[[str], None]

_LOG_SECONDS = 10
_MAX_NAMED = 20
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


def build_examples(
    source: Source, request: DataRequest, *, log: Log
) -> Examples:
    """Opens the cache file of a source, having written it if need be.

    Args:
        source: the images.
        request: says where the cache is, and how strict to be.
        log: gets a line for each image skipped, and while it takes long.

    Returns:
        The examples.

    Raises:
        ValueError: no image can be read, or with `request.strict` not all.
        OSError: the cache folder cannot be written to.
    """
    path = _cache_path(source, request)
    examples = open_packed(path, source.spec)
    cache.mark_used(path)
    if examples is None or any(
        image.is_temporary for image in examples.skipped
    ):
        scale = ValueScale(request.value_limits, request.sample_bits)
        examples = _pack(source, path, scale, strict=request.strict, log=log)
    if examples.skipped and request.strict:
        raise _strict_error(source, examples.skipped[0])
    log_skipped(examples.skipped, source, log=log)
    return examples


def log_skipped(
    skipped: Iterable[Skipped], source: Source, *, log: Log
) -> None:
    """Logs the first images skipped by name, and how many there were."""
    skipped = tuple(skipped)
    for image in skipped[:_MAX_NAMED]:
        log(f"Skipped {printable(image.path)}: {image.reason}.")
    if len(skipped) > _MAX_NAMED:
        log(f"... and {len(skipped) - _MAX_NAMED:,} more.")
    if skipped:
        log(
            f"Skipped {len(skipped):,} of {source.count:,} images of "
            f"{source.title}."
        )


class _DepthChangedError(Exception):
    """All images must be decode_all again, as samples of fewer bits than 16."""


def _pack(
    source: Source, path: Path, scale: ValueScale, *, strict: bool, log: Log
) -> Examples:
    # A folder that the user chose is the user's to look after.
    is_bounded = path.parent == files.user_cache()
    if is_bounded:
        cache.limit_bytes()  # A wrong setting is an error before the work.
    while True:
        try:
            _write(source, path, scale, strict=strict, log=log)
            break
        except _DepthChangedError:
            log(f"{scale.description()} Reading them again.")
    examples = open_packed(path, source.spec)
    if examples is None:
        raise OSError(f"The cache must keep what is written. Received: {path}.")
    log(f"Packed {len(examples):,} images of {source.title} into {path}.")
    if is_bounded:
        cache.trim(path.parent, keep=path, log=log)
    return examples


def _write(
    source: Source, path: Path, scale: ValueScale, *, strict: bool, log: Log
) -> None:
    # One filter around all threads: filters are global to the process.
    with (
        warnings.catch_warnings(),
        contextlib.closing(decode_all(source, scale)) as results,
    ):
        warnings.simplefilter("ignore")
        checked = _check_results(results, source, strict=strict, log=log)
        try:
            write_packed(
                path,
                source.spec,
                _require_one_scale(checked, scale, log),
                fixed_classes=source.fixed_classes,
                scale=scale,
            )
        except OSError as error:
            raise OSError(
                "The cache folder must be writable and have room; "
                "`cache_dir` or $XDG_CACHE_HOME names another. "
                f"Received: {path.parent} ({error.strerror})."
            ) from error


def _require_one_scale(
    results: Iterable[Result], scale: ValueScale, log: Log
) -> Iterator[Result]:
    """Passes results on; raises at their end if the scale was not theirs."""
    yield from results
    note = scale.range_note()
    if note:
        log(note)
    if scale.choose_depth():
        raise _DepthChangedError


def _check_results(
    results: Iterable[Result], source: Source, *, strict: bool, log: Log
) -> Iterator[Result]:
    """Passes results on; raises if one is bad and `strict`, or all are."""
    skipped: list[Skipped] = []
    logged = time.monotonic()
    number = 0
    for number, result in enumerate(results, start=1):
        if isinstance(result, Skipped):
            if strict:
                raise _strict_error(source, result)
            skipped.append(result)
        yield result
        if time.monotonic() - logged > _LOG_SECONDS:
            logged = time.monotonic()
            log(f"Read {number:,} of {source.count:,} images ...")
    if number == len(skipped):
        log_skipped(skipped, source, log=log)
        raise ValueError(
            "`dataset` must hold at least one image that can be read. "
            f"Received: {source.title} ({source.count:,} files tried)."
        )


def _strict_error(source: Source, skipped: Skipped) -> ValueError:
    return ValueError(
        f"Every image of {source.title} must be readable. Received: "
        f"{printable(skipped.path)} ({skipped.reason})."
    )


def _cache_path(source: Source, request: DataRequest) -> Path:
    folder = paths.expand(request.cache_dir or files.user_cache())
    spec = source.spec
    content = [
        VERSION,
        source.fingerprint,
        spec.to_dict(),
        request.value_limits,
        request.sample_bits,
    ]
    if source.fixed_classes is not None:
        content.append(source.fixed_classes)
    key = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    name = re.sub(r"[^A-Za-z0-9_]+", "-", spec.name)[:40].strip("-")
    shape = f"{spec.height}x{spec.width}x{spec.channels}"
    return folder / f"{name}-{shape}-{key[:32]}.examples"


def decode_all(
    source: Source, scale: ValueScale
) -> Generator[Result, None, None]:
    """Decodes in threads, a bounded number of images ahead, in order."""
    threads = min(_MAX_THREADS, os.cpu_count() or 1)
    pending: collections.deque[Future[list[Result]]] = collections.deque()
    with ThreadPoolExecutor(threads) as pool:
        for entries in _split_into_tasks(source):
            pending.append(pool.submit(_decode_entries, entries, scale))
            if len(pending) > _TASKS_PER_THREAD * threads:
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()


def _split_into_tasks(source: Source) -> Iterator[list[Entry]]:
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
        reason = "; ".join(filter(None, [str(error), error.remedy]))
        return Skipped(entry.name, reason, error.is_temporary)
