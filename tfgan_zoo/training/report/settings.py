"""The settings of a run, and the command that runs it again."""

from __future__ import annotations

import dataclasses
import shlex
from typing import Any

from tfgan_zoo import models
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.training.report import tables, text

_ALWAYS = ("model", "dataset", "steps")
_NEW_FOLDER = "runs/again"


def table(config: TrainConfig) -> str:
    """Returns the settings, and how to train with them once more."""
    # Each in one piece: a browser would break lines after hyphens.
    words = " ".join(
        f"<span>{text.escaped(word)}</span>" for word in command(config)
    )
    return (
        "<p>The same training, in a new folder:</p>"
        f'<p class="command"><code>{words}</code></p>'
        f"<details><summary>All settings</summary>"
        f"{tables.pairs(dataclasses.asdict(config))}</details>"
    )


def command(config: TrainConfig) -> list[str]:
    """Returns the words of the command that trains with resolved settings.

    What the architecture's recipe says is left out.
    """
    usual = dataclasses.asdict(_usual(config))
    flags = [
        _flag(name, value)
        for name, value in dataclasses.asdict(config).items()
        if value is not None and (name in _ALWAYS or value != usual[name])
    ]
    return ["tfgan-train", *flags, f"--output_dir={_NEW_FOLDER}"]


def _usual(config: TrainConfig) -> TrainConfig:
    if config.model not in models.names():
        # Of another version of the package: nothing is usual but defaults.
        return TrainConfig()
    recipe = models.recipe(config.model)
    usual = TrainConfig(model=config.model, dataset=config.dataset)
    return usual.resolve(recipe)


def _flag(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return f"--{'' if value else 'no'}{name}"
    return f"--{name}={shlex.quote(str(value))}"
