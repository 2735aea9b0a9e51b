from __future__ import annotations

import struct
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from encoded_images import (
    encoded,
    icc_cmyk_lightness,
    icc_green_as_red,
    icc_grey,
    icc_srgb,
)
from PIL import Image

from tfgan_zoo.data import pixels
from tfgan_zoo.data.decode import decode

GREEN = Image.new("RGB", (16, 16), (0, 255, 0))
COLOURS = np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)


def middle(data: bytes, channels: int = 3) -> list[int]:
    return decode(data, (16, 16, channels))[8, 8].tolist()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_decode_of_colour_profile_shows_what_viewers_show(kind: str) -> None:
    lossless = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(GREEN, kind, icc_profile=icc_green_as_red(), **lossless)
    np.testing.assert_allclose(middle(data), [255, 0, 0], atol=3)
    data = encoded(GREEN, kind, **lossless)
    np.testing.assert_allclose(middle(data), [0, 255, 0], atol=3)


@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_decode_of_colour_profile_keeps_alpha(mode: str) -> None:
    image = GREEN.convert(mode)
    options: dict[str, Any] = {"transparency": bytes([51] * 256)}
    if mode == "RGBA":
        image.putalpha(51)
        options = {}
    data = encoded(image, icc_profile=icc_green_as_red(), **options)
    # A fifth of red, the rest is white.
    np.testing.assert_allclose(middle(data), [255, 204, 204], atol=1)


@pytest.mark.parametrize("mode", ["L", "LA"])
@pytest.mark.parametrize(
    ("gamma", "wanted"), [(1.0, 188), (2.2, 128), (4.0, 71)]
)
def test_decode_of_grey_profile_follows_its_curve(
    mode: str, gamma: float, wanted: int
) -> None:
    grey = Image.new("L", (16, 16), 128).convert(mode)
    data = encoded(grey, icc_profile=icc_grey(gamma))
    np.testing.assert_allclose(middle(data, 1), [wanted], atol=1)


@pytest.mark.parametrize("kind", ["TIFF", "JPEG"])
def test_decode_of_cmyk_profile_uses_its_table(kind: str) -> None:
    magenta = Image.new("CMYK", (16, 16), (0, 255, 0, 0))
    profile = icc_cmyk_lightness(of_paper=255, of_ink=0)
    data = encoded(magenta, kind, icc_profile=profile)
    np.testing.assert_allclose(middle(data), [0, 0, 0], atol=1)
    data = encoded(magenta, kind)
    np.testing.assert_allclose(middle(data), [255, 0, 255], atol=3)


@pytest.mark.parametrize(
    "profile",
    [
        b"no profile",
        icc_green_as_red()[:200],
        b"\0" * 500,
        icc_green_as_red() + bytes(5 * 2**20),
        icc_grey(1.0),
        icc_cmyk_lightness(255, 0),
    ],
    ids=["text", "cut", "zeros", "huge", "of grey", "of CMYK"],
)
def test_decode_of_unfit_profile_keeps_the_colours(profile: bytes) -> None:
    data = encoded(Image.fromarray(COLOURS), "TIFF", icc_profile=profile)
    np.testing.assert_array_equal(decode(data, COLOURS.shape), COLOURS)


@pytest.mark.parametrize("kind", ["RGB", "L"])
def test_decode_of_profile_that_makes_all_alike_keeps_the_colours(
    kind: str,
) -> None:
    profile = icc_grey(0.0) if kind == "L" else icc_srgb()
    for primary in (b"rXYZ", b"gXYZ", b"bXYZ"):
        at = profile.find(primary)
        if at > 0:
            (place,) = struct.unpack_from(">I", profile, at + 4)
            profile = profile[: place + 8] + bytes(12) + profile[place + 20 :]
    image = Image.fromarray(COLOURS).convert(kind)
    data = encoded(image, icc_profile=profile)
    found = decode(data, (*COLOURS.shape[:2], 3))
    np.testing.assert_array_equal(found, np.asarray(image.convert("RGB")))


def test_decode_of_srgb_profile_keeps_every_pixel() -> None:
    data = encoded(Image.fromarray(COLOURS), icc_profile=icc_srgb())
    np.testing.assert_array_equal(decode(data, COLOURS.shape), COLOURS)


def test_to_srgb_without_littlecms_keeps_the_colours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def build(*_: Any) -> None:
        raise ImportError

    pixels._transform.cache_clear()
    monkeypatch.setattr("PIL.ImageCms.buildTransform", build)
    kept = pixels.to_srgb(GREEN, icc_green_as_red())
    pixels._transform.cache_clear()
    assert kept.getpixel((8, 8)) == (0, 255, 0)


def test_decode_in_threads_shares_transforms() -> None:
    rng = np.random.default_rng(1)
    images = [rng.integers(0, 256, (64, 64, 3), np.uint8) for _ in range(8)]
    files = [
        encoded(Image.fromarray(image), icc_profile=icc_green_as_red())
        for image in images
    ]
    wanted = [decode(file, (64, 64, 3)) for file in files]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda f: decode(f, (64, 64, 3)), files * 25))
    for number, image in enumerate(found):
        np.testing.assert_array_equal(image, wanted[number % 8])


@pytest.mark.parametrize(
    ("mode", "ink", "wanted"),
    [
        ("LAB", (128, 128, 128), [119, 119, 119]),
        ("YCbCr", (128, 128, 255), [255, 37, 128]),
        ("CMYK", (0, 255, 255, 0), [255, 0, 0]),
    ],
)
def test_decode_of_tiff_without_profile_has_its_colours(
    mode: str, ink: tuple[int, ...], wanted: list[int]
) -> None:
    image = Image.new(mode, (16, 16), ink)
    data = encoded(image, "TIFF", compression="tiff_lzw")
    np.testing.assert_allclose(middle(data), wanted, atol=2)
