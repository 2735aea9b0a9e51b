"""An export's SavedModel and card, as they lie in its folder."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tensorflow as tf

from tfgan_zoo import files
from tfgan_zoo.export import checksums, safety, signature_checks
from tfgan_zoo.export.file_names import SAVED_MODEL_NAME
from tfgan_zoo.export.metadata import ExportMetadata, read_metadata
from tfgan_zoo.export.safety import GRAPH_NAME
from tfgan_zoo.messages import error_text


def load(folder: Path, *, trust: bool = False) -> tuple[Any, ExportMetadata]:
    """Loads an exported generator, once it is known to be one.

    Args:
        folder: of an export, or its SavedModel.
        trust: load it too where its files have changed, or its graph holds
            operators that could do harm.

    Returns:
        The loaded object, which owns the variables that its `signatures` read,
        and its metadata.

    Raises:
        FileNotFoundError: `folder` is no export.
        ValueError: its SavedModel cannot be loaded, is not as it was written,
            or, without `trust`, could do more than compute.
    """
    saved_model = saved_model_path(folder)
    metadata = read_metadata(saved_model)
    if trust:
        loaded = safety.load_trusted(saved_model)
    else:
        if (saved_model.parent / checksums.NAME).is_file():
            checksums.check(saved_model.parent)
        loaded = safety.load(saved_model)
    signature_checks.require(loaded, metadata, saved_model)
    return loaded, metadata


def require_images(images: Any, count: int) -> Any:
    """Returns what a model made, once it is one image for each row.

    Raises:
        ValueError: it is more or fewer.
    """
    if len(images) != count:
        raise ValueError(
            "A model must make an image of each row. "
            f"Received: {len(images)} of {count}."
        )
    return images


@contextlib.contextmanager
def running() -> Iterator[None]:
    """Makes a ValueError of what goes wrong while a model is run.

    Memory that does not suffice is not the model's fault.
    """
    try:
        yield
    except tf.errors.ResourceExhaustedError:
        raise
    except tf.errors.OpError as error:
        raise ValueError(
            "A model must make images of its inputs. "
            f"Received: an error, {error_text(error)}."
        ) from None


def fingerprint(folder: Path) -> str:
    """Returns a SHA-256 of an export's graph and weights."""
    saved_model = saved_model_path(folder)
    paths = sorted((saved_model / "variables").iterdir())
    parts = [files.sha256(path) for path in (saved_model / GRAPH_NAME, *paths)]
    return hashlib.sha256("".join(parts).encode("ascii")).hexdigest()


def saved_model_path(folder: Path) -> Path:
    """Returns the SavedModel of an export, or the folder that is one."""
    inner = folder / SAVED_MODEL_NAME
    return inner if inner.is_dir() else folder
