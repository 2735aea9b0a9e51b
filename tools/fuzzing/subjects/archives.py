"""Zip archives at an address that hold no export, or more than one."""

from __future__ import annotations

import dataclasses
import email.message
import hashlib
import io
import urllib.request
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, Callable

from tools.fuzzing import damage
from tools.fuzzing.inputs import Input, Place, call

_ODD_NAMES = (
    "../evil",
    "../../evil",
    "/evil",
    "a/../../evil",
    "..\\evil",
    "C:\\evil",
    "saved_model",
    "saved_model/",
    "saved_model/saved_model.pb",
    "saved_model/saved_model.pb/x",
    "x/saved_model/saved_model.pb",
    "a",
    "a/b",
    "a/b/c",
    "A",
    "",
    ".",
    "/",
    "a" * 300,
    "a/" * 600 + "x",
    "\u00e9",
    "e\u0301",
    "x\0y",
    "x\ny",
    "con",
    "a:b",
)
_BYTES = 200 << 20  # of a small archive that unpacks to much


def make(place: Place) -> Input:
    """Makes a call that downloads an odd archive."""
    rng = place.random
    content = _archive(place)
    if rng.random() < 0.3:
        content = damage.scramble(rng, content)
    (place.inputs / "archive.zip").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    tried = call(
        "model = tfgan_zoo.load('https://example.org/archive.zip', "
        f"sha256='{digest}', cache_dir='cache')\n"
        "model.sample(1)"
    )
    length = rng.choice((None, None, None, "0", "x", "-1", str(len(content))))
    return _serve(tried, length)


def _serve(tried: Input, length: str | None) -> Input:
    """Lets `urlopen` read the archive; `length` is its Content-Length."""

    def action() -> None:
        urllib.request.urlopen = _opener(length)
        tried.action()

    return dataclasses.replace(tried, action=action)


def _opener(length: str | None) -> Callable[..., Any]:
    def urlopen(*_: Any, **__: Any) -> Any:
        source: Any = io.FileIO("in/archive.zip")
        headers = email.message.Message()
        if length is not None:
            headers["Content-Length"] = length
        source.headers = headers
        return source

    return urlopen


def _archive(place: Place) -> bytes:
    rng = place.random
    packed = io.BytesIO()
    methods = (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_LZMA)
    method = rng.choice(methods)
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "w") as archive:
        warnings.simplefilter("ignore")  # of duplicate names

        def add(name: str, content: bytes) -> None:
            archive.writestr(_entry(place, name), content, method)

        for prefix in rng.choice((("",), ("x/",), ("x/", "y/"), ())):
            for name, content in _export_files(place):
                add(prefix + name, content)
        for _ in range(rng.choice((0, 0, 1, 2, 3))):
            add(rng.choice(_ODD_NAMES), rng.randbytes(9))
        if rng.random() < 0.04:
            add("zeros", bytes(_BYTES))
        if rng.random() < 0.04:
            for number in range(12_000):
                add(f"many/{number}", b"")
    return packed.getvalue()


def _entry(place: Place, name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("x")  # of 1980, whenever it is made
    entry.filename = name
    # Seldom a symbolic link, a pipe, or a device, as Unix says it.
    odd = place.random.random() < 0.02
    kind = place.random.choice((0o120777, 0o010644, 0o020644))
    entry.external_attr = (kind if odd else 0o100644) << 16
    return entry


def _export_files(place: Place) -> Iterator[tuple[str, bytes]]:
    source = place.material / "runs" / "images" / "export"
    for path in sorted(source.rglob("*")):
        if path.is_file() and place.random.random() > 0.02:
            yield path.relative_to(source).as_posix(), path.read_bytes()
