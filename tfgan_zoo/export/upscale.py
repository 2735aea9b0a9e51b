"""Pictures painted larger by an exported upsampler, from its files alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tfgan_zoo import images
from tfgan_zoo.export.loading import load, running

# `latent_name` of models.upsampler.Upsampler.
_INPUT = "small_images"
_TIMES = (1, 2)

# What is painted takes some hundred bytes of memory for each of its pixels.
MAX_PIXELS = 2**22


def paints_larger(card: dict[str, Any]) -> bool:
    """Whether a model's card is that of an upsampler."""
    return card["latent_name"] == _INPUT


class Upscaler:
    """Paints images at twice or four times their size.

    Args:
        folder: of an export, or its SavedModel.
        trust: as of `loading.load`.

    Attributes:
        channels: of the images that it takes.

    Raises:
        FileNotFoundError: `folder` is no export.
        ValueError: it is one, but not of an upsampler.
    """

    def __init__(self, folder: Path, *, trust: bool = False) -> None:
        # The loaded object owns the variables that the signature reads.
        self._loaded, card = load(folder, trust=trust)
        if not paints_larger(card):
            raise ValueError(
                "Only a generator of small images, such as that of "
                f"--model=upsampler, paints larger. Received: {folder}, of "
                f"{card['architecture']}."
            )
        self.channels: int = card["image_shape"][-1]
        self._serve = self._loaded.signatures["serving_default"]

    def __call__(self, image: np.ndarray, times: int = 1) -> np.ndarray:
        """Doubles an image's sides once or twice.

        Args:
            image: uint8 [H, W, C], H and W at least 1.
            times: 1, for [2H, 2W, C], or 2, for [4H, 4W, C].

        Returns:
            uint8.

        Raises:
            ValueError: `image` is not what the generator takes, or what is
                painted would have over `MAX_PIXELS` pixels; `times` is neither
                1 nor 2.
        """
        if times not in _TIMES:
            raise ValueError(f"`times` must be 1 or 2. Received: {times}.")
        self._check(image, times)
        # In full precision from the one to the other.
        painted = images.from_uint8(image[np.newaxis])
        with running():
            for _ in range(times):
                painted = self._serve(**{_INPUT: painted})["images"]
        return images.to_uint8(painted)[0].numpy()

    def _check(self, image: np.ndarray, times: int) -> None:
        is_image = image.dtype == np.uint8 and image.ndim == 3
        if not is_image or not image.size or image.shape[-1] != self.channels:
            raise ValueError(
                f"`image` must be uint8 [H, W, {self.channels}], as the "
                "upsampler was trained. "
                f"Received: {image.dtype} {list(image.shape)}."
            )
        height, width = (side * 2**times for side in image.shape[:2])
        if height * width > MAX_PIXELS:
            raise ValueError(
                f"What is painted must be of {MAX_PIXELS:,} pixels at most. "
                f"Received: {height} x {width}."
            )
