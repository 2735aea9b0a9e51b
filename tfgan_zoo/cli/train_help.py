"""What `tfgan-train --help` says beside the flags' own texts."""

from __future__ import annotations

from collections.abc import Iterator

from tfgan_zoo.config import SUBJECTS
from tfgan_zoo.settings import list_settings

USAGE = """
Usage: tfgan-train [FLAGS]

  tfgan-train                  # a demonstration: five minutes on two cores
  tfgan-train --dataset=path/to/images --image_size=64 --output_dir=runs/mine

Trains a GAN and exports its generator. Ctrl-C saves and stops; the same
command resumes the training.

Without --model, --dataset and --start_from it trains a demonstration: a DCGAN
on 10,000 pictures of clothes that come with the package, with settings for a
short training: --steps=4500 --generator_learning_rate=0.0008
--discriminator_learning_rate=0.0004. With --model=dcgan it uses the recipe of
the DCGAN paper instead.

Defaults marked * are overridden by the architecture's recipe, and with
--start_from by the settings of those networks. --dry_run prints the resolved
settings.
"""

_FIRST = (
    "dataset",
    "image_size",
    "model",
    "width",
    "start_from",
    "augmentation",
    "batch_size",
    "steps",
    "output_dir",
    "dry_run",
)


_TITLES = {
    "model": "Networks and latents",
    "start": "Starting from trained networks",
    "data": "Images",
    "objective": "Losses, penalties and constraints",
    "optimizers": "Optimizers, learning rates and the moving average",
    "augmentation": "Augmentation and noise",
    "translation": "Generators that take images",
    "schedule": "Order of the updates",
    "run": "Seed, precision, logs and checkpoints",
}


def _make_sections() -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "What most trainings need", _FIRST
    for subject, declaring in SUBJECTS.items():
        names = (setting.name for setting in list_settings(declaring))
        rest = tuple(name for name in names if name not in _FIRST)
        yield _TITLES.get(subject, subject), rest
    yield "Run folder and devices", ("config", "resume", "strategy", "tpu")


SECTIONS = dict(_make_sections())
