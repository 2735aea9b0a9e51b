from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from encoded_images import (
    PNG_GREY,
    PNG_GREY_ALPHA,
    PNG_RGB,
    PNG_RGBA,
    TIFF_RGB,
    TIFF_WHITE_IS_ZERO,
    encoded,
    png_16,
    png_chunk,
    tiff,
)
from PIL import Image

from tfgan_zoo.data import DataRequest, Examples, load_examples, repair
from tfgan_zoo.data.decode import UnreadableImage, ValueScale, decode

SIDE = 16
RAMP = np.linspace(0.0, 1.0, SIDE**2).reshape(SIDE, SIDE)
COLOURS = np.dstack([RAMP, RAMP[::-1], RAMP.T])
OPAQUE = np.full((SIDE, SIDE), 2**16 - 1)
BITS = [8, 10, 12, 14, 16]


def grey(data: bytes, scale: ValueScale | None = None) -> np.ndarray:
    return decode(data, (SIDE, SIDE, 1), scale=scale)[..., 0]


def in_bits(shares: np.ndarray, bits: int) -> np.ndarray:
    return np.round(shares * (2**bits - 1)).astype(np.uint16)


def p6(values: np.ndarray, maxval: int) -> bytes:
    pixels = values.astype(">u2").tobytes()
    return b"P6 %d %d %d\n" % (SIDE, SIDE, maxval) + pixels


def p5(values: np.ndarray, maxval: int) -> bytes:
    pixels = values.astype(">u2").tobytes()
    return b"P5 %d %d %d\n" % (SIDE, SIDE, maxval) + pixels


GREY_FILES: dict[str, Any] = {
    "png": lambda v: png_16(v, PNG_GREY),
    "png with alpha": lambda v: png_16(np.dstack([v, OPAQUE]), PNG_GREY_ALPHA),
    "tiff": tiff,
    "tiff, big-endian": lambda v: tiff(v, order=">"),
    "tiff, compressed": lambda v: encoded(
        Image.fromarray(v), "TIFF", compression="tiff_lzw"
    ),
    "pgm": lambda v: p5(v, 65535),
    "jpeg 2000": lambda v: encoded(Image.fromarray(v), "JPEG2000"),
}
COLOUR_FILES: dict[str, Any] = {
    "png": lambda v: png_16(v, PNG_RGB),
    "png with alpha": lambda v: png_16(np.dstack([v, OPAQUE]), PNG_RGBA),
    "tiff": lambda v: tiff(v, TIFF_RGB),
    "tiff, big-endian": lambda v: tiff(v, TIFF_RGB, order=">"),
    "ppm": lambda v: p6(v, 65535),
}


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("kind", GREY_FILES)
def test_decode_of_grey_in_16_bits_finds_its_depth(
    kind: str, bits: int
) -> None:
    data = GREY_FILES[kind](in_bits(RAMP, bits))
    np.testing.assert_allclose(grey(data), RAMP * 255, atol=1.1)


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("kind", COLOUR_FILES)
def test_decode_of_colours_in_16_bits_finds_their_depth(
    kind: str, bits: int
) -> None:
    data = COLOUR_FILES[kind](in_bits(COLOURS, bits))
    image = decode(data, (SIDE, SIDE, 3))
    np.testing.assert_allclose(image, COLOURS * 255, atol=1.1)


DARK = in_bits(RAMP, 16) // 73  # up to 897
TWELVE_BITS = np.round(DARK / 4095 * 255)
packed_12 = np.packbits(
    (DARK.reshape(-1, 1) >> np.arange(11, -1, -1)) & 1
).tobytes()


@pytest.mark.parametrize(
    "data",
    [
        png_16(DARK, PNG_GREY, png_chunk(b"sBIT", b"\x0c")),
        png_16(
            np.dstack([DARK, OPAQUE]),
            PNG_GREY_ALPHA,
            png_chunk(b"sBIT", b"\x0c\x10"),
        ),
        tiff(DARK, tags={281: 4095}),
        tiff(DARK, tags={258: 12}, data=packed_12),
        p5(DARK, 4095),
        p6(np.dstack([DARK] * 3), 4095),
    ],
    ids=["sBIT", "sBIT, alpha", "MaxSampleValue", "12 bits", "P5", "P6"],
)
def test_decode_of_dark_image_goes_by_the_depth_it_states(data: bytes) -> None:
    np.testing.assert_allclose(grey(data), TWELVE_BITS, atol=1.1)


