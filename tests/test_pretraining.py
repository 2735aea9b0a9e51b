"""From a run folder to a generator of images that ships: parts of it."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfgan_zoo import models, pretrained
from tfgan_zoo.backend import keras
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import DatasetSpec
from tfgan_zoo.export import checksums
from tfgan_zoo.export.api import export
from tfgan_zoo.gan import weights
from tfgan_zoo.inputs import ENLARGE, TRANSLATE
from tfgan_zoo.pretrained import cards, names, pages, sources
from tfgan_zoo.training import building, config_file
from tfgan_zoo.training.checkpoints import Checkpoints
from tfgan_zoo.training.run_folder import RunFolder
from tools.pretraining import (
    about,
    discriminators,
    failures,
    pack,
    translating,
    weakness,
    writing,
)
from tools.pretraining.recipes import RECIPES


@pytest.mark.parametrize(
    ("dataset", "folders"),
    [
        ("pairs:mixed_128", ["mixed_128"]),
        ("unpaired:noto_64,fluent_64", ["noto_64", "fluent_64"]),
        ("emoji_64", ["emoji_64"]),
        ("colour_64", ["colour_64", "photos_64"]),
    ],
)
def test_data_sets_are_described_whatever_their_size(dataset, folders):
    assert about.describe(dataset)["is_folder"]
    assert about.list_folders(dataset) == folders
    command = pack.command("a-b", dataset)
    assert command.endswith(f"# which holds {'/ and '.join(folders)}/")


def test_every_recipe_has_its_words():
    for name, recipe in RECIPES.items():
        described = about.describe(recipe["dataset"])
        assert described["card"]["licence"], name
        if recipe["model"] == "pix2pix":
            assert recipe["source"] in described["translates"]


def test_a_weak_generator_is_named_beside_the_best_of_its_data():
    digits = [cards.read(f"{model}-mnist") for model in ("wgan", "infogan")]
    clothes = cards.read("conditional_gan-fashion_mnist")
    assert weakness.sentence(digits[0], [*digits, clothes]) == (
        "Weak: a Frechet distance of 136, where `infogan-mnist` has 2."
    )
    assert not weakness.sentence(digits[1], [*digits, clothes])
    assert not weakness.sentence(digits[0], [clothes])


def test_shipped_cards_say_which_generators_are_weak():
    shipped = [cards.read(name) for name in names()]
    for card in shipped:
        assert card["weakness"] == weakness.sentence(card, shipped)
        assert card["weakness"] in pages.page(card).splitlines()[4]


def _write_generator(folder, seed):
    keras.utils.set_random_seed(seed)
    recipe = dataclasses.replace(models.recipe("dcgan"), width=4)
    export(models.DCGAN((28, 28, 1), recipe=recipe), folder)
    (folder / "card.json").write_text('{"version": 1}')
    (folder / checksums.NAME).unlink()


def test_other_weights_become_the_next_version(tmp_path, monkeypatch):
    generators = tmp_path / "generators"
    monkeypatch.setattr(sources, "GENERATORS", generators)
    packed = tmp_path / "packed"
    _write_generator(packed, seed=0)
    first = (1, generators / "a-mnist")
    assert pack.choose_version("a-mnist", packed) == first
    _write_generator(generators / "a-mnist", seed=0)
    assert pack.choose_version("a-mnist", packed) == first
    _write_generator(packed := tmp_path / "other", seed=1)
    assert pack.choose_version("a-mnist", packed, replace=True) == first
    second = (2, generators / "a-mnist-v2")
    assert pack.choose_version("a-mnist", packed) == second


def test_cards_of_before_there_were_versions_get_one(tmp_path):
    folder = tmp_path / "dcgan-mnist"
    shutil.copytree(sources.folder("dcgan-mnist-v1"), folder)
    before = (folder / "card.json").read_text("utf-8")
    for version in (1, 3):
        line = f' "version": {version},\n'
        written = before.replace(' "version": 1,\n', line)
        given = written if version != 1 else before.replace(line, "")
        (folder / "card.json").write_text(given)
        writing.write_page(folder)
        assert (folder / "card.json").read_text("utf-8") == written


def _card(task, **more):
    size = 32 if task == ENLARGE else 64
    inputs = [{"name": "images", "shape": [size, size, 1]}]
    return {"task": task, "image_shape": [64, 64, 3], "inputs": inputs, **more}


def test_words_are_those_of_the_task():
    card = _card(TRANSLATE, source="edges")
    words = about.words(card, "pairs:mixed_64")
    assert words["makes"].startswith("Colours line drawings")
    assert "CC BY 4.0" in words["data"]["licence"]
    words = about.words(_card(ENLARGE), "photos_64")
    assert words["makes"].startswith("Enlarges photographs to twice")


def _held_out(*, paired=True):
    """Grey squares on white; the outputs are those of the first half."""
    sources = np.full([20, 32, 32, 1], 255, np.uint8)
    sources[:, 8:24, 8] = 0
    targets = np.full([20, 32, 32, 3], 255, np.uint8)
    targets[:, 8:24, 8:24] = [200, 40, 40]
    outputs = targets.copy()
    outputs[10:] = sources[10:]
    return translating.HeldOut(sources, outputs, targets if paired else None)


def test_scores_of_pairs_stand_beside_those_of_the_sources():
    held_out = _held_out()
    scores = {name: {} for name in ("l1", "psnr", "ssim")}
    content = {"protocol": {}, "scores": scores}
    values = {"l1": 40.0, "psnr": 8.0, "ssim": 0.5}
    translating.add_baseline(content, held_out, values)
    assert content["protocol"]["baseline"] == "source"
    assert {score["nearer_share"] for score in scores.values()} == {0.5}
    assert {name: scores[name]["baseline"] for name in scores} == values
    content["protocol"] |= {"features": {"name": "cifar10"}}
    config = {"source": "edges", "dataset": "pairs:mixed_64"}
    lines = " ".join(failures.list_failures(config, content, held_out))
    assert "50.0 % of held-out outputs are no nearer to the target" in lines
    assert "50 % of the area that is coloured in the target" in lines
    assert "in 50.0 % of held-out drawings, less than half" in lines
    assert "outside of it is 0 % as large" in lines


def test_unpaired_outputs_are_compared_with_their_sources():
    config = {"source": "data", "dataset": "unpaired:noto_64,fluent_64"}
    values = {"frechet_distance": (82.0, 89.0), "kernel_distance": (6.8, 1.3)}
    scores = {name: {"value": value} for name, (value, _) in values.items()}
    content = {"protocol": {}, "scores": scores}
    baseline = {name: beside for name, (_, beside) in values.items()}
    translating.add_baseline(content, _held_out(paired=False), baseline)
    assert scores["frechet_distance"] == {"value": 82.0, "baseline": 89.0}
    content["protocol"] |= {"features": {"name": "cifar10"}}
    lines = failures.list_failures(config, content, _held_out(paired=False))
    assert lines[0].startswith("50.0 % of held-out images are hardly changed")
    assert lines[1].startswith("By the kernel distance, outputs are no nearer")


def test_small_sources_are_enlarged_to_be_compared():
    ramp = np.arange(0, 256, 32, dtype=np.uint8)
    small = np.broadcast_to(ramp[:, None, None], [2, 8, 8, 1])
    large = translating.resize(small, (2, 16, 16, 1))
    assert large.shape == (2, 16, 16, 1)
    assert np.all(np.diff(large[0, :, 0, 0].astype(int)) >= 0)
    assert large.min() == 0 and 224 <= large.max() <= 235
    colours = translating.resize(small, (2, 8, 8, 3))
    np.testing.assert_array_equal(colours[..., 1:2], small)


@pytest.mark.parametrize(("paired", "parts"), [(True, 3), (False, 2)])
def test_picture_has_sources_outputs_and_targets(tmp_path, paired, parts):
    path = tmp_path / "samples.png"
    translating.write_picture(path, _held_out(paired=paired))
    with Image.open(path) as picture:
        pixels = np.asarray(picture)
    assert pixels.shape[1] == 12 * 32 + 2 * (12 // parts) + 2
    first = pixels[2:34, 2 : 2 + parts * 32]
    held_out = _held_out()
    np.testing.assert_array_equal(
        first[:, :32], np.repeat(held_out.sources[0], 3, -1)
    )
    np.testing.assert_array_equal(first[:, 32:64], held_out.outputs[0])


@pytest.fixture
def run(tmp_path):
    """A run folder and an export of it, with weights as float16 has them."""
    folder = RunFolder(tmp_path / "run")
    spec = DatasetSpec("clothes", 28, 28, 1)
    config = TrainConfig(model="mlp", width=4, latent_dim=4)
    config = building.resolve(config, spec)
    gan = building.build_untrained(config, spec)
    gan.compile()
    for variable in gan.ema_generator.variables:
        rounded = variable.numpy().astype(np.float16)
        variable.assign(rounded.astype(np.float32))
    folder.root.mkdir()
    folder.config.write_text(config_file.to_json(config))
    folder.dataset.write_text(json.dumps(spec.to_dict()))
    Checkpoints(folder.checkpoints).save(gan)
    export(gan, tmp_path / "export")
    return gan, folder.root, tmp_path / "export"


def test_a_discriminator_ships_beside_the_generator_of_its_run(run):
    gan, folder, exported = run
    entry = discriminators.add(folder, exported)
    assert (exported / entry["file"]).stat().st_size == entry["bytes"]
    networks = pretrained.load_start(str(exported)).weights.networks
    assert networks.keys() == {"ema_generator", "discriminator"}
    for name, value in (
        weights.weights_of(gan).networks["discriminator"].items()
    ):
        np.testing.assert_allclose(
            networks["discriminator"][name], value, rtol=1e-3, atol=1e-6
        )
    gan.ema_generator.variables[0].assign_add(
        tf.ones_like(gan.ema_generator.variables[0])
    )
    Checkpoints(folder / "checkpoints").save(gan)
    with pytest.raises(ValueError, match="must be of the run whose generator"):
        discriminators.add(folder, exported)


def test_generators_in_colour_are_starts():
    for shape, is_start in (
        ([32, 32, 3], True),
        ([28, 28, 1], False),
        ([2], False),
    ):
        assert discriminators.is_start({"image_shape": shape}) == is_start
