"""`config.json`: the settings of a run, by subject."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tfgan_zoo import json_files, paths
from tfgan_zoo.config import SUBJECTS, TrainConfig
from tfgan_zoo.settings import list_settings

_NAMES = {
    subject: [setting.name for setting in list_settings(declaring)]
    for subject, declaring in SUBJECTS.items()
}


def to_json(config: TrainConfig) -> str:
    """Returns the settings as indented JSON with a final newline."""
    values = {
        subject: {name: getattr(config, name) for name in names}
        for subject, names in _NAMES.items()
    }
    return json.dumps(values, indent=2) + "\n"


def read(path: str | Path) -> TrainConfig:
    """Reads settings that `to_json` wrote, in this version or the first.

    Raises:
        ValueError: the file is no JSON object of known settings in range.
        TypeError: a value is of the wrong type.
        OSError: the file cannot be read.
    """
    values = _flatten(json_files.read_object(paths.expand(path), "A config"))
    known = {f"{key}.{name}": name for key in _NAMES for name in _NAMES[key]}
    # The first version had no subjects.
    known |= {name: name for name in known.values()}
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ValueError(
            "A config's settings must be among: "
            f"{', '.join(sorted(set(known.values())))}. "
            f"Received: {', '.join(unknown)} in {path}."
        )
    names = [known[key] for key in values]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(
            "A config must have each setting once. "
            f"Received: {', '.join(repeated)} twice in {path}."
        )
    return TrainConfig(**dict(zip(names, values.values())))


def _flatten(values: dict[str, Any]) -> dict[str, Any]:
    """Returns values by "subject.name", and those without subject by name."""
    flat: dict[str, Any] = {}
    for key, value in values.items():
        if key in SUBJECTS and isinstance(value, dict):
            flat |= {f"{key}.{name}": inner for name, inner in value.items()}
        else:
            flat[key] = value
    return flat
