"""Trains the generators that ship, and packs them.

    python tools/pretrain.py --names=dcgan-mnist --output=runs/zoo

One after the other, each in a run folder of its own; a training that was
stopped goes on, one that has ended is skipped. What has ended becomes a
folder of tfgan_zoo/pretrained/generators: export, scores, card, and a row of
docs/generators.md. Where other weights ship under its name, it becomes their
next version. TensorFlow
data sets are looked for where TFDS_DATA_DIR says, and folders of images in
--image_folders, so that no folder of this machine gets into a run's settings.
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from absl import app, flags

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.training import config_file
from tools.pretraining.recipes import RECIPES

_NAMES = flags.DEFINE_list("names", None, "Of generators; by default all.")
_HARDWARE = flags.DEFINE_string(
    "hardware", "this machine", "What the cards say that it ran on."
)
_PACK = flags.DEFINE_bool("pack", True, "Whether to pack what has ended.")
_REPLACE = flags.DEFINE_bool(
    "replace",
    False,
    "Pack other weights in the place of the newest version's, which must not "
    "have been released, instead of as the next version.",
)
_PAGES = flags.DEFINE_bool(
    "pages",
    False,
    "Write the pages of the cards that are there, and the table in "
    "docs/generators.md, no more.",
)
_SPEEDS = flags.DEFINE_bool(
    "speeds", False, "Time the files that are there on --hardware, no more."
)
_DISCRIMINATORS = flags.DEFINE_bool(
    "discriminators",
    False,
    "Write the discriminators of the runs in --output beside the generators "
    "of --names, as float16, no more; those in colour have them anyway.",
)
_DIRECTIONS = flags.DEFINE_bool(
    "directions",
    False,
    "Find named directions of the generators of latents, no more.",
)
_CONVERT = flags.DEFINE_list(
    "convert",
    None,
    "TFLite variants to convert anew from the SavedModels that are there, no "
    "more; the reports of the others are written anew, too.",
)
_IMAGENET = flags.DEFINE_integer(
    "imagenet",
    0,
    "Measure the generators of colour images that are there by the network "
    "imagenet, with so many samples a repeat, no more.",
)
_OUTPUT = flags.DEFINE_string(
    "output", "runs/zoo", "Folder of the run folders."
)
_IMAGE_FOLDERS = flags.DEFINE_string(
    "image_folders", ".", "Where folders of images lie, such as mixed_64."
)


# TensorFlow's own choice on some processors is the slower one, by a third.
_SOONER = {"TF_ENABLE_ONEDNN_OPTS": "1"}


def _flags(settings: dict[str, Any]) -> list[str]:
    return [f"--{name}={value}" for name, value in settings.items()]


def _is_done(folder: Path, settings: dict[str, Any]) -> bool:
    """Whether the run has ended, and by these settings."""
    if not (folder / "export").is_dir():
        return False
    trained = dataclasses.asdict(config_file.read(folder / "config.json"))
    lines = (folder / "metrics.jsonl").read_text("utf-8").splitlines()
    is_whole = json.loads(lines[-1])["step"] >= settings["steps"]
    return is_whole and settings.items() <= trained.items()


def _write_cards(output: Path) -> None:
    from tfgan_zoo.pretrained import sources
    from tools.pretraining import (
        converting,
        directing,
        discriminators,
        imagenet,
        writing,
    )

    for name in _NAMES.value or sources.names():
        if _SPEEDS.value:
            writing.write_speeds(sources.folder(name), _HARDWARE.value)
        if _IMAGENET.value:
            imagenet.write_scores(sources.folder(name), _IMAGENET.value)
        if _PAGES.value:
            writing.write_page(sources.folder(name))
        if _DISCRIMINATORS.value:
            run = output / name
            discriminators.add_to_shipped(run, sources.folder(name))
        if _DIRECTIONS.value:
            directing.add_directions(sources.folder(name))
        if _CONVERT.value is not None:
            converting.convert(sources.folder(name), _CONVERT.value)
    writing.write_table()


def main(argv: list[str]) -> None:
    """Trains what has not ended."""
    del argv
    output = Path(_OUTPUT.value).resolve()
    os.chdir(_IMAGE_FOLDERS.value)
    of_cards = (_PAGES, _SPEEDS, _IMAGENET, _DISCRIMINATORS, _DIRECTIONS)
    is_of_cards = any(flag.value for flag in of_cards)
    if is_of_cards or _CONVERT.value is not None:
        _write_cards(output)
        return
    names = _NAMES.value or list(RECIPES)
    unknown = [name for name in names if name not in RECIPES]
    if unknown:
        raise app.UsageError(
            f"--names must be among: {', '.join(RECIPES)}. "
            f"Received: {', '.join(unknown)}."
        )
    for name in names:
        settings, folder = RECIPES[name], output / name
        if not _is_done(folder, settings):
            command = [sys.executable, "-m", "tfgan_zoo.cli.train"]
            command += [*_flags(settings), f"--output_dir={folder}"]
            print(f"{name}: {' '.join(command[2:])}", flush=True)
            environment = {**os.environ, **_SOONER}
            code = subprocess.run(command, env=environment).returncode
            if code:
                sys.exit(code)
        if _PACK.value:
            from tools.pretraining import writing
            from tools.pretraining.pack import pack

            packed = pack(folder, name, _HARDWARE.value, replace=_REPLACE.value)
            writing.write_table()
            print(f"{name}: {packed}", flush=True)


if __name__ == "__main__":
    app.run(main)
