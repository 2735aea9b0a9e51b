"""The web page of a generator that takes lines, and how tests draw on it."""

from __future__ import annotations

import numpy as np
import pytest
from browsers import read_canvas

from tfgan_zoo import networks
from tfgan_zoo.backend import keras
from tfgan_zoo.export import api, web
from tfgan_zoo.gan import TranslationGAN
from tfgan_zoo.recipe import Recipe

SIDE = 32
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


@pytest.fixture(scope="session")
def drawing_export(tmp_path_factory):
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


@pytest.fixture(scope="session")
def drawing_folder(drawing_export, tmp_path_factory):
    return web.write(drawing_export, tmp_path_factory.mktemp("web") / "page")


@pytest.fixture
def open_drawing(open_page, drawing_folder):
    """Opens the page; `page.inputs()` is what the generator got last."""

    def start(*args, **settings):
        page = open_page(drawing_folder, *args, **settings)
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


def wait(page):
    """Waits until the picture is that of the newest drawing."""
    page.wait_for_function(
        """() => document.getElementById("large")
          .getAttribute("aria-busy") === "false" """
    )


def stroke(page, *places):
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
    wait(page)


def press(page, name):
    """Clicks on a button, and waits for the picture."""
    page.get_by_role("button", name=name, exact=True).click()
    wait(page)


def measure_ink(page):
    """Returns how black the pad is, [H, W] in [0, 1], at the input's size."""
    pad = 1.0 - read_canvas(page.locator("#pad"), "L") / 255.0
    scale = len(pad) // SIDE
    return pad.reshape(SIDE, scale, SIDE, scale).mean((1, 3))
