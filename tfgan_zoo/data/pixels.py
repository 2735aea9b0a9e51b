"""From any Pillow image to uint8 [H, W, C]: modes, colours, alpha, size."""

from __future__ import annotations

import numpy as np
from PIL import Image

from tfgan_zoo.data.color import to_srgb

Shape = tuple[int, ...]
# Of an image as large as its file's.
OWN_SIZE = (0, 0)

# EXIF orientation -> what undoes it; 1 is upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Those that turn an image by a quarter.
SWAPS_SIDES = (5, 6, 7, 8)


def to_pixels(
    image: Image.Image, shape: Shape, *, orientation: int = 1
) -> np.ndarray:
    """Brings an image into the form that all examples share.

    The shorter side is scaled to fit and the longer one cut evenly at both
    ends. Transparent parts become white, and a colour profile is heeded.

    Args:
        image: of any size and of any mode of 8 bits a sample.
        shape: (height, width, channels) with 1 or 3 channels; `OWN_SIZE` keeps
            the height and width.
        orientation: of EXIF, 1 to 8; others count as 1, upright.

    Returns:
        uint8 [height, width, channels].
    """
    height, width, channels = shape
    size = (width, height)
    if orientation in SWAPS_SIDES:
        size = (height, width)
    plain = _plain(image)
    # Sizing comes before turning and flattening: then these touch few pixels.
    sized = plain if size == OWN_SIZE else _fit(plain, size)
    if orientation in _UPRIGHT:
        sized = sized.transpose(_UPRIGHT[orientation])
    coloured = to_srgb(sized, image.info.get("icc_profile"))
    flat = _over_white(coloured).convert("L" if channels == 1 else "RGB")
    return np.asarray(flat, np.uint8).reshape(flat.height, flat.width, channels)


def _plain(image: Image.Image) -> Image.Image:
    """Returns the image in mode L, RGB, RGBA, CMYK or LAB."""
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    if image.mode in ("L", "RGB", "CMYK", "LAB"):
        return image
    return image.convert("RGB")


def _fit(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Scales and cuts to `size`, (width, height), evenly around the centre."""
    scale = min(image.width / size[0], image.height / size[1])
    left = (image.width - size[0] * scale) / 2
    top = (image.height - size[1] * scale) / 2
    return image.resize(
        size,
        Image.Resampling.LANCZOS,
        box=(left, top, image.width - left, image.height - top),
        # Halves huge images by averaging first; 3 keeps that invisible.
        reducing_gap=3.0,
    )


def _over_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image)
