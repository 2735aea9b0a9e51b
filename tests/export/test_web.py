"""The web page of an export, in a real browser."""

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
from PIL import Image

from tfgan_zoo.export import tflite, web
from tfgan_zoo.export.sampler import Sampler

# Browsers are the same beside any TensorFlow.
pytestmark = pytest.mark.slow
SEEDS = [0, 1, 5, 2**32 + 3]


@pytest.fixture(scope="module")
def exported(small_export):
    return small_export("conditional_gan", ("float32",))


@pytest.fixture(scope="module")
def page_folder(exported, tmp_path_factory):
    return web.write(exported.folder, tmp_path_factory.mktemp("web") / "page")


def _ready(page):
    page.evaluate("() => window.tfganZoo.ready")
    return page


def _generate(page, seed, label):
    return np.array(
        page.evaluate(
            """async ([seed, label]) => {
              const { generator } = window.tfganZoo;
              const latents = generator.latentsOf(seed);
              return [...(await generator.pixels(latents, label))];
            }""",
            [seed, label],
        )
    ).reshape(28, 28, 1)


def _large(page):
    """Returns the large picture's pixels."""
    return read_canvas(page.locator("#large"), "L")


@needs_browser
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_page_shows_what_the_interpreter_and_the_seeds_say(
    open_page, exported, page_folder, viewport
):
    page = _ready(open_page(page_folder, viewport))
    sampler = Sampler(exported.folder)
    run = tflite.Interpreter(exported.tflite().read_bytes())
    for seed in SEEDS:
        label = seed % 3
        shown = _generate(page, seed, label)
        seeds = np.array([seed], np.int64)
        by_seed = sampler.sample(seeds, label)[0].astype(int)
        latents = sampler.latents(sampler.normals(seeds))
        image = run(latents=latents, labels=np.array([label], np.int32))[0]
        assert np.abs(shown - by_seed).max() <= 2
        assert np.abs(shown - (image + 1.0) * 127.5).max() <= 2
        assert shown.std() > 20
    assert page.evaluate("() => window.tfganZoo.generator.check()") <= 2
    assert page.inner_text("#status") == ""
    assert "ms an image on the CPU, by wasm: " in page.inner_text("#speed")
    assert_sound(page, viewport)


@needs_browser
def test_keyboard_shows_a_seed_a_class_and_a_walk(
    open_page, exported, page_folder
):
    page = _ready(open_page(page_folder))
    sampler = Sampler(exported.folder)
    page.get_by_label("Seed", exact=True).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => document.getElementById('chosen').textContent"
        ".startsWith('Seed 40')"
    )
    expected = sampler.sample(np.array([40]), 40 % 3)[0, ..., 0]
    assert np.abs(_large(page) - expected.astype(int)).max() <= 2
    page.get_by_role("button", name="Sandal", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => document.getElementById('chosen').textContent"
        " === 'Seed 40, Sandal'"
    )
    names = json.loads((page_folder / "model.json").read_text())["class_names"]
    sandal = names.index("Sandal")
    expected = sampler.sample(np.array([40]), sandal)[0, ..., 0]
    assert np.abs(_large(page) - expected.astype(int)).max() <= 2
    before = _large(page)
    page.get_by_label("Walk to seed").focus()
    page.keyboard.press("End")
    page.wait_for_function(
        "() => document.getElementById('walk-end').textContent"
        ".endsWith('100 %')"
    )
    expected = sampler.sample(np.array([41]), sandal)[0, ..., 0]
    assert np.abs(_large(page) - expected.astype(int)).max() <= 2
    assert np.abs(_large(page) - before).max() > 20


@needs_browser
def test_touch_chooses_a_sample_and_walks_on(open_page, exported, page_folder):
    page = _ready(open_page(page_folder, has_touch=True))
    page.locator("#grid button").nth(4).tap()
    page.wait_for_function(
        "() => document.getElementById('chosen').textContent"
        ".startsWith('Seed 4,')"
    )
    assert page.locator("#grid [aria-pressed=true]").count() == 1
    page.get_by_role("button", name="Walk to the next").tap()
    page.wait_for_function(
        "() => document.getElementById('chosen').textContent"
        ".startsWith('Seed 5,')",
        timeout=15_000,
    )


@needs_browser
def test_a_class_that_is_a_number_is_not_taken_for_a_seed(
    open_page, page_folder, tmp_path
):
    folder = tmp_path / "page"
    shutil.copytree(page_folder, folder)
    model = json.loads((folder / "model.json").read_text())
    model["class_names"] = ["0", "1", "2"]
    (folder / "model.json").write_text(json.dumps(model))
    page = _ready(open_page(folder))
    assert page.inner_text("#chosen") == "Seed 0, class 0"


@needs_browser
def test_a_choice_amid_the_grids_drawing_leaves_no_gap(open_page, page_folder):
    page = _ready(open_page(page_folder))
    page.evaluate(
        """() => {
          document.getElementById("seed").value = 100;
          document.getElementById("seeds").requestSubmit();
          document.querySelectorAll("#grid button")[3].click();
        }"""
    )
    page.wait_for_function(
        """() => [...document.querySelectorAll("#grid button")].every(
          (one, i) => one.getAttribute("aria-label")
            .startsWith(`Seed ${100 + i},`))"""
    )
    assert page.inner_text("#chosen").startswith("Seed 103,")


