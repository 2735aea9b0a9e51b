"""Evaluation as a training goes on, and the checkpoint that it keeps."""

import dataclasses
import json
import math

import pytest

from tfgan_zoo import strategies
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import DataRequest
from tfgan_zoo.evaluation import generators
from tfgan_zoo.evaluation.evaluate import evaluate
from tfgan_zoo.evaluation.reference import ReferenceRequest, load_reference
from tfgan_zoo.evaluation.settings import Settings
from tfgan_zoo.training import building, loop, resuming
from tfgan_zoo.training.checkpoints import Checkpoints
from tfgan_zoo.training.data_identity import DataIdentity
from tfgan_zoo.training.evaluating import Evaluate
from tfgan_zoo.training.run_folder import RunFolder
from tfgan_zoo.training.trained_gan import load_trained_gan

CONFIG = TrainConfig(
    model="mlp",
    steps=30,
    width=8,
    latent_dim=8,
    log_every=10,
    sample_every=30,
    checkpoint_every=10,
    evaluate_every=10,
    evaluate_count=200,
    health_every=0,
)


@pytest.fixture(scope="module")
def setting():
    examples = building.load_data(CONFIG, log=lambda _: None)
    return building.resolve(CONFIG, examples.spec), examples


def _train(config, examples, folder, lines=None):
    return loop.train(
        config,
        examples,
        folder,
        strategy=strategies.get("one_device"),
        log=(lines if lines is not None else []).append,
    )


@pytest.fixture(scope="module")
def run(setting, tmp_path_factory):
    folder = RunFolder(tmp_path_factory.mktemp("run") / "run")
    lines = []
    _train(*setting, folder, lines)
    return folder, lines


def _scores(folder):
    return {
        record["step"]: record["frechet_distance"]
        for record in folder.read_metrics()
        if "frechet_distance" in record
    }


def test_scores_go_to_the_log_and_the_metrics(run):
    folder, lines = run
    scores = _scores(folder)
    assert list(scores) == [10, 20, 30]
    assert all(math.isfinite(score) for score in scores.values())
    for step, score in scores.items():
        start = f"step {step}: frechet_distance {score:.4g}"
        assert sum(line.startswith(start) for line in lines) == 1
    last = folder.last_metrics(30)
    assert {"generator_loss", "frechet_distance", "coverage"} <= set(last)


def test_tensorboard_has_the_scores(run):
    folder, _ = run
    content = b"".join(
        path.read_bytes() for path in folder.tensorboard.iterdir()
    )
    assert b"evaluation/frechet_distance" in content


def test_the_best_checkpoint_is_that_of_the_best_score(run):
    folder, _ = run
    scores = _scores(folder)
    best = min(scores, key=scores.get)
    assert Checkpoints(folder.best).steps() == [best]
    assert load_trained_gan(folder, checkpoint="best").step == best
    assert load_trained_gan(folder).step == 30


def test_a_score_is_that_of_the_weights(run):
    folder, _ = run
    gan = load_trained_gan(folder).gan
    settings = Settings(count=200, repeats=1)
    request = DataRequest("fashion_mnist_10k", split="")
    real, _, _ = load_reference(ReferenceRequest(request), settings)
    found = evaluate(generators.of_gan(gan), real, settings)
    value = found.scores["frechet_distance"].value
    assert value == pytest.approx(_scores(folder)[30], rel=1e-4)


@pytest.mark.slow
def test_a_training_that_goes_on_knows_the_best_so_far(run, setting, tmp_path):
    config, examples = setting
    folder = RunFolder(tmp_path / "run")
    _train(dataclasses.replace(config, steps=20), examples, folder)
    # As if a later step had been saved, and the training then thrown back.
    (folder.best / "step_000099").mkdir(parents=True)
    folder.append_metrics({"step": 99, "frechet_distance": 0.0})
    _train(config, examples, folder)
    expected, _ = run
    for step, score in _scores(expected).items():
        assert _scores(folder)[step] == pytest.approx(score, rel=1e-6)
    assert (
        Checkpoints(folder.best).steps() == Checkpoints(expected.best).steps()
    )


@pytest.mark.slow
def test_higher_is_better_where_it_is(setting, tmp_path):
    config, examples = setting
    folder = RunFolder(tmp_path / "run")
    config = dataclasses.replace(config, evaluate_metric="coverage")
    _train(config, examples, folder)
    scores = {
        record["step"]: record["coverage"]
        for record in folder.read_metrics()
        if "coverage" in record
    }
    best = max(scores, key=scores.get)
    assert Checkpoints(folder.best).steps() == [best]


@pytest.mark.slow
def test_without_an_evaluation_there_is_no_best(setting, tmp_path):
    config, examples = setting
    folder = RunFolder(tmp_path / "run")
    _train(dataclasses.replace(config, evaluate_every=0), examples, folder)
    assert _scores(folder) == {}
    with pytest.raises(FileNotFoundError, match="by --evaluate_every"):
        load_trained_gan(folder, checkpoint="best")


def test_a_score_that_is_no_number_is_null_and_never_the_best(
    setting, tmp_path, monkeypatch
):
    config, examples = setting
    gan = building.build(config, examples.spec, strategies.get("one_device"))
    folder = RunFolder(tmp_path / "run")
    resuming.open_run(folder, config, DataIdentity.of(examples), resume=True)
    evaluating = Evaluate(gan, folder, config, last_step=30, log=print)
    evaluating.set_model(gan)
    evaluating.on_train_begin()

    def no_number(*_):
        found = evaluate(*_)
        score = dataclasses.replace(
            found.scores["frechet_distance"], value=float("nan")
        )
        scores = {**found.scores, "frechet_distance": score}
        return dataclasses.replace(found, scores=scores)

    monkeypatch.setattr("tfgan_zoo.training.evaluating.evaluate", no_number)
    evaluating.at(10, {})
    evaluating.on_train_end()
    (line,) = folder.metrics.read_text().splitlines()
    assert json.loads(line)["frechet_distance"] is None
    assert Checkpoints(folder.best).steps() == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"evaluate_metric": "fid"}, "`evaluate_metric` must be one of"),
        ({"evaluate_metric": "ms_ssim"}, "`evaluate_metric` must be one of"),
        ({"evaluate_features": "cifar10"}, "takes colour"),
        ({"evaluate_features": "nothing"}, "one of: cifar10"),
        ({"evaluate_metric": "label_accuracy"}, "`evaluate_metric` must be"),
        ({"evaluate_metric": "high_quality"}, "`evaluate_metric` must be"),
    ],
)
def test_what_cannot_be_evaluated_is_said_before_the_training(
    setting, tmp_path, changes, message
):
    config, examples = setting
    folder = RunFolder(tmp_path / "run")
    with pytest.raises(ValueError, match=message):
        _train(dataclasses.replace(config, **changes), examples, folder)
    assert not folder.root.exists()
