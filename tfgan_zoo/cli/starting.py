"""What tfgan-train begins with, and what it says of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from tfgan_zoo.config import TrainConfig

if TYPE_CHECKING:
    from tfgan_zoo.training.run_folder import RunFolder
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
    from tfgan_zoo import pretrained
    from tfgan_zoo.training import starting
    from tfgan_zoo.training.run_folder import RunFolder

    # It may be that of a run whose source is not there any more.
    folder = RunFolder(output_dir(config))
    if starting.has_begun(folder):
        return _resume(config, folder, model_is_given=model_is_given), None
    start = pretrained.load_start(
        config.start_from, checkpoint=config.start_checkpoint, log=log
    )
    starting.require_start(config, start)
    completed = starting.complete(
        config, start.settings, model_is_given=model_is_given
    )
    # Its name may have the model in it.
    folder = RunFolder(output_dir(completed))
    if starting.has_begun(folder):
        return _resume(config, folder, model_is_given=model_is_given), None
    fingerprint = start.weights.fingerprint()
    return dataclasses.replace(completed, start_fingerprint=fingerprint), start


def _resume(
    config: TrainConfig, folder: RunFolder, *, model_is_given: bool
) -> TrainConfig:
    """Returns settings whose open ones are those that a run began with."""
    from tfgan_zoo.training import starting

    before = folder.read_config()
    if before.start_from != config.start_from:
        return config  # which is refused where all settings are
    config = starting.complete(
        config, dataclasses.asdict(before), model_is_given=model_is_given
    )
    fingerprint = config.start_fingerprint or before.start_fingerprint
    return dataclasses.replace(config, start_fingerprint=fingerprint)


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
