"""Loads a trained generator from wherever it is."""

from __future__ import annotations

import os
from pathlib import Path

from tfgan_zoo.pretrained import arguments, sources
from tfgan_zoo.pretrained.generator import Generator


def load(
    source: str | os.PathLike[str],
    *,
    sha256: str = "",
    cache_dir: str | Path | None = None,
    trust: bool = False,
) -> Generator:
    """Loads a trained generator.

    Args:
        source: the name of one that ships, with or without a version, such as
            `dcgan-mnist-v1`; the path of a folder that `tfgan-export` or
            `export.export` wrote; `hf://owner/name` or
            `hf://owner/name@revision`, a repository of the Hugging Face Hub;
            or the https address of a zip archive of such a folder.
        sha256: hash of that archive, in hexadecimal digits; required for an
            https address, and for nothing else.
        cache_dir: folder for downloads; None is `tfgan_zoo/generators` in the
            user's cache folder.
        trust: also load a folder whose files have changed since they were
            written, or whose graph has operators that could access files,
            processes or the network.

    Returns:
        The generator; its `sample`, `translate` and calls return arrays.

    Raises:
        ValueError: an unknown name, a download that is cut short or has
            another hash, no such repository, or files that have changed since
            they were written.
        FileNotFoundError: the folder is no export.
        ImportError: a repository needs the extra `hub`.
        TypeError: `source` is neither a string nor a path.
    """
    folder = sources.locate(
        arguments.to_source(source),
        sha256=sha256,
        cache_dir=Path(cache_dir) if cache_dir else None,
    )
    return Generator(folder, trust=trust)
