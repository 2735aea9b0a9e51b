"""From a source of images to examples, by way of the cache."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tfgan_zoo import cache, files, paths
from tfgan_zoo.data.packed import (
    VERSION,
    Result,
    open_packed,
    write_packed,
)
from tfgan_zoo.data.source import Source, decoded
from tfgan_zoo.data.spec import DataRequest
from tfgan_zoo.data.store import Examples, Skipped
from tfgan_zoo.data.value_scale import ValueScale
from tfgan_zoo.messages import printable

Log = Callable[[str], None]

_LOG_SECONDS = 10
_MAX_NAMED = 20


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
    if examples is None or any(one.is_temporary for one in examples.skipped):
        scale = ValueScale(request.value_limits, request.sample_bits)
        examples = _pack(source, path, scale, strict=request.strict, log=log)
    if examples.skipped and request.strict:
        raise _strict_error(source, examples.skipped[0])
    report_skipped(examples.skipped, source, log=log)
    return examples


def report_skipped(
    skipped: Iterable[Skipped], source: Source, *, log: Log
) -> None:
    """Logs the first images skipped by name, and how many there were."""
    skipped = tuple(skipped)
    for one in skipped[:_MAX_NAMED]:
        log(f"Skipped {printable(one.path)}: {one.reason}.")
    if len(skipped) > _MAX_NAMED:
        log(f"... and {len(skipped) - _MAX_NAMED:,} more.")
    if skipped:
        log(
            f"Skipped {len(skipped):,} of {source.count:,} images of "
            f"{source.title}."
        )


class _OtherDepthError(Exception):
    """All images must be decoded again, as samples of fewer bits than 16."""


def _pack(
    source: Source, path: Path, scale: ValueScale, *, strict: bool, log: Log
) -> Examples:
    # A folder that the user chose is the user's to look after.
    is_bounded = path.parent == files.user_cache()
    if is_bounded:
        cache.limit_bytes()  # A wrong setting is told before the work.
    while True:
        try:
            _write(source, path, scale, strict=strict, log=log)
            break
        except _OtherDepthError:
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
        contextlib.closing(decoded(source, scale)) as results,
    ):
        warnings.simplefilter("ignore")
        checked = _checked(results, source, strict=strict, log=log)
        try:
            write_packed(
                path,
                source.spec,
                _of_one_scale(checked, scale, log),
                fixed_classes=source.fixed_classes,
                scale=scale,
            )
        except OSError as error:
            raise OSError(
                "The cache folder must be writable and have room; "
                "`cache_dir` or $XDG_CACHE_HOME names another. "
                f"Received: {path.parent} ({error.strerror})."
            ) from error


def _of_one_scale(
    results: Iterable[Result], scale: ValueScale, log: Log
) -> Iterator[Result]:
    """Passes results on; raises at their end if the scale was not theirs."""
    yield from results
    note = scale.range_note()
    if note:
        log(note)
    if scale.choose_depth():
        raise _OtherDepthError


def _checked(
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
        report_skipped(skipped, source, log=log)
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
