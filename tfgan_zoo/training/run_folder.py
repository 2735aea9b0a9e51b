"""The run folder: its files, and whether a training may go on in it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

from tfgan_zoo import config as configs
from tfgan_zoo import file_systems, files, json_files, paths
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import DatasetSpec
from tfgan_zoo.health import logs
from tfgan_zoo.training import data_identity
from tfgan_zoo.training.data_identity import DataIdentity

_LOCK = ".lock"
_MOST_PIXELS = 2**16  # of a side

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
        content = self._read_dataset()
        try:
            content["class_names"] = tuple(content["class_names"])
            fields = [field.name for field in dataclasses.fields(DatasetSpec)]
            given = {name: content[name] for name in fields if name in content}
            spec = DatasetSpec(**given)
            _require_types(spec)
            return spec
        except (ValueError, KeyError, TypeError):
            raise ValueError(
                "dataset.json must be what the training wrote. "
                f"Received: {self.dataset}."
            ) from None

    def _read_dataset(self) -> dict[str, Any]:
        return json_files.read_object(self.dataset, "A run's dataset.json")

    @contextlib.contextmanager
    def locked(self, log: Callable[[str], None] = print) -> Iterator[None]:
        """Keeps other trainings out of the folder.

        Args:
            log: told where the file system cannot lock files.

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
        self.require_usable(resume=resume)
        self.check_settings(config)
        self.check_data(config, identity, log)
        for folder in (self.root, self.samples, self.checkpoints, self.best):
            files.remove_partials(folder)
        # The config comes first: it is what makes the folder a run's.
        files.write_text(self.config, configs.to_json(config))
        described = json.dumps(identity.to_dict(), indent=2)
        files.write_text(self.dataset, described + "\n")

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

    def check_settings(self, config: TrainConfig) -> None:
        """Checks that a run in the folder, if any, can go on by settings.

        Args:
            config: settled settings.

        Raises:
            ValueError: the run has other settings.
        """
        if self.config.is_file():
            self._check_same(config)

    def _holds_something_else(self) -> bool:
        if not self.root.exists():
            return False
        names = {path.name for path in self.root.iterdir()}
        return any(
            name != _LOCK and not name.startswith(files.PARTIAL_PREFIX)
            for name in names
        )

    def check_data(
        self,
        config: TrainConfig,
        identity: DataIdentity,
        log: Callable[[str], None],
    ) -> None:
        """Checks that a run in the folder, if any, can go on with data.

        Args:
            config: settled settings.
            identity: of the data set.
            log: told when the run gets the fingerprint of its data.

        Raises:
            ValueError: the run began with others, or does not tell.
        """
        if not self.dataset.is_file():
            if self.checkpoints.is_dir() and any(self.checkpoints.iterdir()):
                raise ValueError(
                    "A run must keep its dataset.json, which tells what data "
                    f"it goes on with. Received: {self.root} without it."
                )
            return
        before = self._read_dataset()
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

    def find_data(
        self, config: TrainConfig, log: Callable[[str], None] = print
    ) -> TrainConfig:
        """Returns settings with the place where a run's images were last.

        A relative path means another place when the run goes on from another
        working folder; whether the images are the same is checked later.

        Args:
            config: settings; another data set than the run's stays as it is.
            log: told of the place.
        """
        path = self.data_path()
        if path is None or Path(config.dataset).expanduser().is_dir():
            return config
        if config.dataset != self.read_config().dataset:
            return config
        log(f"Taking the images from {path}, as {config.dataset} is not here.")
        return dataclasses.replace(config, dataset=path)

    def data_path(self) -> str | None:
        """Returns where the run's folder of images was last, if it still is."""
        path = self._text_of_data("path")
        return path if path is not None and Path(path).is_dir() else None

    def data_fingerprint(self) -> str | None:
        """Returns that of the run's data, None where it has none."""
        return self._text_of_data("fingerprint")

    def _text_of_data(self, key: str) -> str | None:
        """Returns a text of dataset.json, None if it is not there."""
        try:
            described = json_files.read_object(self.dataset, "dataset.json")
        except (OSError, ValueError):
            return None
        text = described.get(key)
        return text if isinstance(text, str) else None

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
        _append(self.metrics, record)

    def append_restore(self, restore: Restore) -> None:
        """Appends a line to restores.jsonl."""
        _append(self.restores, dataclasses.asdict(restore))

    def read_restores(self) -> list[Restore]:
        """Returns how often the training went back, in order."""
        found = []
        for record in _lines(self.restores, _is_restore, lambda _: None):
            names = [field.name for field in dataclasses.fields(Restore)]
            found.append(Restore(**{name: record[name] for name in names}))
        return found

    def forget_metrics_after(
        self, step: int, log: Callable[[str], None] = lambda _: None
    ) -> None:
        """Drops the lines of steps that will be repeated, and no records.

        Args:
            step: the last one to keep.
            log: see `read_metrics`.
        """
        if self.metrics.exists():
            kept = [
                json.dumps(record) + "\n"
                for record in self.read_metrics(log)
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

    def read_metrics(
        self, log: Callable[[str], None] = lambda _: None
    ) -> list[dict[str, Any]]:
        """Returns the records of metrics.jsonl, each with a whole `step`.

        Args:
            log: told of lines that are no records and are passed over, but
                for the last one, which may have been cut.

        Raises:
            ValueError: see `json_files.lines`.
        """
        return _lines(self.metrics, _is_record, log)


def _append(path: Path, record: dict[str, Any]) -> None:
    if path.exists() and not path.is_file():  # a pipe would wait for a reader
        raise OSError(f"A run's log must be a file. Received: {path}.")
    with files.naming(path), open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")


def _lines(
    path: Path,
    is_valid: Callable[[Any], bool],
    log: Callable[[str], None],
) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    records, invalid, cut, number = [], [], 0, 0
    for number, line in enumerate(json_files.lines(path), start=1):
        try:
            record = json_files.parse(line)
        except ValueError:
            record, cut = None, number
        if is_valid(record):
            records.append(record)
        elif line.strip():
            invalid.append(number)
    if invalid and invalid[-1] == cut == number:
        invalid.pop()  # by a kill
    if invalid:
        more = f" and {len(invalid) - 1:,} more" if invalid[1:] else ""
        log(
            f"{path}: line {invalid[0]}{more} without a whole `step` passed "
            "over."
        )
    return records


def _is_record(record: Any) -> bool:
    step = logs.whole_step(record)
    if step is None:
        return False
    record["step"] = step  # 2.0 is 2
    return True


def _is_restore(record: Any) -> bool:
    types = {
        "step": int,
        "to": int,
        "finding": str,
        "title": str,
        "evidence": str,
    }
    return isinstance(record, dict) and all(
        type(record.get(name)) is expected for name, expected in types.items()
    )


def _require_types(spec: DatasetSpec) -> None:
    """Checks what JSON does not: `DatasetSpec` has no checks of types."""
    texts = (spec.name, *spec.class_names)
    is_valid = all(isinstance(text, str) for text in texts)
    is_valid &= {spec.channels, spec.source_channels} <= {None, 1, 3}
    for size in (spec.height, spec.width):
        is_int = type(size) is int and 1 <= size <= _MOST_PIXELS
        is_valid &= size is None or is_int
    if not is_valid:
        raise TypeError
