"""Named directions and walks on the page, in a real browser."""

import base64
import json
import shutil

import numpy as np
import pytest
from browsers import (
    DESKTOP,
    PHONE,
    assert_sound,
    needs_browser,
    read_canvas,
)
from edited_exports import (
    NAMES,
    difference_of_test,
    make_pixels,
    open_ready,
    read_large,
    set_slider,
    wait_still,
)
from PIL import Image

import tfgan_zoo
from tfgan_zoo.export import latent_space, tflite, walk, web
from tfgan_zoo.export.sampler import Sampler

# Browsers are the same beside any TensorFlow.
pytestmark = pytest.mark.slow
STEPS = {"brightness": 1.7, "symmetry": -3.0}
SLIDERS = [*NAMES, "component 1", "factor 1", "direction 1", "code 1"]


@pytest.fixture(scope="module")
def generator(edited_export):
    return tfgan_zoo.load(edited_export())


def _assert_shows(page, expected, label):
    """Checks the large picture's latents and pixels."""
    latents, given = page.last()
    np.testing.assert_allclose(latents, expected[0], atol=1e-6)
    assert given == label


@needs_browser
@pytest.mark.parametrize("name", ["conditional_gan", "infogan"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_sliders_show_what_edit_makes(
    open_page, edited_export, edited_page, name, viewport
):
    page = open_ready(open_page, edited_page(name), viewport)
    still = read_large(page)
    for direction, step in STEPS.items():
        set_slider(page, direction, step)
    wait_still(page)
    generator = tfgan_zoo.load(edited_export(name))
    moved = generator.edit(generator.latents([0]), **STEPS)
    label = 0 if generator.num_classes else None
    expected = make_pixels(generator, moved, label)
    _assert_shows(page, moved, label)
    assert np.abs(read_large(page) - expected).max() <= 2
    assert np.abs(read_large(page) - still).max() > 20
    grid = read_canvas(page.locator("#grid canvas").nth(2), "L")
    others = generator.edit(generator.latents([2]), **STEPS)
    expected = make_pixels(generator, others, None if label is None else 2)
    assert np.abs(grid - expected).max() <= 2
    assert_sound(page, viewport)


@needs_browser
def test_a_move_while_the_last_sample_is_drawn_redraws_all(
    open_page, edited_page, generator
):
    page = open_ready(open_page, edited_page())
    page.evaluate(
        """() => {
          const { generator } = window.tfganZoo;
          const drawOn = generator.drawOn.bind(generator);
          const last = document.querySelector("#grid button:last-child canvas");
          generator.drawOn = async (canvas, ...rest) => {
            await drawOn(canvas, ...rest);
            if (canvas !== last) return;
            generator.drawOn = drawOn;
            const slider = document.getElementById("direction-0");
            slider.value = -2;
            slider.dispatchEvent(new Event("input"));
          };
        }"""
    )
    set_slider(page, NAMES[0], 2)
    wait_still(page)
    moved = generator.edit(generator.latents([2]), **{NAMES[0]: -2})
    grid = read_canvas(page.locator("#grid canvas").nth(2), "L")
    assert np.abs(grid - make_pixels(generator, moved, 2)).max() <= 2


@needs_browser
def test_named_sliders_are_beside_the_picture_and_others_folded(
    open_page, edited_page
):
    page = open_ready(open_page, edited_page())
    visible = {
        name: page.get_by_label(name, exact=True).is_visible()
        for name in SLIDERS[:-1]
    }
    assert visible == {name: name in NAMES for name in SLIDERS[:-1]}
    page.get_by_text("Further directions").click()
    assert page.get_by_label("factor 1", exact=True).is_visible()
    slider = page.get_by_label("brightness", exact=True)
    assert slider.evaluate("(one) => [one.min, one.max, one.value]") == [
        *("-3", "3", "0")
    ]
    # Whatever is scrolled to, the picture stays in sight.
    page.get_by_role("button", name="Back to 0").scroll_into_view_if_needed()
    box = page.locator("#large").bounding_box()
    assert 0 <= box["y"] <= PHONE["height"] - box["height"]


@needs_browser
def test_keys_the_mouse_and_a_finger_move_a_slider(open_page, edited_page):
    page = open_ready(open_page, edited_page(), has_touch=True)
    slider = page.get_by_label("brightness", exact=True)
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert slider.input_value() == "0.1"
    assert slider.get_attribute("aria-valuetext") == "+0.1 steps"
    page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext") == "-3 steps"
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 3, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.75 * box["width"], middle, steps=5)
    page.mouse.up()
    assert 1.0 < float(slider.input_value()) < 2.0
    page.touchscreen.tap(box["x"] + 0.25 * box["width"], middle)
    assert -2.0 < float(slider.input_value()) < -1.0
    wait_still(page)
    moved = read_large(page)
    reset = page.get_by_role("button", name="Back to 0")
    assert reset.get_attribute("aria-disabled") == "false"
    reset.tap()
    assert reset.get_attribute("aria-disabled") == "true"
    wait_still(page)
    assert slider.get_attribute("aria-valuetext") == "0 steps"
    assert np.abs(read_large(page) - moved).max() > 20
    latents, _ = page.last()
    assert latents == page.evaluate(
        "() => [...window.tfganZoo.generator.latentsOf(0)]"
    )


@needs_browser
def test_the_moved_picture_is_saved(open_page, edited_page, tmp_path):
    page = open_ready(open_page, edited_page())
    set_slider(page, "brightness", 3)
    wait_still(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as PNG").click()
    waiting.value.save_as(tmp_path / "saved.png")
    saved = np.asarray(Image.open(tmp_path / "saved.png").convert("L"))
    np.testing.assert_array_equal(saved, read_large(page))


@needs_browser
def test_a_walk_leads_from_one_picture_to_another(
    open_page, edited_page, generator
):
    page = open_ready(open_page, edited_page())
    slider = page.get_by_label("From A to B", exact=True)
    assert slider.is_disabled()
    set_slider(page, "brightness", 2)
    page.get_by_role("button", name="Set A to this").click()
    page.locator("#grid button").nth(4).click()
    set_slider(page, "brightness", -1)
    set_slider(page, "symmetry", 1)
    wait_still(page)
    page.get_by_role("button", name="Set B to this").click()
    assert not page.locator("#ends-hint").is_visible()
    ends = generator.latents([0, 4])  # normal ones are their own normals
    for share in (0.0, 0.3, 1.0):
        slider.fill(f"{share:g}")
        wait_still(page)
        between = walk.slerp(ends[:1], ends[1:], np.array([[share]]))
        expected = generator.edit(
            between, brightness=2 - 3 * share, symmetry=share
        )
        label = 1 if share == 1.0 else 0  # seed 4 of 3 classes
        _assert_shows(page, expected, label)
        pixels = make_pixels(generator, expected, label)
        assert np.abs(read_large(page) - pixels).max() <= 2
    assert page.get_by_label("brightness", exact=True).input_value() == "-1"
    title = page.inner_text("#chosen")
    assert title == "From A to B: 100 %, Sandal"
    page.locator("#grid button").nth(2).click()
    page.wait_for_function(
        """() => document.getElementById("chosen").textContent
          .startsWith("Seed 2,")"""
    )


@needs_browser
@pytest.mark.parametrize("name", ["truncated", "uniform"])
def test_normals_of_latents_make_them_again(
    open_page, edited_page, small_sampler, name
):
    page = open_ready(open_page, edited_page())
    sampler = small_sampler("mlp", name)
    latents = sampler.latents(sampler.normals(np.arange(20)))
    again = page.evaluate(
        """async ([latents, parts]) => {
          const { fromNormals, toNormals } = await import("./latents.js");
          return latents.map((row) =>
            [...fromNormals(toNormals(Float32Array.from(row), parts), parts)]);
        }""",
        [latents.tolist(), [{"distribution": name, "size": 16}]],
    )
    np.testing.assert_allclose(again, latents, atol=2e-6)


def _floats(text):
    return np.frombuffer(base64.b64decode(text), "<f4")


def test_an_app_can_check_its_edits(edited_export, generator):
    folder = edited_export()
    model = json.loads((folder / "model.json").read_text())
    entry, test = model["directions"], model["directions"]["test"]
    expected = np.frombuffer(base64.b64decode(test["pixels_base64"]), np.uint8)
    # As an app does it, from `model.json` and the TFLite file alone.
    latents = _floats(test["latents_base64"]).astype(float)
    for row in entry["directions"]:
        vector = _floats(row["vector_base64"])
        latents += test["steps"][row["name"]] * row["deviation"] * vector
    expected_latents = _floats(test["moved_latents_base64"])
    np.testing.assert_allclose(latents, expected_latents, atol=1e-6)
    assert all(test["steps"].values()) and len(test["steps"]) == 4
    file = folder / model["files"][0]["file"]
    image = tflite.Interpreter(file.read_bytes())(
        latents=latents[np.newaxis].astype(np.float32),
        labels=np.array([test["label"]], np.int32),
    )
    pixels = np.round((image.ravel() + 1.0) * 127.5)
    assert np.abs(pixels - expected).max() <= test["tolerance"]
    # The same by the SavedModel and by `edit`.
    seed = generator.latents([test["seed"]])
    moved = generator.edit(seed, **test["steps"])
    np.testing.assert_allclose(moved[0], expected_latents, atol=1e-6)
    served = Sampler(folder).images(moved, test["label"])
    assert np.abs(served.ravel().astype(int) - expected).max() <= 1
    still = make_pixels(generator, seed, test["label"]).ravel()
    assert np.abs(still - expected).max() > 20


def test_bounded_latents_keep_to_their_bounds_in_the_test(edited_export):
    folder = edited_export("infogan")
    test = json.loads((folder / "model.json").read_text())["directions"]["test"]
    spec = Sampler(folder).latents_spec
    latents, moved = (
        _floats(test[f"{name}_base64"]) for name in ("latents", "moved_latents")
    )
    is_still = latent_space.variances(spec) == 0.0
    np.testing.assert_array_equal(moved[is_still], latents[is_still])
    assert np.abs(moved[-2:]).max() <= 1.0


@needs_browser
def test_the_browser_makes_the_test_image(open_page, edited_page):
    page = open_ready(open_page, edited_page())
    assert difference_of_test(page) <= 2


def _of_nan(entry):
    content = base64.b64decode(entry["directions"][0]["vector_base64"])
    values = np.full(len(content) // 4, np.nan, "<f4")
    return base64.b64encode(values.tobytes()).decode()


def _change(entry, **values):
    entry["directions"][0].update(values)


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.pop("directions"),
        lambda entry: entry.update(directions=[1]),
        lambda entry: _change(entry, name=None),
        lambda entry: _change(entry, name="a\nb"),
        lambda entry: _change(entry, deviation="1"),
        lambda entry: _change(entry, deviation=float("nan")),
        lambda entry: _change(entry, vector_base64="AAAA"),
        lambda entry: _change(entry, vector_base64=_of_nan(entry)),
        lambda entry: _change(entry, vector_base64="?"),
        lambda entry: _change(entry, vector_base64=None),
    ],
)
def test_a_damaged_entry_is_refused(edited_export, tmp_path, change):
    export = shutil.copytree(edited_export(), tmp_path / "export")
    model = json.loads((export / "model.json").read_text())
    change(model["directions"])
    (export / "model.json").write_text(json.dumps(model))
    with pytest.raises(ValueError, match="must be what tfgan-directions wrote"):
        web.write(export, tmp_path / "page")
    assert not (tmp_path / "page").exists()
