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
from tfgan_zoo.cli import app, path_flags, settings, train_help
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.training import config_file

if TYPE_CHECKING:
    import tensorflow as tf

    from tfgan_zoo.data import Examples
    from tfgan_zoo.export.exporter import Export
    from tfgan_zoo.training.run_folder import RunFolder
    from tfgan_zoo.training.starting import Start


# Made the best images of clothes in five minutes on two cores, see
# docs/results/demo.md.
_DEMONSTRATION = TrainConfig(
    steps=4500,
    generator_learning_rate=8e-4,
    discriminator_learning_rate=4e-4,
)

_CONFIG = path_flags.define_path(
    "config",
    None,
    "config.json of a run, to repeat it; flags override its settings.",
)
_OUTPUT_DIR = path_flags.define_path(
    "output_dir", None, "Folder of the run. Default: runs/MODEL-DATASET."
)
_RESUME = flags.DEFINE_bool(
    "resume", True, "Resume the run in --output_dir, if there is one."
)
_STRATEGY = flags.DEFINE_string(
    "strategy",
    "mirrored",
    "Devices: mirrored (all GPUs, or the CPU), one_device, "
    "multi_worker_mirrored (the workers of TF_CONFIG or SLURM) or tpu.",
)
_TPU = flags.DEFINE_string(
    "tpu", "", "Name or address of the TPU. Only used with --strategy=tpu."
)
_DRY_RUN = flags.DEFINE_bool(
    "dry_run",
    False,
    "Check data, settings and networks, print the resolved settings, and "
    "exit without training.",
)


def main() -> int | None:
    """Trains and exports; returns the exit code."""
    config = _config()
    app.import_tensorflow()
    if config.model == "help":
        _list_architectures()
        return None
    from tfgan_zoo import strategies
    from tfgan_zoo.cli import starting
    from tfgan_zoo.training import building, checking, resuming
    from tfgan_zoo.training.run_folder import RunFolder

    # Workers meet before TensorFlow does anything else.
    strategy = strategies.get(_STRATEGY.value, _TPU.value)
    writes = strategies.is_chief(strategy)
    log = _note if _DRY_RUN.value else _log if writes else _nothing
    is_given = "model" in settings.read_flags() or bool(_CONFIG.value)
    config, start = starting.load(
        config, _find_output_dir, model_is_given=is_given, log=log
    )
    config = _with_dataset(config)
    checking.check(config)
    folder = RunFolder(_output_dir(config))
    if writes:
        folder.require_usable(resume=_RESUME.value)
    config = resuming.locate_data(folder, config, log)
    examples = building.load_data(config, log=log, folder=folder)
    config = building.resolve(
        config, examples.spec, sample_bits=examples.sample_bits
    )
    if writes:
        _tell_without_effect(config)
    if start is not None:
        starting.advise(config, len(examples), log)
    if _DRY_RUN.value:
        _check(config, examples, folder, strategy, start=start)
        return None
    return _train(config, examples, folder, strategy, start=start)


def _check(
    config: TrainConfig,
    examples: Examples,
    folder: RunFolder,
    strategy: tf.distribute.Strategy,
    *,
    start: Start | None,
) -> None:
    """Checks all that a training checks, and prints its settings."""
    from tfgan_zoo.training import loop, resuming
    from tfgan_zoo.training.data_identity import DataIdentity

    loop.prepare(config, examples, folder, strategy, _note, start)
    identity = DataIdentity.of(examples)
    resuming.check_data(folder, config, identity, log=_nothing)
    print(config_file.to_json(config), end="")


def _train(
    config: TrainConfig,
    examples: Examples,
    folder: RunFolder,
    strategy: tf.distribute.Strategy,
    *,
    start: Start | None,
) -> int | None:
    """Trains, reports and exports; returns the exit code."""
    from tfgan_zoo import strategies
    from tfgan_zoo.export.run import export_run
    from tfgan_zoo.training import failures, loop, report

    writes = strategies.is_chief(strategy)
    try:
        result = loop.train(
            config,
            examples,
            folder,
            start=start,
            strategy=strategy,
            log=_log if writes else _nothing,
        )
    except failures.FAILURES:
        if writes:
            _log(f"Report: {report.write(folder)}")
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
    for architecture in models.descriptions():
        shape = "x".join(str(size) for size in architecture.image_shape)
        labels = ", with labels" if architecture.conditional else ""
        print(f"{architecture.name}: {architecture.purpose}{labels}")
        print(
            f"    {architecture.generator_parameters:,} + "
            f"{architecture.discriminator_parameters:,} at {shape}; "
            f"{architecture.sizes}"
        )
        print(f"    {architecture.paper}")


def _config() -> TrainConfig:
    values = settings.read_flags()
    base = _DEMONSTRATION
    if _CONFIG.value:
        base = config_file.read(_CONFIG.value)
    elif {"model", "dataset", "start_from"} & set(values):
        base = TrainConfig()
    return dataclasses.replace(base, **values)


def _with_dataset(config: TrainConfig) -> TrainConfig:
    """Returns the settings; where no data set is named, the architecture's."""
    from tfgan_zoo import models

    if _CONFIG.value or "dataset" in settings.read_flags():
        return config
    dataset = models.get(config.model).dataset
    return dataclasses.replace(config, dataset=dataset)


def _tell_without_effect(config: TrainConfig) -> None:
    for line in settings.list_ineffective(config):
        _note(line)


def _find_output_dir(config: TrainConfig) -> Path:
    return _output_dir(_with_dataset(config))


def _output_dir(config: TrainConfig) -> Path:
    dataset = Path(config.dataset)
    if dataset.name in ("", "..") or config.dataset == "~":
        dataset = dataset.expanduser().resolve()
    name = f"{config.model}-{dataset.name}"
    return Path(_OUTPUT_DIR.value or Path("runs") / name.replace(":", "-"))


def _report(folder: RunFolder, export: Export) -> None:
    from tfgan_zoo.export.metadata import read_metadata
    from tfgan_zoo.inputs import LATENTS

    metadata = read_metadata(export.saved_model)
    folder_word = shlex.quote(str(export.folder))  # to be copied
    is_sampled = metadata.inputs[0].kind == LATENTS
    flag = "--output=grid.png" if is_sampled else "--input=image.png"
    more = f"tfgan-sample --model={folder_word} {flag}"
    largest = export.reports[0].differences.largest
    rows = {
        "Samples": folder.samples,
        "Report": folder.report,
        "Metrics": folder.metrics,
        "TensorBoard": "tensorboard --logdir="
        + shlex.quote(str(folder.tensorboard)),
        "SavedModel": export.saved_model,
        "TFLite": f"{export.tflite()} (within {largest:.1e} of it)",
        "More": more,
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
    app.run(main, __name__, train_help.USAGE, sections=train_help.SECTIONS)


if __name__ == "__main__":
    run()
