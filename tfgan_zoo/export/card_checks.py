"""Checks the types and ranges of a card's values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Callable

from tfgan_zoo.messages import shorten

_MOST_PIXELS = 4096  # of a side
_MOST_LATENTS = 2**24
MOST_CLASSES = 100_000
_MOST_STEPS = 2**53
_LONGEST_NAME, _LONGEST_PATH = 200, 4096

Check = Callable[[Any], bool]


def _is_text(longest: int) -> Check:
    return lambda value: (
        isinstance(value, str) and len(value) <= longest and "\0" not in value
    )


def _is_word(value: Any) -> bool:
    """Whether it is a name that commands print, without control codes."""
    return _is_text(_LONGEST_NAME)(value) and value.isprintable()


def _is_whole(low: int, high: int) -> Check:
    return lambda value: type(value) is int and low <= value <= high


def is_shape(value: Any, most: int = _MOST_PIXELS) -> bool:
    """Whether a value is the shape of an image, or of a vector, in JSON."""
    return (
        isinstance(value, list)
        and len(value) in (1, 3)
        and all(map(_is_whole(1, most), value))
    )


def _is_image_shape(value: Any) -> bool:
    return is_shape(value) and (len(value) == 1 or value[-1] in (1, 3))


def _is_names(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MOST_CLASSES
        and all(map(_is_text(_LONGEST_NAME), value))
    )


def _is_recipe(value: Any) -> bool:
    data_dir = value.get("data_dir") if isinstance(value, dict) else 0
    return data_dir is None or _is_text(_LONGEST_PATH)(data_dir)


def _is_dict(value: Any) -> bool:
    return isinstance(value, dict)


# Field -> what it must be, and the check.
_FIELDS: dict[str, tuple[str, Check]] = {
    "architecture": ("a short text", _is_word),
    "image_shape": (
        f"[height, width, 1 or 3] up to {_MOST_PIXELS}, or [D] of points",
        _is_image_shape,
    ),
    "latent_name": ("a short text", _is_word),
    "latent_shape": (
        f"[Z], or a shape of images, up to {_MOST_LATENTS}",
        lambda value: is_shape(value, _MOST_LATENTS),
    ),
    "latent_dim": (
        f"a whole number from 1 to {_MOST_LATENTS}",
        _is_whole(1, _MOST_LATENTS),
    ),
    "latent_distribution": ("a short text", _is_word),
    "num_classes": (
        f"a whole number from 0 to {MOST_CLASSES}",
        _is_whole(0, MOST_CLASSES),
    ),
    "class_names": ("a list of short texts", _is_names),
    "dataset": ("a text", _is_text(_LONGEST_PATH)),
    "training_steps": ("a number of steps", _is_whole(0, _MOST_STEPS)),
    "recipe": ("an object of settings", _is_recipe),
    "versions": ("an object", _is_dict),
    "metrics": ("an object", _is_dict),
}


def require_sound(card: Mapping[str, Any], path: Path) -> None:
    """Checks the values of a card that has all fields.

    Args:
        card: as JSON has it.
        path: of its file, for errors.

    Raises:
        ValueError: one is of another type or out of its range, or two do not
            fit each other.
    """
    for name, (what, is_sound) in _FIELDS.items():
        if not is_sound(card[name]):
            raise ValueError(
                f"`{name}` of a model's card must be {what}. "
                f"Received: {shorten(card[name])}, in {path}."
            )
    if math.prod(card["latent_shape"]) != card["latent_dim"]:
        raise ValueError(
            "`latent_dim` of a model's card must be the number of values of "
            f"`latent_shape`. Received: {card['latent_dim']} and "
            f"{card['latent_shape']}, in {path}."
        )
    names = len(card["class_names"])
    if card["num_classes"] and names not in (0, card["num_classes"]):
        raise ValueError(
            "`class_names` of a model's card must be as many as `num_classes`. "
            f"Received: {names} and {card['num_classes']}, in {path}."
        )
