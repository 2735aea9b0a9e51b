"""The page on WebGPU, by a browser whose GPU is its processor."""

import json
import shutil

import numpy as np
import pytest
from browsers import needs_browser
from edited_exports import (
    difference_of_test,
    make_pixels,
    open_ready,
    read_large,
    set_slider,
    wait_still,
)

import tfgan_zoo
from tfgan_zoo.export import tflite, web


@pytest.fixture(scope="module")
def browser(gpu_browser):
    return gpu_browser


@pytest.fixture(scope="module")
def page_folder(small_export, tmp_path_factory):
    folder = tmp_path_factory.mktemp("web") / "page"
    return web.write(small_export("conditional_gan").folder, folder)


def _open(open_page, folder, query):
    page = open_page(folder)
    page.goto(page.address + query)
    page.evaluate("() => window.tfganZoo.ready")
    return page


def _generate(page):
    return page.evaluate(
        """async () => {
          const { generator } = window.tfganZoo;
          const latents = generator.latentsOf(7);
          return [[...latents], [...(await generator.run(latents, 2))]];
        }"""
    )


@needs_browser
def test_webgpu_makes_the_interpreters_image_and_wasm_follows_it(
    open_page, page_folder
):
    page = _open(open_page, page_folder, "?accelerator=webgpu")
    assert "on the GPU, by WebGPU." in page.inner_text("#speed")
    latents, image = _generate(page)
    content = (page_folder / "generator_float32.tflite").read_bytes()
    expected = tflite.Interpreter(content)(
        latents=np.array([latents], np.float32), labels=np.array([2], np.int32)
    )
    np.testing.assert_allclose(image, expected.ravel(), atol=1e-4)
    page.evaluate(
        """() => {
          const fail = () => Promise.reject(new Error("no GPU"));
          window.tfganZoo.generator.runner = { run: fail };
        }"""
    )
    latents, again = _generate(page)
    np.testing.assert_allclose(again, image, atol=1e-4)
    said = "() => window.tfganZoo.generator"
    assert page.evaluate(f"{said}.accelerator") == "wasm"
    assert page.evaluate(f"{said}.reason") == "WebGPU failed (no GPU)"
    assert not [text for kind, text in page.said if kind == "error"]


@needs_browser
@pytest.mark.parametrize(
    ("query", "reason"),
    [("", "there is no GPU"), ("?accelerator=wasm", "as the address says")],
)
def test_wasm_is_used_and_the_page_says_why(
    open_page, page_folder, query, reason
):
    page = _open(open_page, page_folder, query)
    said = page.inner_text("#speed")
    assert said.endswith(f"ms an image on the CPU, by wasm: {reason}.")


@needs_browser
def test_other_pixels_on_webgpu_are_refused(open_page, page_folder, tmp_path):
    changed = tmp_path / "changed"
    shutil.copytree(page_folder, changed)
    model = json.loads((changed / "model.json").read_text())
    model["test_vector"]["labels"] = 1  # another image than its pixels
    (changed / "model.json").write_text(json.dumps(model))
    page = _open(open_page, changed, "?accelerator=webgpu")
    assert "by wasm: WebGPU makes other pixels." in page.inner_text("#speed")


@needs_browser
def test_directions_move_the_same_pixels_on_webgpu(
    open_page, edited_export, edited_page
):
    page = open_ready(open_page, edited_page(), query="?accelerator=webgpu")
    assert "on the GPU, by WebGPU." in page.inner_text("#speed")
    steps = {"brightness": 1.7, "symmetry": -3.0}
    for name, step in steps.items():
        set_slider(page, name, step)
    wait_still(page)
    generator = tfgan_zoo.load(edited_export())
    moved = generator.edit(generator.latents([0]), **steps)
    expected = make_pixels(generator, moved, 0)
    assert np.abs(read_large(page) - expected).max() <= 2
    assert difference_of_test(page) <= 2
