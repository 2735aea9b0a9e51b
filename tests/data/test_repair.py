from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest
from encoded_images import encoded, icc_green_as_red, png_chunk
from PIL import Image, ImageFilter, PngImagePlugin

from tfgan_zoo.data.decode import UnreadableImage, decode
from tfgan_zoo.data.pixels import OWN_SIZE

SHAPE = (*OWN_SIZE, 3)
_NOISE = np.random.default_rng(0).integers(0, 256, (60, 70, 3), np.uint8)
PICTURE = Image.fromarray(_NOISE).filter(ImageFilter.GaussianBlur(1))
PNG = encoded(PICTURE)
JPEGS = {
    "baseline": encoded(PICTURE, "JPEG", quality=90),
    "progressive": encoded(PICTURE, "JPEG", quality=90, progressive=True),
    "restarts": encoded(PICTURE, "JPEG", quality=90, restart_marker_blocks=4),
    "grey": encoded(PICTURE.convert("L"), "JPEG", quality=90),
    "cmyk": encoded(PICTURE.convert("CMYK"), "JPEG", quality=90),
}


def with_chunks(png: bytes, *chunks: bytes) -> bytes:
    """A PNG with chunks after its header, which is of 33 bytes."""
    return png[:33] + b"".join(chunks) + png[33:]


def texts(count: int, size: int) -> bytes:
    info = PngImagePlugin.PngInfo()
    for number in range(count):
        info.add_text(f"key {number}", "x" * size, zip=True)
    return encoded(PICTURE, pnginfo=info)


@pytest.mark.parametrize(
    "data",
    [
        texts(1, 3_000_000),
        texts(70, 1_000_000),
        with_chunks(PNG, png_chunk(b"zTXt", b"key\0\0no deflate")),
        with_chunks(PNG, png_chunk(b"tEXt", b"key\0text")[:-4] + b"\0\0\0\0"),
        encoded(PICTURE, icc_profile=bytes(2_000_000)),
        encoded(PICTURE, icc_profile=icc_green_as_red() + bytes(2_000_000)),
        with_chunks(PNG, png_chunk(b"iCCP", b"name\0\0" + zlib.compress(b""))),
    ],
    ids=["long", "many", "damaged", "sum", "zeros", "huge profile", "empty"],
)
def test_decode_of_png_with_odd_surroundings_has_all_pixels(
    data: bytes,
) -> None:
    np.testing.assert_array_equal(decode(data, SHAPE), np.asarray(PICTURE))


def test_decode_of_png_with_long_text_heeds_the_rest() -> None:
    key = PICTURE.getpixel((5, 4))
    data = with_chunks(
        encoded(PICTURE, transparency=key, icc_profile=icc_green_as_red()),
        png_chunk(b"zTXt", b"key\0\0" + zlib.compress(bytes(3_000_000))),
    )
    image = decode(data, SHAPE)
    assert image[4, 5].tolist() == [255, 255, 255]
    wanted = decode(encoded(PICTURE, icc_profile=icc_green_as_red()), SHAPE)
    assert (image == wanted).all(-1).sum() >= image.shape[0] * 70 - 2
    assert (image != np.asarray(PICTURE)).any()


@pytest.mark.parametrize("kind", JPEGS)
@pytest.mark.parametrize("as_path", [True, False])
def test_decode_of_jpeg_that_lacks_its_end_has_all_pixels(
    kind: str, as_path: bool, tmp_path: Path
) -> None:
    data = JPEGS[kind]
    wanted = decode(data, SHAPE)
    path = tmp_path / "x.jpg"
    for odd in (data[:-2], data[:-1], data[:-2] + bytes(999), data + bytes(9)):
        path.write_bytes(odd)
        image = decode(str(path) if as_path else odd, SHAPE)
        np.testing.assert_array_equal(image, wanted)
        small = decode(odd, (8, 8, 3))
        np.testing.assert_array_equal(small, decode(data, (8, 8, 3)))


@pytest.mark.parametrize("kind", JPEGS)
def test_decode_of_jpeg_when_cut_is_refused_or_whole(kind: str) -> None:
    data = JPEGS[kind]
    wanted = decode(data, SHAPE)
    refused = 0
    cuts = [*range(3, 24), *range(50, len(data) // 2, 150)]
    for cut in cuts:
        for padding in (b"", b"\0", bytes(500)):
            try:
                image = decode(data[:-cut] + padding, SHAPE)
            except UnreadableImage as error:
                assert str(error) == "truncated"
                refused += 1
            else:
                np.testing.assert_array_equal(image, wanted)
    # The last bits may be of no consequence; never more than these.
    assert refused > 3 * len(cuts) - 10


def test_decode_of_progressive_jpeg_when_scans_are_missing_is_refused() -> None:
    data = JPEGS["progressive"]
    scans = [
        place
        for place in range(len(data))
        if data[place : place + 2] == b"\xff\xda"
    ]
    assert len(scans) > 5
    for place in scans[1:]:
        with pytest.raises(UnreadableImage, match="^truncated"):
            decode(data[:place], SHAPE)


def test_decode_of_jpeg_with_something_behind_it_ignores_that() -> None:
    data = JPEGS["baseline"]
    for behind in (b"\xff\0" * 512, b"text", data, b"PK\x03\x04" + bytes(99)):
        np.testing.assert_array_equal(
            decode(data + behind, SHAPE), decode(data, SHAPE)
        )