@needs_browser
def test_sliders_move_along_directions_and_back(open_page, page_folder):
    page = _ready(open_page(page_folder))
    start = _large(page)
    slider = page.get_by_label("direction 1")
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_function("() => window.tfganZoo.generator.taken.length > 30")
    page.wait_for_timeout(300)
    moved = _large(page)
    assert np.abs(moved - start).max() > 20
    assert moved.mean() > start.mean()
    page.get_by_role("button", name="Back to 0").click()
    page.wait_for_timeout(500)
    np.testing.assert_array_equal(_large(page), start)


@needs_browser
def test_saved_file_is_the_picture(open_page, page_folder, tmp_path):
    page = _ready(open_page(page_folder))
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as PNG").click()
    download = waiting.value
    assert download.suggested_filename == "conditional_gan_seed_0.png"
    download.save_as(tmp_path / "saved.png")
    saved = np.asarray(Image.open(tmp_path / "saved.png").convert("L"))
    np.testing.assert_array_equal(saved, _large(page))


@needs_browser
def test_what_cannot_be_shown_is_said(open_page, page_folder, tmp_path):
    page = _ready(open_page(page_folder))
    page.get_by_label("Seed", exact=True).fill("-1")
    page.evaluate("() => document.getElementById('seeds').noValidate = true")
    page.get_by_role("button", name="Generate").click()
    assert "must be an integer between 0" in page.inner_text("#status")
    said = page.evaluate(
        """() => window.tfganZoo.generator
          .run(new Float32Array(16), 3).catch((error) => error.message)"""
    )
    assert said == "A label must be between 0 and 2. Received: 3."
    broken = tmp_path / "broken"
    shutil.copytree(page_folder, broken)
    (broken / "generator_float32.tflite").unlink()
    page = open_page(broken)
    page.wait_for_function(
        "() => document.getElementById('status').textContent"
        ".startsWith('Error')"
    )
    assert "generator_float32.tflite could not be" in page.inner_text("#status")


@needs_browser
def test_page_follows_the_system_into_the_dark(open_page, page_folder):
    def ground(scheme):
        page = _ready(open_page(page_folder, color_scheme=scheme))
        return page.evaluate(
            "() => getComputedStyle(document.documentElement).backgroundColor"
        )

    def lightness(color):
        return sum(int(part) for part in color[4:-1].split(","))

    assert lightness(ground("dark")) < 150 < 600 < lightness(ground("light"))


@needs_browser
def test_everything_has_a_name_for_a_screen_reader(open_page, page_folder):
    page = _ready(open_page(page_folder))
    named = page.evaluate(
        """() => [...document.querySelectorAll("button, input, canvas")]
          .filter((one) => !one.closest("[aria-hidden=true]"))
          .map((one) => [one.id || one.outerHTML.slice(0, 60),
            one.getAttribute("aria-label") || one.textContent ||
            [...(one.labels ?? [])].map((l) => l.textContent).join("") ||
            document.getElementById(one.getAttribute("aria-labelledby"))
              ?.textContent])"""
    )
    assert len(named) > 25
    assert [one for one, name in named if not name] == []


def test_a_page_is_one_folder_with_what_it_needs(exported, page_folder):
    names = {
        path.relative_to(page_folder).as_posix()
        for path in page_folder.rglob("*")
        if path.is_file()
    }
    assert {"index.html", "app.js", "style.css", "model.json"} <= names
    assert "litert/litert_wasm_compat_internal.wasm.gz" in names
    copied = (page_folder / "generator_float32.tflite").read_bytes()
    assert copied == exported.tflite().read_bytes()
    page = json.loads((page_folder / "model.json").read_text())
    vectors = np.array([each["values"] for each in page["unnamed_directions"]])
    assert vectors.shape == (4, 16)
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(4), atol=1e-4)


def test_infogans_directions_are_its_codes(small_export, tmp_path):
    done = small_export("infogan", ("float32",))
    web.write(done.folder, tmp_path / "page")
    page = json.loads((tmp_path / "page" / "model.json").read_text())
    assert [one["name"] for one in page["unnamed_directions"]] == [
        "code 1",
        "code 2",
    ]
    np.testing.assert_array_equal(
        [one["values"] for one in page["unnamed_directions"]], np.eye(16)[-2:]
    )


def test_page_of_points_is_refused(small_export, tmp_path):
    done = small_export("toy", ("float32",))
    with pytest.raises(ValueError, match="of toy, which makes points"):
        web.write(done.folder, tmp_path / "page")
    assert list(tmp_path.iterdir()) == []


def test_overwrite_takes_the_place_of_a_page_alone(exported, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("mine")
    with pytest.raises(FileExistsError, match="Only a page or an empty"):
        web.write(exported.folder, tmp_path / "mine", overwrite=True)
    assert (tmp_path / "mine" / "file").read_text() == "mine"
    page = web.write(exported.folder, tmp_path / "page")
    with pytest.raises(FileExistsError, match="without `overwrite`"):
        web.write(exported.folder, page)
    (page / "stray").write_text("old")
    web.write(exported.folder, page, overwrite=True)
    assert not (page / "stray").exists()


def test_a_folder_that_is_no_export_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="without model.json"):
        web.write(tmp_path, tmp_path / "page")
