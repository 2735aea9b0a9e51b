"""From a run folder to a generator that ships: export, scores, card."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tfgan_zoo.export import loading
from tfgan_zoo.export.card import SAVED_MODEL_NAME, Card, read_card
from tfgan_zoo.export.exporter import TFLiteSettings, export
from tfgan_zoo.export.proof import ExportError
from tfgan_zoo.gan import GAN
from tfgan_zoo.pretrained.generator import Generator
from tfgan_zoo.pretrained.sources import CARD_NAME, GENERATORS
from tools.pretraining import codes, enlarging, looking, speeds
from tools.pretraining.about import DATA, MISUSE, USE, makes

_METRICS = "frechet_distance,kernel_distance,precision_recall,density_coverage"
# Of data with a test split and a network that knows its classes.
_KNOWN = ",modes,memorisation"
_CONDITIONAL = ",label_accuracy"
_UNKNOWN = "cifar10"
_PICTURE, _SAMPLES, _COLUMNS = "samples.png", 80, 10
# The first that is near enough to the generator ships, beside float16.
_EIGHT_BITS = ("int8", "dynamic")


def pack(run: Path, name: str, hardware: str) -> Path:
    """Writes the folder of a generator that ships.

    Args:
        run: folder of its training.
        name: of the generator.
        hardware: that it ran on.

    Returns:
        The folder.
    """
    from tfgan_zoo import files

    packed = run / "packed"
    with files.new_folder(packed, overwrite=True) as folder:
        config = _export(run, folder)
        training = {
            "command": _command(name, config["dataset"]),
            "steps": config["step"],
            "of_steps": config["steps"],
            "best_by": "frechet_distance" if config["evaluate_every"] else "",
            "seed": config["seed"],
            "minutes": round(_seconds(run, config) / 60.0, 1),
            "hardware": hardware,
        }
        evaluation, found = _looked_at(run, folder, config)
        found["failures"] += config["refused"]
        card = _card(name, folder, config, evaluation, training)
        _write(folder, {**card, **found})
    shipped = GENERATORS / name
    with files.new_folder(shipped, overwrite=True) as folder:
        shutil.copytree(packed, folder, dirs_exist_ok=True)
    return shipped


def _command(name: str, dataset: str) -> str:
    command = f"python tools/pretrain.py --names={name}"
    if DATA[dataset]["is_folder"]:
        command += f" --image_folders=DIR  # which holds {dataset}/"
    return command


def _looked_at(
    run: Path, folder: Path, config: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Measures and draws; returns the evaluation, and more for the card."""
    if config["model"] == "upsampler":
        enlarging.write_picture(folder / _PICTURE, folder)
        evaluation = enlarging.evaluated(folder)
        return evaluation, {"failures": enlarging.failures(evaluation)}
    _write_samples(folder)
    evaluation = _evaluated(run, folder, config["dataset"])
    generator = Generator(folder, trust=True)
    found: dict[str, Any] = {
        "failures": looking.failures(generator, evaluation, folder)
    }
    if config["model"] == "infogan":
        network = evaluation["protocol"]["features"]["name"]
        codes.write_picture(generator, folder / codes.PICTURE)
        found["codes"] = {
            "picture": codes.PICTURE,
            "meanings": codes.meanings(generator, network),
        }
    return evaluation, found


def write_speeds(folder: Path, hardware: str) -> None:
    """Measures the files' speeds anew, for the card and its page."""
    card = json.loads((folder / CARD_NAME).read_text("utf-8"))
    for file, speed in zip(card["files"], speeds.measured(folder, card)):
        file["milliseconds"] = speed
    card["timed_on"] = hardware
    _write(folder, card)


def write_page(folder: Path) -> None:
    """Writes a card's words and its page anew, and the list of hashes."""
    card = json.loads((folder / CARD_NAME).read_text("utf-8"))
    dataset = card["protocol"]["dataset"]
    card |= _words(card["architecture"], dataset)
    _write(folder, card)


def _words(model: str, dataset: str) -> dict[str, Any]:
    return {
        "makes": makes(model, dataset),
        "data": DATA[dataset]["card"],
        "use": USE,
        "misuse": MISUSE,
    }


def _write(folder: Path, card: dict[str, Any]) -> None:
    from tfgan_zoo import files
    from tfgan_zoo.export import checksums
    from tfgan_zoo.pretrained import pages

    files.write_text(folder / CARD_NAME, json.dumps(card, indent=1) + "\n")
    files.write_text(folder / "README.md", pages.page(card))
    checksums.write(folder)


