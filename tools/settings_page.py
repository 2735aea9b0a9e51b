"""Prints docs/settings.md, the page of all settings of a training.

python tools/settings_page.py > docs/settings.md
"""

from __future__ import annotations

import dataclasses
import inspect
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tfgan_zoo.config import SUBJECTS
from tfgan_zoo.settings import Setting, list_settings

_INTRODUCTION = """\
# Settings

Every setting of a training: a flag of `tfgan-train`, an attribute of
`tfgan_zoo.TrainConfig` and a line of a run's `config.json`, there under its
subject. Defaults of `model`, `objective`, `optimizers`, `augmentation` and
`schedule` are those of `tfgan_zoo.Recipe`; an architecture's recipe, which
`models.recipe(name)` returns, overrides them."""


def make_page() -> str:
    """Returns the page in Markdown."""
    parts = [_INTRODUCTION]
    for subject, declaring in SUBJECTS.items():
        parts.append(f"## `{subject}`\n\n{inspect.getdoc(declaring)}")
        rows = [_row(setting) for setting in list_settings(declaring)]
        header = ["| flag | default | what it is |", "| --- | --- | --- |"]
        parts.append("\n".join([*header, *rows]))
    return "\n\n".join(parts) + "\n"


def _row(setting: Setting) -> str:
    text = setting.rules.describe(prefix="--").replace("|", "\\|")
    return f"| `--{setting.name}` | {_format(setting.default)} | {text} |"


def _format(default: Any) -> str:
    if default is None or default is dataclasses.MISSING:
        return "-"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`"


if __name__ == "__main__":
    print(make_page(), end="")
