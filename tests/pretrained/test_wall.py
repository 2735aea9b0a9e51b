"""The small wall, and the first page of the docs, which holds it."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from browsers import DESKTOP, PHONE, assert_sound, needs_browser, read_canvas

from tfgan_zoo.pretrained import gallery, load

pytestmark = pytest.mark.slow

SECONDS = 60_000
ROWS = 3
ASSETS = Path(__file__).resolve().parents[2] / "docs" / "assets"
FIRST_PAGE = """<!doctype html>
<html><head><link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/site.css">
<script type="module" src="assets/wall.js"></script></head>
<body data-md-color-scheme="slate" style="--md-typeset-color: rgb(1, 2, 3)">
<div class="wall"><p><a href="gallery/index.html">picture</a></p></div>
</body></html>"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ASSETS, folder / "assets")
    (folder / "index.html").write_text(FIRST_PAGE)
    gallery.write(folder / "gallery")
    return folder


@needs_browser
def test_wall_has_rows_of_the_light_generators(open_page, site):
    page = open_page(site / "gallery", DESKTOP, reduced_motion="reduce")
    page.goto(f"{page.address}wall.html")
    shown = page.evaluate("() => window.tfganZoo.ready")
    assert len(shown) == len(set(shown)) > 4
    tiles = page.locator("#wall a")
    assert tiles.count() == ROWS * len(shown)
    name = "conditional_gan-mnist"
    images = load(name).sample(range(ROWS), range(ROWS)).astype(int)
    for tile, expected in zip(
        page.locator("#wall a", has_text=name).all(), images
    ):
        pixels = read_canvas(tile.locator(".output"))
        assert np.abs(pixels - expected).max() <= 3
    assert_sound(page, DESKTOP)
    tiles.first.click()
    page.wait_for_url(f"**/page.html?generator={shown[0]}")


@needs_browser
def test_first_page_runs_generators_in_place_of_their_picture(open_page, site):
    page = open_page(site, DESKTOP)
    page.wait_for_selector(".wall.live", timeout=SECONDS)
    assert not page.get_by_role("link", name="picture").is_visible()
    frame = page.frame_locator(".wall iframe")
    button = frame.get_by_role("button", name="Pause")
    color = button.evaluate("(button) => getComputedStyle(button).color")
    assert color == "rgb(1, 2, 3)"  # the theme's
    bottom = button.evaluate(
        "(button) => button.getBoundingClientRect().bottom"
    )
    assert page.locator(".wall iframe").bounding_box()["height"] >= bottom


@needs_browser
def test_first_page_asks_on_phones(open_page, site):
    page = open_page(site, PHONE)
    button = page.get_by_role("button", name="Run them here")
    button.wait_for()
    said = float(re.search(r"([\d.]+) MB", button.inner_text())[1])
    assert not [url for url in page.asked if "/gallery/" in url]
    button.click()
    page.wait_for_selector(".wall.live", timeout=SECONDS)
    page.wait_for_function(
        """() => [...document.querySelector(".wall iframe")
          .contentDocument.querySelectorAll(".output")]
          .slice(0, 6).every((canvas) => canvas.width !== 300)""",
        timeout=SECONDS,
    )
    paths = {url.removeprefix(page.address) for url in page.asked}
    files = [site / path for path in paths if "gallery/" in path]
    asked_for = sum(file.stat().st_size for file in files if file.is_file())
    assert said == pytest.approx(asked_for / 1e6, abs=0.6)


@needs_browser
def test_picture_stays_where_there_is_no_gallery(open_page, site, tmp_path):
    folder = tmp_path / "site"
    shutil.copytree(site, folder, ignore=lambda *_: ["gallery.json"])
    page = open_page(folder, DESKTOP)
    page.wait_for_function(
        "() => document.querySelector('.wall iframe') === null"
    )
    assert page.get_by_role("link", name="picture").is_visible()
