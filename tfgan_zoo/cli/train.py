"""tfgan-train: trains an architecture, and exports its generator."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from absl import flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo import config as configs
from tfgan_zoo.cli import app
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

_HELP = {
    "model": "Architecture: the name of a file in tfgan_zoo/models.",
    "dataset": "fashion_mnist_10k, the name of a TensorFlow data set, or a "
    "folder of images, whose subfolders are the classes.",
    "data_dir": "Where TensorFlow data sets are.",
    "download": "Whether a TensorFlow data set may be downloaded.",
    "strict_data": "End at the first image that cannot be read; otherwise it "
    "is named and left out.",
    "image_size": "Height and width in pixels.",
    "channels": "1 for grey, 3 for colour.",
    "seed": "Of weights, latents and the order of the images.",
    "latent_dim": "Values a latent vector.",
    "width": "Channels of the narrowest hidden layer.",
    "steps": "Generator steps in all.",
    "batch_size": "Images a step, over all devices.",
    "loss": "Adversarial loss.",
    "generator_learning_rate": "Of Adam.",
    "discriminator_learning_rate": "Of Adam.",
    "beta_1": "Of Adam, both networks.",
    "beta_2": "Of Adam, both networks.",
    "ema_decay": "Share of the averaged generator that a step keeps.",
    "precision": "float32, mixed_bfloat16, or auto: bfloat16 where the "
    "hardware multiplies in it.",
    "log_every": "Steps between lines of metrics.jsonl.",
    "sample_every": "Steps between grids of samples.",
    "checkpoint_every": "Steps between checkpoints.",
    "keep_checkpoints": "How many of the newest checkpoints stay.",
}


def _define(name: str, types: tuple[type, ...], default: Any) -> Any:
    define: Any = {
        bool: flags.DEFINE_bool,
        int: flags.DEFINE_integer,
        float: flags.DEFINE_float,
        str: flags.DEFINE_string,
    }[types[0]]
    return define(name, default, _HELP[name])


# The flags are the fields of TrainConfig, so a setting is declared once.
_SETTINGS = {
    name: _define(name, types, default)
    for name, types, default in configs.settings()
}
# Without --model and --dataset: what made the best clothes of five minutes on
# two cores, in docs/decisions.md.
_FIVE_MINUTES = TrainConfig(
    steps=4500,
    generator_learning_rate=8e-4,
    discriminator_learning_rate=4e-4,
)

_CONFIG = flags.DEFINE_string(
    "config", None, "A run's config.json, to run it again; flags go over it."
)
_OUTPUT_DIR = flags.DEFINE_string(
    "output_dir", None, "Run folder; by default runs/MODEL-DATASET."
)
_RESUME = flags.DEFINE_bool(
    "resume", True, "Go on with the run that the folder holds."
)
_DRY_RUN = flags.DEFINE_bool(
    "dry_run", False, "Print the settled settings and end."
)


def main() -> int | None:
    """Trains and exports; returns the exit code."""
    config = _config()
    app.import_tensorflow()
    from tfgan_zoo.export.run import export_run
    from tfgan_zoo.training import building, loop, report
    from tfgan_zoo.training.run_folder import RunFolder

    examples = building.load_data(config, log=_log)
    config = building.settle(config, examples.spec)
    if _DRY_RUN.value:
        print(configs.to_json(config), end="")
        return None
    folder = RunFolder(_output_dir(config))
    result = loop.train(
        config, examples, folder, resume=_RESUME.value, log=_log
    )
    report.write(folder)
    if result.stopped_by is not None:
        _log(
            f"Stopped at step {result.step} of {config.steps}; "
            "the same command goes on from there."
        )
        return 128 + result.stopped_by
    export = export_run(folder, folder.export, overwrite=True, log=_log)
    _report(folder, export)
    return None


def _config() -> TrainConfig:
    given = {
        name: flag.value for name, flag in _SETTINGS.items() if flag.present
    }
    if _CONFIG.value:
        return dataclasses.replace(configs.from_json(_CONFIG.value), **given)
    own_training = {"model", "dataset"} & set(given)
    base = TrainConfig() if own_training else _FIVE_MINUTES
    return dataclasses.replace(base, **given)


def _output_dir(config: TrainConfig) -> Path:
    name = f"{config.model}-{Path(config.dataset).name}"
    return Path(_OUTPUT_DIR.value or Path("runs") / name.replace(":", "-"))


def _report(folder: RunFolder, export: Export) -> None:
    rows = {
        "Samples": folder.samples,
        "Report": folder.report,
        "Metrics": folder.metrics,
        "TensorBoard": f"tensorboard --logdir={folder.tensorboard}",
        "SavedModel": export.saved_model,
        "TFLite": f"{export.tflite} (within {export.max_difference:.1e} of it)",
        "More": f"tfgan-sample --model={export.folder} --output=grid.png",
    }
    for name, value in rows.items():
        _log(f"{name + ':':<12} {value}")


def _log(line: str) -> None:
    print(line, flush=True)


def run() -> None:
    """The console script."""
    app.run(main, __name__, USAGE)


if __name__ == "__main__":
    run()
