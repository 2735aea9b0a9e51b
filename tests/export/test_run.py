"""What an export of a run takes from the run's data set."""

import dataclasses

import numpy as np
import pytest
import small_translators

from tfgan_zoo import data
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data.store import MemoryRows
from tfgan_zoo.export import examples as page_examples
from tfgan_zoo.export import run
from tfgan_zoo.training import building
from tfgan_zoo.training.run_folder import RunFolder
from tfgan_zoo.training.trained_gan import TrainedGAN

HEIGHT, WIDTH, CHANNELS = small_translators.SHAPE
# ITU-R BT.601
LUMA = np.array([0.299, 0.587, 0.114])


@pytest.fixture
def trained():
    spec = data.DatasetSpec("colours", HEIGHT, WIDTH, CHANNELS)
    config = TrainConfig(model="pix2pix", dataset="colours")
    return TrainedGAN(small_translators.colourist(), config, spec, 0)


def test_sources_are_those_of_the_training(trained, monkeypatch):
    colours = np.random.default_rng(0).integers(0, 256, (7, 1, 1, CHANNELS))
    pictures = np.tile(colours, (1, HEIGHT, WIDTH, 1)).astype(np.uint8)
    examples = data.Examples(trained.spec, MemoryRows({"image": pictures}))
    monkeypatch.setattr(building, "load_data", lambda *_, **__: examples)
    lines = []
    sources = run._read_sources(trained, lines.append)
    assert sources.shape == (256, HEIGHT, WIDTH, 1)
    assert sources.dtype == np.uint8 and lines == []
    greys = {round(float(colour @ LUMA)) for colour in colours[:, 0, 0]}
    assert set(np.unique(sources)) == greys


@pytest.mark.parametrize(
    ("held_out", "source", "count"),
    [(True, "grey", 4), (False, "grey", None), (True, "edges", None)],
)
def test_examples_are_held_out_sources(
    trained, monkeypatch, tmp_path, held_out, source, count
):
    pictures = np.arange(6, dtype=np.uint8)[:, None, None, None] * 40
    pictures = np.tile(pictures, (1, HEIGHT, WIDTH, CHANNELS))
    examples = data.Examples(trained.spec, MemoryRows({"image": pictures}))
    monkeypatch.setattr(
        run, "load_held_out", lambda *_: examples if held_out else None
    )
    recipe = dataclasses.replace(trained.gan.recipe, source=source)
    monkeypatch.setattr(trained.gan, "recipe", recipe)
    lines = []
    run.write_examples(trained, tmp_path, lines.append)
    sources = page_examples.read(tmp_path, (HEIGHT, WIDTH, 1))
    if count is None:
        assert sources is None and lines == []
        return
    (line,) = lines
    assert "has 4 held-out images" in line
    assert sources.shape == (count, HEIGHT, WIDTH, 1)
    assert set(np.unique(sources)) < {0, 40, 80, 120, 160, 200}


def test_without_its_data_set_a_run_is_exported_by_random_images(
    trained, monkeypatch
):
    def fail(*_, **__):
        raise FileNotFoundError("`dataset` must exist. Received: colours.")

    monkeypatch.setattr(building, "load_data", fail)
    lines = []
    assert run._read_sources(trained, lines.append) is None
    (line,) = lines
    assert "random images" in line and line.endswith("Received: colours.")


@pytest.mark.parametrize("path", ["pairs:/there/colours", None])
def test_data_are_read_from_where_they_were_last(trained, monkeypatch, path):
    monkeypatch.setattr(RunFolder, "data_path", lambda _: path)
    located = run._locate_data(trained, RunFolder("x"))
    assert located.config.dataset == (path or trained.config.dataset)