def test_decode_of_sbit_when_samples_are_scaled_up_takes_16_bits() -> None:
    values = in_bits(RAMP, 12) << 4
    data = png_16(values, PNG_GREY, png_chunk(b"sBIT", b"\x0c"))
    np.testing.assert_allclose(grey(data), RAMP * 255, atol=1.1)


def test_decode_of_sbit_that_states_the_container_finds_the_depth() -> None:
    values = in_bits(RAMP, 12)
    data = png_16(values, PNG_GREY, png_chunk(b"sBIT", b"\x10"))
    np.testing.assert_allclose(grey(data), RAMP * 255, atol=1.1)


@pytest.mark.parametrize("bits", [10, 12])
@pytest.mark.parametrize("kind", [PNG_RGBA, PNG_GREY_ALPHA])
def test_decode_of_alpha_of_fewer_bits_is_opaque(kind: int, bits: int) -> None:
    colours = in_bits(COLOURS if kind == PNG_RGBA else RAMP, bits)
    alpha = np.full((SIDE, SIDE), 2**bits - 1)
    alpha[0] = 0
    image = decode(png_16(np.dstack([colours, alpha]), kind), (SIDE, SIDE, 3))
    wanted = COLOURS if kind == PNG_RGBA else RAMP[..., np.newaxis]
    np.testing.assert_allclose(
        image[1:], np.broadcast_to(wanted * 255, image.shape)[1:], atol=1.1
    )
    assert (image[0] == 255).all()


def test_decode_of_white_is_zero_inverts() -> None:
    values = in_bits(RAMP, 12)
    data = tiff(values, TIFF_WHITE_IS_ZERO)
    np.testing.assert_allclose(grey(data), 255 - RAMP * 255, atol=1.1)


def test_decode_of_transparent_colour_in_16_bits_shows_white() -> None:
    values = in_bits(COLOURS, 16)
    key = values[2, 3].astype(">u2").tobytes()
    data = png_16(values, PNG_RGB, png_chunk(b"tRNS", key))
    image = decode(data, (SIDE, SIDE, 3))
    assert image[2, 3].tolist() == [255, 255, 255]
    near = values.copy()
    near[2, 3] += 1  # the same in 8 bits
    data = png_16(near, PNG_RGB, png_chunk(b"tRNS", key))
    assert decode(data, (SIDE, SIDE, 3))[2, 3].tolist() != [255, 255, 255]


@pytest.mark.parametrize(
    ("dtype", "low", "high", "order"),
    [
        ("u4", 0, 2**32 - 1, "<"),
        ("i4", -(2**31), 2**31 - 1, "<"),
        ("i4", -(2**31), 2**31 - 1, ">"),
        ("i2", -1000, 1000, "<"),
        ("i2", -1000, 1000, ">"),
        ("f4", -0.5, 1.5, "<"),
        ("f4", -0.5, 1.5, ">"),
        ("u2", 0, 60000, "<"),
        ("i1", -128, 127, "<"),
    ],
)
def test_decode_of_given_range_maps_it(
    dtype: str, low: float, high: float, order: str
) -> None:
    data = tiff((low + RAMP * (high - low)).astype(dtype), order=order)
    levels = grey(data, ValueScale((low, high)))
    np.testing.assert_allclose(levels, RAMP * 255, atol=1.1)
    middle = ValueScale((low + 0.25 * (high - low), low + 0.5 * (high - low)))
    levels = grey(data, middle)
    wanted = np.clip(RAMP * 4 - 1, 0, 1) * 255
    np.testing.assert_allclose(levels, wanted, atol=1.1)


