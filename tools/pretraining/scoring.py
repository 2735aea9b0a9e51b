"""Measures an exported generator, draws it, and looks for what fails."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tfgan_zoo.evaluation.features import imagenet
from tfgan_zoo.export import loading
from tfgan_zoo.inputs import GENERATE
from tfgan_zoo.pretrained.generator import Generator
from tfgan_zoo.sources import EDGES
from tools.pretraining import about, codes, failures, looking, translating

PICTURE = "samples.png"
_SAMPLES, _COLUMNS = 80, 10
_METRICS = "frechet_distance,kernel_distance,precision_recall,density_coverage"
# By a network that is slow, of images much larger than these.
IMAGENET_SAMPLES, IMAGENET_REPEATS = 5000, 3
# Of data with a test split and a network that knows its classes.
_KNOWN = ",modes,memorisation"
_CONDITIONAL = ",label_accuracy"


def score(
    run: Path, folder: Path, config: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Measures and draws; returns the evaluation, and more for the card."""
    generator = Generator(folder, trust=True)
    if generator.metadata.task != GENERATE:
        return _score_images(run, generator, config)
    _write_samples(folder)
    evaluation = evaluate(run, folder, config)
    more: dict[str, Any] = {
        "failures": looking.failures(generator, evaluation, folder)
    }
    if config["model"] == "infogan":
        network = evaluation["protocol"]["features"]["name"]
        codes.write_picture(generator, folder / codes.PICTURE)
        more["codes"] = {
            "picture": codes.PICTURE,
            "meanings": codes.meanings(generator, network),
        }
    return evaluation, more


def _score_images(
    run: Path, generator: Generator, config: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    folder = generator.folder
    evaluation, held_out = translating.evaluate(folder, run)
    translating.write_picture(folder / PICTURE, held_out)
    lines = failures.list_failures(config, evaluation, held_out)
    more: dict[str, Any] = {"failures": lines}
    if config["source"] == EDGES:
        drawings = folder / failures.DRAWINGS
        lines += failures.color_scribbles(generator, drawings)
        more["drawings"] = failures.DRAWINGS
    return evaluation, more


def _write_samples(folder: Path) -> None:
    run_command(
        "sample",
        f"--model={folder}",
        f"--count={_SAMPLES}",
        f"--columns={_COLUMNS}",
        f"--output={folder / PICTURE}",
    )


def evaluate(run: Path, folder: Path, config: dict[str, Any]) -> dict[str, Any]:
    """Measures samples by their data set's network, or else by `imagenet`.

    Where there is no network of these data, there are few of them, and samples
    are compared with the images of the training.

    Args:
        run: folder of the training, where the result is kept.
        folder: of the export.
        config: of the training.

    Returns:
        What `tfgan-evaluate` wrote.
    """
    output = run / "evaluation.json"
    said = json.loads((folder / "model.json").read_text("utf-8"))
    metrics, flags = _METRICS, [f"--output={output}"]
    is_known = about.describe(config["dataset"])["has_network"]
    if is_known:
        metrics += _KNOWN + (_CONDITIONAL if said["num_classes"] else "")
        flags.append("--reference")
    else:
        flags += [
            f"--features={imagenet.NAME}",
            f"--split={config['split']}",
            f"--count={IMAGENET_SAMPLES}",
            f"--repeats={IMAGENET_REPEATS}",
        ]
    if not _is_evaluated(output, folder, metrics):
        run_command(
            "evaluate", f"--model={folder}", f"--metrics={metrics}", *flags
        )
    found: dict[str, Any] = json.loads(output.read_text("utf-8"))
    if not is_known:
        found["class_shares"] = {}  # of the classes of other pictures
    return found


def _is_evaluated(output: Path, folder: Path, metrics: str) -> bool:
    if not output.is_file():
        return False
    protocol = json.loads(output.read_text("utf-8"))["protocol"]
    return bool(
        protocol["sha256"] == loading.fingerprint(folder)
        and protocol["metrics"] == metrics.split(",")
    )


def run_command(name: str, *flags: str) -> None:
    """Runs a command of the package, and ends with an error as it does."""
    command = [sys.executable, "-m", f"tfgan_zoo.cli.{name}", *flags]
    subprocess.run(command, check=True)
