"""The trained weights that a training begins with."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Callable

from tfgan_zoo import models
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.gan import BaseGAN
from tfgan_zoo.gan.transfer import transfer_weights
from tfgan_zoo.gan.weights import TrainedWeights
from tfgan_zoo.training.checkpoints import Checkpoints
from tfgan_zoo.training.run_folder import RunFolder


@dataclasses.dataclass(frozen=True)
class Start:
    """Trained weights, and where they come from.

    Attributes:
        weights: of a generator, and of a discriminator if there is one.
        name: of the source, for people.
        settings: of its training, by name, as far as they are known.
        note: what else is to be said of it, "" if nothing.
    """

    weights: TrainedWeights
    name: str
    settings: Mapping[str, Any]
    note: str = ""

    def apply(self, gan: BaseGAN, log: Callable[[str], None]) -> None:
        """Gives a GAN the weights that fit.

        Args:
            gan: built, in the scope of its strategy.
            log: called with a line on what it took and what starts fresh.

        Raises:
            ValueError: see `transfer_weights`; the line names the source.
        """
        try:
            with gan.distribute_strategy.scope():
                taken = transfer_weights(gan, self.weights)
        except ValueError as error:
            text = str(error).removesuffix(".")
            raise ValueError(f"{text}, of {self.name}.") from None
        described = ", ".join(network.describe() for network in taken)
        log(f"Starts from {self.name}: {described}.{self.note}")


def complete(
    config: TrainConfig,
    settings: Mapping[str, Any],
    *,
    model_is_given: bool = False,
) -> TrainConfig:
    """Returns settings whose open ones are those of what it starts from.

    These are all of the recipe, but for `steps` and `freeze_discriminator`,
    and the size of the images. The data decide on colour.

    Args:
        config: settings.
        settings: of the other training; those of an architecture that is not
            known, or not the one that is given, change nothing.
        model_is_given: whether `config.model` must stay as it is.
    """
    model = settings.get("model")
    is_other = model_is_given and model != config.model
    if is_other or model not in models.names():
        return config
    names = {*config.left_open} - {"steps", "freeze_discriminator"}
    if config.image_size is None and config.image_width is None:
        names |= {"image_size", "image_width"}
    known = {
        name: settings[name] for name in names if settings.get(name) is not None
    }
    return dataclasses.replace(config, model=model, **known)


def needs_start(config: TrainConfig, folder: RunFolder) -> bool:
    """Whether a training has to begin with the weights that it names.

    A run that has a checkpoint goes on from it.
    """
    return config.start_from is not None and not has_begun(folder)


def has_begun(folder: RunFolder) -> bool:
    """Whether a run has a checkpoint, damaged or not."""
    return bool(Checkpoints(folder.checkpoints).steps())


def require_start(config: TrainConfig, start: Start | None) -> Start:
    """Returns the weights, once they are those that the settings name.

    Raises:
        ValueError: they are others, or missing.
    """
    if start is None:
        raise ValueError(
            "A training with `start_from` needs those weights, see "
            f"`pretrained.load_start`. Received: none of {config.start_from}."
        )
    expected, received = config.start_fingerprint, start.weights.fingerprint()
    if expected is not None and received != expected:
        raise ValueError(
            "`start_from` must have the weights of `start_fingerprint`, "
            f"{expected[:12]}. Received: {received[:12]}, of {start.name}."
        )
    return start


def read_run(
    folder: RunFolder,
    *,
    checkpoint: str = "newest",
    log: Callable[[str], None] = print,
) -> Start:
    """Returns what a run has trained.

    Args:
        folder: a run's, finished or not.
        checkpoint: see `trained_gan.load_trained_gan`.
        log: called with a line on each damaged checkpoint.

    Raises:
        FileNotFoundError: `folder` holds no run, or no whole checkpoint.
    """
    config, spec = folder.read_config(), folder.read_spec()
    path = folder.best if checkpoint == "best" else folder.checkpoints
    step, networks = Checkpoints(path, log=log).read_networks()
    takes_labels = models.get(config.model).conditional
    num_classes = spec.num_classes if takes_labels else 0
    return Start(
        TrainedWeights(networks, num_classes),
        f"{folder.root}, step {step:,}",
        dataclasses.asdict(config),
    )
