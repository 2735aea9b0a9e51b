"""The report in a real browser."""

import numpy as np
import pytest
from browsers import DESKTOP, PHONE, needs_browser

from tfgan_zoo import images
from tfgan_zoo.health.finding import SURE, Cure, Evidence, Finding
from tfgan_zoo.training.records import Restore
from tfgan_zoo.training.report import grids, page
from tfgan_zoo.training.report.page import Page

pytestmark = [
    pytest.mark.slow,
    needs_browser,
]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    for step in (100, 200, 300):
        grid = np.full((240, 240, 3), step % 256, np.uint8)
        images.write_png(folder / f"step_{step:06d}.png", grid)
    records = [
        {
            "step": step,
            "generator_loss": step / 100,
            "a_name_that_is_very_long_" * 4: 1.0,
            "logit_gradient": 10.0 ** -(step / 50),
            **{f"class_share/{label}": 0.1 for label in range(10)},
        }
        for step in range(10, 301, 10)
    ]
    finding = Finding(
        name="mode_collapse",
        title="A finding whose title is longer than a phone is wide",
        since=100,
        named=120,
        until=None,
        evidence=Evidence("It_has_a_word_" * 12, SURE),
        is_failure=True,
        signals=("generator_loss", "class_share/"),
        paper="Someone 2018",
        cures=(Cure("--a_flag=of_a_very_long_kind_that_goes_on_and_on", "Y"),),
    )
    restores = [Restore(290, 100, "x", "Something", "Evidence_" * 20)]
    shown = Page(
        title="a_model_with_a_very_long_name on a_data_set_with_one_as_well",
        summary=("Step 300 of 300", "1,000 images a second"),
        records=records,
        findings=[finding],
        restores=restores,
        grids=grids.of_folder(folder),
    )
    path = folder / "report.html"
    path.write_text(page.html(shown), encoding="utf-8")
    return path


@pytest.fixture
def open_page(browser, written):
    contexts = []

    def start(viewport=DESKTOP, **settings):
        context = browser.new_context(viewport=viewport, **settings)
        contexts.append(context)
        opened = context.new_page()
        opened.said, opened.asked = [], []
        opened.on("console", lambda m: opened.said.append(m.text))
        opened.on("pageerror", lambda error: opened.said.append(str(error)))
        opened.on("request", lambda request: opened.asked.append(request.url))
        opened.goto(written.as_uri())
        return opened

    yield start
    for context in contexts:
        context.close()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_page_fits_its_width_and_asks_for_nothing(open_page, viewport):
    opened = open_page(viewport)
    wide = opened.evaluate("() => document.documentElement.scrollWidth")
    assert wide == viewport["width"]
    assert opened.said == []
    others = [url for url in opened.asked[1:] if not url.startswith("data:")]
    assert others == []


def _shown(opened):
    return opened.evaluate(
        """() => [...document.querySelectorAll(".frames img")]
          .filter((one) => one.checkVisibility())
          .map((one) => Number(one.dataset.step))"""
    )


def test_slider_goes_through_the_grids_by_keyboard(open_page):
    opened = open_page()
    assert _shown(opened) == [300]
    opened.get_by_label("Step of the grid").focus()
    opened.keyboard.press("Home")
    assert _shown(opened) == [100]
    opened.keyboard.press("ArrowRight")
    assert _shown(opened) == [200]
    assert opened.inner_text("#shown") == "200"
    said = opened.get_attribute("#slider", "aria-valuetext")
    assert said == "Step 200"


def test_play_goes_from_the_first_grid_to_the_last(open_page):
    opened = open_page()
    # In one call: the next grid comes soon.
    at_once = opened.evaluate(
        """() => {
          document.getElementById("play").click();
          return document.getElementById("shown").textContent;
        }"""
    )
    assert at_once == "100"
    opened.wait_for_function(
        "() => document.getElementById('shown').textContent === '300'"
    )
    assert opened.get_by_role("button", name="Play").is_visible()


def test_pointer_reads_all_curves_at_a_step(open_page):
    opened = open_page()
    losses = opened.locator("#curves figure").nth(0)
    slope = opened.locator("#curves figure", has_text="Slope")
    assert losses.locator("output").inner_text() == "3"
    area = losses.locator(".u-over")
    slope.scroll_into_view_if_needed()
    slope.locator("canvas").wait_for()
    width = area.bounding_box()["width"]
    area.hover(position={"x": width * 100 / 300, "y": 10})
    assert losses.locator("output").inner_text() == "1"
    assert float(slope.locator("output").inner_text()) == pytest.approx(
        0.01, rel=1e-3
    )
    cursor = opened.locator("#curves .shares .cursor")
    assert slope.locator(".u-cursor-x").is_visible()
    assert cursor.is_visible()
    opened.locator("h1").hover()
    assert losses.locator("output").inner_text() == "3"
    assert not slope.locator(".u-cursor-x").is_visible()
    assert not cursor.is_visible()


def test_finger_reads_the_curves_too(open_page):
    opened = open_page(PHONE, has_touch=True, is_mobile=True)
    losses = opened.locator("#curves figure").nth(0)
    area = losses.locator(".u-over")
    losses.scroll_into_view_if_needed()
    box = area.bounding_box()
    opened.touchscreen.tap(box["x"] + box["width"] / 3, box["y"] + 10)
    assert losses.locator("output").inner_text() == "1"


def test_drag_zooms_all_curves_until_a_double_click(open_page):
    opened = open_page()
    opened.locator("#curves figure").nth(0).scroll_into_view_if_needed()
    area = opened.locator("#curves .u-over").nth(0)
    box = area.bounding_box()
    steps = "() => [...drawings.values()].map((one) => one.scales.x.max)"
    before = opened.evaluate(steps)
    opened.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 10)
    opened.mouse.down()
    opened.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 10, steps=4)
    opened.mouse.up()
    opened.wait_for_timeout(100)
    zoomed = opened.evaluate(steps)
    assert len(zoomed) > 1 and set(before) == {300}
    assert zoomed == pytest.approx([150] * len(zoomed), abs=2)
    area.dblclick()
    opened.wait_for_timeout(100)
    assert opened.evaluate(steps) == before


def test_newest_grid_is_there_without_javascript(open_page):
    opened = open_page(java_script_enabled=False)
    shown = [
        one.get_attribute("data-step")
        for one in opened.locator(".frames img").all()
        if one.is_visible()
    ]
    assert shown == ["300"]
    assert not opened.locator("#play").is_visible()
    assert opened.get_by_text("The curves need JavaScript.").is_visible()
    assert not opened.locator("#curves [data-plot]").nth(0).is_visible()


def test_page_follows_the_system_into_the_dark(open_page):
    def lightness(scheme):
        color = open_page(color_scheme=scheme).evaluate(
            "() => getComputedStyle(document.documentElement).backgroundColor"
        )
        return sum(int(part) for part in color[4:-1].split(","))

    assert lightness("dark") < 150 < 600 < lightness("light")
