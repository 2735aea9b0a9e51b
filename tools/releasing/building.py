"""Builds wheel and source distribution of a commit, reproducibly."""

from __future__ import annotations

import gzip
import os
import sys
import tarfile
import zipfile
from pathlib import Path

from tools import check_wheel
from tools.releasing.commands import git, run

# The package index takes no larger file, unless asked to.
MAX_BYTES = 100 * 2**20


def build(root: Path, folder: Path) -> list[Path]:
    """Builds the commit that is checked out; returns sdist and wheel.

    The wheel is built from the source distribution, which shows that this is
    whole. The bytes depend on the commit and the versions of Python, zlib and
    setuptools alone.

    Args:
        root: of a repository without uncommitted changes.
        folder: an empty one.

    Raises:
        ValueError: the package does not build.
    """
    seconds = int(git(root, "log", "-1", "--format=%ct"))
    export(root, folder / "tree")
    run(
        sys.executable,
        *("-m", "build", "--outdir", folder / "files", folder / "tree"),
        folder=folder,
        environment={**os.environ, "SOURCE_DATE_EPOCH": str(seconds)},
    )
    (sdist,) = (folder / "files").glob("*.tar.gz")
    (wheel,) = (folder / "files").glob("*.whl")
    repack(sdist, seconds)
    return [sdist, wheel]


def export(root: Path, tree: Path) -> None:
    """Writes the tracked files, and no others, to the folder `tree`."""
    git(root, "checkout-index", "--all", f"--prefix={tree}{os.sep}")


def repack(path: Path, seconds: int) -> None:
    """Rewrites a .tar.gz with one time, order and owner for all its files.

    setuptools takes them from the build: SOURCE_DATE_EPOCH is for wheels.
    """
    packed = path.with_name(f"{path.name}.part")
    with (
        tarfile.open(path) as old,
        packed.open("wb") as file,
        gzip.GzipFile("", "wb", 9, file, mtime=seconds) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as new,
    ):
        for member in sorted(old.getmembers(), key=lambda one: one.name):
            runs = member.isdir() or member.mode & 0o100
            copy = tarfile.TarInfo(member.name)
            copy.type, copy.size = member.type, member.size
            copy.linkname = member.linkname
            copy.mtime, copy.mode = seconds, 0o755 if runs else 0o644
            new.addfile(copy, old.extractfile(member))
    packed.replace(path)


def check(root: Path, sdist: Path, wheel: Path) -> None:
    """Checks what the files hold and say of themselves.

    Raises:
        ValueError: the wheel lacks a tracked file of the package or holds
            what is none, a file is too large for an index, or `twine check`
            finds a fault.
    """
    for file in (sdist, wheel):
        if file.stat().st_size > MAX_BYTES:
            raise ValueError(
                f"A file of a release must have at most {MAX_BYTES:,} bytes. "
                f"Received: {file.name}, of {file.stat().st_size:,}."
            )
    problems = check_wheel.problems(wheel) + differences(root, wheel)
    if problems:
        raise ValueError(
            "A wheel must hold the package and nothing else. Received: "
            f"{wheel.name}, which {', '.join(problems[:5])}."
        )
    run(
        sys.executable,
        *("-m", "twine", "check", "--strict", sdist, wheel),
        folder=root,
    )


def differences(root: Path, wheel: Path) -> list[str]:
    """Says which tracked files a wheel lacks, and which it has beside them."""
    tracked = set(git(root, "ls-files", "-z", "tfgan_zoo").split("\0")) - {""}
    with zipfile.ZipFile(wheel) as archive:
        packed = {
            name for name in archive.namelist() if name.startswith("tfgan_zoo/")
        }
    return [f"lacks {name}" for name in sorted(tracked - packed)] + [
        f"holds {name}, which git does not track"
        for name in sorted(packed - tracked)
    ]
