"""The web page of a generator that takes lines, drawn on by real pointers."""

import base64
import io
import json
import shutil

import numpy as np
import pytest
from browsers import DESKTOP, PHONE, needs_browser
from PIL import Image

from tfgan_zoo import networks
from tfgan_zoo.backend import keras
from tfgan_zoo.export import api, tflite, web
from tfgan_zoo.gan import TranslationGAN
from tfgan_zoo.recipe import Recipe

pytestmark = needs_browser

SIDE = 32
STROKES = 20
THIN_PX, THICK_PX, ERASER_PX = (SIDE * width / 64 for width in (1.5, 3, 8))


class _Colors(networks.Network):
    """Three channels of a 3 x 3 neighbourhood."""

    def __init__(self):
        super().__init__()
        self.to_colors = keras.layers.Conv2D(
            3, 3, padding="same", activation="tanh"
        )

    def call(self, images, labels=None, training=None):
        return self.to_colors(images)


@pytest.fixture(scope="module")
def export_folder(tmp_path_factory):
    layers = [keras.Input([SIDE, SIDE, 4]), keras.layers.Flatten()]
    discriminator = keras.Sequential([*layers, keras.layers.Dense(1)])
    keras.utils.set_random_seed(0)
    gan = TranslationGAN(
        _Colors(),
        discriminator,
        source_shape=(SIDE, SIDE, 1),
        recipe=Recipe("", source="edges"),
    )
    folder = tmp_path_factory.mktemp("colored") / "export"
    api.export(gan, folder, tflite="float32")
    return folder


@pytest.fixture(scope="module")
def page_folder(export_folder, tmp_path_factory):
    return web.write(export_folder, tmp_path_factory.mktemp("web") / "page")


@pytest.fixture
def open_ready(open_page, page_folder):
    """Opens the page; `page.inputs()` is what the generator got last."""

    def start(*args, **settings):
        page = open_page(page_folder, *args, **settings)
        page.evaluate(
            """async () => {
              await window.tfganZoo.ready;
              const { generator } = window.tfganZoo;
              const run = generator.run.bind(generator);
              generator.run = (values, label) => {
                window.last = [...values];
                window.runs += 1;
                return run(values, label);
              };
            }"""
        )
        page.inputs = lambda: np.array(
            page.evaluate("() => window.last"), np.float32
        ).reshape(SIDE, SIDE)
        return page

    return start


def _wait(page):
    """Waits until the picture is that of the newest drawing."""
    page.wait_for_function(
        """() => document.getElementById("large")
          .getAttribute("aria-busy") === "false" """
    )


def _stroke(page, *places):
    """Draws with the mouse; places are shares of the pad's sides."""
    box = page.locator("#pad").bounding_box()
    first, *others = (
        (box["x"] + x * box["width"], box["y"] + y * box["height"])
        for x, y in places
    )
    page.mouse.move(*first)
    page.mouse.down()
    for place in others:
        page.mouse.move(*place, steps=4)
    page.mouse.up()
    _wait(page)


def _press(page, name):
    page.get_by_role("button", name=name, exact=True).click()
    _wait(page)


def _pixels(page, name, mode="RGB"):
    url = page.evaluate(
        "(name) => document.getElementById(name).toDataURL('image/png')", name
    )
    content = base64.b64decode(url.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(content)).convert(mode), int)


def _ink(page):
    """Returns how black the pad is, [H, W] in [0, 1], at the input's size."""
    pad = 1.0 - _pixels(page, "pad", "L") / 255.0
    scale = len(pad) // SIDE
    return pad.reshape(SIDE, scale, SIDE, scale).mean((1, 3))


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_picture_is_the_interpreters_of_the_drawn_lines(
    open_ready, export_folder, viewport
):
    page = open_ready(viewport)
    assert page.inner_text("h1") == "Draw something"
    assert _pixels(page, "large").std() > 10
    before = page.evaluate("() => window.tfganZoo.generator.taken.length")
    _stroke(page, (0.1, 0.5), (0.9, 0.5))
    _stroke(page, (0.2, 0.1), (0.5, 0.3), (0.3, 0.8))
    assert (
        page.evaluate("() => window.tfganZoo.generator.taken.length") > before
    )
    values = page.inputs()
    # The generator gets what is on the pad.
    assert np.abs((1.0 - values) / 2.0 - _ink(page)).max() < 0.3
    assert abs((1.0 - values).mean() / 2.0 - _ink(page).mean()) < 0.003
    run = tflite.Interpreter(
        (export_folder / "generator_float32.tflite").read_bytes()
    )
    image = (run(images=values[None, ..., None])[0] + 1.0) * 127.5
    assert np.abs(_pixels(page, "large") - image).max() <= 2
    assert page.inner_text("#status") == ""
    assert "ms an image" in page.inner_text("#speed")
    assert not [text for kind, text in page.said if kind == "error"]
    assert all(url.startswith((page.address, "data:")) for url in page.asked)
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    assert wide == viewport["width"]
    tools = page.get_by_role("group", name="Tools").bounding_box()
    assert tools["y"] + tools["height"] <= viewport["height"]


