"""Measures, on shapes whose values are known."""

import numpy as np
import pytest
from drawn_shapes import SIDE, bar, box, ring, to_images

from tfgan_zoo.directions import foreground, measures

BOTH = pytest.mark.parametrize("dark", [False, True])
COLOURS = pytest.mark.parametrize("channels", [1, 3])


def _value(name, shares, **settings):
    (value,) = measures.measure(to_images(shares, **settings), [name])[name]
    return value


@BOTH
@COLOURS
@pytest.mark.parametrize("angle", [-30.0, -5.0, 0.0, 12.0, 40.0])
def test_slant_is_the_angle_of_a_bar(angle, dark, channels):
    value = _value("slant", bar(angle), dark_on_light=dark, channels=channels)
    assert value == pytest.approx(angle, abs=0.6)


@BOTH
@pytest.mark.parametrize(
    ("width", "error"), [(1.5, 0.13), (3, 0.04), (6, 0.02)]
)
def test_stroke_width_is_that_of_a_ring(width, error, dark):
    value = _value("stroke_width", ring(width), dark_on_light=dark)
    assert value == pytest.approx(width, rel=error)


def test_stroke_width_of_a_bar_is_as_documented():
    value = _value("stroke_width", bar(0.0, width=4.0, height=30.0))
    assert value == pytest.approx(4.0 * 30.0 / 34.0, rel=0.04)


@BOTH
def test_stroke_width_does_not_depend_on_contrast(dark):
    faint = to_images(ring(3.0), dark_on_light=dark) // 4 + 60
    strong = to_images(ring(3.0), dark_on_light=dark)
    assert measures.stroke_width(faint) == pytest.approx(
        measures.stroke_width(strong), rel=0.03
    )


@BOTH
def test_size_is_the_side_of_a_box(dark):
    value = _value("size", box(24, 24), dark_on_light=dark)
    assert value == pytest.approx(0.5, rel=1e-5)
    wide = _value("size", box(12, 40), dark_on_light=dark)
    assert wide == pytest.approx(np.sqrt(12 * 40) / SIDE, rel=1e-5)


@BOTH
def test_aspect_ratio_is_height_over_width(dark):
    assert _value(
        "aspect_ratio", box(30, 10), dark_on_light=dark
    ) == pytest.approx(3.0, rel=1e-5)


@BOTH
def test_symmetry_is_one_of_a_shape_that_is_its_mirror_image(dark):
    for shares in (ring(3.0), box(20, 7, left=3), box(20, 8, left=30)):
        value = _value("symmetry", shares, dark_on_light=dark)
        assert value == pytest.approx(1.0, abs=1e-5)


def test_symmetry_is_the_share_that_the_mirror_image_covers():
    # An L of two boxes, 20 x 4 and 4 x 12: the mean column is that of
    # 80 x 1.5 + 48 x 9.5 of 128 pixels, 4.5; mirrored about it, column 0
    # becomes 9. Both cover the four lowest rows from column 0 to 9, 40.
    shares = box(20, 4, top=10, left=20)
    shares = shares + box(4, 12, top=26, left=24)
    assert _value("symmetry", shares) == pytest.approx(40.0 / 128.0, abs=1e-5)


def test_brightness_and_contrast_of_half_white():
    half = np.zeros([8, 8])
    half[:, 4:] = 1.0
    assert _value("brightness", half) == pytest.approx(0.5)
    assert _value("contrast", half) == pytest.approx(0.5)


def test_brightness_is_the_luma_of_bt_601():
    pixels = np.zeros([1, 4, 4, 3], np.uint8)
    pixels[..., 1] = 255
    assert measures.brightness(pixels) == pytest.approx(0.587)


def test_colours_have_known_saturation_and_warmth():
    red, grey, blue = np.zeros([3, 1, 4, 4, 3], np.uint8)
    red[..., 0], blue[..., 2], grey[:] = 255, 255, 90
    assert measures.saturation(red) == 1.0
    assert measures.saturation(grey) == 0.0
    assert [measures.warmth(x)[0] for x in (red, grey, blue)] == [1, 0, -1]


def test_images_of_one_colour_have_no_foreground():
    plain = np.full([2, 6, 6, 3], 77, np.uint8)
    assert not foreground.foreground(plain).any()
    names = measures.names(3)
    values = {
        name: rows.tolist()
        for name, rows in measures.measure(plain, names).items()
    }
    nothing = {"contrast", "saturation", "warmth", "slant", "stroke_width"}
    for name in nothing | {"size"}:
        np.testing.assert_allclose(values[name], 0.0, atol=1e-6)
    assert values["symmetry"] == values["aspect_ratio"] == [1.0, 1.0]


def test_functions_are_those_of_the_names():
    shapes = np.concatenate(
        [to_images(each, channels=3) for each in (bar(20.0), ring(2.0))] * 50
    )
    together = measures.measure(shapes, measures.names(3))
    for name, values in together.items():
        alone = getattr(measures, name)(shapes)
        assert alone.shape == values.shape == (100,)
        np.testing.assert_allclose(values, alone, rtol=1e-4, atol=1e-4)


def test_grey_images_have_no_measures_of_colours():
    assert {*measures.names(3)} - {*measures.names(1)} == {
        "saturation",
        "warmth",
    }


def test_own_measures_are_checked():
    images = to_images(ring(2.0))
    own = {"red": lambda rows: rows[..., 0].mean((1, 2))}
    assert [*measures.measure(images, ["size"], own)] == ["size", "red"]
    for wrong in (
        lambda rows: rows.mean(),
        lambda rows: np.full(len(rows), np.nan),
        lambda rows: ["a"] * len(rows),
    ):
        with pytest.raises(ValueError, match="measure bad must return"):
            measures.measure(images, [], {"bad": wrong})


def test_a_measure_named_twice_is_measured_once():
    images = np.repeat(to_images(ring(2.0)), 3, axis=0)
    values = measures.measure(images, ["size", "slant", "size"])
    assert [(name, len(rows)) for name, rows in values.items()] == [
        ("size", 3),
        ("slant", 3),
    ]


def test_wrong_images_and_names_are_refused():
    with pytest.raises(ValueError, match=r"`images` must be uint8.*float64"):
        measures.slant(np.zeros([1, 4, 4, 1]))
    with pytest.raises(ValueError, match=r"one of: brightness.*slent.*slant"):
        measures.measure(to_images(ring(2.0)), ["slent"])
