"""The web page of a generator that takes an image, in a real browser."""

import base64
import dataclasses
import io
import json
import shutil

import numpy as np
import pytest
import tensorflow as tf
from browsers import (
    DESKTOP,
    PHONE,
    assert_sound,
    needs_browser,
    read_canvas,
)
from PIL import Image

from tfgan_zoo import images, networks
from tfgan_zoo.backend import keras
from tfgan_zoo.export import api, examples, tflite, web
from tfgan_zoo.export.translator import Translator
from tfgan_zoo.gan import TranslationGAN
from tfgan_zoo.models.upsampler import RECIPE, Upsampler

# Browsers are the same beside any TensorFlow.
pytestmark = pytest.mark.slow
SIDE = 14
RANDOM = np.random.default_rng(0)
GREY = RANDOM.integers(0, 256, (SIDE, SIDE), np.uint8)
COLOR = RANDOM.integers(0, 256, (SIDE, SIDE, 3), np.uint8)


@pytest.fixture(scope="module")
def exported(small_export):
    return small_export("upsampler", ("float32",))


@pytest.fixture(scope="module")
def page_folder(exported, tmp_path_factory):
    return web.write(exported.folder, tmp_path_factory.mktemp("web") / "page")


@pytest.fixture
def open_ready(open_page, page_folder):
    def start(*args, **settings):
        page = open_page(page_folder, *args, **settings)
        page.evaluate("() => window.tfganZoo.ready")
        return page

    return start


def _png(pixels):
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


def _give(page, content, name="mine.png"):
    """Gives the page a file; waits until its output, or an error, is there."""
    count = page.evaluate("() => window.tfganZoo.generator.taken.length")
    file = {"name": name, "mimeType": "image/png", "buffer": content}
    page.get_by_label("Your picture").set_input_files(file)
    page.wait_for_function(
        """(count) => window.tfganZoo.generator.taken.length > count ||
          document.getElementById("status").textContent""",
        arg=count,
    )


def _pixels(page, name):
    return read_canvas(page.locator(f"#{name}"), "L")


@needs_browser
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_output_is_the_interpreters_of_the_visitors_picture(
    open_ready, exported, viewport
):
    page = open_ready(viewport)
    example = _pixels(page, "input"), _pixels(page, "large")
    assert all(pixels.std() > 20 for pixels in example)
    assert page.inner_text("h1") == "Enlarge images"
    assert page.inner_text("#about").startswith("upsampler: 28 x 28 pixels")
    _give(page, _png(GREY))
    np.testing.assert_array_equal(_pixels(page, "input"), GREY)
    run = tflite.Interpreter(exported.tflite().read_bytes())
    small = GREY[np.newaxis, ..., np.newaxis].astype(np.float32) / 127.5 - 1.0
    image = (run(small_images=small)[0, ..., 0] + 1.0) * 127.5
    assert np.abs(_pixels(page, "large") - image).max() <= 2
    assert page.inner_text("#status") == ""
    assert "ms an image" in page.inner_text("#speed")
    assert_sound(page, viewport)
    page.get_by_role("button", name="Example 1").click()
    page.wait_for_timeout(300)
    np.testing.assert_array_equal(_pixels(page, "input"), example[0])


@needs_browser
def test_a_picture_in_colour_becomes_four_times_as_large(open_page, tmp_path):
    recipe = dataclasses.replace(RECIPE, width=4, upscale_factor=4)
    gan = Upsampler((32, 32, 3), recipe=recipe)
    kernel = gan.ema_generator.to_details.kernel
    kernel.assign(30.0 * kernel)
    exported = api.export(gan, tmp_path / "export", tflite=["float32"])
    page = open_page(web.write(exported.folder, tmp_path / "page"))
    page.evaluate("() => window.tfganZoo.ready")
    picture = COLOR[:8, :8]
    _give(page, _png(picture))
    shown = [read_canvas(page.locator(f"#{n}")) for n in ("input", "large")]
    np.testing.assert_array_equal(shown[0], picture)
    content = exported.tflite().read_bytes()
    small = picture[np.newaxis].astype(np.float32) / 127.5 - 1.0
    image = (tflite.Interpreter(content)(small_images=small)[0] + 1.0) * 127.5
    assert image.shape == (32, 32, 3)
    assert np.abs(shown[1] - image).max() <= 2


def test_no_path_of_a_folder_is_on_the_page(page_folder):
    model = json.loads((page_folder / "model.json").read_text())
    assert "dataset" not in model
    assert (model["title"], model["data_title"]) == ("Enlarge images", "")


