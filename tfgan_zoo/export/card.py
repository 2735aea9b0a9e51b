"""What an export says of itself: `tfgan_zoo.json`."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from tfgan_zoo import json_files
from tfgan_zoo.export import card_checks

CARD_NAME = "tfgan_zoo.json"
SAVED_MODEL_NAME = "saved_model"


@dataclasses.dataclass(frozen=True)
class Card:
    """What one needs to know of an exported generator to use it.

    Attributes:
        architecture: name in `models`.
        image_shape: (height, width, channels).
        latent_name: what `serving_default` and the TFLite file call their
            input: "latents", or "small_images" where the generator paints
            those larger.
        latent_shape: of it, without the batch; the SavedModel takes images of
            any height and width.
        latent_dim: its values.
        latent_distribution: what they are drawn from; "" of images.
        num_classes: labels that the signatures take; 0 where they take none.
        class_names: by label; empty where the data have none.
        dataset: what it was trained on.
        training_steps: generator steps.
        recipe: every setting of the training.
        versions: of tfgan_zoo and TensorFlow, at export.
        metrics: last losses of the training, and scores if it was evaluated.
    """

    architecture: str
    image_shape: tuple[int, ...]
    latent_name: str
    latent_shape: tuple[int, ...]
    latent_dim: int
    latent_distribution: str
    num_classes: int
    class_names: tuple[str, ...]
    dataset: str
    training_steps: int
    recipe: dict[str, Any]
    versions: dict[str, str]
    metrics: dict[str, float]

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self), indent=2) + "\n"


def read_card(saved_model: Path) -> dict[str, Any]:
    """Returns the card of a SavedModel as a dictionary.

    Raises:
        FileNotFoundError: it has none.
        ValueError: it is no JSON object, or one of another version, or holds
            values that no generator has.
    """
    path = saved_model / "assets.extra" / CARD_NAME
    if not path.is_file():
        hint = ""
        if (saved_model / "export" / "saved_model").is_dir():
            hint = f", such as {saved_model / 'export'}"
        raise FileNotFoundError(
            "A model must be a folder that tfgan-export or "
            f"tfgan_zoo.export.export(gan, folder) wrote{hint}. "
            f"Received: {saved_model}, without assets.extra/{CARD_NAME}."
        )
    card = json_files.read_object(path, "A model's card")
    fields = {field.name for field in dataclasses.fields(Card)}
    missing = sorted(fields - set(card))
    if missing:
        raise ValueError(
            f"A model's card must have {', '.join(missing)}; export it again. "
            f"Received: {path}."
        )
    card_checks.require_sound(card, path)
    return card
