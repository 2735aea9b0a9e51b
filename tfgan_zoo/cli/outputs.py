"""What commands call the files that they write.

A file that a flag names is overwritten, as by other tools; one that has its
default name never is.
"""

from __future__ import annotations

import os
from pathlib import Path

_PNG, _GIF, _JSON = ".png", ".gif", ".json"


def sample_file(output: str | None) -> Path:
    """Returns the file of a grid of samples.

    Args:
        output: the flag, None for the default.

    Raises:
        ValueError: its name has another ending.
        FileExistsError: the default is there already.
    """
    return _file(output, "samples.png", (_PNG,))


def walk_file(walk: str, output: str | None) -> Path:
    """Returns the file of a walk, which --walk names.

    Raises:
        ValueError: its name has another ending, or --output is given.
    """
    if output:
        raise ValueError(
            "--output must be left out with --walk, which names the file. "
            f"Received: {output}."
        )
    return _ending("walk", walk, (_GIF, _PNG))


def inverted_file(image: str, output: str | None) -> Path:
    """Returns the file of an inversion.

    Args:
        image: that is inverted.
        output: see `sample_file`.

    Raises:
        ValueError: its name has another ending, or it is `image`.
        FileExistsError: the default, or the one of its latents, is there
            already.
    """
    path = _file(output, "inverted.png", (_GIF, _PNG))
    if output is None:
        _default_file(str(path.with_suffix(_JSON)))
    _require_another("--invert", image, path)
    return path


def translation_path(
    flag: str, given: str, output: str | None, default: str
) -> Path:
    """Returns the file, or the folder, of what becomes of images.

    Args:
        flag: that names the images.
        given: an image or a folder of them.
        output: see `sample_file`.
        default: a file's name.

    Raises:
        FileNotFoundError: there is no `given`.
        FileExistsError: the folder is there already, with something in it, or
            the default file is.
        ValueError: a folder is not named, a file's name has another ending, or
            it is `given`.
    """
    source = Path(given)
    if not source.is_dir():
        path = _file(output, default, (_PNG,))
        if not source.is_file():
            raise FileNotFoundError(
                f"{flag} must be an image or a folder of images. "
                f"Received: {given}, which does not exist or is neither."
            )
        _require_another(flag, given, path)
        return path
    if not output:
        raise ValueError(
            f"--output must name a new folder where {flag} is a folder. "
            f"Received: {given}."
        )
    path = Path(output)
    if path.is_dir() and any(path.iterdir()):
        raise FileExistsError(
            "--output must be a new folder or an empty one where "
            f"{flag} is a folder. Received: {output}."
        )
    return path


def evaluation_file(output: str | None) -> Path:
    """Returns the file of an evaluation.

    Args:
        output: see `sample_file`.

    Raises:
        ValueError: its name has another ending.
        FileExistsError: the default is there already.
    """
    return _file(output, "evaluation.json", (_JSON,))


def _default_file(name: str) -> Path:
    """Returns the file that a command writes if --output names none.

    Raises:
        FileExistsError: it is there already.
    """
    if os.path.lexists(name):
        raise FileExistsError(
            f"--output must be given where {name} exists; a file that it names "
            f"is overwritten. Received: no --output, with {name} there."
        )
    return Path(name)


def _file(output: str | None, default: str, suffixes: tuple[str, ...]) -> Path:
    if output is None:
        return _default_file(default)
    return _ending("output", output, suffixes)


def _require_another(flag: str, given: str, path: Path) -> None:
    if path.resolve() == Path(given).resolve():
        raise ValueError(
            f"--output must not be the image of {flag}. Received: {path}."
        )


def _ending(flag: str, value: str, suffixes: tuple[str, ...]) -> Path:
    path = Path(value)
    if path.suffix.lower() not in suffixes:
        raise ValueError(
            f"--{flag} must end in {' or '.join(suffixes)}. Received: {path}."
        )
    return path