@needs_browser
def test_examples_are_images_of_the_export(open_page, exported, tmp_path):
    export = shutil.copytree(exported.folder, tmp_path / "export")
    given = RANDOM.integers(0, 256, (3, SIDE, SIDE, 1), np.uint8)
    examples.write(export, given)
    page = open_page(web.write(export, tmp_path / "page"))
    page.evaluate("() => window.tfganZoo.ready")
    buttons = page.get_by_role("group", name="Examples").get_by_role("button")
    assert buttons.count() == 3
    np.testing.assert_array_equal(_pixels(page, "input"), given[0, ..., 0])
    buttons.nth(2).click()
    page.wait_for_function("() => window.tfganZoo.generator.taken.length > 2")
    np.testing.assert_array_equal(_pixels(page, "input"), given[2, ..., 0])
    # They may be left out of what is published.
    (tmp_path / "page" / examples.NAME).unlink()
    page.reload()
    page.evaluate("() => window.tfganZoo.ready")
    assert buttons.count() == 1
    assert _pixels(page, "input").std() > 20


def test_examples_that_do_not_fit_are_refused(exported, tmp_path):
    export = shutil.copytree(exported.folder, tmp_path / "export")
    assert examples.read(export, (SIDE, SIDE, 1)) is None
    path = export / examples.NAME
    Image.new("L", (SIDE + 1, SIDE)).save(path)
    with pytest.raises(ValueError, match="14 x 14 pixels side by side"):
        web.write(export, tmp_path / "page")
    path.write_bytes(b"no image")
    with pytest.raises(ValueError, match="must be an image"):
        web.write(export, tmp_path / "page")
    assert not (tmp_path / "page").exists()


@needs_browser
def test_a_file_of_uint8_gets_bytes(open_page, small_export, tmp_path):
    exported = small_export("upsampler", ("uint8",))
    page = open_page(web.write(exported.folder, tmp_path / "page"))
    page.evaluate("() => window.tfganZoo.ready")
    _give(page, _png(GREY))
    content = exported.tflite("uint8").read_bytes()
    image = tflite.Interpreter(content)(small_images=GREY[None, ..., None])
    apart = np.abs(_pixels(page, "large") - image[0, ..., 0])
    assert apart.max() <= 1
    assert page.inner_text("#status") == ""


@needs_browser
def test_a_wide_picture_is_shown_whole_as_tfgan_sample_takes_it(
    open_ready, exported
):
    """In the middle of white, which is cut off the output."""
    page = open_ready()
    y, x = np.mgrid[:20, :48]
    wide = (4 * x + 2 * y).astype(np.uint8)  # smooth, for any scaling
    _give(page, _png(wide))
    placed, box = images.letterbox(wide[..., None], SIDE, SIDE)
    top, left, height, width = box
    assert (left, width) == (0, SIDE) and height < SIDE
    shown = _pixels(page, "input")
    assert shown.shape == (height, width)
    assert np.abs(shown - placed[top : top + height, :, 0]).max() <= 8
    placed[top : top + height, :, 0] = shown
    translator = Translator(exported.folder)
    (made,) = translator.translate(placed[None])[..., 0].astype(int)
    made = made[2 * top : 2 * (top + height)]
    assert np.abs(_pixels(page, "large") - made).max() <= 2
    ratio = page.locator("#compared").evaluate(
        "(each) => each.clientWidth / each.clientHeight"
    )
    assert abs(ratio - width / height) < 0.05


@needs_browser
def test_pictures_of_any_kind_are_scaled_to_the_input(open_ready):
    page = open_ready()
    _give(page, _png(COLOR))
    grey = np.asarray(Image.fromarray(COLOR).convert("L"))
    assert np.abs(_pixels(page, "input") - grey).max() <= 1
    large = np.full((2000, 2000), 77, np.uint8)
    _give(page, _png(large))
    assert np.abs(_pixels(page, "input") - 77).max() <= 1
    transparent = np.zeros((SIDE, SIDE, 4), np.uint8)
    _give(page, _png(transparent))
    assert (_pixels(page, "input") == 255).all()


@needs_browser
def test_a_file_that_is_dropped_is_taken(open_ready):
    page = open_ready()
    page.evaluate(
        """(content) => {
          const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
          const file = new File([bytes], "mine.png", { type: "image/png" });
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(file);
          const settings = { dataTransfer, bubbles: true, cancelable: true };
          document.body.dispatchEvent(new DragEvent("drop", settings));
        }""",
        base64.b64encode(_png(GREY)).decode(),
    )
    page.wait_for_function("() => window.tfganZoo.generator.taken.length > 2")
    np.testing.assert_array_equal(_pixels(page, "input"), GREY)


