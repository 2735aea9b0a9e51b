"""What an upsampler that ships is measured by: test images, shrunk by half."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tfgan_zoo import data, images, sources
from tfgan_zoo.export import loading
from tfgan_zoo.models import upsampler
from tfgan_zoo.pretrained.generator import Generator

_BATCH_SIZE = 250
_SHOWN, _COLUMNS = 12, 4


def evaluated(folder: Path) -> dict[str, Any]:
    """Returns how near generated test images are to the originals.

    Returns:
        As `tfgan-evaluate` writes it: scores and protocol. A score has its
        standard error over the images, and the same of bicubic enlargement.
    """
    generator = Generator(folder, trust=True)
    originals = _originals(generator)
    generated, bicubic = _painted(generator, originals), _bicubic(originals)
    scores = {}
    for name, measure in (("psnr", _psnr), ("absolute_difference", _absolute)):
        own, other = measure(generated, originals), measure(bicubic, originals)
        scores[name] = {
            "value": float(own.mean()),
            "standard_error": float(own.std(ddof=1) / len(own) ** 0.5),
            "bicubic": float(other.mean()),
            "nearer_share": float(np.mean((own > other) == (name == "psnr"))),
        }
    protocol = {
        "dataset": generator.spec.name,
        "split": "test",
        "real_images": len(originals),
        "shrunk": "means of 2 x 2 pixels",
        "bicubic": "Pillow's",
        "sha256": loading.fingerprint(folder),
    }
    return {"scores": scores, "protocol": protocol, "class_shares": {}}


def write_picture(path: Path, folder: Path) -> None:
    """Writes test images: small, enlarged, and as they were."""
    generator = Generator(folder, trust=True)
    originals = _originals(generator)[:_SHOWN]
    small = upsampler.enlarge(_small(originals)).numpy()
    strips = np.concatenate(
        [
            images.to_uint8(small).numpy(),
            _painted(generator, originals),
            originals,
        ],
        axis=2,
    )
    images.write_png(path, images.grid(strips, columns=_COLUMNS))


def failures(evaluation: dict[str, Any]) -> list[str]:
    """Returns what a card says of an upsampler's failures, a line each."""
    nearer = evaluation["scores"]["psnr"]["nearer_share"]
    return [
        f"{100 * (1 - nearer):.1f} % of test images are generated no nearer to "
        "the original (by PSNR) than by bicubic enlargement.",
        "It knows images of its data set alone: on others it generates what it "
        "learned there.",
        "The picture has test images: as equal pixels, generated, and as they "
        "were.",
    ]


def _originals(generator: Generator) -> np.ndarray:
    request = data.DataRequest(generator.spec.name, split="test")
    examples = data.load_examples(request, log=lambda _: None)
    return examples.read(np.arange(len(examples)))["image"]


def _small(originals: np.ndarray) -> Any:
    return sources.shrink(images.from_uint8(originals))


def _painted(generator: Generator, originals: np.ndarray) -> np.ndarray:
    small = _small(originals).numpy()
    parts = [
        images.to_uint8(generator(small[start : start + _BATCH_SIZE])).numpy()
        for start in range(0, len(small), _BATCH_SIZE)
    ]
    return np.concatenate(parts)


def _bicubic(originals: np.ndarray) -> np.ndarray:
    height, width = originals.shape[1:3]
    small = images.to_uint8(_small(originals)).numpy()
    enlarged = [
        np.asarray(
            Image.fromarray(one.squeeze()).resize(
                (width, height), Image.Resampling.BICUBIC
            )
        )
        for one in small
    ]
    return np.stack(enlarged).reshape(originals.shape)


def _difference(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return one.astype(np.float64) - other


def _psnr(generated: np.ndarray, originals: np.ndarray) -> np.ndarray:
    """Peak signal to noise ratio in dB, [N]; 99 of equal images."""
    squares = (_difference(generated, originals) ** 2).mean(axis=(1, 2, 3))
    return 10.0 * np.log10(255.0**2 / np.maximum(squares, 255.0**2 / 10**9.9))


def _absolute(generated: np.ndarray, originals: np.ndarray) -> np.ndarray:
    """Mean absolute difference, of 255, [N]."""
    return np.abs(_difference(generated, originals)).mean(axis=(1, 2, 3))
