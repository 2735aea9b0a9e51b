"""What a visitor did last is what a page shows, whatever was under way."""

import base64
import io
import json
import shutil

import numpy as np
import pytest
from browsers import PHONE, assert_sound, needs_browser, read_canvas
from drawing_pages import measure_ink, stroke, wait
from edited_exports import open_ready, wait_still
from PIL import Image

from tfgan_zoo.backend import keras
from tfgan_zoo.export import api, web
from tfgan_zoo.gan import GAN
from tfgan_zoo.recipe import Recipe

pytestmark = [needs_browser, pytest.mark.slow]

HOLD = """(id) => {
  const { generator } = window.tfganZoo;
  const drawOn = generator.drawOn.bind(generator);
  window.isHeld = false;
  generator.drawOn = async (canvas, ...rest) => {
    if (canvas.id !== id) return drawOn(canvas, ...rest);
    generator.drawOn = drawOn;
    window.isHeld = true;
    await new Promise((resolve, reject) => {
      Object.assign(window, { release: resolve, fail: reject });
    });
    return drawOn(canvas, ...rest);
  };
}"""


def _png(pixels):
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


RANDOM = np.random.default_rng(0)
PICTURE = _png(RANDOM.integers(0, 256, (28, 28), np.uint8))


def _choose(page, label, content=PICTURE):
    file = {"name": "mine.png", "mimeType": "image/png", "buffer": content}
    page.get_by_label(label).set_input_files(file)


def _sample(page, number):
    return page.locator("#grid button").nth(number)


@pytest.fixture
def found(open_page, edited_page):
    """A page whose drawing of what it found waits for `release`."""
    page = open_ready(open_page, edited_page("conditional_gan", True))
    page.evaluate(HOLD, "made")
    _choose(page, "Choose a picture")
    page.wait_for_function("() => window.isHeld")
    return page


def _release(page):
    page.evaluate("() => window.release()")
    wait_still(page)


def test_a_choice_ends_a_walk(open_page, edited_page):
    page = open_ready(open_page, edited_page())
    play = page.get_by_role("button", name="Walk to the next")
    play.click()
    page.wait_for_function("() => document.getElementById('walk').value > 0.05")
    _sample(page, 5).click()
    assert play.get_attribute("aria-pressed") == "false"
    page.wait_for_timeout(300)
    wait_still(page)
    assert page.locator("#walk").input_value() == "0"
    assert page.inner_text("#chosen").startswith("Seed 5,")


def test_clear_forgets_what_is_being_found(found):
    found.get_by_role("button", name="Clear").click()
    _release(found)
    assert found.inner_text("#took") == ""
    assert found.inner_text("#chosen").startswith("Seed 0,")


def test_a_sample_chosen_later_stays(found):
    _sample(found, 3).click()
    _release(found)
    assert found.inner_text("#chosen").startswith("Seed 3,")


def test_a_sample_chosen_while_a_photo_is_read_stays(open_page, edited_page):
    page = open_ready(open_page, edited_page("conditional_gan", True))
    page.evaluate(
        """() => {
          const decode = window.createImageBitmap;
          window.createImageBitmap = async (...values) => {
            await new Promise((resolve) => { window.release = resolve; });
            return decode(...values);
          };
        }"""
    )
    _choose(page, "Choose a picture")
    page.wait_for_function("() => window.release")
    _sample(page, 3).click()
    page.evaluate("() => window.release()")
    page.wait_for_timeout(300)
    wait_still(page)
    assert page.inner_text("#chosen").startswith("Seed 3,")
    assert page.inner_text("#took") == ""


def test_a_file_that_is_no_picture_leaves_what_is_being_found(found):
    _choose(found, "Choose a picture", b"no picture")
    found.wait_for_function(
        "() => document.getElementById('status').textContent"
    )
    _release(found)
    assert found.inner_text("#chosen").startswith("Your picture")
    said = found.inner_text("#status")
    assert said.startswith("Error: ") and "mine.png" in said
    _sample(found, 1).click()
    assert found.inner_text("#status") == ""


def test_after_a_search_that_failed_a_newer_picture_is_searched(
    open_page, edited_page
):
    page = open_ready(open_page, edited_page("conditional_gan", True))
    page.evaluate(HOLD, "made")
    _choose(page, "Choose a picture")
    page.wait_for_function("() => window.isHeld")
    page.locator("#negative").check()
    page.evaluate("() => window.fail(new Error('once'))")
    page.wait_for_function("() => document.getElementById('took').textContent")
    wait_still(page)
    assert page.inner_text("#chosen").startswith("Your picture")


