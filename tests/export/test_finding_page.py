"""Finding a picture in the latents on the page, in a real browser."""

import base64
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
from edited_exports import (
    ENCODER,
    make_pixels,
    open_ready,
    read_large,
    set_slider,
    wait_still,
)
from PIL import Image

import tfgan_zoo
from tfgan_zoo.data.decode import decode
from tfgan_zoo.export import checksums, web

# Browsers are the same beside any TensorFlow.
pytestmark = pytest.mark.slow
RANDOM = np.random.default_rng(0)
SHAPE = (28, 28, 1)


def _picture(height, width, mode="RGB"):
    """Returns a PNG of smooth colours and hard edges."""
    coarse = RANDOM.integers(0, 256, (5, 6, len(mode)), np.uint8)
    image = Image.fromarray(coarse.squeeze(), mode)
    image = image.resize((width, height), Image.Resampling.BICUBIC)
    edge = RANDOM.integers(0, 256, (height // 3, width // 4, len(mode)))
    patch = Image.fromarray(edge.astype(np.uint8).squeeze(), mode)
    image.paste(patch, (width // 3, height // 2))
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


@pytest.fixture
def page(open_page, edited_page):
    return open_ready(open_page, edited_page("conditional_gan", True))


@pytest.fixture(scope="module")
def encode(edited_export):
    """Returns latents [1, 16] and label of pixels, by the interpreter."""
    content = (edited_export("conditional_gan", True) / ENCODER).read_bytes()
    run = tf.lite.Interpreter(model_content=content).get_signature_runner()

    def start(pixels):
        images = pixels[np.newaxis].astype(np.float32) / 127.5 - 1.0
        outputs = run(images=images)
        return outputs["latents"], int(outputs["label_probabilities"].argmax())

    return start


@pytest.fixture(scope="module")
def generator(edited_export):
    return tfgan_zoo.load(edited_export("conditional_gan", True))


def _choose(page, content, name="mine.png"):
    file = {"name": name, "mimeType": "image/png", "buffer": content}
    page.get_by_label("Choose a picture").set_input_files(file)
    _wait_found(page)


def _wait_found(page):
    page.wait_for_function("() => document.getElementById('took').textContent")
    wait_still(page)


def _pad(page):
    """Returns the pad's pixels at the encoder's size, in [0, 255]."""
    pad = read_canvas(page.locator("#pad"), "L")
    scale = len(pad) // SHAPE[0]
    return pad.reshape(SHAPE[0], scale, SHAPE[1], scale).mean((1, 3))


@needs_browser
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_picture_is_found_shown_and_moved(
    open_page, edited_page, generator, encode, viewport
):
    folder = edited_page("conditional_gan", True)
    page = open_ready(open_page, folder, viewport)
    set_slider(page, "brightness", 2)
    wait_still(page)
    content = _picture(90, 60)
    _choose(page, content)
    pixels = decode(content, SHAPE)
    expected, label = encode(pixels)
    latents, given = page.last()
    assert given == label
    np.testing.assert_allclose(latents, expected[0], atol=0.02)
    found = make_pixels(generator, np.array([latents]), label)
    for name in ("made", "large"):
        shown = read_canvas(page.locator(f"#{name}"), "L")
        assert np.abs(shown - found).max() <= 2
    assert np.abs(_pad(page) - pixels[..., 0]).mean() < 8.0
    name = generator.metadata.class_names[label]
    assert page.inner_text("#chosen") == f"Your picture, {name}"
    pressed = page.locator("#classes [aria-pressed=true]")
    assert pressed.all_inner_texts() == [name]
    said = page.inner_text("#took")
    assert said.startswith("Found in ") and said.endswith(" ms.")
    set_slider(page, "symmetry", -2)
    wait_still(page)
    moved = generator.edit(np.array([latents]), symmetry=-2)
    expected = make_pixels(generator, moved, label)
    assert np.abs(read_large(page) - expected).max() <= 2
    assert np.abs(read_large(page) - found).max() > 20
    still = read_canvas(page.locator("#made"), "L")
    assert np.abs(still - found).max() <= 2
    assert_sound(page, viewport)


@needs_browser
@pytest.mark.parametrize(
    ("height", "width", "mode"),
    [
        (28, 28, "RGB"),
        (28, 28, "L"),
        (61, 47, "RGB"),
        (30, 300, "RGBA"),
        (9, 14, "RGB"),
        (500, 700, "RGB"),
        (1201, 903, "RGBA"),
    ],
)
@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_are_scaled_and_cut_as_folders_are(
    page, height, width, mode, channels
):
    content = _picture(height, width, mode)
    shape = [24, 28, channels]
    made = page.evaluate(
        """async ([content, shape]) => {
          const { fill } = await import("./scaling.js");
          const answer = await fetch("data:image/png;base64," + content);
          const picture = await createImageBitmap(await answer.blob());
          const canvas = fill(picture, shape);
          const { data } = canvas.getContext("2d")
            .getImageData(0, 0, canvas.width, canvas.height);
          return [...data];
        }""",
        [base64.b64encode(content).decode("ascii"), shape],
    )
    rgb = np.array(made).reshape(24, 28, 4)[..., :3]
    expected = decode(content, tuple(shape)).astype(int)
    # A browser keeps colours multiplied by their alpha.
    most = 3 if mode == "RGBA" else 1
    assert np.abs(rgb - expected).max() <= most
    assert expected.std() > 20


@needs_browser
def test_a_drawing_is_found_while_it_is_drawn(page, encode):
    page.locator("#pad").scroll_into_view_if_needed()
    box = page.locator("#pad").bounding_box()
    x, y = (box[name] for name in ("x", "y"))
    page.mouse.move(x + 0.3 * box["width"], y + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(x + 0.7 * box["width"], y + 0.5 * box["height"], steps=5)
    _wait_found(page)
    while_drawn = page.last()
    page.mouse.up()
    wait_still(page)
    assert page.last() == while_drawn
    drawn = _pad(page)
    ground = np.median(drawn)
    assert ground in (0.0, 255.0)
    is_line = np.abs(drawn - ground) > 128
    assert is_line[14, 10:18].all() and is_line.sum() < 60
    # The pad's finer lines have almost the same means.
    expected, _ = encode(np.round(drawn)[..., np.newaxis])
    np.testing.assert_allclose(page.last()[0], expected[0], atol=0.3)
    assert expected.std() > 2.0
    page.get_by_role("button", name="Clear").click()
    assert np.ptp(_pad(page)) == 0.0
    page.locator("#pad").focus()
    for key in ("Space", "ArrowUp", "ArrowUp", "Space"):
        page.keyboard.press(key)
    wait_still(page)
    assert np.ptp(_pad(page)) > 200.0
    assert page.last() != while_drawn


@needs_browser
def test_a_negative_swaps_dark_and_light(page, encode):
    content = _picture(28, 28, "L")
    _choose(page, content)
    positive = page.last()
    page.get_by_label("Negative").check()
    wait_still(page)
    expected, label = encode(255 - decode(content, SHAPE))
    latents, given = page.last()
    np.testing.assert_allclose(latents, expected[0], atol=0.02)
    assert given == label
    page.get_by_label("Negative").uncheck()
    wait_still(page)
    assert page.last() == positive


@needs_browser
@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_picture_is_dropped_or_pasted(page, encode, event):
    content = _picture(40, 28)
    page.evaluate(
        """([content, event]) => {
          const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
          const data = new DataTransfer();
          data.items.add(new File([bytes], "mine.png", { type: "image/png" }));
          const settings = { bubbles: true, cancelable: true };
          document.body.dispatchEvent(event === "drop"
            ? new DragEvent(event, { ...settings, dataTransfer: data })
            : new ClipboardEvent(event, { ...settings, clipboardData: data }));
        }""",
        [base64.b64encode(content).decode("ascii"), event],
    )
    _wait_found(page)
    expected, _ = encode(decode(content, SHAPE))
    np.testing.assert_allclose(page.last()[0], expected[0], atol=0.02)


@needs_browser
def test_what_is_no_picture_is_said(page):
    before = read_large(page)
    file = {"name": "a.png", "mimeType": "image/png", "buffer": b"none"}
    page.get_by_label("Choose a picture").set_input_files(file)
    page.wait_for_function(
        "() => document.getElementById('status').textContent"
    )
    said = page.inner_text("#status")
    assert "must be one that this browser reads. Received: a.png" in said
    np.testing.assert_array_equal(read_large(page), before)


@needs_browser
def test_categories_are_the_most_probable(
    open_page, edited_export, edited_page
):
    page = open_ready(open_page, edited_page("infogan", True))
    content = _picture(28, 28, "L")
    _choose(page, content)
    latents, label = page.last()
    assert label is None
    folder = edited_export("infogan", True)
    runner = tf.lite.Interpreter(
        model_content=(folder / ENCODER).read_bytes()
    ).get_signature_runner()
    pixels = decode(content, SHAPE)[np.newaxis].astype(np.float32)
    (values,) = runner(images=pixels / 127.5 - 1.0)["latents"]
    start = 0
    for part in tfgan_zoo.load(folder).metadata.inputs[0].parts:
        expected = values[start : start + part.size]
        given = np.array(latents[start : start + part.size])
        if part.distribution == "one_hot":
            assert sorted(given)[-2:] == [0.0, 1.0]
            assert given.argmax() == expected.argmax()
        else:
            bound = 1.0 if part.distribution == "uniform" else np.inf
            expected = np.clip(expected, -bound, bound)
            np.testing.assert_allclose(given, expected, atol=0.02)
        start += part.size


@needs_browser
def test_without_an_encoder_nothing_is_offered(open_page, edited_page):
    page = open_ready(open_page, edited_page())
    assert not page.locator("#finding").is_visible()


def test_a_page_has_the_encoder_and_of_its_entry_what_it_takes(edited_page):
    folder = edited_page("conditional_gan", True)
    assert (folder / ENCODER).stat().st_size > 1000
    model = json.loads((folder / "model.json").read_text())
    assert {*model["encoder"]} == {"file", "input", "outputs"}
    assert model["encoder"]["file"] == ENCODER


def _change(entry, key, **values):
    entry[key].update(values)


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.pop("tflite"),
        lambda entry: entry.update(input=1),
        lambda entry: _change(entry, "tflite", float16="../secret.tflite"),
        lambda entry: _change(entry, "tflite", float16="app.js"),
        lambda entry: _change(entry, "input", shape=[1, 28, 28]),
        lambda entry: _change(entry, "input", shape=[2, 28, 28, 1]),
        lambda entry: _change(entry, "input", shape=[1, 28, 28, 3]),
        lambda entry: _change(entry, "input", name=3),
        lambda entry: _change(entry, "outputs", latents=[1, 15]),
        lambda entry: _change(entry, "outputs", label_probabilities=[1, 2]),
    ],
)
def test_a_damaged_entry_is_refused(edited_export, tmp_path, change):
    source = edited_export("conditional_gan", True)
    export = shutil.copytree(source, tmp_path / "export")
    model = json.loads((export / "model.json").read_text())
    change(model["encoder"])
    (export / "model.json").write_text(json.dumps(model))
    with pytest.raises(ValueError, match="must be what tfgan-encoder wrote"):
        web.write(export, tmp_path / "page")
    assert not (tmp_path / "page").exists()


def test_an_encoder_that_is_a_link_is_refused(edited_export, tmp_path):
    source = edited_export("conditional_gan", True)
    export = shutil.copytree(source, tmp_path / "export")
    (export / checksums.NAME).unlink()
    (export / ENCODER).rename(tmp_path / "secret")
    (export / ENCODER).symlink_to(tmp_path / "secret")
    with pytest.raises(ValueError, match="must be a regular file"):
        web.write(export, tmp_path / "page")
    assert not (tmp_path / "page").exists()
