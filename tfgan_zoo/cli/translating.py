"""What tfgan-sample makes of images: translated or enlarged ones."""

from __future__ import annotations

import dataclasses
import os
import warnings
from pathlib import Path, PurePosixPath

import numpy as np
from tqdm import tqdm

from tfgan_zoo import images, sources
from tfgan_zoo.data.decode import UnreadableImage, decode
from tfgan_zoo.data.pixels import OWN_SIZE
from tfgan_zoo.data.walk import CandidateFile, Walk
from tfgan_zoo.export.translator import Translator
from tfgan_zoo.inputs import ENLARGE
from tfgan_zoo.messages import printable


@dataclasses.dataclass(frozen=True)
class Settings:
    """How images are translated.

    Attributes:
        flag: that names the images.
        times: how often an image is enlarged.
        full_size: whether a translation is as large as its image.
        labels: int32 [N] that were asked for; None if none were.
    """

    flag: str
    times: int = 1
    full_size: bool = False
    labels: np.ndarray | None = None


def write(
    path: Path, translator: Translator, source: Path, settings: Settings
) -> None:
    """Writes what a generator makes of an image, or of a folder of images.

    Args:
        path: PNG file, or of a folder a new one.
        translator: of the model.
        source: file of an image, or a folder.
        settings: how to translate.

    Raises:
        ValueError: the image cannot be read or is too large, or no image of
            the folder can; or there is not one label for a conditional model.
    """
    _require_fitting(translator, settings)
    if source.is_dir():
        _write_folder(path, translator, source, settings)
        return
    channels = translator.spec.shape[-1]
    try:
        image = read(source, channels)
    except UnreadableImage as error:
        raise ValueError(
            f"{settings.flag} must be an image. Received: {source} ({error})."
        ) from None
    made = translate(translator, image, settings)
    images.write_png(path, made)
    sizes = [f"{each.shape[1]} x {each.shape[0]}" for each in (image, made)]
    print(f"{_verb(translator)} to {sizes[1]} pixels, from {sizes[0]}: {path}")


def read(path: Path, channels: int) -> np.ndarray:
    """Returns an image at its size, see `decode`.

    Args:
        path: of its file.
        channels: 1 or 3.

    Returns:
        uint8 [H, W, channels].

    Raises:
        UnreadableImage: it is none.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is damaged in the file
        return decode(str(path), (*OWN_SIZE, channels))


def translate(
    translator: Translator, image: np.ndarray, settings: Settings
) -> np.ndarray:
    """Returns what a generator makes of an image of any size.

    One that enlarges takes it as it is. Others take it scaled to their size,
    in the middle of white, which is cut off again, or, by `full_size`, as it
    is.

    Args:
        translator: of the model.
        image: uint8 [H, W, C].
        settings: how to translate.

    Returns:
        uint8 [H, W, C], in the proportions of `image`.

    Raises:
        ValueError: it is too large.
    """
    spec = translator.spec
    if settings.full_size or translator.metadata.task == ENLARGE:
        placed, box = images.pad_to_multiple(image, spec.multiple)
    else:
        # Of a thin line of a large drawing hardly anything would be left.
        keep_lines = translator.metadata.recipe.get("source") == sources.EDGES
        placed, box = images.letterbox(
            image, *spec.shape[:2], keep_lines=keep_lines
        )
    (made,) = translator.translate(
        placed[np.newaxis], settings.labels, times=settings.times
    )
    factor = made.shape[0] // placed.shape[0]
    top, left, height, width = (factor * each for each in box)
    return made[top : top + height, left : left + width]


def _write_folder(
    folder: Path, translator: Translator, source: Path, settings: Settings
) -> None:
    root = source.resolve()
    candidates = list(Walk(root))  # before there is a folder in it
    left_out: list[str] = []
    sources_by_target: dict[str, str] = {}
    for file in tqdm(candidates, unit="image", disable=None, leave=False):
        target = f"{PurePosixPath(file.path).with_suffix('')}.png"
        try:
            if target in sources_by_target:
                other = printable(sources_by_target[target])
                raise ValueError(
                    f"{printable(target)} is the output of {other}"
                )
            image = _read_candidate(root, file, translator.spec.shape[-1])
            made = translate(translator, image, settings)
        except (UnreadableImage, ValueError) as error:
            left_out.append(f"Left out {printable(file.path)}: {error}")
            continue
        images.write_png(folder / target, made)
        sources_by_target[target] = file.path
    for line in left_out:
        print(line)
    if not sources_by_target:
        raise ValueError(
            f"{settings.flag} must be a folder with images that can be read. "
            f"Received: {source}."
        )
    count = len(sources_by_target)
    print(f"{_verb(translator)} {count:,} images: {folder}")


def _read_candidate(
    root: Path, file: CandidateFile, channels: int
) -> np.ndarray:
    if file.problem:
        raise UnreadableImage(file.problem)
    return read(Path(os.path.join(root, file.path)), channels)


def _require_fitting(translator: Translator, settings: Settings) -> None:
    metadata, labels = translator.metadata, settings.labels
    if settings.flag == "--upscale" and metadata.task != ENLARGE:
        raise ValueError(
            "--upscale is for a generator that enlarges; --input takes images "
            f"for any. Received: a {metadata.architecture}, whose task is "
            f"{metadata.task}."
        )
    if settings.times > 1 and metadata.task != ENLARGE:
        raise ValueError(
            "--upscale_times above 1 is for a generator that enlarges. "
            f"Received: {settings.times}, for a {metadata.architecture}, whose "
            f"task is {metadata.task}."
        )
    count = 0 if labels is None else len(labels)
    if metadata.num_classes and count != 1:
        raise ValueError(
            f"--labels must name one class for all images. Received: {count}."
        )


def _verb(translator: Translator) -> str:
    is_enlarged = translator.metadata.task == ENLARGE
    return "Enlarged" if is_enlarged else "Translated"