def test_decode_of_given_range_is_in_the_values_that_a_file_states() -> None:
    data = p5(in_bits(RAMP, 10), 1023)
    levels = grey(data, ValueScale((0, 2046)))
    np.testing.assert_allclose(levels, RAMP * 127.5, atol=1.1)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (tiff(RAMP.astype("f4")), "32-bit float"),
        (tiff((RAMP * 255).astype("i4")), "32-bit integer"),
        (tiff((RAMP * 255).astype("u4")), "32-bit integer"),
        (tiff((RAMP * 255).astype("i2")), "16-bit signed integer"),
        (tiff((RAMP * 127).astype("i1")), "8-bit signed integer"),
        (
            b"Pf 16 16 -1.0\n" + RAMP.astype("<f4").tobytes(),
            "32-bit float",
        ),
    ],
)
def test_decode_of_no_fixed_range_has_a_remedy(data: bytes, kind: str) -> None:
    wanted = f"^{kind} values have no fixed range$"
    with pytest.raises(UnreadableImage, match=wanted) as caught:
        grey(data)
    assert caught.value.remedy.startswith("--value_range=")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_decode_of_floats_that_are_no_numbers(value: float) -> None:
    values = np.full((SIDE, SIDE), 0.5, np.float32)
    values[3, 4] = value
    scale = ValueScale((0.0, 1.0))
    if np.isnan(value):
        with pytest.raises(UnreadableImage, match="not a number"):
            grey(tiff(values), scale)
    else:
        assert grey(tiff(values), scale)[3, 4] == (255 if value > 0 else 0)


def load(folder: Path, lines: list[str], **fields: Any) -> Examples:
    request = DataRequest(
        str(folder / "images"),
        image_size=SIDE,
        channels=1,
        cache_dir=str(folder / "cache"),
        **fields,
    )
    return load_examples(request, log=lines.append)


