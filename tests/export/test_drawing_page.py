"""The web page of a generator that takes lines: pictures, steps and photos."""

import io
import json
import shutil

import numpy as np
import pytest
from browsers import DESKTOP, PHONE, assert_sound, needs_browser, read_canvas
from drawing_pages import ERASER_PX, SIDE, measure_ink, press, stroke, wait
from PIL import Image

from tfgan_zoo.export import tflite

# Browsers are the same beside any TensorFlow.
pytestmark = [needs_browser, pytest.mark.slow]

STROKES = 20


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_picture_is_the_interpreters_of_the_drawn_lines(
    open_drawing, drawing_export, viewport
):
    page = open_drawing(viewport)
    assert page.inner_text("h1") == "Draw something"
    assert read_canvas(page.locator("#large")).std() > 10
    before = page.evaluate("() => window.tfganZoo.generator.taken.length")
    stroke(page, (0.1, 0.5), (0.9, 0.5))
    stroke(page, (0.2, 0.1), (0.5, 0.3), (0.3, 0.8))
    assert (
        page.evaluate("() => window.tfganZoo.generator.taken.length") > before
    )
    values = page.inputs()
    # The generator gets what is on the pad.
    assert np.abs((1.0 - values) / 2.0 - measure_ink(page)).max() < 0.3
    assert abs((1.0 - values).mean() / 2.0 - measure_ink(page).mean()) < 0.003
    run = tflite.Interpreter(
        (drawing_export / "generator_float32.tflite").read_bytes()
    )
    image = (run(images=values[None, ..., None])[0] + 1.0) * 127.5
    assert np.abs(read_canvas(page.locator("#large")) - image).max() <= 2
    assert page.inner_text("#status") == ""
    assert "ms an image" in page.inner_text("#speed")
    assert_sound(page, viewport)
    tools = page.get_by_role("group", name="Tools").bounding_box()
    assert tools["y"] + tools["height"] <= viewport["height"]


def test_generator_runs_beside_the_page_and_its_console_is_empty(open_drawing):
    """LiteRT would block strokes, and warns where there is no GPU."""
    page = open_drawing()
    loads_litert = "() => 'ModuleFactory' in self"
    assert not page.evaluate(loads_litert)
    assert [worker.evaluate(loads_litert) for worker in page.workers] == [True]
    page.workers[0].evaluate("() => console.info('from the worker')")
    page.wait_for_timeout(100)
    assert page.said == [("info", "from the worker")]


