"""Images of an export, from its files alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tensorflow as tf

from tfgan_zoo import labels as class_labels
from tfgan_zoo.export.card import read_card
from tfgan_zoo.export.exporter import SAVED_MODEL_NAME

_BATCH_SIZE = 64


class Sampler:
    """Draws images by seed from an exported SavedModel.

    Args:
        folder: of an export, or its SavedModel.

    Attributes:
        card: what the export says of itself.

    Raises:
        FileNotFoundError: `folder` is no export.
        ValueError: its SavedModel cannot be loaded.
    """

    def __init__(self, folder: Path) -> None:
        inner = folder / SAVED_MODEL_NAME
        saved_model = inner if inner.is_dir() else folder
        self.card = read_card(saved_model)
        try:
            # The loaded object owns the variables that the function reads.
            self._loaded = tf.saved_model.load(str(saved_model))
        except (OSError, tf.errors.OpError) as error:
            raise ValueError(
                "A model must be a whole SavedModel. "
                f"Received: {saved_model} ({error})."
            ) from None
        self._sample = self._loaded.signatures["sample"]

    def __call__(
        self, seeds: np.ndarray, labels: np.ndarray | None = None
    ) -> np.ndarray:
        """Returns the images of `seeds`.

        Args:
            seeds: int64 [N].
            labels: int32 [N], of a conditional generator; left out, it goes
                round its classes.

        Returns:
            uint8 [N, H, W, C]; of points, float32 [N, D].

        Raises:
            ValueError: as of `labels.settled`.
        """
        inputs = {"seeds": seeds}
        settled = class_labels.settled(
            len(seeds), labels, self.card["num_classes"]
        )
        if settled is not None:
            inputs["labels"] = settled
        batches = [
            self._sample(
                **{
                    name: tf.constant(rows[start : start + _BATCH_SIZE])
                    for name, rows in inputs.items()
                }
            )
            for start in range(0, len(seeds), _BATCH_SIZE)
        ]
        return np.concatenate([batch["images"].numpy() for batch in batches])
