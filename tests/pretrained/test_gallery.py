"""The gallery in a real browser: what it shows, sorts and says."""

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

from tfgan_zoo.export import examples
from tfgan_zoo.pretrained import cards, gallery, load, names, sources
from tfgan_zoo.sources import EDGES

pytestmark = pytest.mark.slow

SECONDS = 60_000
# In the gallery another generator makes what it takes.
UPSAMPLER = "upsampler-fashion_mnist"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return gallery.write(tmp_path_factory.mktemp("gallery") / "page")


def _ready(page):
    page.evaluate("() => window.tfganZoo.ready")
    return page


def _shown(page, name):
    """Scrolls to a generator and waits until all its pictures are there."""
    entry = page.locator(f"[id='{name}']")
    entry.scroll_into_view_if_needed()
    page.wait_for_function(
        """(name) => [...document.getElementById(name)
          .querySelectorAll("canvas")].every((one) => one.width !== 300)""",
        arg=name,
        timeout=SECONDS,
    )
    return entry


def _wait_for(page, name, said):
    """Waits until the large picture of a generator is said to be that."""
    page.wait_for_function(
        """([name, said]) => document.getElementById(name)
          .querySelector("canvas.large").getAttribute("aria-label") === said""",
        arg=[name, f"A picture by {name}: {said}"],
        timeout=SECONDS,
    )


@needs_browser
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_generator_shows_its_seeds(open_page, folder, viewport):
    page = _ready(open_page(folder, viewport))
    entries = json.loads((folder / "gallery.json").read_text("utf-8"))
    shown_by = {entry["name"]: entry["source"] for entry in entries}
    assert shown_by[UPSAMPLER]
    for name in names():
        entry = _shown(page, name)
        generator = load(name)
        canvas = entry.locator("canvas.large")
        if cards.samples_seeds(generator.card):
            label = 0 if generator.num_classes else None
            expected = generator.sample(0, label)[0].astype(int)
            assert np.abs(read_canvas(canvas) - expected).max() <= 3
        assert read_canvas(canvas).std() > 10
        classes = entry.locator("select option").all_inner_texts()
        names_shown = (
            generator.spec.class_names if generator.num_classes else ()
        )
        assert classes == list(names_shown)
        assert entry.locator("select").is_visible() == bool(classes)
        if not cards.samples_seeds(generator.card):
            check = _enlarges if shown_by[name] else _translates
            check(entry)
            continue
        first, *_, last = entry.locator(".strip canvas").all()
        assert np.abs(read_canvas(first) - read_canvas(last)).max() > 20
    assert not [
        text for text in page.locator(".message").all_inner_texts() if text
    ]
    assert_sound(page, viewport)


def _enlarges(entry):
    """An upsampler's strip: a picture at half its size, enlarged, itself."""
    small, enlarged, original = (
        read_canvas(canvas) for canvas in entry.locator(".strip canvas").all()
    )
    means = (original[::2] + original[1::2])[:, ::2] / 4
    means += (original[::2] + original[1::2])[:, 1::2] / 4
    assert np.abs(means - small).max() <= 2
    equal = small.repeat(2, axis=0).repeat(2, axis=1)
    nearer = np.abs(enlarged - original).mean()
    assert 0.0 < nearer < np.abs(equal - original).mean()


def _translates(entry):
    """The strip of another generator of images: an example, and its output."""
    given, made = map(read_canvas, entry.locator(".strip canvas").all())
    assert given.std() > 20
    np.testing.assert_array_equal(made, read_canvas(entry.locator(".large")))
    if made.shape == given.shape:
        assert np.abs(made - given).mean() > 3


def _see_seed(page, tile, seed):
    """Waits until a tile of the wall shows that seed or a later one."""
    tile.scroll_into_view_if_needed()
    page.wait_for_function(
        "([tile, seed]) => Number(tile.title.slice(5) || -1) >= seed",
        arg=[tile.element_handle(), seed],
        timeout=SECONDS,
    )


@needs_browser
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_wall_is_the_first_thing_and_shows_new_seeds(
    open_page, folder, viewport
):
    page = _ready(open_page(folder, viewport, reduced_motion="reduce"))
    entries = json.loads((folder / "gallery.json").read_text("utf-8"))
    tiles = page.locator("#wall a")
    shown = [text.strip() for text in tiles.all_inner_texts()]
    assert shown == [entry["name"] for entry in entries]
    assert tiles.first.bounding_box()["y"] < viewport["height"] / 2
    name = "infogan-mnist"
    tile = page.locator("#wall a", has_text=name)
    _see_seed(page, tile, 0)
    page.get_by_role("button", name="Play").click()
    _see_seed(page, tile, 1)
    page.get_by_role("button", name="Pause").click()
    # One more picture may be on its way, whose seed is said after it is there.
    shown = page.wait_for_function(
        """(tile) => new Promise((done) => {
          const { title } = tile;
          setTimeout(() => done(tile.title === title && title), 1500);
        })""",
        arg=tile.element_handle(),
        timeout=SECONDS,
    ).json_value()
    expected = load(name).sample(int(shown.removeprefix("Seed ")))[0]
    difference = read_canvas(tile.locator(".output")) - expected.astype(int)
    assert np.abs(difference).max() <= 3
    tile.click()
    page.wait_for_url(f"**/page.html?generator={name}")