def test_a_photo_of_a_tall_drawing_is_there_whole(open_drawing):
    """In the middle of white, whose edges are no lines."""
    photo = np.full((400, 200), 150, np.uint8)
    photo[20:24] = photo[-24:-20] = 30
    content = io.BytesIO()
    Image.fromarray(photo).save(content, "PNG")
    page = open_drawing()
    file = {"name": "a.png", "mimeType": "image/png"}
    files = page.get_by_label("A drawing on paper")
    files.set_input_files({**file, "buffer": content.getvalue()})
    page.wait_for_function(
        """() => document.getElementById("pad").getAttribute("aria-label")
          === "Drawing, 0 lines over a photo" """
    )
    wait(page)
    ink = (1.0 - page.inputs()) / 2.0
    assert ink[:4].sum() > 4 and ink[-4:].sum() > 4
    assert ink[5:-5].sum() == 0
    assert ink[:, : SIDE // 4 - 1].sum() == ink[:, -SIDE // 4 + 1 :].sum() == 0


def test_first_stroke_replaces_the_opening_example_alone(open_drawing):
    page = open_drawing()
    press(page, "Face")
    face = measure_ink(page).sum()
    stroke(page, (0.1, 0.9), (0.9, 0.9))
    assert measure_ink(page).sum() > face
    page = open_drawing()
    heart = measure_ink(page)
    stroke(page, (0.1, 0.9), (0.9, 0.9))
    assert (
        0.0 == measure_ink(page)[: SIDE // 2].sum() < heart[: SIDE // 2].sum()
    )


def test_eraser_undo_redo_and_clear(open_drawing):
    page = open_drawing()
    states = []

    def keep():
        states.append((page.inputs(), read_canvas(page.locator("#large"))))

    def assert_state(index):
        for value, expected in zip(
            (page.inputs(), read_canvas(page.locator("#large"))), states[index]
        ):
            np.testing.assert_array_equal(value, expected)

    press(page, "Clear")
    keep()
    assert (page.inputs() == 1.0).all()
    stroke(page, (0.1, 0.5), (0.9, 0.5))
    keep()
    press(page, "Eraser")
    stroke(page, (0.5, 0.3), (0.5, 0.7))
    keep()
    row, erased = ((1.0 - values[SIDE // 2]) / 2.0 for values, _ in states[1:])
    assert erased[SIDE // 2] == 0.0 < row[SIDE // 2]
    gap = (row.sum() - erased.sum()) / row[SIDE // 2]
    assert abs(gap - ERASER_PX) < 0.3
    press(page, "Undo")
    assert_state(1)
    page.keyboard.press("Control+z")
    wait(page)
    assert_state(0)
    page.keyboard.press("Control+y")
    wait(page)
    assert_state(1)
    press(page, "Redo")
    assert_state(2)
    page.keyboard.press("Control+Shift+z")  # there is nothing more
    wait(page)
    assert_state(2)
    press(page, "Clear")
    assert_state(0)
    page.keyboard.press("Control+z")
    wait(page)
    assert_state(2)
    redo = page.get_by_role("button", name="Redo")
    assert redo.get_attribute("aria-disabled") == "false"
    stroke(page, (0.2, 0.2), (0.3, 0.2))
    assert redo.get_attribute("aria-disabled") == "true"


def test_a_photo_of_a_drawing_becomes_its_lines(open_drawing):
    """Thin grey lines on unevenly lit paper: black on white."""
    y, x = np.mgrid[:300, :300]
    paper = 230.0 - 0.2 * x - 0.15 * y
    is_line = (abs(y - 150) < 2) & (abs(x - 150) < 100)
    photo = np.where(is_line, 0.6 * paper, paper).astype(np.uint8)
    content = io.BytesIO()
    Image.fromarray(photo).save(content, "PNG")
    page = open_drawing()
    files = page.get_by_label("A drawing on paper")
    file = {"name": "a.png", "mimeType": "image/png"}
    files.set_input_files({**file, "buffer": content.getvalue()})
    page.wait_for_function(
        """() => document.getElementById("pad").getAttribute("aria-label")
          === "Drawing, 0 lines over a photo" """
    )
    wait(page)
    values = page.inputs()
    assert (values[: SIDE // 2 - 2] == 1.0).all()
    assert (values[SIDE // 2 + 2 :] == 1.0).all()
    column = (1.0 - values[:, SIDE // 2]) / 2.0
    assert 0.5 < column.sum() < 1.5
    press(page, "Eraser")
    stroke(page, (0.5, 0.3), (0.5, 0.7))
    assert page.inputs()[SIDE // 2, SIDE // 2] == 1.0
    files.set_input_files({**file, "buffer": b"no picture"})
    page.wait_for_function(
        "() => document.getElementById('status').textContent"
        ".endsWith('Received: a.png.')"
    )


def test_picture_is_saved(open_drawing, tmp_path):
    page = open_drawing()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as PNG").click()
    assert waiting.value.suggested_filename.endswith(".png")
    waiting.value.save_as(tmp_path / "saved.png")
    saved = np.asarray(Image.open(tmp_path / "saved.png").convert("RGB"))
    np.testing.assert_array_equal(saved, read_canvas(page.locator("#large")))


def test_strokes_leave_no_memory_behind(open_drawing):
    """Each run deletes its tensors, an input and an output, in wasm."""
    page = open_drawing()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    devtools.send("HeapProfiler.enable")
    page.evaluate("() => { window.runs = 0; }")
    (worker,) = page.workers
    worker.evaluate(
        """async () => {
          const url = new URL("litert/core.js", self.location);
          const { Tensor } = await import(url);
          const remove = Tensor.prototype.delete;
          self.deleted = 0;
          Tensor.prototype.delete = function () {
            self.deleted += !this.deleted;
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
            stroke(page, (0.1, y), (0.5, 1 - y), (0.9, y))

    draw(5)
    before = used_bytes()
    draw(STROKES)
    assert (used_bytes() - before) / STROKES < 10_000  # their places
    runs = page.evaluate("() => window.runs")
    deleted = worker.evaluate("() => self.deleted")
    assert runs > STROKES
    assert deleted == 2 * runs


@pytest.mark.parametrize(
    ("source", "is_lines"), [("grey", False), (None, False), ("data", True)]
)
def test_source_says_whether_one_draws(
    open_page, drawing_folder, source, is_lines, tmp_path
):
    folder = shutil.copytree(drawing_folder, tmp_path / "page")
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


def test_everything_has_a_name_for_a_screen_reader(open_drawing):
    page = open_drawing()
    named = page.evaluate(
        """() => [...document.querySelectorAll("main :is(button, canvas)")]
          .filter((each) => !each.closest("button canvas"))
          .map((each) => each.getAttribute("aria-label"))"""
    )
    assert len(named) == 15
    assert all(named)
