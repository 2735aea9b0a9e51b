"""The files of a SavedModel, opened without following where they lead.

A link may lead out of the folder, a FIFO makes a reader wait for ever, and a
device may be read for ever. So everything under the folder must be a regular
file or a folder. The folder itself may be a link: the caller chose it.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from google.protobuf.message import DecodeError
from tensorflow.core.protobuf import saved_model_pb2

from tfgan_zoo.messages import shorten
from tfgan_zoo.untrusted.refusal import Refusal

GRAPH_NAME = "saved_model.pb"
VARIABLES = "variables"
# The graph is read whole; frozen weights of a large network fit.
MAX_GRAPH_BYTES = 2**29
_MAX_FILES = 1000
# Not on every system.
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def require_regular(saved_model: Path) -> None:
    """Checks everything in a folder that a loader could open.

    Raises:
        Refusal: a link, a FIFO, a device or a socket is among it, or more
            files than any export has.
    """
    if not saved_model.is_dir():
        raise Refusal("be a SavedModel", "which is no folder", damaged=True)
    pending, count = [saved_model], 0
    while pending:
        for entry in os.scandir(pending.pop()):
            count += 1
            if count > _MAX_FILES:
                raise Refusal(
                    f"hold {_MAX_FILES:,} files at most", "which holds more"
                )
            if entry.is_dir(follow_symlinks=False):
                pending.append(Path(entry.path))
            elif not entry.is_file(follow_symlinks=False):
                kind = "a link" if entry.is_symlink() else "no regular file"
                name = os.path.relpath(entry.path, saved_model)
                raise _not_regular(name, f"which is {kind}")


def require_readable(saved_model: Path) -> None:
    """Checks that nothing in a trusted folder makes a reader wait for ever.

    Links are followed.

    Raises:
        Refusal: a FIFO, a device or a socket is among it, or very many files.
    """
    pending, seen, count = [saved_model], set(), 0
    while pending:
        folder = pending.pop()
        # Links may lead back.
        real = os.path.realpath(folder)
        if real in seen:
            continue
        seen.add(real)
        for entry in os.scandir(folder):
            count += 1
            if count > _MAX_FILES:
                raise Refusal(
                    f"hold {_MAX_FILES:,} files at most",
                    "which holds more",
                    damaged=True,
                )
            if entry.is_dir():
                pending.append(Path(entry.path))
            elif not entry.is_file() and os.path.exists(entry.path):
                name = os.path.relpath(entry.path, saved_model)
                raise Refusal(
                    "consist of regular files",
                    f"{shorten(name)}: which is none",
                    damaged=True,
                )


def read_graph(saved_model: Path) -> saved_model_pb2.SavedModel:
    """Reads a graph as data; nothing of it is run.

    Raises:
        Refusal: it is no regular file, too large, or no SavedModel.
    """
    try:
        content = read_part(saved_model / GRAPH_NAME, 0, MAX_GRAPH_BYTES + 1)
    except FileNotFoundError:
        raise Refusal(
            "be a SavedModel", f"without {GRAPH_NAME}", damaged=True
        ) from None
    except OSError as error:
        raise _not_regular(GRAPH_NAME, f"{error.strerror}") from None
    if len(content) > MAX_GRAPH_BYTES:
        raise Refusal(
            f"have a {GRAPH_NAME} of {MAX_GRAPH_BYTES:,} bytes at most",
            "with a larger one",
        )
    try:
        message = saved_model_pb2.SavedModel.FromString(content)
    except (DecodeError, RecursionError):
        raise _damaged() from None
    if not message.meta_graphs:
        raise _damaged()
    # What this version does not know is not checked, so that it is not kept.
    message.DiscardUnknownFields()
    return message


def read_part(path: Path, offset: int, size: int) -> bytes:
    """Reads bytes of a file, all up to `size` of them from `offset`.

    Raises:
        OSError: it is no regular file, or cannot be read.
    """
    with open(path, "rb", opener=_open) as file:
        # Of the open file: another may have taken its place meanwhile.
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "Not a regular file")
        file.seek(offset)
        return file.read(size)


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | _FLAGS)


def _damaged() -> Refusal:
    return Refusal(
        "be a whole SavedModel", f"whose {GRAPH_NAME} is damaged", damaged=True
    )


def _not_regular(name: str, received: str) -> Refusal:
    return Refusal(
        "consist of regular files, without links",
        f"{shorten(name)}: {received}",
    )
