"""From any Pillow image to uint8 [H, W, C]: modes, colours, alpha, size."""

from __future__ import annotations

import functools
import io

import numpy as np
from PIL import Image, ImageCms

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

_LARGEST_PROFILE_BYTES = 4 * 2**20
# Levels of 255 by which a profile must change a colour to be more than another
# wording of sRGB.
_VISIBLE = 2
# Levels between the darkest and the lightest colour that a sound one leaves.
_LEAST_CONTRAST = 64
# cmsFLAGS_NOCACHE: without a cache of its own, threads may share a transform.
_NO_CACHE = 0x0040


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


def resize(pixels: np.ndarray, shape: Shape) -> np.ndarray:
    """Brings uint8 [H, W, 1 or 3] into another shape, see `to_pixels`."""
    is_grey = pixels.shape[-1] == 1
    image = Image.fromarray(pixels[..., 0] if is_grey else pixels)
    return to_pixels(image, shape)


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


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Converts colours by an ICC profile, as viewers do (perceptual intent).

    A profile that is broken, makes all colours alike, is of another colour
    space than the image's or larger than 4 MiB is ignored, as by viewers.

    Args:
        image: of mode L, RGB, RGBA, CMYK or LAB.
        profile: as the file has it; None if it has none, which means sRGB.

    Returns:
        The image in sRGB, of mode L, RGB or RGBA.
    """
    if image.mode == "RGBA":
        converted = to_srgb(_without_alpha(image, profile), profile)
        converted = converted.convert("RGB")
        converted.putalpha(image.getchannel("A"))
        return converted
    if isinstance(profile, bytes) and len(profile) <= _LARGEST_PROFILE_BYTES:
        transform = _transform(profile, image.mode)
        if transform is not None:
            return _apply(transform, image)
    if image.mode == "LAB":
        transform = _transform(_lab_profile(), "LAB")
        if transform is not None:
            return _apply(transform, image)
    return image if image.mode == "L" else image.convert("RGB")


def _without_alpha(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGBA -> RGB, or L where that is what a grey profile is of."""
    is_grey = isinstance(profile, bytes) and profile[16:20] == b"GRAY"
    red, green, blue, _ = image.split()
    if is_grey and red.tobytes() == green.tobytes() == blue.tobytes():
        return red
    return image.convert("RGB")


def _apply(
    transform: ImageCms.ImageCmsTransform, image: Image.Image
) -> Image.Image:
    converted = transform.apply(image)
    # A grey profile's colours are grey.
    return converted.getchannel("G") if image.mode == "L" else converted


# A data set has few profiles, and to read one takes longer than an image.
@functools.lru_cache(maxsize=32)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Returns what brings `mode` to sRGB; None if nothing can, or need be."""
    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
            mode,
            "RGB",
            ImageCms.Intent.PERCEPTUAL,
            _NO_CACHE,  # type: ignore[arg-type]  # an enumeration since 10.3
        )
        # Of a Pillow without LittleCMS, an import error.
    except (ImageCms.PyCMSError, ImportError, OSError, TypeError, ValueError):
        return None
    return transform if _is_of_use(transform, mode) else None


def _is_of_use(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Whether it changes colours, and does not make them all alike.

    Most files have a profile that only says sRGB in other words; a broken one
    may turn all of an image black.
    """
    if mode not in ("L", "RGB"):
        return True
    levels = np.linspace(0, 255, 9 if mode == "RGB" else 256).astype(np.uint8)
    if mode == "RGB":
        colours = np.stack(np.meshgrid(*[levels] * 3), -1).reshape(1, -1, 3)
    else:
        colours = levels[np.newaxis]
    image = Image.fromarray(np.ascontiguousarray(colours))
    converted = np.asarray(_apply(transform, image)).astype(int)
    changes = np.abs(converted - colours).max()
    return bool(changes > _VISIBLE and np.ptp(converted) >= _LEAST_CONTRAST)


@functools.cache
def _lab_profile() -> bytes:
    profile = ImageCms.createProfile("LAB")
    return ImageCms.ImageCmsProfile(profile).tobytes()
