"""Folders of pictures, some of which are damaged or odd."""

from __future__ import annotations

import os
from pathlib import Path

from tools.fuzzing import damage
from tools.fuzzing.inputs import Input, Place, command
from tools.fuzzing.subjects import common

_FOLDERS: tuple[str, ...] = (
    "",
    "",
    "a",
    "b",
    "a/c",
    "10",
    "2",
    "train",
    "test",
    "@eaDir",
)
_FOLDERS += (".hidden", "\u00e9", "e\u0301", "Cat", "cat", "empty", "x\ny")
_NAMES = ("x", "\u540d", "\udcff", "a b", "-x", "%s", "x" * 200)
_FLAGS = (
    "--dry_run",
    "--batch_size=2",
    "--width=2",
    "--output_dir=out",
    "--image_size=32",
)
_MORE = ("--strict_data", "--channels=1", "--channels=3", "--model=acgan")


def make(place: Place) -> Input:
    """Makes a command that reads a folder of odd pictures."""
    rng = place.random
    folder = place.inputs / "data"
    folder.mkdir()
    for _ in range(rng.choice((0, 1, 1, 2, 5, 12))):
        _write(place, folder / rng.choice(_FOLDERS))
    if rng.random() < 0.2:
        damage.damage_file(rng, folder)
    chance = rng.random()
    if chance < 0.6:
        more = rng.sample(_MORE, rng.choice((0, 0, 1, 2)))
        return command("train", "--dataset=in/data", *_FLAGS, *more)
    if chance < 0.8:
        moment = ("--count=20", "--repeats=1")
        data = rng.choice(("fashion_mnist_10k", "in/data"))
        images = ("--images=in/data", f"--dataset={data}")
        return command("evaluate", *images, *moment)
    return _alone(place)


def _alone(place: Place) -> Input:
    """Makes a command that reads a single picture."""
    rng = place.random
    path = place.inputs / "picture"
    _write_picture(place, path)
    model = "--model=in/export"
    if rng.random() < 0.5:
        common.copy_export(place, "upsampler")
        if rng.random() < 0.5:
            return command("sample", model, "--upscale=in/picture")
        more = rng.choice(((), ("--upscale_times=2",), ("--full_size",)))
        return command("sample", model, "--input=in", "--output=out", *more)
    common.copy_export(place, "images")
    return command("sample", model, "--invert=in/picture", "--invert_steps=2")


def _write(place: Place, folder: Path) -> None:
    rng = place.random
    folder.mkdir(parents=True, exist_ok=True)
    suffix = rng.choice((".png", ".jpg", ".webp", ".tif", ".PNG", ".txt", ""))
    name = f"{rng.choice(_NAMES)}{rng.randrange(5)}{suffix}"
    path = folder / name
    if not os.path.lexists(path) and folder.name != "empty":
        _write_picture(place, path)


def _write_picture(place: Place, path: Path) -> None:
    rng = place.random
    sources = sorted((place.material / "pictures").iterdir())
    content = rng.choice(sources).read_bytes()
    if rng.random() < 0.4:
        content = damage.scramble(rng, content)
    path.write_bytes(content)