@needs_browser
def test_seeds_classes_and_walks_are_those_of_the_files(open_page, folder):
    page = _ready(open_page(folder))
    name = "conditional_gan-mnist"
    generator = load(name)
    entry = _shown(page, name)
    large = entry.locator("canvas.large")
    seed = entry.get_by_role("spinbutton", name="Seed")
    seed.fill("12")
    entry.get_by_label("Class").select_option("7")
    _wait_for(page, name, "seed 12, 7")
    expected = generator.sample(12, 7)[0].astype(int)
    assert np.abs(read_canvas(large) - expected).max() <= 3
    entry.get_by_role("slider").focus()
    page.keyboard.press("End")
    page.wait_for_function(
        """(name) => document.getElementById(name)
          .querySelector("input[type=range]")
          .getAttribute("aria-valuetext") === "100 %" """,
        arg=name,
        timeout=SECONDS,
    )
    expected = generator.sample(13, 7)[0].astype(int)
    assert np.abs(read_canvas(large) - expected).max() <= 3
    seed.fill("-1")
    entry.locator("form").evaluate("(form) => { form.noValidate = true; }")
    entry.get_by_role("button", name="Generate").click()
    page.wait_for_function(
        """(name) => document.getElementById(name).querySelector(".message")
          .textContent.startsWith("Error: The seed must be an integer")""",
        arg=name,
        timeout=SECONDS,
    )


@needs_browser
def test_table_has_the_cards_numbers_and_sorts(open_page, folder):
    page = _ready(open_page(folder, DESKTOP))
    rows = page.locator("#rows tr")
    assert rows.count() == len(names())
    for row in rows.all():
        cells = row.locator("th, td").all_inner_texts()
        card = cards.read(cells[0])
        assert cells[2] == f"{card['parameters']:,}"
        score = card["scores"].get("frechet_distance")
        assert cells[5] == card["protocol"]["features"]["name"]
        assert cells[6] == (f"{score['value']:,.1f}" if score else "–")
    button = page.get_by_role("button", name="parameters")
    head = page.locator("th", has=button)
    for way, sign in (("ascending", 1), ("descending", -1)):
        button.click()
        assert head.get_attribute("aria-sort") == way
        values = [
            int(row.locator("th, td").nth(2).inner_text().replace(",", ""))
            for row in rows.all()
        ]
        assert values == sorted(values, key=lambda value: sign * value)
    assert page.locator("[aria-sort]").count() == 1


