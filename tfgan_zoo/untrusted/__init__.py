"""SavedModels of unknown origin: checked, rebuilt and only then loaded.

A SavedModel is a program: TensorFlow runs its initializers as it loads it, and
calls whatever its author put in, files, processes and the network included.
Here the file is read as data, its declared signatures must consist of
operators from a list alone, and what is loaded is a new SavedModel of these
signatures, made in memory. The file itself never reaches TensorFlow's loader.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import paths
from tfgan_zoo.messages import error_text
from tfgan_zoo.untrusted import (
    graphs,
    rebuilding,
    regular_files,
    sizes,
    variables,
)
from tfgan_zoo.untrusted.graphs import Model
from tfgan_zoo.untrusted.refusal import Refusal

__all__ = ["foreign_operators", "load", "load_trusted", "require_harmless"]


def load(saved_model: str | os.PathLike[str]) -> Any:
    """Loads the signatures of a SavedModel that may be hostile.

    Args:
        saved_model: its folder, that of `saved_model.pb`.

    Returns:
        An object with `signatures`, as `tf.saved_model.load` returns it, which
        owns the variables that they read; nothing else of the file.

    Raises:
        ValueError: it is damaged, or could do more than compute.
    """
    folder = paths.expand(os.fspath(saved_model))
    with _errors_of(folder):
        model, values = _read(folder)
        return rebuilding.load(model, values)


def load_trusted(saved_model: Path) -> Any:
    """Loads a SavedModel as TensorFlow does, whatever it may do.

    Args:
        saved_model: its folder.

    Raises:
        ValueError: it is damaged, or a file in it is a FIFO or a device.
    """
    try:
        regular_files.require_readable(saved_model)
    except Refusal as refusal:
        raise refusal.error(saved_model) from None
    except OSError as error:
        raise _not_whole(saved_model, error) from None
    # It prints a traceback for what it can do without, the fingerprint.
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        return tf.saved_model.load(str(saved_model))
    # Damaged files make TensorFlow raise errors of any kind.
    except Exception as error:  # noqa: BLE001
        raise _not_whole(saved_model, error) from None
    finally:
        logging.disable(disabled)


def _not_whole(saved_model: Path, error: Exception) -> ValueError:
    damage = Refusal(
        "be a whole SavedModel",
        f"which cannot be loaded ({error_text(error)})",
        damaged=True,
    )
    return damage.error(saved_model)


def require_harmless(saved_model: str | os.PathLike[str]) -> None:
    """Checks all that `load` checks, and loads nothing.

    Raises:
        ValueError: it is damaged, or could do more than compute.
    """
    folder = paths.expand(os.fspath(saved_model))
    with _errors_of(folder):
        _read(folder)


def foreign_operators(saved_model: str | os.PathLike[str]) -> list[str]:
    """Returns the operators of a SavedModel that are on no list, sorted.

    Raises:
        ValueError: there is no SavedModel, or it cannot be read.
    """
    folder = paths.expand(os.fspath(saved_model))
    with _errors_of(folder):
        regular_files.require_regular(folder)
        return graphs.foreign_operators(regular_files.read_graph(folder))


@contextlib.contextmanager
def _errors_of(saved_model: Path) -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        raise refusal.error(saved_model) from None
    # What a hostile file can make TensorFlow raise is not known beforehand.
    except Exception as error:  # noqa: BLE001
        reason = f"{type(error).__name__}: {error_text(error)}"
        received = f"which cannot be loaded ({reason})"
        damage = Refusal("be a whole SavedModel", received, damaged=True)
        raise damage.error(saved_model) from None


def _read(saved_model: Path) -> tuple[Model, dict[int, np.ndarray]]:
    regular_files.require_regular(saved_model)
    model = graphs.check(regular_files.read_graph(saved_model))
    used_functions = sizes.require_bounded(model)
    functions = {
        name: model.functions[name]
        for name in model.functions
        if name in used_functions
    }
    model = dataclasses.replace(model, functions=functions)
    captured = {
        number
        for signature in model.signatures.values()
        for number in signature.captures
    }
    numbers = sorted(captured - {*model.constants})
    return model, variables.read(saved_model, model.objects, numbers)
