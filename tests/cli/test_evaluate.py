"""tfgan-evaluate as a command: its table, its file, its refusals."""

import json
import os
import re

import binaries
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.cli import evaluating
from tfgan_zoo.data import DataRequest, load_examples
from tfgan_zoo.evaluation.metrics import better
from tfgan_zoo.evaluation.samples import TranslatingGenerator

QUICK = ("--dataset=fashion_mnist_10k", "--count=200", "--repeats=2")
pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patched:
        path = tmp_path_factory.mktemp("cache")
        patched.setenv("XDG_CACHE_HOME", str(path))
        yield


def _run(folder, *flags, run=binaries.run):
    return run("evaluate", *flags, cwd=folder)


def _evaluated(folder, *flags, **settings):
    finished = _run(folder, *flags, **settings)
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == ""
    path = folder / "evaluation.json"
    content = json.loads(path.read_text())
    path.unlink()  # the next evaluation here has the same default
    return finished.stdout, content


def _assert_refused(folder, line, *flags):
    finished = _run(folder, *flags)
    assert finished.returncode == 2
    assert re.search(line, finished.stderr), finished.stderr
    assert finished.stderr.count("\n") == 1
    assert not (folder / "evaluation.json").exists()


@pytest.fixture(scope="module")
def model(small_export):
    return small_export("dcgan").folder


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    path = tmp_path_factory.mktemp("pictures") / "a.npy"
    examples = load_examples(DataRequest("fashion_mnist_10k"))
    np.save(path, examples.read(np.arange(300))["image"])
    return path


def test_export_is_measured_the_same_twice(model, tmp_path):
    table, first = _evaluated(tmp_path, f"--model={model}", *QUICK)
    again, second = _evaluated(
        tmp_path, f"--model={model}", *QUICK, run=binaries.run_anew
    )
    assert first["scores"] == second["scores"]
    assert table.splitlines()[:-1] == again.splitlines()[:-1]
    for name, score in first["scores"].items():
        assert name in better()
        assert name in table
        assert len(score["repeats"]) == 2
    protocol = first["protocol"]
    assert protocol["dataset"] == "fashion_mnist_10k"
    assert protocol["split"] == "train"
    assert protocol["latents"] == "normal"
    assert protocol["truncation"] is None
    assert protocol["samples"] == 200
    assert "2 x 200 samples against 200 of fashion_mnist_10k" in table


def test_two_models_are_compared_by_the_names_given(model, tmp_path):
    other = "conditional_gan-fashion_mnist"
    flags = (f"--model={model}", f"--compare={other}", *QUICK)
    names = "--metrics=frechet_distance,density_coverage"
    table, content = _evaluated(tmp_path, *flags, names)
    assert f"Second: {other}" in table
    assert content["second"]["protocol"]["model"] == other
    found = {one["name"]: one for one in content["differences"]}
    assert list(found) == [
        "frechet_distance",
        "frechet_distance_extrapolated",
        "density",
        "coverage",
    ]
    one = found["frechet_distance"]
    assert one["difference"] == pytest.approx(one["second"] - one["first"])
    assert one["verdict"] in table


def test_a_model_beside_itself_is_within_noise(model, tmp_path):
    flags = (f"--model={model}", f"--compare={model}", *QUICK)
    _, content = _evaluated(tmp_path, *flags)
    assert {one["verdict"] for one in content["differences"]} == {
        "within noise"
    }


def test_pictures_of_whatever_made_them_are_measured(pictures, tmp_path):
    table, content = _evaluated(tmp_path, f"--images={pictures}", *QUICK)
    assert content["protocol"]["images"] == str(pictures)
    assert "random halves" in table
    assert content["scores"]["coverage"]["value"] > 0.8


def test_run_folder_is_measured_and_keeps_its_best(tmp_path):
    flags = ["--model=mlp", "--dataset=fashion_mnist_10k", "--steps=40"]
    flags += ["--evaluate_every=20", "--evaluate_count=100"]
    flags += ["--checkpoint_every=20", "--sample_every=20", "--log_every=20"]
    trained = binaries.run("train", *flags, cwd=tmp_path)
    assert trained.returncode == 0, trained.stderr
    assert "step 20: frechet_distance" in trained.stdout
    run = tmp_path / "runs" / "mlp-fashion_mnist_10k"
    _, content = _evaluated(
        tmp_path, f"--model={run}", "--checkpoint=best", *QUICK[1:]
    )
    (best,) = (run / "best_checkpoint").iterdir()
    step = int(best.name.removeprefix("step_"))
    assert content["protocol"]["training_steps"] == step
    assert content["protocol"]["checkpoint"] == "best"


