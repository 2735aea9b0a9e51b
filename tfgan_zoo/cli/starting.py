"""What tfgan-train begins with, and what it says of it."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from tfgan_zoo.config import TrainConfig

if TYPE_CHECKING:
    from tfgan_zoo.training.starting import Start

_FEW_IMAGES = 5000


def load(
    config: TrainConfig,
    output_dir: Callable[[TrainConfig], Path],
    *,
    model_is_given: bool,
    log: Callable[[str], None],
) -> tuple[TrainConfig, Start | None]:
    """Loads the weights that a training begins with, unless it has begun.

    Args:
        config: settings.
        output_dir: (settings) -> the run folder.
        model_is_given: whether `model` may not become the source's.
        log: called with a line on each damaged checkpoint.

    Returns:
        The settings, with those of the source where they were open and a
        fingerprint of the weights; and these, or None.

    Raises:
        ValueError, FileNotFoundError: see `pretrained.load_start`.
    """
    if config.start_from is None:
        return config, None
    from tfgan_zoo.training import starting
    from tfgan_zoo.training.run_folder import RunFolder

    complete = functools.partial(_complete, model_is_given=model_is_given)
    # It may be that of a run whose source is not there any more.
    folder = RunFolder(output_dir(config))
    if not starting.has_begun(folder):
        start = _load_start(config, log)
        starting.require_start(config, start)
        completed = complete(
            config, start.settings, start.weights.fingerprint()
        )
        # Its name may have the model in it.
        folder = RunFolder(output_dir(completed))
        if not starting.has_begun(folder):
            return completed, start
    before = folder.read_config()
    config = _rename_start(config, before, log)
    fingerprint = config.start_fingerprint or before.start_fingerprint
    return complete(config, dataclasses.asdict(before), fingerprint), None


def _rename_start(
    config: TrainConfig,
    before: TrainConfig,
    log: Callable[[str], None],
) -> TrainConfig:
    """Returns settings with a run's name of its start, if they mean the same.

    The weights decide: a name may have another newest version since. Others
    are refused where all settings are.
    """
    if config.start_from == before.start_from:
        return config
    fingerprint = _load_start(config, log).weights.fingerprint()
    if fingerprint != before.start_fingerprint:
        return config
    return dataclasses.replace(config, start_from=before.start_from)


def _load_start(config: TrainConfig, log: Callable[[str], None]) -> Start:
    from tfgan_zoo import pretrained

    assert config.start_from is not None
    return pretrained.load_start(
        config.start_from, checkpoint=config.start_checkpoint, log=log
    )


def _complete(
    config: TrainConfig,
    settings: Mapping[str, Any],
    fingerprint: str | None,
    *,
    model_is_given: bool,
) -> TrainConfig:
    from tfgan_zoo.training import starting

    completed = starting.complete(
        config, dict(settings), model_is_given=model_is_given
    )
    return dataclasses.replace(completed, start_fingerprint=fingerprint)


def advise(config: TrainConfig, count: int, log: Callable[[str], None]) -> None:
    """Says what keeps a training on few images from failing.

    Args:
        config: resolved settings.
        count: of the images.
        log: called with a line, if there is something to say.
    """
    if count < _FEW_IMAGES and config.augmentation == "none":
        log(
            f"{count:,} images are few: --augmentation=diffaugment keeps the "
            "discriminator from learning them by heart."
        )
