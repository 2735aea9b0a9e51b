"""Checkpoints that are whole or known not to be."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo import files, json_files
from tfgan_zoo.gan import BaseGAN
from tfgan_zoo.gan.weights import read_checkpoint

_MANIFEST = "manifest.json"
_STATE = "state"
_FOLDER_NAME = re.compile(r"step_([0-9]{6,18})")


class Checkpoints:
    """The checkpoints of a run, one folder each: `step_000500/`.

    A folder appears by one rename, with the SHA-256 of its files; what does
    not match is damaged, is named, and the one before it is taken.

    Args:
        folder: where they are.
        keep: how many of the newest stay.
        log: called with a line on each damaged checkpoint.
    """

    def __init__(
        self, folder: Path, *, keep: int = 3, log: Callable[[str], None] = print
    ) -> None:
        self._folder = folder
        self._keep = keep
        self._log = log

    def steps(self) -> list[int]:
        """Returns the steps that have a checkpoint, damaged or not, sorted."""
        if not self._folder.is_dir():
            return []
        # A file of that name is none.
        names = [path.name for path in self._folder.iterdir() if path.is_dir()]
        matches = map(_FOLDER_NAME.fullmatch, names)
        return sorted(int(match[1]) for match in matches if match)

    def save(self, gan: BaseGAN) -> None:
        """Writes the whole training state, and removes the oldest.

        Raises:
            OSError: the folder above has gone, or nothing can be written.
        """
        if not self._folder.parent.is_dir():
            raise FileNotFoundError(
                "A run folder must stay where it is while its training is at "
                f"work. Received: {self._folder.parent}, which is gone."
            )
        step = int(gan.step.numpy())
        path = self._path(step)
        with files.new_folder(path, overwrite=True) as partial:
            _training_state(gan).write(str(partial / _STATE))
            hashes = {
                name: files.sha256(partial / name) for name in _names(partial)
            }
            manifest = {"step": step, "sha256": hashes}
            files.write_text(
                partial / _MANIFEST, json.dumps(manifest, indent=2)
            )
        # Later ones are damaged, or this step would not be done again.
        done = [other for other in self.steps() if other <= step]
        for old in done[: -self._keep]:
            shutil.rmtree(self._path(old))

    def forget_after(self, step: int) -> None:
        """Removes the checkpoints of steps that will be repeated."""
        for later in self.steps():
            if later > step:
                shutil.rmtree(self._path(later))

    def restore(self, gan: BaseGAN, *, before: int | None = None) -> int:
        """Restores the newest whole checkpoint into a compiled `gan`.

        Args:
            gan: compiled.
            before: a step that the checkpoint must come before, if any.

        Returns:
            Its step; 0 where there is none, and `gan` is as it was.

        Raises:
            ValueError: there are checkpoints, but none is whole.
        """
        path = self._newest_whole(before)
        if path is None:
            if self.steps() and before is None:
                raise ValueError(
                    "A run must have a whole checkpoint to go on from, or "
                    f"none at all. Received: {self._folder}, all damaged."
                )
            return 0
        with _matching(path):
            status = _training_state(gan).read(str(path / _STATE))
            status.assert_consumed()
        return int(gan.step.numpy())

    def restore_averages(self, gan: BaseGAN) -> int:
        """Restores the averaged generators alone, into an untrained `gan`.

        Returns:
            The step of the checkpoint.

        Raises:
            FileNotFoundError: there is no whole checkpoint.
        """
        path = self._newest_whole()
        if path is None:
            raise FileNotFoundError(
                "A run must hold a whole checkpoint to restore its generator. "
                f"Received: {self._folder}."
            )
        averages = {
            f"ema_{name}": average
            for name, (_, _, average) in gan.player_networks().items()
            if average is not None
        }
        state = tf.train.Checkpoint(**averages)
        with _matching(path):
            status = state.read(str(path / _STATE))
            status.assert_existing_objects_matched()
            status.expect_partial()  # else TensorFlow warns of all the rest
        return _step(path.name)

    def read_networks(self) -> tuple[int, dict[str, dict[str, np.ndarray]]]:
        """Reads the newest whole checkpoint, without networks to restore.

        Returns:
            Its step, and the weights of all networks, see
            `weights.read_checkpoint`.

        Raises:
            FileNotFoundError: there is no whole checkpoint.
        """
        path = self._newest_whole()
        if path is None:
            raise FileNotFoundError(
                "A run to start from must hold a whole checkpoint. "
                f"Received: {self._folder}."
            )
        return _step(path.name), read_checkpoint(str(path / _STATE))

    def _newest_whole(self, before: int | None = None) -> Path | None:
        for step in reversed(self.steps()):
            if before is not None and step >= before:
                continue
            path = self._path(step)
            damage = _damage(path)
            if damage is None:
                return path
            self._log(
                f"Checkpoint {path} is damaged ({damage}); passing it over."
            )
        return None

    def _path(self, step: int) -> Path:
        return self._folder / f"step_{step:06d}"


@contextlib.contextmanager
def _matching(path: Path) -> Iterator[None]:
    """Raises a ValueError where TensorFlow finds other variables in `path`."""
    try:
        yield
    except (AssertionError, ValueError, tf.errors.OpError):
        # TensorFlow's messages list variables with all their values.
        raise ValueError(
            "A checkpoint must hold the variables of the networks that the "
            f"settings describe. Received: {path}, which holds others."
        ) from None


def _training_state(gan: BaseGAN) -> tf.train.Checkpoint:
    return tf.train.Checkpoint(**gan.training_state())


def _damage(path: Path) -> str | None:
    """Says what is wrong with a checkpoint's files, if anything is."""
    try:
        manifest = json_files.read_object(path / _MANIFEST, "A manifest")
    except (OSError, ValueError):
        return f"no readable {_MANIFEST}"
    hashes, step = manifest.get("sha256"), manifest.get("step")
    if not isinstance(hashes, dict) or type(step) is not int:
        return f"no readable {_MANIFEST}"
    if step != _step(path.name):
        return f"it is of step {step}"
    if f"{_STATE}.index" not in hashes:
        return f"its {_MANIFEST} names no {_STATE}"
    for name, expected in hashes.items():
        if name not in _names(path) or not (path / name).is_file():
            return f"{name} is missing"
        if files.sha256(path / name) != expected:
            return f"{name} is not what was written"
    return None


def _step(name: str) -> int:
    """Returns the step that a checkpoint's folder is named by."""
    return int(name.rpartition("_")[2])


def _names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())
