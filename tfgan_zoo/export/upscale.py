"""A picture painted larger by an exported upsampler, from its files alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tfgan_zoo import images
from tfgan_zoo.export.loading import load

# `latent_name` of models.upsampler.Upsampler.
_INPUT = "small_images"
_TIMES = (1, 2)


def upscale(folder: Path, image: np.ndarray, times: int = 1) -> np.ndarray:
    """Paints an image at twice its size, once or twice.

    Args:
        folder: of an export, or its SavedModel.
        image: uint8 [H, W, C], H and W at least 1.
        times: 1, for [2H, 2W, C], or 2, for [4H, 4W, C].

    Returns:
        uint8.

    Raises:
        FileNotFoundError: `folder` is no export.
        ValueError: it is one, but not of an upsampler; or `image` is not what
            it takes, or `times` neither 1 nor 2.
    """
    if times not in _TIMES:
        raise ValueError(f"`times` must be 1 or 2. Received: {times}.")
    # A name for it: the loaded object owns what the signature reads.
    model, card = load(folder)
    if card["latent_name"] != _INPUT:
        raise ValueError(
            "Only a generator of small images, such as that of "
            f"--model=upsampler, paints larger. Received: {folder}, a "
            f"{card['architecture']}."
        )
    _check(image, card["image_shape"][-1])
    serve = model.signatures["serving_default"]
    # In full precision from the one to the other.
    painted = images.from_uint8(image[np.newaxis])
    for _ in range(times):
        painted = serve(**{_INPUT: painted})["images"]
    return images.to_uint8(painted)[0].numpy()


def _check(image: np.ndarray, channels: int) -> None:
    is_image = image.dtype == np.uint8 and image.ndim == 3
    if not is_image or not image.size or image.shape[-1] != channels:
        raise ValueError(
            f"`image` must be uint8 [H, W, {channels}], as the upsampler was "
            f"trained. Received: {image.dtype} {list(image.shape)}."
        )
