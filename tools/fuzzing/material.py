"""Small real files that inputs are made of: runs, exports, pictures, a log."""

from __future__ import annotations

import functools
import json
import re
import shutil
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from tools.fuzzing import child
from tools.fuzzing.inputs import command

_SMALL = (
    "--width=2",
    "--latent_dim=4",
    "--batch_size=8",
    "--steps=4",
    "--log_every=1",
    "--sample_every=4",
    "--checkpoint_every=2",
    "--health_every=2",
)
_IMAGES_SCORED = ("--evaluate_every=2", "--evaluate_count=64")
RUNS = {
    "images": (*_SMALL, *_IMAGES_SCORED, "--model=dcgan"),
    "classes": (*_SMALL, "--model=acgan"),
    "points": (*_SMALL, "--model=toy", "--dataset=ring8"),
    "upsampler": (
        *(flag for flag in _SMALL if "latent" not in flag),
        "--model=upsampler",
    ),
}
# Names of the pictures' formats, as Pillow has them.
FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "gif": "GIF"}
FORMATS |= {"bmp": "BMP", "tif": "TIFF"}
_MODES = ("L", "RGB", "RGBA", "P", "1", "LA")


def warm() -> None:
    """Imports what the inputs' processes need, which takes seconds."""
    from tfgan_zoo.cli import app

    app.import_tensorflow()
    import tfgan_zoo.cli.evaluating
    import tfgan_zoo.cli.sampling
    import tfgan_zoo.evaluation.report
    import tfgan_zoo.export.run
    import tfgan_zoo.export.web
    import tfgan_zoo.models
    import tfgan_zoo.strategies
    import tfgan_zoo.training.loop
    import tfgan_zoo.training.report  # noqa: F401


def make(folder: Path) -> None:
    """Writes the files into a new folder.

    Raises:
        RuntimeError: a training of nothing but sound settings failed.
    """
    scratch = folder / "scratch"
    (scratch / "cwd").mkdir(parents=True)
    for path in ("home", "tmp"):
        (scratch / path).mkdir()
    for name, flags in RUNS.items():
        _train(scratch / "cwd", name, flags)
    (scratch / "cwd" / "runs").rename(folder / "runs")
    shutil.rmtree(scratch)
    write_pictures(folder / "pictures")
    write_arrays(folder / "arrays")


def _train(folder: Path, name: str, flags: tuple[str, ...]) -> None:
    trained = command("train", f"--output_dir=runs/{name}", *flags)
    outcome = child.run(trained.action, folder, child.Limits(seconds=600))
    if outcome.code:
        raise RuntimeError(f"{trained.text}\n{outcome.errors}")
    # The times in it would be others at every start.
    metrics = folder / "runs" / name / "metrics.jsonl"
    text = re.sub(
        r'(_per_second": )[\d.e+-]+', r"\g<1>100.0", metrics.read_text()
    )
    metrics.write_text(text)


@functools.cache
def log_lines(material: Path) -> tuple[str, ...]:
    """Returns the lines of a real training's log."""
    path = material / "runs" / "images" / "metrics.jsonl"
    return tuple(path.read_text("utf-8").splitlines())


def write_pictures(folder: Path) -> None:
    """Writes a picture of every mode in every format that takes it."""
    folder.mkdir()
    rows = np.add.outer(np.arange(13), np.arange(17)) * 8 % 256
    grey = Image.fromarray(rows.astype(np.uint8))
    for mode in _MODES:
        for suffix, form in FORMATS.items():
            path = folder / f"{mode}.{suffix}"
            try:
                grey.convert("RGB").convert(mode).save(path, form)
            except (OSError, ValueError):
                path.unlink(missing_ok=True)
    deep = Image.fromarray((rows * 100).astype(np.uint16))
    deep.save(folder / "deep.png")
    deep.save(folder / "deep.tif")
    Image.fromarray(rows.astype(np.float32)).save(folder / "float.tif")


def write_arrays(folder: Path) -> None:
    """Writes arrays of images and of points, as --images takes them."""
    folder.mkdir()
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (24, 28, 28, 1)).astype(np.uint8)
    np.save(folder / "images.npy", images)
    np.savez(folder / "images.npz", images=images, labels=np.arange(24) % 10)
    np.savez_compressed(folder / "packed.npz", images=images)
    np.save(folder / "points.npy", random.standard_normal((24, 2)))
    card = json.dumps({"python": sys.version})
    (folder / "text.npy").write_text(card, encoding="utf-8")
