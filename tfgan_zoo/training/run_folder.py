"""The run folder: its files, and whether a training may go on in it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

from tfgan_zoo import config as configs
from tfgan_zoo import files, json_files
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import DatasetSpec
from tfgan_zoo.health import logs

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

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
        content = self._read_dataset()
        try:
            content["class_names"] = tuple(content["class_names"])
            del content["examples"]
            spec = DatasetSpec(**content)
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
        spec: DatasetSpec,
        *,
        examples: int,
        resume: bool,
    ) -> None:
        """Makes the folder this training's, or checks that it is.

        Args:
            config: settled settings.
            spec: of the data set.
            examples: how many it has.
            resume: whether the folder may hold the run already.

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
        described = {**dataclasses.asdict(spec), "examples": examples}
        self._check_same_data(described)
        for folder in (self.root, self.samples, self.checkpoints, self.best):
            files.remove_partials(folder)
        # The config comes first: it is what makes the folder a run's.
        files.write_text(self.config, configs.to_json(config))
        files.write_text(self.dataset, json.dumps(described, indent=2) + "\n")

    def _holds_something_else(self) -> bool:
        if not self.root.exists():
            return False
        names = {path.name for path in self.root.iterdir()}
        return any(
            name != _LOCK and not name.startswith(files.PARTIAL_PREFIX)
            for name in names
        )

    def _check_same_data(self, described: dict[str, Any]) -> None:
        if not self.dataset.is_file():
            return
        before = self._read_dataset()
        now = json_files.parse(json.dumps(described))
        if before != now:
            changed = sorted(
                name for name in now if before.get(name) != now[name]
            )
            named = ", ".join(
                f"{name}: {before.get(name)} -> {now[name]}" for name in changed
            )
            raise ValueError(
                "A run must go on with the data it began with. "
                f"Received: {named}, in {self.root}."
            )

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
            log: as of `read_metrics`.
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
            ValueError: as of `json_files.lines`.
        """
        return _lines(self.metrics, _is_record, log)


def _append(path: Path, record: dict[str, Any]) -> None:
    with open(path, "a", encoding="utf-8") as file:
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
    is_valid &= spec.channels in (None, 1, 3)
    for size in (spec.height, spec.width):
        is_int = type(size) is int and 1 <= size <= _MOST_PIXELS
        is_valid &= size is None or is_int
    if not is_valid:
        raise TypeError
