"""Files that do not come with the package: from a path, or downloaded."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from tfgan_zoo import files
from tfgan_zoo.downloads import download, require_hash

_SHA256 = re.compile("[0-9a-fA-F]{64}")


@dataclasses.dataclass(frozen=True)
class Request:
    """Where a network's file is, and what it must be.

    Attributes:
        path: of the file or folder; None is the cache.
        download: whether it may be downloaded into the cache.
        sha256: that the file must have; "" takes any. What was downloaded
            once must stay as it was.
        trust: whether to load a network too that could do more than compute.
        cache_dir: None is `tfgan_zoo/networks` in the user's cache folder.
    """

    path: Path | None = None
    download: bool = False
    sha256: str = ""
    trust: bool = False
    cache_dir: Path | None = None


def get(request: Request, *, name: str, address: str) -> Path:
    """Returns the path of a file that is there and as it must be.

    Args:
        request: where it may come from.
        name: of the file in the cache.
        address: to download it from.

    Raises:
        FileNotFoundError: the request's path does not exist.
        ValueError: it is not there and may not or cannot be downloaded, is
            neither a file nor a folder, or its hash is another one.
    """
    if request.path is not None:
        if not request.path.exists():
            raise FileNotFoundError(
                "A feature network's path must exist. "
                f"Received: {request.path}."
            )
        if not (request.path.is_file() or request.path.is_dir()):
            raise ValueError(
                "A feature network's path must be of a file or a folder. "
                f"Received: {request.path}."
            )
        _check(request.path, request.sha256)
        return request.path
    folder = request.cache_dir or files.user_cache() / "networks"
    path = folder / name
    if not path.is_file():
        if not (request.download and address):
            raise ValueError(
                f"The feature network's file {name} must be in {path.parent}, "
                "be named by --features_path, or be allowed to --download. "
                "Received: none of these."
            )
        download(
            address,
            path,
            request.sha256,
            otherwise="offline, --features_path names a local file",
        )
        files.write_text(_record(path), files.sha256(path) + "\n")
    _check(path, request.sha256 or _recorded(path))
    return path


def require_digest(sha256: str) -> None:
    """Checks that a hash is one, or "" for none.

    Raises:
        ValueError: it is not.
    """
    if sha256 and not _SHA256.fullmatch(sha256):
        raise ValueError(
            "--features_sha256 must be 64 hexadecimal digits. "
            f"Received: {sha256}."
        )


def require_same(name: object, digest: str, sha256: str) -> None:
    """Checks the hash of a network, as a protocol states it.

    Raises:
        ValueError: it is not `sha256`, and that is not "".
    """
    if sha256 and digest != sha256.lower():
        raise ValueError(
            f"{name} must have the SHA-256 {sha256}. Received: {digest}."
        )


def _record(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _recorded(path: Path) -> str:
    record = _record(path)
    return record.read_text("ascii").strip() if record.is_file() else ""


def _check(path: Path, sha256: str) -> None:
    require_hash(path / "saved_model.pb" if path.is_dir() else path, sha256)
