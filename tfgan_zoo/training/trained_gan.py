"""What a run has trained so far, brought back from its folder."""

from __future__ import annotations

import dataclasses
from typing import Callable

from tfgan_zoo import checks
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import DatasetSpec
from tfgan_zoo.gan import BaseGAN
from tfgan_zoo.training.building import build_untrained
from tfgan_zoo.training.checkpoints import Checkpoints
from tfgan_zoo.training.run_folder import RunFolder

CHECKPOINTS = ("newest", "best")


@dataclasses.dataclass(frozen=True)
class TrainedGAN:
    """A run's averaged generators at a step.

    Attributes:
        gan: whose averages are restored, and nothing else.
        config: the run's settings.
        spec: of its data.
        step: of the checkpoint.
    """

    gan: BaseGAN
    config: TrainConfig
    spec: DatasetSpec
    step: int


def load_trained_gan(
    folder: RunFolder,
    *,
    checkpoint: str = "newest",
    log: Callable[[str], None] = print,
) -> TrainedGAN:
    """Restores the averaged generators of a run.

    Args:
        folder: a run's, finished or not.
        checkpoint: "newest", or "best" by `evaluate_metric`, of a run that was
            evaluated as it trained.
        log: called with a line on damaged checkpoints.

    Raises:
        FileNotFoundError: `folder` holds no run, or no whole checkpoint.
        ValueError: an unknown `checkpoint`.
    """
    checks.one_of("checkpoint", checkpoint, CHECKPOINTS)
    config, spec = folder.read_config(), folder.read_spec()
    path = folder.best if checkpoint == "best" else folder.checkpoints
    if checkpoint == "best" and not path.is_dir():
        raise FileNotFoundError(
            "`checkpoint` can be best of a run that was evaluated as it "
            f"trained, by --evaluate_every. Received: {path.parent}."
        )
    gan = build_untrained(config, spec)
    step = Checkpoints(path, log=log).restore_averages(gan)
    return TrainedGAN(gan, config, spec, step)