def _export(run: Path, folder: Path) -> dict[str, Any]:
    """Exports the best checkpoint, with weights as float16 has them."""
    import tensorflow as tf

    from tfgan_zoo import files
    from tfgan_zoo.export.run import card_of
    from tfgan_zoo.training import trained
    from tfgan_zoo.training.run_folder import RunFolder

    config = (run / "config.json").read_text("utf-8")
    is_evaluated = bool(json.loads(config)["evaluate_every"])
    found = trained.restored(
        RunFolder(run), checkpoint="best" if is_evaluated else "newest"
    )
    for weight in found.gan.ema_generator.variables:
        weight.assign(tf.cast(tf.cast(weight, tf.float16), tf.float32))
    metrics = RunFolder(run).last_metrics(found.step)
    card = card_of(found.config, found.spec, found.gan, found.step, metrics)
    refused = _write_files(found.gan, card, folder)
    files.write_text(folder / "recipe.json", config)
    return {"step": found.step, "refused": refused, **json.loads(config)}


def _write_files(gan: GAN, card: Card, folder: Path) -> list[str]:
    """Writes an export; returns what a card says of files it lacks."""
    refused: list[str] = []
    for name in _EIGHT_BITS:
        settings = TFLiteSettings(("float16", name))
        try:
            export(gan, card, folder, tflite_files=settings, overwrite=True)
        except ExportError as error:
            refused.append(f"It has no {name} file. {error}")
        else:
            return refused
    raise ExportError(" ".join(refused))


def _write_samples(folder: Path) -> None:
    _module(
        "sample",
        f"--model={folder}",
        f"--count={_SAMPLES}",
        f"--columns={_COLUMNS}",
        f"--output={folder / _PICTURE}",
    )


def _evaluated(run: Path, folder: Path, dataset: str) -> dict[str, Any]:
    output = run / "evaluation.json"
    said = json.loads((folder / "model.json").read_text("utf-8"))
    metrics, flags = _METRICS, [f"--output={output}"]
    is_known = DATA[dataset]["has_network"]
    if is_known:
        metrics += _KNOWN + (_CONDITIONAL if said["num_classes"] else "")
        flags.append("--reference")
    else:
        flags.append(f"--features={_UNKNOWN}")
    if not _is_evaluated(output, folder, metrics):
        _module("evaluate", f"--model={folder}", f"--metrics={metrics}", *flags)
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


def _module(name: str, *flags: str) -> None:
    command = [sys.executable, "-m", f"tfgan_zoo.cli.{name}", *flags]
    subprocess.run(command, check=True)


def _card(
    name: str,
    folder: Path,
    config: dict[str, Any],
    evaluation: dict[str, Any],
    training: dict[str, Any],
) -> dict[str, Any]:
    model = json.loads((folder / "model.json").read_text("utf-8"))
    report = json.loads((folder / "export_report.json").read_text("utf-8"))
    said = read_card(folder / SAVED_MODEL_NAME)
    times = {
        one["file"]: one["measured"]["milliseconds_per_image"]["1 thread"]
        for one in report["files"]
    }
    return {
        "name": name,
        **_words(config["model"], config["dataset"]),
        "picture": _PICTURE,
        "architecture": config["model"],
        "paper": said["recipe"]["paper"],
        "licence": "Apache-2.0",
        "image_shape": model["image_shape"],
        "num_classes": model["num_classes"],
        "class_names": model["class_names"],
        "latents": model["latents"],
        "parameters": _parameters(folder),
        "training": training,
        "files": [
            {
                "file": one["file"],
                "variant": one["variant"],
                "bytes": one["bytes"],
                "sha256": one["sha256"],
                "milliseconds": times[one["file"]],
            }
            for one in model["files"]
        ],
        "runtime": report["files"][0]["measured"]["runtime"],
        "timed_on": f"{training['hardware']}, beside other work",
        "protocol": {**evaluation["protocol"], "model": name},
        "scores": evaluation["scores"],
        "class_shares": evaluation["class_shares"],
    }


def _seconds(run: Path, config: dict[str, Any]) -> float:
    """Returns how long all steps of a training took."""
    lines = (run / "metrics.jsonl").read_text("utf-8").splitlines()
    images = config["batch_size"]
    total, last = 0.0, 0
    for record in map(json.loads, lines):
        if "images_per_second" in record:
            steps = record["step"] - last
            total += steps * images / record["images_per_second"]
            last = record["step"]
    return total


def _parameters(folder: Path) -> int:
    import tensorflow as tf

    reader = tf.train.load_checkpoint(
        str(folder / SAVED_MODEL_NAME / "variables" / "variables")
    )
    shapes = reader.get_variable_to_shape_map()
    return sum(
        math.prod(shape)
        for name, shape in shapes.items()
        if name.startswith("generator_variables")
    )