@pytest.mark.parametrize(
    ("name", "width"), [("Thin pen", THIN_PX), ("Thick pen", THICK_PX)]
)
def test_lines_have_the_width_of_the_pen(open_ready, name, width):
    page = open_ready()
    _press(page, name)
    _stroke(page, (0.1, 0.5), (0.9, 0.5))
    column = (1.0 - page.inputs()[:, SIDE // 2]) / 2.0
    assert abs(column.sum() - width) < 0.15


def test_first_stroke_replaces_the_opening_example_alone(open_ready):
    page = open_ready()
    _press(page, "Face")
    face = _ink(page).sum()
    _stroke(page, (0.1, 0.9), (0.9, 0.9))
    assert _ink(page).sum() > face
    page = open_ready()
    heart = _ink(page)
    _stroke(page, (0.1, 0.9), (0.9, 0.9))
    assert 0.0 == _ink(page)[: SIDE // 2].sum() < heart[: SIDE // 2].sum()


def test_eraser_undo_redo_and_clear(open_ready):
    page = open_ready()
    states = []

    def keep():
        states.append((page.inputs(), _pixels(page, "large")))

    def assert_state(index):
        for value, expected in zip(
            (page.inputs(), _pixels(page, "large")), states[index]
        ):
            np.testing.assert_array_equal(value, expected)

    _press(page, "Clear")
    keep()
    assert (page.inputs() == 1.0).all()
    _stroke(page, (0.1, 0.5), (0.9, 0.5))
    keep()
    _press(page, "Eraser")
    _stroke(page, (0.5, 0.3), (0.5, 0.7))
    keep()
    row, erased = ((1.0 - values[SIDE // 2]) / 2.0 for values, _ in states[1:])
    assert erased[SIDE // 2] == 0.0 < row[SIDE // 2]
    gap = (row.sum() - erased.sum()) / row[SIDE // 2]
    assert abs(gap - ERASER_PX) < 0.3
    _press(page, "Undo")
    assert_state(1)
    page.keyboard.press("Control+z")
    _wait(page)
    assert_state(0)
    page.keyboard.press("Control+y")
    _wait(page)
    assert_state(1)
    _press(page, "Redo")
    assert_state(2)
    page.keyboard.press("Control+Shift+z")  # there is nothing more
    _wait(page)
    assert_state(2)
    _press(page, "Clear")
    assert_state(0)
    page.keyboard.press("Control+z")
    _wait(page)
    assert_state(2)
    redo = page.get_by_role("button", name="Redo")
    assert redo.get_attribute("aria-disabled") == "false"
    _stroke(page, (0.2, 0.2), (0.3, 0.2))
    assert redo.get_attribute("aria-disabled") == "true"


def test_keyboard_draws_and_reaches_every_control(open_ready):
    page = open_ready()
    page.keyboard.press("Delete")
    _wait(page)
    assert _ink(page).sum() == 0.0
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.id") == "pad"
    for key in ["ArrowLeft"] * 4 + [" "] + ["ArrowRight"] * 8 + [" "]:
        page.keyboard.press(key)
    assert page.locator("#cursor").is_visible()
    page.keyboard.press("ArrowDown")
    _wait(page)
    ink = _ink(page)
    row = ink.sum(1)
    assert abs(row.sum() - THICK_PX * (8 * SIDE / 32 + THICK_PX)) < 3.0
    assert row.argmax() in (SIDE // 2 - 1, SIDE // 2)
    label = page.locator("#pad").get_attribute("aria-label")
    assert label == "Drawing, 1 line"
    seen = []
    for _ in range(13):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "() => document.activeElement.getAttribute('aria-label')"
            )
        )
    assert seen == [
        *("Thin pen", "Thick pen", "Eraser", "Undo", "Redo", "Clear"),
        "Save as PNG",
        *("Heart", "Face", "Cat", "Fish", "House", "Tree"),
    ]
    assert not page.locator("#cursor").is_visible()
    page.get_by_role("button", name="House").press("Enter")
    _wait(page)
    assert _ink(page).sum() > ink.sum()


def test_one_finger_draws_and_a_second_does_not(open_ready):
    page = open_ready(has_touch=True)
    _press(page, "Clear")
    box = page.locator("#pad").bounding_box()
    devtools = page.context.new_cdp_session(page)

    def touch(kind, *places):
        points = [
            {
                "x": box["x"] + x * box["width"],
                "y": box["y"] + y * box["height"],
                "id": finger,
            }
            for finger, (x, y) in enumerate(places)
        ]
        devtools.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
        )

    touch("touchStart", (0.1, 0.3))
    for x in (0.3, 0.6, 0.9):
        touch("touchMove", (x, 0.3))
    touch("touchStart", (0.9, 0.3), (0.1, 0.8))
    touch("touchMove", (0.9, 0.3), (0.9, 0.8))
    touch("touchEnd")
    _wait(page)
    ink = _ink(page)
    assert ink[: SIDE // 2].sum() > 0.7 * SIDE * THICK_PX
    assert ink[SIDE // 2 :].sum() == 0.0
    assert page.evaluate("() => window.scrollY") == 0


def test_right_button_and_a_press_outside_draw_nothing(open_ready):
    page = open_ready()
    _press(page, "Clear")
    box = page.locator("#pad").bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down(button="right")
    page.mouse.move(box["x"] + 150, box["y"] + 90)
    page.mouse.up(button="right")
    page.mouse.move(box["x"] - 5, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 90)
    page.mouse.up()
    assert _ink(page).sum() == 0.0


def test_a_photo_of_a_drawing_becomes_its_lines(open_ready):
    """Thin grey lines on unevenly lit paper: black on white."""
    y, x = np.mgrid[:300, :300]
    paper = 230.0 - 0.2 * x - 0.15 * y
    is_line = (abs(y - 150) < 2) & (abs(x - 150) < 100)
    photo = np.where(is_line, 0.6 * paper, paper).astype(np.uint8)
    content = io.BytesIO()
    Image.fromarray(photo).save(content, "PNG")
    page = open_ready()
    files = page.get_by_label("A drawing on paper")
    file = {"name": "a.png", "mimeType": "image/png"}
    files.set_input_files({**file, "buffer": content.getvalue()})
    page.wait_for_function(
        """() => document.getElementById("pad").getAttribute("aria-label")
          === "Drawing, 0 lines over a photo" """
    )
    _wait(page)
    values = page.inputs()
    assert (values[: SIDE // 2 - 2] == 1.0).all()
    assert (values[SIDE // 2 + 2 :] == 1.0).all()
    column = (1.0 - values[:, SIDE // 2]) / 2.0
    assert 0.5 < column.sum() < 1.5
    _press(page, "Eraser")
    _stroke(page, (0.5, 0.3), (0.5, 0.7))
    assert page.inputs()[SIDE // 2, SIDE // 2] == 1.0
    files.set_input_files({**file, "buffer": b"no picture"})
    page.wait_for_function(
        "() => document.getElementById('status').textContent"
        ".endsWith('Received: a.png.')"
    )


def test_picture_is_saved(open_ready, tmp_path):
    page = open_ready()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as PNG").click()
    assert waiting.value.suggested_filename.endswith(".png")
    waiting.value.save_as(tmp_path / "saved.png")
    saved = np.asarray(Image.open(tmp_path / "saved.png").convert("RGB"))
    np.testing.assert_array_equal(saved, _pixels(page, "large"))


def test_strokes_leave_no_memory_behind(open_ready):
    """Each run deletes its tensors, an input and an output, in wasm."""
    page = open_ready()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    devtools.send("HeapProfiler.enable")
    page.evaluate(
        """async () => {
          const { Tensor } = await import("./litert/core.js");
          const remove = Tensor.prototype.delete;
          [window.deleted, window.runs] = [0, 0];
          Tensor.prototype.delete = function () {
            window.deleted += !this.deleted;
            remove.call(this);
          };
        }"""
    )

    def used_bytes():
        devtools.send("HeapProfiler.collectGarbage")
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        values = {each["name"]: each["value"] for each in metrics}
        return values["JSHeapUsedSize"]

    def draw(count):
        for index in range(count):
            y = index / count
            _stroke(page, (0.1, y), (0.5, 1 - y), (0.9, y))

    draw(5)
    before = used_bytes()
    draw(STROKES)
    assert (used_bytes() - before) / STROKES < 10_000  # their places
    deleted, runs = page.evaluate("() => [window.deleted, window.runs]")
    assert runs > STROKES
    assert deleted == 2 * runs


@pytest.mark.parametrize(
    ("source", "is_lines"), [("grey", False), (None, False), ("data", True)]
)
def test_source_says_whether_one_draws(
    open_page, page_folder, source, is_lines, tmp_path
):
    folder = shutil.copytree(page_folder, tmp_path / "page")
    model = json.loads((folder / "model.json").read_text("utf-8"))
    assert model["source"] == "edges"
    model["source"] = source
    (folder / "model.json").write_text(json.dumps(model), "utf-8")
    page = open_page(folder)
    page.evaluate("() => window.tfganZoo.ready")
    assert page.locator("#pad").count() == int(is_lines)
    assert page.locator("#split").count() == int(not is_lines)
    other = page.get_by_role("link", name="Choose a picture instead")
    assert other.is_visible() == (source == "data")
    if source == "data":
        other.click()
        page.wait_for_url("**/?input=image")
        page.evaluate("() => window.tfganZoo.ready")
        assert page.locator("#split").count() == 1
        link = page.get_by_role("link", name="Draw lines instead")
        assert link.get_attribute("href").endswith("/?input=lines")


def test_everything_has_a_name_for_a_screen_reader(open_ready):
    page = open_ready()
    named = page.evaluate(
        """() => [...document.querySelectorAll("main :is(button, canvas)")]
          .filter((each) => !each.closest("button canvas"))
          .map((each) => each.getAttribute("aria-label"))"""
    )
    assert len(named) == 15
    assert all(named)
