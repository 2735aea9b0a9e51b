"""Which feature of a TFDS data set makes the labels."""

from __future__ import annotations

import dataclasses
from typing import Any

from tfgan_zoo.data.tfds_builder import tfds

_USUAL = "label"


@dataclasses.dataclass(frozen=True)
class LabelFeature:
    """The feature that makes the labels.

    Attributes:
        name: of it, None if no feature can.
        class_names: of its values.
        note: a line for the log; empty where the choice is the usual one.
    """

    name: str | None
    class_names: tuple[str, ...] = ()
    note: str = ""


def label_feature(
    features: dict[str, Any], supervised: tuple[Any, ...]
) -> LabelFeature:
    """Chooses the feature `label`, else the one that the data set names.

    Args:
        features: of the data set, by name.
        supervised: its pair of an input and a target, empty without one.
    """
    single = _with_classes(features, tfds().features.ClassLabel)
    if _USUAL in single:
        return _chosen(features, _USUAL, "")
    # Read from disk they come in the order of a hash.
    there = sorted([*single, *_several(features)])
    target = supervised[1] if len(supervised) > 1 else None
    name = target if isinstance(target, str) and target in single else None
    if name is None and len(there) == 1 and single:
        (name,) = single
    if name is not None:
        note = f"Taking `{name}` for the labels, as there is no `{_USUAL}`."
        return _chosen(features, name, note)
    if not there and _USUAL not in features:
        return LabelFeature(None)
    return LabelFeature(None, note=_why_none(features, there))


def _chosen(features: dict[str, Any], name: str, note: str) -> LabelFeature:
    return LabelFeature(name, tuple(features[name].names), note)


def _why_none(features: dict[str, Any], there: list[str]) -> str:
    listed = ", ".join(f"`{name}`" for name in there)
    if _USUAL in features:
        kind = type(features[_USUAL]).__name__
        return f"No labels: `{_USUAL}` is a {kind}, not one class an image."
    several = [name for name in there if name in _several(features)]
    if several == there:
        return f"No labels: {listed} has several classes an image."
    return f"No labels: there is no `{_USUAL}`, but {listed} to choose from."


def _with_classes(features: dict[str, Any], kind: type) -> list[str]:
    return [
        name
        for name, feature in features.items()
        if isinstance(feature, kind) and getattr(feature, "names", None)
    ]


def _several(features: dict[str, Any]) -> list[str]:
    """Returns the features that hold any number of classes an image."""
    class_label = tfds().features.ClassLabel
    return [
        name
        for name, feature in features.items()
        if isinstance(getattr(feature, "feature", None), class_label)
    ]
