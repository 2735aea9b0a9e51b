"""Files from the network: whole and with the right hash, or not there."""

from __future__ import annotations

import http.client
import shutil
import ssl
import urllib.error
import urllib.request
from pathlib import Path

from tfgan_zoo import files

_TIMEOUT_SECONDS = 30
_CUT = "{} must be downloaded whole. Received: {}; try again."
_OUT_OF_REACH = (
    urllib.error.URLError,
    http.client.HTTPException,
    ssl.SSLError,
    ConnectionError,
    TimeoutError,
    UnicodeError,
)


def download(
    address: str, path: Path, sha256: str, *, otherwise: str = ""
) -> None:
    """Downloads a file; nothing is at `path` before it is whole and right.

    Args:
        address: of the file.
        path: where it goes.
        sha256: that it must have; "" takes any.
        otherwise: what one can do where it is out of reach.

    Raises:
        ValueError: it is out of reach, was cut short, or has another hash.
    """
    try:
        with (
            files.new_file(path) as partial,
            urllib.request.urlopen(address, timeout=_TIMEOUT_SECONDS) as source,
        ):
            with open(partial, "wb") as target:
                shutil.copyfileobj(source, target)
            _require_whole(address, source, partial)
            require_hash(partial, sha256, address)
    except http.client.IncompleteRead:
        raise ValueError(_CUT.format(address, "a part of it")) from None
    except _OUT_OF_REACH as error:
        raise ValueError(
            f"{address} must be within reach to be downloaded"
            f"{otherwise and '; ' + otherwise}. Received: {error}."
        ) from None


def _require_whole(address: str, source: object, path: Path) -> None:
    headers = getattr(source, "headers", None) or {}
    length, size = headers.get("Content-Length", ""), path.stat().st_size
    # Without a number, the hash alone tells whether it is whole.
    if length.isdecimal() and size != int(length):
        received = f"{size:,} of {int(length):,} bytes"
        raise ValueError(_CUT.format(address, received))


def require_hash(path: Path, sha256: str, name: str = "") -> None:
    """Checks a file's SHA-256.

    Args:
        path: of the file.
        sha256: that it must have; "" takes any.
        name: what an error calls it; by default its path.

    Raises:
        ValueError: it has another one.
    """
    if not sha256:
        return
    digest = files.sha256(path)
    if digest != sha256.lower():
        raise ValueError(
            f"{name or path} must have the SHA-256 {sha256}. "
            f"Received: {digest}."
        )
