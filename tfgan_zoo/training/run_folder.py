"""The run folder: its files, and whether a training may go on in it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tfgan_zoo import config as configs
from tfgan_zoo import files, json_files
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import DatasetSpec
from tfgan_zoo.training import data_identity
from tfgan_zoo.training.data_identity import DataIdentity

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_LOCK = ".lock"

# More steps go on with the same training, and how many checkpoints stay, where
# data sets are and whether one may be fetched does not touch it.
_MAY_CHANGE = (
    "steps",
    "keep_checkpoints",
    "data_dir",
    "download",
    "evaluate_every",
    "evaluate_count",
    "evaluate_metric",
    "evaluate_features",
    "health_every",
    "on_failure",
    # Compared by their content, as they may have moved.
    "dataset",
    "split",
)


@dataclasses.dataclass(frozen=True)
class Restore:
    """A training's way back to a healthy checkpoint.

    Attributes:
        step: at which it turned back.
        to: step of the checkpoint.
        finding: name of what was found, a key of `health.kinds.KINDS`.
        title: of it, for people.
        evidence: of it, in a sentence.
    """

    step: int
    to: int
    finding: str
    title: str
    evidence: str


class RunFolder:
    """One training's folder.

    Attributes:
        root, config, dataset, checkpoints, best, samples, metrics, restores,
        tensorboard, report, export: paths.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)
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
        if not self.config.is_file():
            raise FileNotFoundError(
                f"A run folder must hold config.json. Received: {self.root}."
            )
        return configs.from_json(self.config)

    def read_spec(self) -> DatasetSpec:
        """Returns the spec of the run's data.

        Raises:
            FileNotFoundError: the folder holds no run.
        """
        if not self.dataset.is_file():
            raise FileNotFoundError(
                f"A run folder must hold dataset.json. Received: {self.root}."
            )
        try:
            described = json.loads(self.dataset.read_text(encoding="utf-8"))
            described["class_names"] = tuple(described["class_names"])
            fields = [field.name for field in dataclasses.fields(DatasetSpec)]
            return DatasetSpec(**{name: described[name] for name in fields})
        except (ValueError, KeyError, TypeError):
            raise ValueError(
                "dataset.json must be what the training wrote. "
                f"Received: {self.dataset}."
            ) from None

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps other trainings out of the folder.

        Raises:
            OSError: one is at work in it.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with open(self.root / _LOCK, "w") as lock:
            if fcntl is not None:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise OSError(
                        "`output_dir` must belong to one training at a time. "
                        f"Received: {self.root}, where one is at work."
                    ) from None
            yield

    def open(
        self,
        config: TrainConfig,
        identity: DataIdentity,
        *,
        resume: bool,
        log: Callable[[str], None] = print,
    ) -> None:
        """Makes the folder this training's, or checks that it is.

        Args:
            config: settled settings.
            identity: of the data set.
            resume: whether the folder may hold the run already.
            log: told when the run gets the fingerprint of its data.

        Raises:
            ValueError: the folder holds a run with other settings or data.
            FileExistsError: it holds a run and `resume` is False, or it holds
                something that is no run.
        """
        if self.config.is_file():
            if not resume:
                raise FileExistsError(
                    "Without `resume`, `output_dir` must not hold a run. "
                    f"Received: {self.root}."
                )
            self._check_same(config)
        elif self._holds_something_else():
            raise FileExistsError(
                "`output_dir` must be new, empty or a run folder. "
                f"Received: {self.root}."
            )
        self._check_same_data(config, identity, log)
        for folder in (self.root, self.samples, self.checkpoints, self.best):
            files.remove_partials(folder)
        # The config comes first: it is what makes the folder a run's.
        files.write_text(self.config, configs.to_json(config))
        described = json.dumps(identity.to_dict(), indent=2)
        files.write_text(self.dataset, described + "\n")

    def _holds_something_else(self) -> bool:
        if not self.root.exists():
            return False
        names = {path.name for path in self.root.iterdir()}
        return any(
            name != _LOCK and not name.startswith(files.PARTIAL_PREFIX)
            for name in names
        )

    def _check_same_data(
        self,
        config: TrainConfig,
        identity: DataIdentity,
        log: Callable[[str], None],
    ) -> None:
        if not self.dataset.is_file():
            return
        before = json_files.read_object(self.dataset, "dataset.json")
        identity.require_same(before, str(self.root))
        if data_identity.has_fingerprint(before):
            return
        given = self.read_config().dataset
        if not data_identity.is_same_place(given, identity.path):
            raise ValueError(
                "A run must go on with the data it began with. Received: "
                f"dataset: {given} -> {config.dataset}, in {self.root}."
            )
        log(
            f"This run has had no fingerprint of its data: {self.dataset} now "
            f"has that of {config.dataset}, and only the same will do."
        )

    def data_path(self) -> str | None:
        """Returns where the run's folder of images was last, if it still is."""
        try:
            described = json_files.read_object(self.dataset, "dataset.json")
        except (OSError, ValueError):
            return None
        path = described.get("path")
        return path if isinstance(path, str) and Path(path).is_dir() else None

    def _check_same(self, config: TrainConfig) -> None:
        before = self.read_config()
        changed = configs.differences(before, config)
        for name in _MAY_CHANGE:
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
                f"{self.root}. Take another --output_dir for a new run."
            )

    def append_metrics(self, record: dict[str, Any]) -> None:
        """Appends a line to metrics.jsonl."""
        _append(self.metrics, record)

    def append_restore(self, restore: Restore) -> None:
        """Appends a line to restores.jsonl."""
        _append(self.restores, dataclasses.asdict(restore))

    def read_restores(self) -> list[Restore]:
        """Returns how often the training went back, in order."""
        return [Restore(**line) for line in _lines(self.restores)]

    def forget_metrics_after(self, step: int) -> None:
        """Drops the lines of steps that will be repeated, and a cut line."""
        if self.metrics.is_file():
            kept = [
                json.dumps(record) + "\n"
                for record in self.read_metrics()
                if record["step"] <= step
            ]
            files.write_text(self.metrics, "".join(kept))

    def last_metrics(self, step: int) -> dict[str, Any]:
        """Returns the last values in metrics.jsonl up to `step`."""
        last: dict[str, Any] = {}
        for record in self.read_metrics():
            if record["step"] <= step:
                last |= record
        return last

    def read_metrics(self) -> list[dict[str, Any]]:
        """Returns the whole lines of metrics.jsonl."""
        return _lines(self.metrics)


def _append(path: Path, record: dict[str, Any]) -> None:
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    records = []
    text = path.read_text(encoding="utf-8", errors="replace")
    for line in text.splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue  # cut by a kill
        if isinstance(record, dict):
            records.append(record)
    return records
