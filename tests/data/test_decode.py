from __future__ import annotations

import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from encoded_images import encoded, png_chunk, png_header
from PIL import Image

from tfgan_zoo.data.decode import MAX_PIXELS, UnreadableImage, decode
from tfgan_zoo.data.pixels import OWN_SIZE

RNG = np.random.default_rng(0)
COLOURS = RNG.integers(0, 256, (6, 10, 3), np.uint8)
SHAPE = (6, 10, 3)

BAD = {
    "bad_flipped_byte.png": "damaged",
    "bad_header_only.jpg": "truncated or damaged in its header",
    "bad_header_only.png": "truncated or damaged in its header",
    "bad_html_error_page.jpg": "not an image",
    "bad_text.png": "not an image",
    "bad_truncated.jpg": "truncated",
    "bad_truncated.png": "truncated",
    "bad_zero_byte.jpg": "empty file",
    "bad_zero_byte.png": "empty file",
    "bomb_header_60000x60000.png": "3,600,000,000 pixels are over the limit",
    "bomb_valid_16384x16384_1bit.png": "268,435,456 pixels are over the limit",
}


def over_white(colours: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    share = alpha.astype(np.float64)[..., np.newaxis] / 255
    return colours * share + 255 * (1 - share)


@pytest.mark.parametrize(("name", "reason"), BAD.items())
def test_decode_of_bad_file_says_why(
    damaged_images: Path, name: str, reason: str
) -> None:
    with pytest.raises(UnreadableImage, match=f"^{reason}"):
        decode(str(damaged_images / name), (64, 64, 3))


def test_decode_of_sound_and_odd_files_succeeds(
    damaged_images: Path,
) -> None:
    folder = damaged_images
    good = sorted(p for p in folder.iterdir() if p.name not in BAD)
    assert len(good) == 25
    like_png = decode(str(folder / "ok_rgb.png"), (64, 96, 3)).astype(int)
    same_picture = {
        "ok name with space.png": 0,
        "ok_bmp.bmp": 0,
        "ok_webp.webp": 12,
        "ok_rgb.jpg": 12,
        "ok_progressive.JPEG": 12,
        "odd_jpeg_named.png": 12,
        "odd_png_named.jpg": 0,
        "odd_no_extension": 0,
        "odd_cmyk.jpg": 12,
    }
    for path in good:
        image = decode(str(path), (64, 96, 3))
        assert image.shape == (64, 96, 3)
        assert image.dtype == np.uint8
        if path.name in same_picture:
            error = np.abs(image - like_png).mean()
            assert error <= same_picture[path.name], path.name


def test_decode_of_transparent_files_shows_white(
    damaged_images: Path,
) -> None:
    folder = damaged_images
    clear = decode(str(folder / "odd_rgba_all_transparent.png"), (64, 96, 3))
    assert (clear == 255).all()
    path = folder / "odd_rgba_alpha_gradient.png"
    with Image.open(path) as image:
        pixels = np.asarray(image)
    wanted = over_white(pixels[..., :3], pixels[..., 3])
    np.testing.assert_allclose(decode(str(path), (64, 96, 3)), wanted, atol=1)
    path = folder / "odd_palette_transparent.png"
    with Image.open(path) as image:
        clear = np.asarray(image) == image.info["transparency"]
    assert clear.any()
    assert (decode(str(path), (64, 96, 3))[clear] == 255).all()


def test_decode_of_rotated_file_turns_it(damaged_images: Path) -> None:
    path = damaged_images / "odd_exif_orientation6.jpg"
    with Image.open(path) as image:
        stored = np.asarray(image)
    turned = decode(str(path), (96, 64, 3))
    np.testing.assert_array_equal(turned, np.rot90(stored, -1))


def test_decode_of_grey16_file_scales_it(damaged_images: Path) -> None:
    path = damaged_images / "odd_gray16.png"
    with Image.open(path) as image:
        values = np.asarray(image).astype(np.float64)
    assert values.max() > 60_000
    grey = decode(str(path), (64, 96, 1))[..., 0]
    np.testing.assert_array_equal(grey, np.round(values / 257))


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "WEBP", "PPM"])
def test_decode_at_its_own_size_keeps_every_pixel(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(Image.fromarray(COLOURS), kind, **options)
    np.testing.assert_array_equal(decode(data, SHAPE), COLOURS)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_decode_of_alpha_lays_it_over_white(mode: str) -> None:
    bands = len(mode)
    pixels = RNG.integers(0, 256, (6, 10, bands), np.uint8)
    assert Image.fromarray(pixels).mode == mode
    image = decode(encoded(Image.fromarray(pixels)), SHAPE)
    wanted = over_white(pixels[..., :-1], pixels[..., -1])
    np.testing.assert_allclose(image, np.broadcast_to(wanted, SHAPE), atol=1)


def test_decode_of_alpha_when_shrunk_lets_no_hidden_colour_through() -> None:
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[:, :32] = [255, 0, 0, 0]  # Red, but transparent.
    pixels[:, 32:] = [0, 0, 255, 255]
    image = decode(encoded(Image.fromarray(pixels)), (8, 8, 3)).astype(int)
    # Between white and blue, red is never above green.
    assert (image[..., 0] - image[..., 1] <= 1).all()
    assert (image[:, 0] == 255).all()


@pytest.mark.parametrize("mode", ["L", "RGB", "P"])
def test_decode_of_transparent_colour_shows_white(mode: str) -> None:
    image = Image.fromarray(COLOURS).convert(mode)
    key = image.getpixel((3, 2))
    data = encoded(image, transparency=key)
    assert (decode(data, SHAPE)[2, 3] == 255).all()
    assert (decode(encoded(image), SHAPE)[2, 3] != 255).any()


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM"])
def test_decode_of_16_bits_scales_to_8(kind: str) -> None:
    values = RNG.integers(0, 2**16, (6, 10)).astype(np.uint16)
    if kind == "PPM":
        data = b"P5 10 6 65535\n" + values.astype(">u2").tobytes()
    else:
        data = encoded(Image.fromarray(values), kind)
    grey = decode(data, (6, 10, 1))[..., 0]
    np.testing.assert_array_equal(grey, np.round(values / 257))


def test_decode_of_1_bit_and_cmyk_has_full_range() -> None:
    bits = Image.fromarray(COLOURS[..., 0] > 127)
    wanted = np.where(COLOURS[..., 0] > 127, 255, 0)
    assert bits.mode == "1"
    np.testing.assert_array_equal(
        decode(encoded(bits), (6, 10, 1))[..., 0], wanted
    )
    inks = Image.new("CMYK", (8, 8), (255, 0, 255, 0))
    green = decode(encoded(inks, "JPEG", quality=95), (8, 8, 3))
    np.testing.assert_allclose(green[4, 4], [0, 255, 0], atol=3)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG"])
def test_decode_of_exif_orientation_turns_upright(
    orientation: int, kind: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    large = np.kron(COLOURS, np.ones((16, 16, 1), np.uint8))
    options = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}
    data = encoded(Image.fromarray(large), kind, exif=exif, **options)
    # EXIF: where row 0 and column 0 of what is stored are to be seen.
    wanted = {
        1: large,
        2: large[:, ::-1],
        3: large[::-1, ::-1],
        4: large[::-1],
        5: large.transpose(1, 0, 2),
        6: np.rot90(large, -1),
        7: large[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(large),
    }[orientation]
    height, width = wanted.shape[:2]
    for shape in ((height, width, 3), (*OWN_SIZE, 3)):
        image = decode(data, shape).astype(int)
        assert image.shape == wanted.shape
        assert np.abs(image - wanted).mean() < (3 if kind == "JPEG" else 0.01)


def test_decode_of_animation_takes_the_first_frame() -> None:
    red, blue = (Image.new("RGB", (8, 8), name) for name in ("red", "blue"))
    data = encoded(red, "GIF", save_all=True, append_images=[blue])
    assert (decode(data, (8, 8, 3)) == [255, 0, 0]).all()


@pytest.mark.parametrize("size", [(1, 1), (2000, 1), (1, 2000), (3, 500)])
def test_decode_of_extreme_shapes_fills_the_image(size: Any) -> None:
    data = encoded(Image.new("RGB", size, (10, 200, 30)))
    assert (decode(data, (64, 64, 3)) == [10, 200, 30]).all()


def test_decode_cuts_both_ends_evenly() -> None:
    stripes = np.repeat(np.array([0, 100, 200], np.uint8), 8)
    wide = np.broadcast_to(stripes, (8, 24))
    for pixels in (wide, wide.T):
        data = encoded(Image.fromarray(np.ascontiguousarray(pixels)))
        assert (decode(data, (8, 8, 1)) == 100).all()


def test_decode_when_shrinking_averages() -> None:
    checkers = np.indices((256, 256)).sum(0) % 2 * 255
    data = encoded(Image.fromarray(checkers.astype(np.uint8)))
    np.testing.assert_allclose(decode(data, (16, 16, 1)), 128, atol=2)


def test_decode_of_large_jpeg_equals_full_decoding() -> None:
    y, x = np.mgrid[:600, :800]
    smooth = np.stack([x * 255 // 799, y * 255 // 599, (x + y) // 6], -1)
    image = Image.fromarray(smooth.astype(np.uint8))
    data = encoded(image, "JPEG", quality=95, subsampling=0)
    wanted = decode(encoded(image), (32, 32, 3)).astype(int)
    assert np.abs(decode(data, (32, 32, 3)) - wanted).max() <= 4


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty file"),
        (b"<html>404</html>", "not an image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1", "not an image"),
        (b"\x89PNG\r\n\x1a\n", "truncated or damaged in its header"),
        (encoded(Image.fromarray(COLOURS))[:-60], "truncated"),
        (
            encoded(Image.fromarray(COLOURS.repeat(9, 0)), "JPEG")[:-300],
            "truncated",
        ),
    ],
)
def test_decode_of_broken_bytes_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableImage, match=f"^{reason}"):
        decode(data, SHAPE)


def test_decode_of_floats_refuses_to_guess_their_range() -> None:
    data = encoded(Image.fromarray(np.ones((6, 10), np.float32)), "TIFF")
    with pytest.raises(UnreadableImage, match="no fixed range"):
        decode(data, SHAPE)


def test_decode_of_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableImage, match="^no such file"):
        decode(str(tmp_path / "none.png"), SHAPE)


# Below, between and above the limits at which Pillow warns and raises.
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [8_001, 10_000, 60_000])
def test_decode_of_bomb_decodes_nothing(
    side: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(image: Image.Image) -> None:
        raise AssertionError("A bomb must not be decoded.")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", load)
    pixels = zlib.compress(bytes(10_000))
    data = png_header(side, side) + png_chunk(b"IDAT", pixels)
    assert side * side > MAX_PIXELS
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableImage, match=f"^{side * side:,} pixels"):
            decode(data, SHAPE)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_decode_of_damaged_tiff_prints_nothing(
    capfd: pytest.CaptureFixture[str],
) -> None:
    image = Image.fromarray(RNG.integers(0, 256, (99, 99, 3), np.uint8))
    data = bytearray(encoded(image, "TIFF", compression="tiff_lzw"))
    data[60:64] = b"\xff\x00\xff\x00"
    with pytest.raises(UnreadableImage):
        decode(bytes(data), SHAPE)
    assert capfd.readouterr().err == ""