def test_nan_of_a_generator_is_said(tmp_path, model):
    loaded = tf.saved_model.load(str(model / "saved_model"))
    serve = loaded.signatures["serving_default"]
    size = serve.structured_input_signature[1]["latents"].shape[-1]
    spec = tf.TensorSpec([None, size], tf.float32, name="latents")
    seeds = tf.TensorSpec([None], tf.int64, name="seeds")

    module = tf.Module()
    module.serve = tf.function(
        lambda latents: {
            "images": tf.fill([tf.shape(latents)[0], 28, 28, 1], np.nan)
        },
        input_signature=[spec],
    )
    module.sample = tf.function(
        lambda seeds: {
            "images": tf.zeros([tf.shape(seeds)[0], 28, 28, 1], tf.uint8)
        },
        input_signature=[seeds],
    )
    folder = tmp_path / "nan"
    tf.saved_model.save(
        module,
        str(folder),
        signatures={"serving_default": module.serve, "sample": module.sample},
    )
    card = (model / "saved_model/assets.extra/tfgan_zoo.json").read_text()
    (folder / "assets.extra").mkdir()
    (folder / "assets.extra/tfgan_zoo.json").write_text(card)
    line = "Samples must be finite. Received: NaN or infinity in 64 of 64"
    _assert_refused(tmp_path, line, f"--model={folder}", *QUICK)


def test_wrong_input_ends_in_a_line(model, pictures, tmp_path):
    images = f"--images={pictures}"
    cases = {
        "Either --model or --images": (),
        "--output must end in .json": (images, "--output=a.txt"),
        "--dataset must be given": (images,),
        "--images must be a folder": ("--images=nothing", *QUICK[:2]),
        "takes colour .* Received: grey": (
            images,
            *QUICK[:2],
            "--features=cifar10",
        ),
        "ships, a folder that tfgan-export wrote, or .* Received: other": (
            images,
            *QUICK[:2],
            "--compare=other",
        ),
        "--checkpoint is of run folders": (
            f"--model={model}",
            "--checkpoint=best",
        ),
    }
    for line, flags in cases.items():
        _assert_refused(tmp_path, line, *flags)


def test_flags_that_would_do_nothing_are_refused_at_once(pictures, tmp_path):
    images = (f"--images={pictures}", *QUICK[:2])
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "file").touch()
    cases = {
        "--truncation is of models": (*images, "--truncation=1"),
        "--checkpoint is of models": (*images, "--checkpoint=best"),
        "--value_range is of image files of more than 8 bits": (
            "--images=a.npy",
            "--dataset=fashion_mnist_10k",
            "--value_range=0,1",
        ),
        "Received: both": (*images, "--model=dcgan-mnist"),
        "--metrics must name one or more": (*images, "--metrics="),
        "--compare needs --repeats of 2": (
            *images,
            "--compare=dcgan-mnist",
            "--repeats=1",
        ),
        "must not be a device or pipe": (*images, "--output=pipe.json"),
        "must be a folder": (
            *images,
            "--output=file/a.json",
        ),
    }
    for line, flags in cases.items():
        _assert_refused(tmp_path, line, *flags)


def test_features_of_another_hash_are_refused(pictures, tmp_path):
    images = (f"--images={pictures}", *QUICK)
    _assert_refused(
        tmp_path,
        "fashion must have the SHA-256 000",
        *images,
        f"--features_sha256={'0' * 64}",
    )


def test_translations_of_a_run_and_its_export_are_alike(tmp_path):
    flags = ["--model=upsampler", "--width=4", "--batch_size=4", "--steps=2"]
    flags += ["--health_every=0", "--output_dir=run"]
    trained = binaries.run("train", *flags, cwd=tmp_path)
    assert trained.returncode == 0, trained.stderr
    flags = ["--run_dir=run", "--output_dir=ex", "--tflite=float32"]
    exported = binaries.run("export", *flags, cwd=tmp_path)
    assert exported.returncode == 0, exported.stderr
    table, content = _evaluated(
        tmp_path, "--model=run", "--compare=ex", "--count=70", "--repeats=3"
    )
    assert "70 translations of fashion_mnist_10k, train, sources made" in table
    assert "trained on these images, the split train of fashion" in table
    assert "lower is better, grey levels of 255" in table
    protocol = content["first"]["protocol"]
    assert protocol["sources"] == "made of the images"
    assert "latents" not in protocol
    rows = {row["name"]: row for row in content["differences"]}
    for name in ("l1", "psnr", "ssim", "frechet_distance"):
        row = rows[name]
        assert row["second"] == pytest.approx(row["first"], rel=1e-3), name
    assert rows["ssim"]["verdict"] == "within noise"


def test_translations_are_not_compared_with_samples(model, tmp_path):
    flags = (f"--model={model}", "--compare=upsampler-fashion_mnist", *QUICK)
    _assert_refused(tmp_path, "both take images, or neither", *flags)


def test_translations_of_two_sizes_are_not_compared():
    models = [
        evaluating.Model(
            TranslatingGenerator(
                lambda images, _: images, (size, size, 3), (size, size, 1)
            ),
            dataset="pairs:x",
            data_dir=None,
            protocol={},
        )
        for size in (64, 128)
    ]
    evaluating.require_one_kind(models[0], models[0])
    with pytest.raises(ValueError, match="one size.*64, 64, 3.*128, 128, 3"):
        evaluating.require_one_kind(*models)
