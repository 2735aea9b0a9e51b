"""The state of a training: weights, optimizer and step, in one file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import array_files, files, optimizers, paths
from tfgan_zoo.backend import keras
from tfgan_zoo.encoders.settings import Training

NAME = "encoder_training.npz"
_MOST_BYTES = 2**32
_RULE = "A training of an encoder must go on from its own file"


def require_place(work_dir: Path, *exports: Path) -> None:
    """Checks that the state of a training can be kept in a folder.

    Args:
        work_dir: the folder, which need not exist yet.
        exports: of the generator, before and after.

    Raises:
        ValueError: the folder is an export, or in one.
        OSError: it is a file, or the state cannot be written.
    """
    folder = paths.expand(work_dir).resolve()
    for export in exports:
        outside = paths.expand(export).resolve()
        if outside in (folder, *folder.parents):
            raise ValueError(
                "The state of a training must be kept outside the export. "
                f"Received: {work_dir}, which is {export} or in it."
            )
    files.require_writable(work_dir, folder=True)
    files.require_writable(work_dir / NAME)


class TrainingState:
    """What a training changes.

    Args:
        model: the encoder, untrained.
        training: of it.

    Attributes:
        training: as given.
        model: as given.
        optimizer: Adam.
        step: int64, how many are done.
    """

    def __init__(self, model: keras.Model, training: Training) -> None:
        self.model, self.training = model, training
        rate = keras.optimizers.schedules.CosineDecay(
            training.learning_rate, training.steps
        )
        self.optimizer = keras.optimizers.Adam(rate)
        optimizers.build(self.optimizer, model.trainable_variables)
        self.step = tf.Variable(0, dtype=tf.int64, trainable=False)

    def save(self, path: Path, identity: Mapping[str, Any]) -> None:
        """Writes the state into a file.

        Args:
            path: of the file.
            identity: what must be the same when it is read.

        Raises:
            OSError: it cannot be written.
        """
        arrays = {
            f"variable_{number}": variable.numpy()
            for number, variable in enumerate(self._variables())
        }
        text = np.array(json.dumps(identity, sort_keys=True))
        with files.new_file(path) as partial, open(partial, "wb") as file:
            np.savez(file, identity=text, **arrays)

    def restore(self, path: Path, identity: Mapping[str, Any]) -> None:
        """Reads the state, if there is any.

        Raises:
            ValueError: the file is damaged, or of another training.
        """
        if not path.exists():
            return
        arrays = array_files.read(path, rule=_RULE, most_bytes=_MOST_BYTES)
        before = _read_identity(arrays, path)
        differing = [
            name
            for name in {**identity, **before}
            if identity.get(name) != before.get(name)
        ]
        if differing:
            raise ValueError(
                f"{_RULE}, with the same settings; remove it to begin anew. "
                f"Received: {path}, of other {', '.join(sorted(differing))}."
            )
        variables = self._variables()
        values = [
            arrays.get(f"variable_{number}") for number in range(len(variables))
        ]
        if not self._are_sound(values):
            raise _damaged(path, "its step or weights")
        for value, variable in zip(values, variables):
            variable.assign(value)

    def _are_sound(self, values: Sequence[np.ndarray | None]) -> bool:
        """Whether they are values that the variables can have had."""
        are_alike = all(
            value is not None
            and value.dtype == variable.numpy().dtype
            and value.shape == tuple(variable.shape)
            and np.isfinite(value).all()
            for value, variable in zip(values, self._variables())
        )
        step = values[0]
        if step is None or not are_alike:
            return False
        return 0 <= int(step) <= self.training.steps

    def _variables(self) -> list[tf.Variable]:
        # Keras 2 has a method or a property, by the optimizer's age.
        variables = self.optimizer.variables
        if callable(variables):
            variables = variables()
        return [self.step, *self.model.variables, *variables]


def _read_identity(
    arrays: Mapping[str, np.ndarray], path: Path
) -> dict[str, Any]:
    try:
        identity = json.loads(str(arrays["identity"]))
    except (KeyError, ValueError, RecursionError):
        identity = None
    if not isinstance(identity, dict):
        raise _damaged(path, "its settings")
    return identity


def _damaged(path: Path, what: str) -> ValueError:
    return ValueError(
        f"{_RULE}; remove it to begin anew. "
        f"Received: {path}, of which {what} are damaged."
    )
