"""Starts or resumes a training in a run folder, and checks whether it may."""

from __future__ import annotations

import dataclasses
import json
from typing import Callable

from tfgan_zoo import config as configs
from tfgan_zoo import files
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import are_folders_present
from tfgan_zoo.training import config_file, data_identity
from tfgan_zoo.training.data_identity import DataIdentity
from tfgan_zoo.training.run_folder import RunFolder


def open_run(
    folder: RunFolder,
    config: TrainConfig,
    identity: DataIdentity,
    *,
    resume: bool,
    log: Callable[[str], None] = print,
) -> None:
    """Makes a folder this training's, or checks that it is.

    Args:
        folder: new, empty or a run's.
        config: resolved settings.
        identity: of the data set.
        resume: whether the folder may hold the run already.
        log: called with a line when the run gets the fingerprint of its data.

    Raises:
        ValueError: the folder holds a run with other settings or data.
        FileExistsError: it holds a run and `resume` is False, or it holds
            something that is no run.
    """
    folder.require_usable(resume=resume)
    check_settings(folder, config)
    check_data(folder, config, identity, log)
    for part in (folder.root, folder.samples, folder.checkpoints, folder.best):
        files.remove_partials(part)
    # The config comes first: it is what makes the folder a run's.
    files.write_text(folder.config, config_file.to_json(config))
    content = json.dumps(identity.to_dict(), indent=2)
    files.write_text(folder.dataset, content + "\n")


def check_settings(folder: RunFolder, config: TrainConfig) -> None:
    """Checks that a run in a folder, if any, can resume with settings.

    Args:
        folder: of the run.
        config: resolved settings.

    Raises:
        ValueError: the run has other settings.
    """
    if not folder.config.is_file():
        return
    before = folder.read_config()
    changed = configs.describe_changes(before, config)
    for name in configs.MAY_CHANGE:
        changed.pop(name, None)
    is_decaying = config.learning_rate_decay not in (None, "none")
    fewer = config.steps is not None and config.steps < (before.steps or 0)
    if fewer or (is_decaying and config.steps != before.steps):
        changed["steps"] = f"{before.steps} -> {config.steps}"
    if changed:
        named = ", ".join(f"{name}: {how}" for name, how in changed.items())
        raise ValueError(
            "A run must go on with the settings it began with (only more "
            "`steps` may be asked for, and none where the learning rates "
            f"decay over them). Received: {named}, in "
            f"{folder.root}. Take another --output_dir for a new run."
        )


def check_data(
    folder: RunFolder,
    config: TrainConfig,
    identity: DataIdentity,
    log: Callable[[str], None],
) -> None:
    """Checks that a run in a folder, if any, can resume with data.

    Args:
        folder: of the run.
        config: resolved settings.
        identity: of the data set.
        log: called with a line when the run gets the fingerprint of its data.

    Raises:
        ValueError: the run began with others, or does not say with which.
    """
    if not folder.dataset.is_file():
        checkpoints = folder.checkpoints
        if checkpoints.is_dir() and any(checkpoints.iterdir()):
            raise ValueError(
                "A run must keep its dataset.json, which tells what data "
                f"it goes on with. Received: {folder.root} without it."
            )
        return
    before = folder.read_dataset()
    identity.require_same(before, str(folder.root))
    if data_identity.has_fingerprint(before):
        return
    dataset = folder.read_config().dataset
    if not data_identity.is_same_place(dataset, identity.path):
        raise ValueError(
            "A run must go on with the data it began with. Received: "
            f"dataset: {dataset} -> {config.dataset}, in {folder.root}."
        )
    log(
        f"This run has had no fingerprint of its data: {folder.dataset} now "
        f"has that of {config.dataset}, and only the same will do."
    )


def locate_data(
    folder: RunFolder,
    config: TrainConfig,
    log: Callable[[str], None] = print,
) -> TrainConfig:
    """Returns settings with the place where a run's images were last.

    A relative path means another place when the run resumes from another
    working folder; whether the images are the same is checked later.

    Args:
        folder: of the run.
        config: settings; another data set than the run's stays as it is.
        log: called with a line that names the place.
    """
    path = folder.data_path()
    if path is None or are_folders_present(config.dataset):
        return config
    if config.dataset != folder.read_config().dataset:
        return config
    log(f"Taking the images from {path}, as {config.dataset} is not here.")
    return dataclasses.replace(config, dataset=path)
