"""Checks the types and ranges of an export's metadata."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Callable

from tfgan_zoo import inputs
from tfgan_zoo.export import input_json
from tfgan_zoo.inputs import InputSpec
from tfgan_zoo.messages import shorten

_MOST_PIXELS = 4096  # of a side
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


def is_image_shape(value: Any) -> bool:
    """Whether a value is the shape of an image, or of a point, in JSON."""
    return (
        isinstance(value, list)
        and len(value) in (1, 3)
        and all(map(_is_whole(1, _MOST_PIXELS), value))
        and (len(value) == 1 or value[-1] in (1, 3))
    )


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
        is_image_shape,
    ),
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


def require_sound(
    content: Mapping[str, Any], path: Path
) -> tuple[InputSpec, ...]:
    """Checks the values of metadata that have all fields.

    Args:
        content: as JSON has it.
        path: of its file, for errors.

    Returns:
        The inputs.

    Raises:
        ValueError: a value is of another type or out of its range, or two do
            not fit each other.
    """
    for name, (what, is_sound) in _FIELDS.items():
        if not is_sound(content[name]):
            raise ValueError(
                f"`{name}` of a model's metadata must be {what}. "
                f"Received: {shorten(content[name])}, in {path}."
            )
    names = len(content["class_names"])
    if content["num_classes"] and names not in (0, content["num_classes"]):
        raise ValueError(
            "`class_names` of a model's metadata must be as many as "
            f"`num_classes`. Received: {names} and {content['num_classes']}, "
            f"in {path}."
        )
    return require_inputs(content, path)


def require_inputs(
    content: Mapping[str, Any], path: Path
) -> tuple[InputSpec, ...]:
    """Checks `task` and `inputs`, beside a sound `num_classes`.

    Args:
        content: as JSON has it.
        path: of its file, for errors.

    Returns:
        The inputs.

    Raises:
        ValueError: they are not those of a generator.
    """
    try:
        specs = input_json.from_json(content.get("inputs"))
        inputs.check_task(content.get("task"), specs)
    except ValueError as error:
        raise ValueError(f"{str(error).rstrip('.')}, in {path}.") from None
    if bool(content["num_classes"]) != (len(specs) > 1):
        raise ValueError(
            "`inputs` must have a label where `num_classes` is above 0, and "
            f"only there. Received: {content['num_classes']} classes, in "
            f"{path}."
        )
    return specs
