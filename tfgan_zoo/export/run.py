"""The export of what a run folder has trained."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Callable

import tensorflow as tf

from tfgan_zoo.config import Recipe, TrainConfig
from tfgan_zoo.data import DatasetSpec
from tfgan_zoo.export.card import Card
from tfgan_zoo.export.exporter import Export, export
from tfgan_zoo.training.building import untrained
from tfgan_zoo.training.checkpoints import Checkpoints
from tfgan_zoo.training.run_folder import RunFolder
from tfgan_zoo.version import __version__


def export_run(
    folder: RunFolder,
    output_dir: Path,
    *,
    overwrite: bool = False,
    log: Callable[[str], None] = print,
) -> Export:
    """Exports the averaged generator of a run's newest whole checkpoint.

    Args:
        folder: a run's, finished or not.
        output_dir: where the export goes.
        overwrite: whether it may take the place of what is there.
        log: told of damaged checkpoints.

    Raises:
        FileNotFoundError: `folder` holds no run, or no whole checkpoint.
        FileExistsError: `output_dir` exists and `overwrite` is False.
        ExportError: the files' numbers differ from the generator's.
    """
    config, spec = folder.read_config(), folder.read_spec()
    gan = untrained(config, spec)
    step = Checkpoints(folder.checkpoints, log=log).restore_generator(
        gan.ema_generator
    )
    card = _card(config, spec, gan.recipe, step, folder.last_metrics(step))
    return export(gan.ema_generator, card, output_dir, overwrite=overwrite)


def _card(
    config: TrainConfig,
    spec: DatasetSpec,
    recipe: Recipe,
    step: int,
    metrics: dict[str, float],
) -> Card:
    return Card(
        architecture=config.model,
        image_shape=spec.image_shape,
        latent_dim=recipe.latent_dim,
        latent_distribution="normal",
        conditional=False,
        class_names=spec.class_names,
        dataset=config.dataset,
        training_steps=step,
        recipe={"paper": recipe.paper, **dataclasses.asdict(config)},
        versions={"tfgan_zoo": __version__, "tensorflow": tf.__version__},
        metrics=metrics,
    )
