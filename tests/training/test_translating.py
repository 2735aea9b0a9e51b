"""A training of a translator: its scores, grids and doctor."""

import dataclasses

import numpy as np
import pytest
from image_folders import save
from PIL import Image

from tfgan_zoo import strategies
from tfgan_zoo.cli import evaluating
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import DataRequest
from tfgan_zoo.evaluation.evaluate import evaluate
from tfgan_zoo.evaluation.reference import ReferenceRequest, load_reference
from tfgan_zoo.evaluation.settings import Settings
from tfgan_zoo.training import building, loop
from tfgan_zoo.training.checkpoints import Checkpoints
from tfgan_zoo.training.evaluating import Evaluate
from tfgan_zoo.training.run_folder import RunFolder
from tfgan_zoo.training.trained_gan import load_trained_gan

pytestmark = pytest.mark.slow

HELD_OUT = (200, 30, 10)
SIDE = 32


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pairs")
    for split, color in (("train", (10, 30, 200)), ("test", HELD_OUT)):
        for number in range(12):
            name = f"{split}/{number}.png"
            (folder / "B" / split).mkdir(parents=True, exist_ok=True)
            save(folder / "A" / name, 20 * number, (SIDE, SIDE))
            Image.new("RGB", (SIDE, SIDE), color).save(folder / "B" / name)
    return folder


@pytest.fixture(scope="module")
def run(pairs, tmp_path_factory):
    config = TrainConfig(
        model="pix2pix",
        dataset=f"pairs:{pairs}",
        split="train",
        image_size=SIDE,
        width=4,
        batch_size=4,
        steps=4,
        log_every=2,
        sample_every=2,
        checkpoint_every=2,
        evaluate_every=2,
        health_every=2,
    )
    examples = building.load_data(config, log=lambda _: None)
    config = building.resolve(config, examples.spec)
    folder = RunFolder(tmp_path_factory.mktemp("run") / "run")
    lines = []
    strategy = strategies.get("one_device")
    loop.train(config, examples, folder, strategy=strategy, log=lines.append)
    return folder, lines


def _records(folder, name):
    return [record for record in folder.read_metrics() if name in record]


def test_scores_of_held_out_pairs_pick_the_best_checkpoint(run):
    folder, lines = run
    scores = {record["step"]: record["l1"] for record in _records(folder, "l1")}
    assert list(scores) == [2, 4]
    best = min(scores, key=scores.get)
    assert Checkpoints(folder.best).steps() == [best]
    assert {"psnr", "ssim"} <= set(_records(folder, "l1")[0])
    assert "frechet_distance" not in _records(folder, "l1")[0]
    (line,) = [line for line in lines if line.startswith("step 4: l1 ")]
    assert f"{scores[4]:.4g}" in line
    assert any("the split test of pairs:" in line for line in lines)
    assert not [line for line in lines if "trained on these" in line]


def test_pairs_that_are_not_held_out_are_noted(run):
    folder, _ = run
    trained = load_trained_gan(folder)
    # Of both splits, so that there is none to hold out.
    config = dataclasses.replace(trained.config, split="train+test")
    lines = []
    Evaluate(trained.gan, folder, config, last_step=4, log=lines.append)
    assert any("The model is trained on these images" in line for line in lines)


def test_a_run_knows_where_its_pairs_are(run, pairs):
    folder, _ = run
    assert folder.data_path() == f"pairs:{pairs.resolve()}"


def test_notes_and_errors_name_the_flag_of_a_training(run, pairs):
    folder, lines = run
    assert any("--evaluate_features names none" in line for line in lines)
    trained = load_trained_gan(folder)
    unpaired = f"unpaired:{pairs}/A,{pairs}/B"
    config = dataclasses.replace(trained.config, dataset=unpaired)
    with pytest.raises(ValueError, match="by --evaluate_features"):
        Evaluate(trained.gan, folder, config, last_step=4, log=lines.append)


def test_the_grid_shows_sources_outputs_and_targets_that_are_held_out(run):
    folder, _ = run
    with Image.open(folder.sample(4)) as picture:
        pixels = np.asarray(picture)
    source, _, target = np.split(pixels[2 : 2 + SIDE, 2 : 2 + 3 * SIDE], 3, 1)
    assert (target == HELD_OUT).all()
    assert (source == source[0, 0, 0]).all()


def test_the_doctor_looks_at_translations(run):
    folder, _ = run
    records = _records(folder, "source_distance")
    assert [record["step"] for record in records] == [2, 4]
    for record in records:
        assert record["non_finite"] == 0.0
        assert {"held_out_logit_p50", "pixel_diversity"} <= set(record)


def test_the_run_is_evaluated_as_in_the_training(run, pairs):
    folder, _ = run
    model = evaluating.model_of_run(folder.root, "newest", None)
    request = ReferenceRequest(
        DataRequest(f"pairs:{pairs}", image_size=SIDE),
        trained_on="train",
        with_sources=model.takes_images,
    )
    settings = Settings()
    reference, _, _ = load_reference(request, settings)
    assert reference.real.count == 12
    found = evaluate(model.source, reference, settings)
    for name in ("l1", "psnr", "ssim"):
        trained = _records(folder, name)[-1][name]
        assert found.scores[name].value == pytest.approx(trained, rel=1e-4)