@needs_browser
def test_what_cannot_be_fetched_is_said(open_page, folder, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    (broken / "gallery.json").unlink()
    page = open_page(broken)
    page.wait_for_function(
        "() => document.getElementById('status').textContent"
        " === 'Error: gallery.json could not be read (404).'"
    )


@needs_browser
def test_everything_has_a_name_for_a_screen_reader(open_page, folder):
    page = _ready(open_page(folder))
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll(
            "button, input, select, canvas.large, .strip, summary")]
          .filter((one) => {
            if (one.getAttribute("aria-label")) return false;
            if (one.matches("button, summary")) return !one.textContent.trim();
            // The field's own text, such as its options, is no name.
            return ![...(one.labels ?? [])].some((label) =>
              [...label.childNodes].some((node) =>
                node !== one && node.textContent.trim()));
          })
          .map((one) => one.outerHTML)"""
    )
    assert page.locator("button").count() > 10
    assert unnamed == []


@needs_browser
def test_scores_without_a_comparison_are_shown_without(
    open_page, folder, tmp_path
):
    shutil.copytree(folder, tmp_path / "page")
    listed = tmp_path / "page" / "gallery.json"
    entries = json.loads(listed.read_text("utf-8"))
    distance = entries[0]["scores"]["frechet_distance"]
    distance |= {"training": None, "standard_error": None}
    listed.write_text(json.dumps(entries))
    page = _ready(open_page(tmp_path / "page"))
    assert page.locator("article").count() == len(entries)
    facts = page.locator("article .facts").first.inner_text()
    assert f"Frechet distance {distance['value']:,.1f}. Trained" in facts


def test_scores_stand_beside_the_network_that_they_are_by(folder):
    entries = json.loads((folder / "gallery.json").read_text("utf-8"))
    networks = {one["name"]: one["feature_network"] for one in entries}
    assert networks["r3gan-smileys"] == "imagenet"
    assert networks["infogan-mnist"] == "digits"


@needs_browser
def test_table_has_the_network_beside_its_distance(open_page, folder):
    page = _ready(open_page(folder, DESKTOP))
    titles = page.locator("#columns th").all_inner_texts()
    place = titles.index("feature network")
    assert titles[place + 1] == "Frechet distance"
    row = page.locator("#rows tr", has_text="r3gan-smileys")
    cells = row.locator("th, td").all_inner_texts()
    score = cards.read("r3gan-smileys")["scores"]["frechet_distance"]["value"]
    assert cells[place : place + 2] == ["imagenet", f"{score:.1f}"]


def test_a_gallery_is_one_folder_with_what_it_needs(folder):
    entries = json.loads((folder / "gallery.json").read_text("utf-8"))
    order = [one["name"] for one in entries]
    assert sorted(order) == names()
    from_seeds = [cards.samples_seeds(cards.read(name)) for name in order]
    assert from_seeds == sorted(from_seeds)
    for name in names():
        model = json.loads(
            (folder / "generators" / name / "model.json").read_text("utf-8")
        )
        (file,) = model["files"]
        copied = (folder / "generators" / name / file["file"]).read_bytes()
        assert len(copied) == file["bytes"]
        shipped = sources.folder(name) / examples.NAME
        assert model.get("examples", 0) == 4 * shipped.is_file()
        copied = folder / "generators" / name / examples.NAME
        assert copied.is_file() == shipped.is_file()


def test_generators_of_pictures_ship_held_out_examples():
    for name in names():
        card = cards.read(name)
        if cards.samples_seeds(card) or card.get("source") == EDGES:
            continue
        shown = examples.read(sources.folder(name), card["inputs"][0]["shape"])
        assert shown is not None and shown.std() > 20


@needs_browser
@pytest.mark.parametrize("source", ["small", "edges"])
def test_a_generator_of_images_gets_examples_and_opens_its_page(
    open_page, tmp_path, monkeypatch, source
):
    name = UPSAMPLER
    monkeypatch.setattr(sources, "names", lambda: [name])
    folder = gallery.write(tmp_path / "gallery")
    path = folder / "generators" / name / "model.json"
    model = {**json.loads(path.read_text("utf-8")), "source": source}
    path.write_text(json.dumps(model), "utf-8")
    page = _ready(open_page(folder))
    entry = _shown(page, name)
    given, made = map(read_canvas, entry.locator(".strip canvas").all())
    assert given.shape == (14, 14, 3)
    assert given.std() > 20
    np.testing.assert_array_equal(made, read_canvas(entry.locator(".large")))
    assert not entry.get_by_role("slider").is_visible()
    drawing = "An example, Face, and" if source == "edges" else "a picture, and"
    entry.get_by_role("spinbutton", name="Seed").fill("1")
    entry.get_by_role("button", name="Generate").click()
    _wait_for(page, name, "seed 1")
    assert drawing in entry.locator(".way").inner_text()
    entry.get_by_role("link", name=f"Open the page of {name}").click()
    page.wait_for_url(f"**/page.html?generator={name}")
    _ready(page)
    assert page.locator("#pad").count() == (source == "edges")
    assert page.locator("#split").count() == (source == "small")
    assert page.inner_text("#status") == ""
    assert not [text for kind, text in page.said if kind == "error"]


@needs_browser
def test_a_generator_of_latents_opens_its_page(open_page, folder):
    page = _ready(open_page(folder))
    name = "dcgan-mnist"
    page.goto(f"{page.address}page.html?generator={name}")
    _ready(page)
    expected = load(name).sample(0)[0].astype(int)
    pixels = read_canvas(page.locator("#large"))
    assert np.abs(pixels - expected).max() <= 3
    assert not page.locator("#directions").is_visible()


def test_overwrite_takes_the_place_of_a_gallery_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "index.html").write_text("mine")
    with pytest.raises(FileExistsError, match="Only a page or an empty"):
        gallery.write(tmp_path / "mine", overwrite=True)
    assert (tmp_path / "mine" / "index.html").read_text() == "mine"
    page = gallery.write(tmp_path / "page")
    with pytest.raises(FileExistsError, match="without `overwrite`"):
        gallery.write(page)
    (page / "stray").write_text("old")
    gallery.write(page, overwrite=True)
    assert not (page / "stray").exists()
