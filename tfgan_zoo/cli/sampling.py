"""What tfgan-sample writes: grids, walks and inversions."""

from __future__ import annotations

import dataclasses
import json
import math
import time
import warnings
from pathlib import Path

import numpy as np
from tqdm import tqdm

from tfgan_zoo import animation, files, images, pictures
from tfgan_zoo.cli import output_limits
from tfgan_zoo.data.decode import UnreadableImage, decode
from tfgan_zoo.encoders import inverting
from tfgan_zoo.encoders.encoder import Encoder
from tfgan_zoo.export import bulk, invert, walk
from tfgan_zoo.export.bulk import Order, Share
from tfgan_zoo.export.invert import Inversion, Search
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.export.walk import Route

# At the end of an animation, to look at the result: a second.
_LAST_FRAMES = 12


def require_images(sampler: Sampler, flag: str) -> None:
    """Checks that a model makes images.

    Raises:
        ValueError: it makes points.
    """
    if sampler.metadata.makes_points:
        raise ValueError(
            f"--{flag} is for models of images. "
            f"Received: a {sampler.metadata.architecture}, of points."
        )


def write_samples(
    path: Path, sampler: Sampler, route: Route, columns: int | None
) -> None:
    """Writes the samples of seeds as one picture.

    Args:
        path: PNG file.
        sampler: of the model.
        route: seeds, labels and truncation.
        columns: images a row; by default each class has its column, where
            there are two or more in each.
    """
    count, labels = len(route.seeds), route.labels
    if columns is not None:
        require_images(sampler, "columns")
    classes = sampler.num_classes if labels is None else len(labels)
    if columns is None and 1 < classes <= count // 2:
        columns = classes
    if not sampler.metadata.makes_points:
        output_limits.require_picture(count, *_cell(sampler))
    if labels is not None:
        labels = np.resize(labels, count)
    samples = sampler.sample(route.seeds, labels, truncation=route.truncation)
    is_images = samples.ndim == 4
    picture = (
        images.grid(samples, columns=columns)
        if is_images
        else pictures.render_samples(samples)
    )
    images.write_png(path, picture)
    what = "images" if is_images else "points"
    print(f"{count} {what} of {sampler.metadata.architecture}: {path}")


def write_shards(
    folder: Path, sampler: Sampler, order: Order, share: Share
) -> None:
    """Writes images by the million, with a bar on a terminal."""
    rows = range(share.number - 1, order.shards, share.of)
    total = sum(len(order.rows(shard)) for shard in rows)
    start = time.monotonic()
    with tqdm(total=total, unit="image", disable=None, leave=False) as bar:
        written = bulk.write(sampler, folder, order, share, done=bar.update)
    per_second = written / (time.monotonic() - start)
    print(
        f"{total:,} images of {sampler.metadata.architecture}, {written:,} of "
        f"them new ({per_second:,.0f} a second), in {len(rows)} of "
        f"{order.shards} shards: {folder}"
    )


def write_walk(
    path: Path,
    sampler: Sampler,
    route: Route,
    *,
    index: int | None = None,
    all_classes: bool = False,
) -> None:
    """Writes a walk as an animation (.gif) or as a strip (.png).

    Args:
        path: of the file.
        sampler: of the model.
        route: of the walk.
        index: of the one latent value to move.
        all_classes: whether the classes walk side by side.
    """
    require_images(sampler, "walk")
    _require_walk(path, sampler, route, index, all_classes)
    if index is not None:
        walked = walk.sweep(sampler, route, index)
    elif all_classes:
        walked = walk.of_classes(sampler, route)
    else:
        walked = walk.through(sampler, route)
    count, frames = walked.images.shape[:2]
    if path.suffix.lower() == ".gif":
        animation.write_gif(path, _frames(walked))
    else:
        # A row for each walk, or for each leg of a single one.
        columns = frames if count > 1 else walked.leg
        rows = walked.images.reshape(-1, *walked.images.shape[2:])
        images.write_png(path, images.grid(rows, columns=columns))
    print(f"Walk of {frames} frames: {path}")


