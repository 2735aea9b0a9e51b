"""A folder of image files: sound, odd but valid, broken, and bombs."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
from encoded_images import PNG_RGB, encoded, png_16, png_chunk, png_header
from PIL import Image

WIDTH, HEIGHT = 96, 64


def _picture() -> np.ndarray:
    """Slopes of colour, which JPEG keeps, with noise, which takes space."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    slopes = np.stack([x * 2, y * 3, 255 - x - y], -1)
    noise = np.random.default_rng(0).integers(0, 8, slopes.shape)
    return (slopes + noise).clip(0, 255).astype(np.uint8)


def _sound(pixels: np.ndarray) -> dict[str, bytes]:
    image = Image.fromarray(pixels)
    grey = image.convert("L")
    return {
        "ok name with space.png": encoded(image),
        "ok_bmp.bmp": encoded(image, "BMP"),
        "ok_gray.jpg": encoded(grey, "JPEG"),
        "ok_gray8.png": encoded(grey),
        "ok_progressive.JPEG": encoded(image, "JPEG", progressive=True),
        "ok_rgb.jpg": encoded(image, "JPEG"),
        "ok_rgb.png": encoded(image),
        "ok_webp.webp": encoded(image, "WEBP"),
    }


def _odd(pixels: np.ndarray) -> dict[str, bytes]:
    image = Image.fromarray(pixels)
    palette = image.convert("P")
    frames = [image.rotate(turn) for turn in (90, 180, 270)]
    alpha = np.linspace(0, 255, WIDTH).astype(np.uint8)
    alpha = np.broadcast_to(alpha, (HEIGHT, WIDTH))
    clear = np.zeros((HEIGHT, WIDTH), np.uint8)
    turned = Image.Exif()
    turned[0x0112] = 6
    grey16 = np.linspace(0, 65_535, WIDTH * HEIGHT).astype(np.uint16)
    grey_alpha = np.dstack([pixels[..., 0], alpha])
    return {
        "odd_1bit.png": encoded(image.convert("1")),
        "odd_1x1.png": encoded(image.resize((1, 1))),
        "odd_2000x1.png": encoded(image.resize((2000, 1))),
        "odd_animated.gif": encoded(
            image, "GIF", save_all=True, append_images=frames
        ),
        "odd_animated.png": encoded(image, save_all=True, append_images=frames),
        "odd_cmyk.jpg": encoded(image.convert("CMYK"), "JPEG"),
        "odd_exif_orientation6.jpg": encoded(image, "JPEG", exif=turned),
        "odd_gray16.png": encoded(
            Image.fromarray(grey16.reshape(HEIGHT, WIDTH))
        ),
        "odd_gray_alpha.png": encoded(Image.fromarray(grey_alpha)),
        "odd_jpeg_named.png": encoded(image, "JPEG"),
        "odd_no_extension": encoded(image),
        "odd_palette.png": encoded(palette),
        "odd_palette_transparent.png": encoded(
            palette, transparency=palette.getpixel((0, 0))
        ),
        "odd_png_named.jpg": encoded(image),
        "odd_rgb16.png": png_16(pixels.astype(np.uint16) * 257, PNG_RGB),
        "odd_rgba_all_transparent.png": encoded(
            Image.fromarray(np.dstack([pixels, clear]))
        ),
        "odd_rgba_alpha_gradient.png": encoded(
            Image.fromarray(np.dstack([pixels, alpha]))
        ),
    }


def _bad(pixels: np.ndarray) -> dict[str, bytes]:
    png, jpeg = (encoded(Image.fromarray(pixels), k) for k in ("PNG", "JPEG"))
    flipped = bytearray(png)
    flipped[len(png) // 2] ^= 0xFF
    return {
        "bad_flipped_byte.png": bytes(flipped),
        "bad_header_only.jpg": jpeg[:20],
        "bad_header_only.png": png[:33],
        "bad_html_error_page.jpg": b"<html><body>404 Not Found</body></html>",
        "bad_text.png": b"This is a text, and no image.\n",
        "bad_truncated.jpg": jpeg[: len(jpeg) * 3 // 5],
        "bad_truncated.png": png[: len(png) * 3 // 5],
        "bad_zero_byte.jpg": b"",
        "bad_zero_byte.png": b"",
    }


def _bombs() -> dict[str, bytes]:
    side = 16_384
    rows = zlib.compress(bytes(side * (side // 8 + 1)), 9)
    end = png_chunk(b"IEND", b"")
    return {
        "bomb_header_60000x60000.png": png_header(60_000, 60_000)
        + png_chunk(b"IDAT", zlib.compress(bytes(99)))
        + end,
        "bomb_valid_16384x16384_1bit.png": png_header(side, side, bits=1)
        + png_chunk(b"IDAT", rows)
        + end,
    }


def write(folder: Path) -> None:
    """Writes 8 sound, 17 odd and 9 bad files, and 2 bombs."""
    pixels = _picture()
    files = {**_sound(pixels), **_odd(pixels), **_bad(pixels), **_bombs()}
    for name, data in files.items():
        (folder / name).write_bytes(data)