def loaded(folder: Path, lines: list[str], **fields: Any) -> np.ndarray:
    examples = load(folder, lines, **fields)
    return examples.read(np.arange(len(examples)))["image"][..., 0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Holds 8 bits, 12 bits, and a dark image of 12 bits."""
    images = tmp_path / "images"
    images.mkdir()
    eight = Image.fromarray((RAMP * 255).astype(np.uint8))
    (images / "a.png").write_bytes(encoded(eight))
    (images / "b.png").write_bytes(png_16(in_bits(RAMP, 12), PNG_GREY))
    (images / "c.png").write_bytes(png_16(DARK, PNG_GREY))
    return tmp_path


def test_folder_of_16_bits_has_one_scale(folder: Path) -> None:
    lines: list[str] = []
    images = loaded(folder, lines)
    np.testing.assert_allclose(images[0], RAMP * 255, atol=1.1)
    np.testing.assert_allclose(images[1], RAMP * 255, atol=1.1)
    np.testing.assert_allclose(images[2], TWELVE_BITS, atol=1.1)
    assert [line for line in lines if "taken as 12 bits" in line]
    assert "4,095" in lines[0]
    # A single brighter image changes what all of them mean.
    brighter = png_16(in_bits(RAMP, 16), PNG_GREY)
    (folder / "images" / "d.png").write_bytes(brighter)
    lines.clear()
    images = loaded(folder, lines)
    assert images[1].max() < 20
    assert not [line for line in lines if "taken as" in line]


def test_folder_tells_its_depth_so_that_others_share_it(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for _ in ("packed", "from the cache"):
        assert load(folder, []).sample_bits == 12
    other = tmp_path_factory.mktemp("held_out")
    (other / "images").mkdir()
    (other / "images" / "a.png").write_bytes(png_16(DARK, PNG_GREY))
    assert load(other, []).sample_bits == 10
    lines: list[str] = []
    images = loaded(other, lines, sample_bits=12)
    np.testing.assert_allclose(images[0], TWELVE_BITS, atol=1.1)
    assert not [line for line in lines if "taken as" in line]
    assert load(other, [], sample_bits=12).sample_bits == 12


def test_folder_without_16_bits_has_no_depth(folder: Path) -> None:
    for name in ("b.png", "c.png"):
        (folder / "images" / name).unlink()
    assert load(folder, []).sample_bits is None


def test_folder_with_range_keeps_a_cache_of_its_own(folder: Path) -> None:
    floats = tiff(RAMP.astype(np.float32))
    (folder / "images" / "d.tif").write_bytes(floats)
    lines: list[str] = []
    assert len(loaded(folder, lines)) == 3
    wanted = "values have no fixed range; --value_range=MIN,MAX states it"
    assert any(wanted in line for line in lines)
    images = loaded(folder, lines, value_range="0,1")
    assert len(images) == 4
    np.testing.assert_allclose(images[3], RAMP * 255, atol=1.1)
    same = loaded(folder, lines, value_range=(0.0, 1.0))
    np.testing.assert_array_equal(same, images)
    assert len(list((folder / "cache").iterdir())) == 2


@pytest.mark.parametrize(
    "value", ["", "1", "1,1", "2,1", "0,1,2", "0,x", "0,nan", "0,inf", (3, 1)]
)
def test_request_of_no_range_says_the_rule(value: Any) -> None:
    with pytest.raises(ValueError, match="`value_range` must be two numbers"):
        DataRequest("x", value_range=value)


@pytest.mark.parametrize("name", ["ring8", "fashion_mnist_10k"])
@pytest.mark.parametrize("field", [{"value_range": "0,1"}, {"sample_bits": 12}])
def test_data_of_8_bits_or_points_refuse_a_scale(
    name: str, field: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=f"`{next(iter(field))}` is of images"):
        load_examples(DataRequest(name, **field))


@pytest.mark.parametrize("bits", [0, 7, 17, 8.5, "12"])
def test_request_of_odd_depth_says_the_rule(bits: Any) -> None:
    with pytest.raises(ValueError, match="`sample_bits` must be from 8 to 16"):
        DataRequest("x", sample_bits=bits)


@pytest.mark.parametrize("value_range", ["60000,65000", "-9,-1", "0,1"])
def test_folder_that_a_range_leaves_black_and_white_is_refused(
    folder: Path, value_range: str
) -> None:
    (folder / "images" / "a.png").unlink()
    (folder / "images" / "c.png").unlink()
    rule = f"must be that of the images' values. Received: {value_range}, "
    with pytest.raises(ValueError, match=rule):
        load(folder, [], value_range=value_range)
    assert not list((folder / "cache").iterdir())


def test_images_that_a_range_leaves_black_and_white_are_counted(
    folder: Path,
) -> None:
    floats = tiff(RAMP.astype(np.float32))
    (folder / "images" / "d.tif").write_bytes(floats)
    # Such a mask has nothing between, whatever its range.
    mask = tiff((RAMP > 0.5).astype(np.float32))
    (folder / "images" / "e.tif").write_bytes(mask)
    lines: list[str] = []
    load(folder, lines, value_range="0,1")
    (note,) = [line for line in lines if "value_range" in line]
    assert "=0,1 leaves but black and white of 2 of 4 images" in note


def test_range_without_an_image_that_it_is_for_is_said(folder: Path) -> None:
    for name in ("b.png", "c.png"):
        (folder / "images" / name).unlink()
    lines: list[str] = []
    load(folder, lines, value_range="0,0.5")
    assert any("=0,0.5 changes nothing: no image" in line for line in lines)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_decode_of_tiff_whose_directory_was_cut_is_refused() -> None:
    """Without its later tags, Pillow takes signed bytes for unsigned ones."""
    signed = tiff((RAMP * 255 - 128).astype(np.int8))
    scale = ValueScale((-128.0, 127.0))
    assert np.ptp(grey(signed, scale)) == 255
    for cut in range(5, 100):
        with pytest.raises(UnreadableImage, match="^truncated"):
            grey(signed[:-cut], scale)


def test_directory_of_bigtiff_is_whole_or_cut() -> None:
    image = Image.fromarray((RAMP * 255).astype(np.uint8))
    data = encoded(image, "TIFF", big_tiff=True)
    assert repair.has_whole_tags(io.BytesIO(data))
    assert not repair.has_whole_tags(io.BytesIO(data[:60]))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_decode_of_tiff_whose_texts_were_cut_is_refused() -> None:
    """Pillow drops all tags from the first one on whose value is not there."""
    software = struct.pack("<HHII", 305, 2, 40, 10**6)
    data = tiff((RAMP * 255 - 128).astype(np.int8))
    place = data.rindex(struct.pack("<HH", 339, 3))
    data = data[:place] + software + data[place:]
    start = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, start)[0] + 1
    data = data[:start] + struct.pack("<H", count) + data[start + 2 :]
    with pytest.raises(UnreadableImage, match="^truncated"):
        grey(data, ValueScale((-128.0, 127.0)))