def _require_walk(
    path: Path,
    sampler: Sampler,
    route: Route,
    index: int | None,
    all_classes: bool,
) -> None:
    """Checks that a walk fits into its file, before it is made."""
    stops, frames, walks = len(route.seeds), route.frames, 1
    if index is not None:
        walks = stops
    else:
        frames *= stops
        if all_classes:
            classes = route.labels
            walks = sampler.num_classes if classes is None else len(classes)
    height, width = _cell(sampler)
    if path.suffix.lower() != ".gif":
        output_limits.require_picture(walks * frames, height, width)
        return
    if walks > 1:
        columns = _columns(walks)
        height *= math.ceil(walks / columns)
        width *= columns
    output_limits.require_animation(
        frames, animation.count_pixels(height, width)
    )


def _cell(sampler: Sampler) -> tuple[int, int]:
    """Returns height and width of an image in a grid, with its gap."""
    height, width, _ = sampler.metadata.image_shape
    return height + images.GAP_PX, width + images.GAP_PX


def _frames(walked: walk.Walk) -> np.ndarray:
    if len(walked.images) == 1:
        frames = walked.images[0]
    else:
        together = np.moveaxis(walked.images, 1, 0)
        columns = _columns(len(walked.images))
        grids = [images.grid(row, columns=columns) for row in together]
        frames = np.stack(grids)
    return frames if walked.closed else animation.there_and_back(frames)


def _columns(count: int) -> int:
    """Returns those of a nearly square grid, without gaps if there is one."""
    least = math.ceil(math.sqrt(count))
    fitting = (n for n in range(least, 2 * least) if count % n == 0)
    return next(fitting, least)


@dataclasses.dataclass(frozen=True)
class Inverter:
    """How a model's latents are found.

    Attributes:
        sampler: of the model.
        search: from seeds.
        encoder: to start from in place of seeds, if there is one.
        steps: of refinement from there.
    """

    sampler: Sampler
    search: Search
    encoder: Encoder | None = None
    steps: int = 10

    def __call__(self, target: np.ndarray) -> Inversion:
        """Inverts an image, uint8 [H, W, C]."""
        if self.encoder is None:
            return invert.invert(self.sampler, target, self.search)
        labels = self.search.labels
        return inverting.invert_by_encoder(
            self.encoder,
            self.sampler,
            target,
            self.steps,
            None if labels is None else labels.tolist(),
        )


def write_inversion(path: Path, inverter: Inverter, target: Path) -> None:
    """Writes an image beside the nearest that a model makes, and its latents.

    Args:
        path: of a .png, or of a .gif of the search; the latents go beside it,
            into a .json.
        inverter: that finds them.
        target: file of the image.
    """
    sampler = inverter.sampler
    require_images(sampler, "invert")
    target_image = _decoded(target, sampler.metadata.image_shape)
    inversion = inverter(target_image)
    beside = path.with_suffix(".json")
    files.write_text(beside, _to_json(inversion, sampler))
    if path.suffix.lower() == ".gif":
        frames = [
            images.grid(np.stack([target_image, image]))
            for image in inversion.path
        ]
        frames += frames[-1:] * _LAST_FRAMES
        animation.write_gif(path, np.stack(frames))
    else:
        pair = np.stack([target_image, inversion.path[-1]])
        images.write_png(path, images.grid(pair))
    print(
        f"Mean squared error of values in [-1, 1]: {inversion.error:.4f}, from "
        f"{inversion.start_error:.4f} at the start"
    )
    if inversion.label is not None:
        print(
            f"Label: {inversion.label} "
            f"{_name(inversion, sampler) or ''}".rstrip()
        )
    print(f"Image and nearest found: {path}")
    print(f"Latents: {beside}")


def _decoded(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is damaged in the file
            return decode(str(path), shape)
    except UnreadableImage as error:
        raise ValueError(
            f"--invert must be an image. Received: {path} ({error})."
        ) from None


def _to_json(inversion: Inversion, sampler: Sampler) -> str:
    content = {
        "architecture": sampler.metadata.architecture,
        "mean_squared_error": inversion.error,
        "label": inversion.label,
        "class_name": _name(inversion, sampler),
        # As short as float32 numbers can be told.
        "latents": [float(str(value)) for value in inversion.latents],
    }
    return json.dumps(content, indent=2) + "\n"


def _name(inversion: Inversion, sampler: Sampler) -> str | None:
    names = sampler.metadata.class_names
    return (
        names[inversion.label]
        if names and inversion.label is not None
        else None
    )
