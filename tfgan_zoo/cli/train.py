"""tfgan-train: trains an architecture, and exports its generator."""

from __future__ import annotations

import dataclasses
import errno
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from absl import flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo import config as configs
from tfgan_zoo.cli import app, path_flags, settings
from tfgan_zoo.config import TrainConfig

if TYPE_CHECKING:
    from tfgan_zoo.export.exporter import Export
    from tfgan_zoo.training.run_folder import RunFolder

USAGE = """
tfgan-train [--flags]

Trains a GAN and exports its generator. With neither --model nor --dataset: a
DCGAN, on 10,000 pictures of clothes that come with the package, for five
minutes on two cores. The same command goes on where it was stopped. `...`
stands for: as the architecture's recipe or the data have it.
"""

# Without --model and --dataset: what made the best clothes of five minutes on
# two cores, in docs/decisions.md.
_FIVE_MINUTES = TrainConfig(
    steps=4500,
    generator_learning_rate=8e-4,
    discriminator_learning_rate=4e-4,
)

_CONFIG = path_flags.define_path(
    "config", None, "A run's config.json, to run it again; flags go over it."
)
_OUTPUT_DIR = path_flags.define_path(
    "output_dir", None, "Run folder; by default runs/MODEL-DATASET."
)
_RESUME = flags.DEFINE_bool(
    "resume", True, "Go on with the run that the folder holds."
)
_STRATEGY = flags.DEFINE_string(
    "strategy",
    "mirrored",
    "Which devices: mirrored (all GPUs, or the processor), one_device, "
    "multi_worker_mirrored (the workers of TF_CONFIG or SLURM) or tpu.",
)
_TPU = flags.DEFINE_string("tpu", "", "Name or address, for --strategy=tpu.")
_DRY_RUN = flags.DEFINE_bool(
    "dry_run",
    False,
    "Check all that the training checks, print the resolved settings and end; "
    "takes the time to read the data and build the networks.",
)


def main() -> int | None:
    """Trains and exports; returns the exit code."""
    config = _config()
    app.import_tensorflow()
    if config.model == "help":
        _list_architectures()
        return None
    from tfgan_zoo import strategies
    from tfgan_zoo.export.run import export_run
    from tfgan_zoo.training import building, checking, failing, loop, report
    from tfgan_zoo.training.data_identity import DataIdentity
    from tfgan_zoo.training.run_folder import RunFolder

    # Workers meet before TensorFlow does anything else.
    strategy = strategies.get(_STRATEGY.value, _TPU.value)
    writes = strategies.is_chief(strategy)
    log = _note if _DRY_RUN.value else _log if writes else _nothing
    checking.check(config)
    folder = RunFolder(_output_dir(config))
    if writes:
        folder.require_usable(resume=_RESUME.value)
    config = folder.find_data(config, log)
    examples = building.load_data(config, log=log, folder=folder)
    config = building.settle(
        config, examples.spec, sample_bits=examples.sample_bits
    )
    if writes:
        _tell_without_effect(config)
    if _DRY_RUN.value:
        loop.prepare(config, examples, folder, strategy, log)
        identity = DataIdentity.of(examples)
        folder.check_data(config, identity, log=_nothing)
        print(configs.to_json(config), end="")
        return None
    try:
        result = loop.train(
            config,
            examples,
            folder,
            resume=_RESUME.value,
            strategy=strategy,
            log=log,
        )
    except failing.FAILURES:
        if writes:
            log(f"Report: {report.write(folder)}")
        raise
    if not writes:
        return result.exit_code
    report.write(folder)
    if result.stopped_by is not None:
        _log(
            f"Stopped at step {result.step} of {config.steps}; "
            "the same command goes on from there."
        )
        return result.exit_code
    export = export_run(folder, folder.export, overwrite=True, log=_log)
    report.write(folder)  # which shows the export too
    _report(folder, export)
    return None


def _list_architectures() -> None:
    from tfgan_zoo import models

    print("--model=NAME (trainable parameters of generator + discriminator)\n")
    for one in models.descriptions():
        shape = "x".join(str(size) for size in one.image_shape)
        labels = ", with labels" if one.conditional else ""
        print(f"{one.name}: {one.purpose}{labels}")
        print(
            f"    {one.generator_parameters:,} + "
            f"{one.discriminator_parameters:,} at {shape}; {one.sizes}"
        )
        print(f"    {one.paper}")


def _config() -> TrainConfig:
    given = settings.given()
    if _CONFIG.value:
        return dataclasses.replace(configs.from_json(_CONFIG.value), **given)
    own_training = {"model", "dataset"} & set(given)
    base = TrainConfig() if own_training else _FIVE_MINUTES
    return dataclasses.replace(base, **given)


def _tell_without_effect(config: TrainConfig) -> None:
    for line in settings.without_effect(config):
        _note(line)


def _output_dir(config: TrainConfig) -> Path:
    dataset = Path(config.dataset)
    if dataset.name in ("", "..") or config.dataset == "~":
        dataset = dataset.expanduser().resolve()
    name = f"{config.model}-{dataset.name}"
    return Path(_OUTPUT_DIR.value or Path("runs") / name.replace(":", "-"))


def _report(folder: RunFolder, export: Export) -> None:
    from tfgan_zoo.export.metadata import read_metadata
    from tfgan_zoo.inputs import ENLARGE

    enlarges = read_metadata(export.saved_model).task == ENLARGE
    more = "--upscale=image.png" if enlarges else "--output=grid.png"
    folder_word = shlex.quote(str(export.folder))  # to be copied
    largest = export.reports[0].differences.largest
    rows = {
        "Samples": folder.samples,
        "Report": folder.report,
        "Metrics": folder.metrics,
        "TensorBoard": "tensorboard --logdir="
        + shlex.quote(str(folder.tensorboard)),
        "SavedModel": export.saved_model,
        "TFLite": f"{export.tflite()} (within {largest:.1e} of it)",
        "More": f"tfgan-sample --model={folder_word} {more}",
    }
    for name, value in rows.items():
        _log(f"{name + ':':<12} {value}")


def _log(line: str) -> None:
    try:
        print(line, flush=True)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        # The terminal has gone; what is being saved is saved without it.
        app.discard_output()


def _note(line: str) -> None:
    # Standard output is for the settings alone.
    print(f"Note: {line}", file=sys.stderr)


def _nothing(line: str) -> None:
    """Of several workers the chief alone tells."""


def run() -> None:
    """The console script."""
    app.run(main, __name__, USAGE)


if __name__ == "__main__":
    run()
