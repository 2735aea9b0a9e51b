"""An export's SavedModel and card, as they lie in its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tensorflow as tf

from tfgan_zoo.export.card import read_card
from tfgan_zoo.export.exporter import SAVED_MODEL_NAME


def load(folder: Path) -> tuple[Any, dict[str, Any]]:
    """Loads an exported generator.

    Args:
        folder: of an export, or its SavedModel.

    Returns:
        The loaded object, which owns the variables that its `signatures` read,
        and its card.

    Raises:
        FileNotFoundError: `folder` is no export.
        ValueError: its SavedModel cannot be loaded.
    """
    inner = folder / SAVED_MODEL_NAME
    saved_model = inner if inner.is_dir() else folder
    card = read_card(saved_model)
    try:
        return tf.saved_model.load(str(saved_model)), card
    except (OSError, tf.errors.OpError) as error:
        raise ValueError(
            "A model must be a whole SavedModel. "
            f"Received: {saved_model} ({error})."
        ) from None
