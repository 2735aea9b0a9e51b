"""The state of a training: weights, optimizer and step, in one file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import array_files, files, optimizers
from tfgan_zoo.backend import keras
from tfgan_zoo.encoders.settings import Training

NAME = "encoder_training.npz"
_MOST_BYTES = 2**32


class TrainingState:
    """What a training changes.

    Args:
        model: the encoder, untrained.
        training: of it.

    Attributes:
        model: as given.
        optimizer: Adam.
        step: int64, how many are done.
    """

    def __init__(self, model: keras.Model, training: Training) -> None:
        self.model = model
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
        if not path.is_file():
            return
        rule = "A training of an encoder must go on from its own file"
        arrays = array_files.read(path, rule=rule, most_bytes=_MOST_BYTES)
        before = json.loads(str(arrays.get("identity", "{}")))
        differing = [
            name
            for name in {**identity, **before}
            if identity.get(name) != before.get(name)
        ]
        variables = self._variables()
        values = [
            arrays.get(f"variable_{number}") for number in range(len(variables))
        ]
        if not differing and not all(
            value is not None and value.shape == tuple(variable.shape)
            for value, variable in zip(values, variables)
        ):
            differing = ["weights"]
        if differing:
            raise ValueError(
                f"{rule}, with the same settings; remove it to begin anew. "
                f"Received: {path}, of other {', '.join(sorted(differing))}."
            )
        for value, variable in zip(values, variables):
            variable.assign(value)

    def _variables(self) -> list[tf.Variable]:
        # Keras 2 has a method or a property, by the optimizer's age.
        variables = self.optimizer.variables
        if callable(variables):
            variables = variables()
        return [self.step, *self.model.variables, *variables]
