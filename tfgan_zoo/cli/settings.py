"""The flags that are the settings of a training, made from `TrainConfig`."""

from __future__ import annotations

from typing import Any

from absl import flags

from tfgan_zoo.cli import help_text, path_flags
from tfgan_zoo.config import Recipe, TrainConfig
from tfgan_zoo.settings import Setting, list_settings

# A recipe may have other values.
_RECIPE_DEFAULTS = {s.name: s.default for s in list_settings(Recipe)}


def _define(setting: Setting) -> flags.FlagHolder[Any]:
    text = setting.rules.describe(prefix="--")
    if setting.name in _RECIPE_DEFAULTS:
        default = help_text.describe_default(_RECIPE_DEFAULTS[setting.name])
        text += f" Default: {default}*."
    if setting.rules.is_path:
        return path_flags.define_path(setting.name, setting.default, text)
    define: Any = {
        bool: flags.DEFINE_bool,
        int: flags.DEFINE_integer,
        float: flags.DEFINE_float,
        str: flags.DEFINE_string,
    }[setting.types[0]]
    holder: flags.FlagHolder[Any] = define(setting.name, setting.default, text)
    return holder


_FLAGS = {
    setting.name: _define(setting) for setting in list_settings(TrainConfig)
}


def read_flags() -> dict[str, Any]:
    """Returns the settings that the command line has, by name."""
    return {name: flag.value for name, flag in _FLAGS.items() if flag.present}


def list_ineffective(config: TrainConfig) -> list[str]:
    """Returns a line for each setting on the command line without effect.

    Args:
        config: resolved settings.
    """
    given = read_flags()
    return sorted(
        f"--{setting.name} has no effect with --{unmet}."
        for setting in list_settings(TrainConfig)
        if setting.name in given
        and (unmet := setting.find_unmet_need(config)) is not None
    )