@needs_browser
def test_what_is_no_picture_is_said_and_the_last_stays(open_ready):
    page = open_ready()
    before = _pixels(page, "large")
    _give(page, b"no picture", "notes.txt")
    assert page.inner_text("#status") == (
        "Error: A picture must be one that this browser reads. "
        "Received: notes.txt."
    )
    np.testing.assert_array_equal(_pixels(page, "large"), before)
    _give(page, _png(GREY))
    assert page.inner_text("#status") == ""
    np.testing.assert_array_equal(_pixels(page, "input"), GREY)


@needs_browser
def test_slider_shows_before_and_after(open_ready):
    """Left of it are the input's pixels, right of it the output's."""
    page = open_ready(DESKTOP)
    _give(page, _png(GREY))
    slider = page.get_by_role("slider", name="Before and after")
    box = page.locator("#compared").bounding_box()

    def row():
        page.wait_for_timeout(100)
        content = page.screenshot(clip={**box, "y": box["y"] + 90, "height": 1})
        image = Image.open(io.BytesIO(content)).convert("L")
        return np.asarray(image, int)[0, 8:-8]

    slider.press("Home")
    after = row()
    slider.press("End")
    before = row()
    assert np.abs(after - before).max() > 10
    place = int(0.3 * box["width"])
    page.mouse.click(box["x"] + place, box["y"] + 20)
    both = row()
    left, right = slice(0, place - 30), slice(place + 30, None)
    np.testing.assert_array_equal(both[left], before[left])
    np.testing.assert_array_equal(both[right], after[right])
    value = float(slider.input_value())
    assert slider.get_attribute("aria-valuetext") == f"{value:.0f} % before"
    assert abs(value - 30) < 4


@needs_browser
def test_a_desktop_is_used_in_its_width(open_ready):
    page = open_ready(DESKTOP)
    compared, controls = (
        page.locator(selector).bounding_box()
        for selector in ("#compared", ".controls")
    )
    right = controls["x"] + controls["width"]
    assert right - compared["x"] > 0.8 * DESKTOP["width"]
    assert controls["x"] > compared["x"] + compared["width"]
    assert compared["height"] > 0.7 * DESKTOP["height"]
    bottom = page.locator(".ends").bounding_box()
    assert bottom["y"] + bottom["height"] < DESKTOP["height"]


@needs_browser
def test_output_is_saved(open_ready, tmp_path):
    page = open_ready()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as PNG").click()
    assert waiting.value.suggested_filename == "upsampler.png"
    waiting.value.save_as(tmp_path / "saved.png")
    saved = np.asarray(Image.open(tmp_path / "saved.png").convert("L"))
    np.testing.assert_array_equal(saved, _pixels(page, "large"))


def test_page_says_what_it_takes_and_has_no_directions(page_folder):
    model = json.loads((page_folder / "model.json").read_text())
    assert model["task"] == "enlarge"
    assert model["inputs"] == [
        {"name": "small_images", "kind": "image", "shape": [SIDE, SIDE, 1]}
    ]
    assert "directions" not in model


def test_page_names_no_task():
    for script in web.PAGE.glob("*.js"):
        text = script.read_text("utf-8")
        assert not [task for task in ("enlarge", "translate") if task in text]


class _Shift(networks.Network):
    """Adds a number of the class to half an image."""

    def __init__(self):
        super().__init__()
        self.to_shift = keras.layers.Dense(1, use_bias=False)

    def call(self, images, labels=None, training=None):
        shift = self.to_shift(tf.one_hot(labels, 2))
        return images / 2.0 + shift[:, tf.newaxis, tf.newaxis]


class _Shifted(TranslationGAN):
    input_name = "dull_images"
    sees_sources = False


@needs_browser
def test_class_of_a_generator_with_labels_is_chosen(open_page, tmp_path):
    layers = [keras.Input([8, 6, 1]), keras.layers.Flatten()]
    discriminator = keras.Sequential([*layers, keras.layers.Dense(1)])
    gan = _Shifted(
        _Shift(), discriminator, source_shape=(8, 6, 1), num_classes=2
    )
    gan.ema_generator.set_weights([np.array([[-0.5], [0.5]], np.float32)])
    api.export(gan, tmp_path / "export", class_names=("dark", "light"))
    page = open_page(web.write(tmp_path / "export", tmp_path / "page"))
    page.evaluate("() => window.tfganZoo.ready")
    dark = _pixels(page, "large")
    assert dark.shape == (8, 6)
    assert np.abs(dark - _pixels(page, "input") / 2).max() <= 1
    page.get_by_role("button", name="light").click()
    page.wait_for_function("() => window.tfganZoo.generator.taken.length > 2")
    assert np.abs(_pixels(page, "large") - dark - 127.5).max() <= 1
