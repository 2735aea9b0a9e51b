"""Images enlarged by an exported generator of that task."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import images
from tfgan_zoo.export import batches
from tfgan_zoo.export.loading import load, running
from tfgan_zoo.inputs import ENLARGE

_TIMES = (1, 2)

# An enlarged image takes some hundred bytes of memory for each of its pixels.
MAX_PIXELS = 2**22
_PIXELS_A_BATCH = 2**18  # of the small images


class Upscaler:
    """Enlarges images to twice or four times their size.

    Args:
        folder: of an export, or its SavedModel.
        trust: see `loading.load`.

    Attributes:
        metadata: what the export says of itself.
        channels: of the images that it takes.

    Raises:
        FileNotFoundError: `folder` is no export.
        ValueError: it is one of another task.
    """

    def __init__(self, folder: Path, *, trust: bool = False) -> None:
        # The loaded object owns the variables that the signature reads.
        self._loaded, self.metadata = load(folder, trust=trust)
        if self.metadata.task != ENLARGE or self.metadata.num_classes:
            raise ValueError(
                "Only a generator whose task is to enlarge, without labels, "
                "such as that of --model=upsampler, enlarges images. "
                f"Received: {folder}, of {self.metadata.architecture}."
            )
        self.channels: int = self.metadata.image_shape[-1]
        self._serve = self._loaded.signatures["serving_default"]

    def __call__(self, image: np.ndarray, times: int = 1) -> np.ndarray:
        """Doubles an image's sides once or twice.

        Args:
            image: uint8 [H, W, C], H and W at least 1.
            times: 1, for [2H, 2W, C], or 2, for [4H, 4W, C].

        Returns:
            uint8.

        Raises:
            ValueError: `image` is not what the generator takes, or the result
                would have over `MAX_PIXELS` pixels; `times` is neither 1 nor
                2.
        """
        if times not in _TIMES:
            raise ValueError(f"`times` must be 1 or 2. Received: {times}.")
        self._check(image, times)
        # In full precision from the one to the other.
        enlarged = images.from_uint8(image[np.newaxis])
        with running():
            for _ in range(times):
                enlarged = self._enlarge(enlarged)
        return images.to_uint8(enlarged)[0].numpy()

    def float_images(self, small: np.ndarray) -> np.ndarray:
        """Doubles the sides of images, before they are rounded.

        Args:
            small: float32 [N, H, W, C] in [-1, 1].

        Returns:
            float32 [N, 2H, 2W, C] in [-1, 1].

        Raises:
            MemoryError: they do not fit into memory.
        """
        height, width, channels = small.shape[1:]
        return batches.run(
            lambda rows, _: self._enlarge(rows),
            small,
            batch_size=max(1, _PIXELS_A_BATCH // (height * width)),
            empty=np.empty([0, 2 * height, 2 * width, channels], np.float32),
        )

    def _enlarge(self, small: tf.Tensor) -> Any:
        return self._serve(**{self.metadata.inputs[0].name: small})["images"]

    def _check(self, image: np.ndarray, times: int) -> None:
        is_image = image.dtype == np.uint8 and image.ndim == 3
        if not is_image or not image.size or image.shape[-1] != self.channels:
            raise ValueError(
                f"`image` must be uint8 [H, W, {self.channels}], as the "
                "generator was trained. "
                f"Received: {image.dtype} {list(image.shape)}."
            )
        height, width = (side * 2**times for side in image.shape[:2])
        if height * width > MAX_PIXELS:
            raise ValueError(
                f"An enlarged image must have {MAX_PIXELS:,} pixels at most. "
                f"Received: {height} x {width}."
            )