def test_the_saved_picture_has_the_name_of_what_is_shown(
    open_page, edited_page
):
    page = open_ready(open_page, edited_page())
    page.evaluate(HOLD, "large")
    _sample(page, 3).click()
    page.wait_for_function("() => window.isHeld")
    with page.expect_download() as first:
        page.get_by_role("button", name="Save as PNG").click()
    assert first.value.suggested_filename == "conditional_gan_seed_0.png"
    _release(page)
    with page.expect_download() as second:
        page.get_by_role("button", name="Save as PNG").click()
    assert second.value.suggested_filename == "conditional_gan_seed_3.png"


def test_a_gpu_that_is_lost_in_a_drawing_leaves_the_image_to_wasm(
    open_page, edited_page
):
    page = open_ready(open_page, edited_page())
    difference = page.evaluate(
        """async () => {
          const { generator } = window.tfganZoo;
          const run = async () => {
            generator.moveBack("the GPU was lost"); // told before the run fails
            throw new Error("lost");
          };
          generator.moveTo({ run }, "webgpu");
          return generator.check();
        }"""
    )
    assert difference <= 2
    reason = page.evaluate("() => window.tfganZoo.generator.reason")
    assert reason == "the GPU was lost"


def test_a_worker_that_fails_ends_no_promise_that_nobody_reads(
    open_page, edited_page
):
    page = open_ready(open_page, edited_page())
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.evaluate(
        """async () => {
          const { compileInWasm, onGpuLost } = await import("./runner.js");
          const { generator } = window.tfganZoo;
          const runner = await compileInWasm(generator.content);
          onGpuLost(() => {});
          runner.delete();
          runner.delete(); // of what there is no more
          await new Promise((resolve) => setTimeout(resolve, 200));
        }"""
    )
    assert errors == []


def test_an_example_that_comes_late_leaves_the_visitors_picture(
    open_page, small_export, tmp_path
):
    exported = small_export("upsampler", ("float32",))
    page = open_page(web.write(exported.folder, tmp_path / "page"))
    page.evaluate("() => window.tfganZoo.ready")
    pixels = RANDOM.integers(0, 256, (14, 14), np.uint8)
    _choose(page, "Your picture", _png(pixels))
    page.evaluate("async () => (await import('./picture.js')).drawFirst()")
    shown = read_canvas(page.locator("#input"), "L")
    np.testing.assert_array_equal(shown, pixels)


def test_a_browser_that_makes_other_images_is_named(
    open_page, edited_page, tmp_path
):
    folder = tmp_path / "page"
    shutil.copytree(edited_page("conditional_gan", True), folder)
    model = json.loads((folder / "model.json").read_text())
    black = base64.b64encode(bytes(28 * 28)).decode()
    model["test_vector"]["pixels_base64"] = black
    (folder / "model.json").write_text(json.dumps(model))
    page = open_ready(open_page, folder)
    shown = page.inner_text("#status")
    assert shown.startswith("Error: images differ by up to ")
    page.locator("#grid button").nth(1).click()
    assert shown in page.inner_text("#about")


def test_a_photo_of_a_drawing_waits_for_the_end_of_a_stroke(open_drawing):
    page = open_drawing()
    box = page.locator("#pad").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    photo = np.full((300, 300), 230, np.uint8)
    photo[148:152, 50:250] = 100
    _choose(page, "A drawing on paper", _png(photo))
    page.wait_for_timeout(500)
    page.mouse.up()
    page.wait_for_function(
        """() => document.getElementById("pad").getAttribute("aria-label")
          === "Drawing, 0 lines over a photo" """
    )
    wait(page)
    ink = measure_ink(page)
    assert ink[len(ink) // 2].max() > 0.3 and ink[: len(ink) // 3].max() < 0.1
    stroke(page, (0.2, 0.2), (0.3, 0.2))
    assert page.inner_text("#status") == ""


def test_images_that_are_not_square_are_shown_as_they_are(open_page, tmp_path):
    shape = (16, 8, 1)
    layers = keras.layers
    gan = GAN(
        keras.Sequential(
            [
                keras.Input([4]),
                layers.Dense(128, "tanh", kernel_initializer="orthogonal"),
                layers.Reshape(shape),
            ]
        ),
        keras.Sequential(
            [keras.Input(shape), layers.Flatten(), layers.Dense(1)]
        ),
        recipe=Recipe("", latent_dim=4),
    )
    exported = api.export(gan, tmp_path / "export", tflite=["float32"])
    page = open_page(web.write(exported.folder, tmp_path / "page"))
    page.evaluate("() => window.tfganZoo.ready")
    for selector in ("#large", "#grid canvas"):
        box = page.locator(selector).first.bounding_box()
        assert box["height"] == pytest.approx(2 * box["width"], rel=0.02)
    assert_sound(page, PHONE)
