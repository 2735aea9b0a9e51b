"""The run folder: its files, read and written."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

from tfgan_zoo import (
    file_systems,
    files,
    json_files,
    models,
    paths,
    translation_settings,
)
from tfgan_zoo.config import Recipe, TrainConfig
from tfgan_zoo.data import DatasetSpec, are_folders_present
from tfgan_zoo.training import config_file, data_identity, records
from tfgan_zoo.training.records import Restore

_LOCK = ".lock"


class RunFolder:
    """One training's folder.

    Attributes:
        root: the folder.
        config: all settings, `config.json`.
        dataset: size, classes and fingerprint of the data, `dataset.json`.
        checkpoints: folder of the newest checkpoints.
        best: folder of the checkpoint with the best score.
        samples: folder of the grids of samples.
        metrics: one JSON object a line, `metrics.jsonl`.
        restores: those of `--on_failure=restore`, `restores.jsonl`.
        tensorboard: folder of TensorBoard's events.
        report: `report.html`.
        export: folder of the export.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = paths.expand(root)
        self.config = self.root / "config.json"
        self.dataset = self.root / "dataset.json"
        self.checkpoints = self.root / "checkpoints"
        self.best = self.root / "best_checkpoint"
        self.samples = self.root / "samples"
        self.metrics = self.root / "metrics.jsonl"
        self.restores = self.root / "restores.jsonl"
        self.tensorboard = self.root / "tensorboard"
        self.report = self.root / "report.html"
        self.export = self.root / "export"

    def sample(self, step: int) -> Path:
        """Returns the path of the grid of a step."""
        return self.samples / f"step_{step:06d}.png"

    def read_config(self) -> TrainConfig:
        """Returns the run's settings.

        Raises:
            FileNotFoundError: the folder holds no run.
        """
        self._require(self.config)
        config = config_file.read(self.config)
        # A run that is older than a setting was trained by its default, or by
        # what is now in the recipe of an architecture that translates.
        recipe = models.recipe(config.model)
        names = translation_settings.NAMES
        translation = {name: getattr(recipe, name) for name in names}
        return config.resolve(Recipe("", **translation))

    def read_spec(self) -> DatasetSpec:
        """Returns the spec of the run's data.

        Raises:
            FileNotFoundError: the folder holds no run.
        """
        self._require(self.dataset)
        return data_identity.spec_of(self.read_dataset(), self.dataset)

    def _require(self, path: Path) -> None:
        """Checks that the folder has a file that every run has."""
        if not path.is_file():
            raise FileNotFoundError(
                f"A run folder must hold {path.name}. Received: {self.root}."
            )

    def read_dataset(self) -> dict[str, Any]:
        """Returns the content of dataset.json.

        Raises:
            OSError: the file cannot be read.
            ValueError: it holds no JSON object.
        """
        return json_files.read_object(self.dataset, "A run's dataset.json")

    @contextlib.contextmanager
    def locked(self, log: Callable[[str], None] = print) -> Iterator[None]:
        """Keeps other trainings out of the folder.

        Args:
            log: called with a line where the file system cannot lock files.

        Raises:
            OSError: one is at work in it, or it cannot be written to.
        """
        files.require_writable(self.root, folder=True)
        self.root.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(file_systems.locked(self.root / _LOCK, log))
            except BlockingIOError:
                raise OSError(
                    "`output_dir` must belong to one training at a time. "
                    f"Received: {self.root}, where one is at work."
                ) from None
            yield

    def require_usable(self, *, resume: bool) -> None:
        """Checks that a training could have the folder, and makes nothing.

        Args:
            resume: whether the folder may hold a run already.

        Raises:
            FileExistsError: it holds a run and `resume` is False, or it holds
                something that is no run.
            OSError: it cannot be made or written to.
        """
        files.require_writable(self.root, folder=True)
        if self.config.is_file():
            if not resume:
                raise FileExistsError(
                    "Without `resume`, `output_dir` must not hold a run. "
                    f"Received: {self.root}."
                )
        elif self._holds_something_else():
            raise FileExistsError(
                "`output_dir` must be new, empty or a run folder. "
                f"Received: {self.root}."
            )
        self._require_writable_parts()

    def _require_writable_parts(self) -> None:
        """Checks what will be written later, some of it after hours."""
        for folder in (
            self.checkpoints,
            self.best,
            self.samples,
            self.tensorboard,
        ):
            files.require_writable(folder, folder=True)
        for file in (
            self.config,
            self.dataset,
            self.metrics,
            self.restores,
            self.report,
        ):
            files.require_writable(file)

    def _holds_something_else(self) -> bool:
        if not self.root.exists():
            return False
        names = {path.name for path in self.root.iterdir()}
        return any(
            name != _LOCK and not name.startswith(files.PARTIAL_PREFIX)
            for name in names
        )

    def data_path(self) -> str | None:
        """Returns where the run's folders of images were last, if there still.

        That of one folder, or the name of a data set of pairs or of two.
        """
        path = self._text_of_data("path")
        return path if path is not None and are_folders_present(path) else None

    def data_fingerprint(self) -> str | None:
        """Returns that of the run's data, None where it has none."""
        return self._text_of_data("fingerprint")

    def _text_of_data(self, key: str) -> str | None:
        """Returns a text of dataset.json, None if it is not there."""
        try:
            text = self.read_dataset().get(key)
        except (OSError, ValueError):
            return None
        return text if isinstance(text, str) else None

    def require_present(self) -> None:
        """Checks that nobody has removed the folder since the training began.

        Otherwise parts of it would come into being again, without a config.

        Raises:
            FileNotFoundError: somebody has.
        """
        if not self.root.is_dir():
            raise FileNotFoundError(
                "A run folder must stay where it is while its training is at "
                f"work. Received: {self.root}, which is gone."
            )

    def append_metrics(self, record: dict[str, Any]) -> None:
        """Appends a line to metrics.jsonl.

        Raises:
            OSError: the folder or the file has gone, or is none any more.
        """
        self.require_present()
        records.append(self.metrics, record)

    def append_restore(self, restore: Restore) -> None:
        """Appends a line to restores.jsonl."""
        records.append(self.restores, dataclasses.asdict(restore))

    def read_restores(self) -> list[Restore]:
        """Returns how often the training went back, in order."""
        return records.read_restores(self.restores)

    def forget_metrics_after(
        self, step: int, log: Callable[[str], None] = lambda _: None
    ) -> None:
        """Drops the lines of steps that will be repeated, and no records.

        Args:
            step: the last one to keep.
            log: see `read_metrics`.
        """
        if self.metrics.exists():
            lines = [
                json.dumps(record) + "\n"
                for record in self.read_metrics(log)
                if record["step"] <= step
            ]
            files.write_text(self.metrics, "".join(lines))

    def last_metrics(self, step: int) -> dict[str, Any]:
        """Returns the last values in metrics.jsonl up to `step`."""
        last: dict[str, Any] = {}
        for record in self.read_metrics():
            if record["step"] <= step:
                last |= record
        return last

    def read_metrics(
        self, log: Callable[[str], None] = lambda _: None
    ) -> list[dict[str, Any]]:
        """Returns the records of metrics.jsonl, each with a whole `step`.

        Args:
            log: called with a line on what is skipped as no record, but for
                the last line, which may have been cut.

        Raises:
            ValueError: see `json_files.lines`.
        """
        return records.read_metrics(self.metrics, log)
