"""The binaries as their users call them: what they print, write and return."""

import json
import os
import subprocess
import sys

import binaries
import numpy as np
import pytest
from PIL import Image

from tfgan_zoo import images
from tfgan_zoo.export import tflite_metadata
from tfgan_zoo.export.sampler import Sampler

pytestmark = pytest.mark.slow

SMALL = ["--width=4", "--latent_dim=8", "--batch_size=8"]
SMALL += ["--log_every=2", "--sample_every=2", "--checkpoint_every=2"]


def _run(binary, *flags, anew=False):
    run = binaries.run_anew if anew else binaries.run
    finished = run(binary, *flags)
    return finished.returncode, finished.stdout, finished.stderr


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli") / "run"
    code, output, errors = _run(
        "train", "--steps=4", f"--output_dir={folder}", *SMALL, anew=True
    )
    # Nothing but our own lines on the user's screen.
    assert (code, errors) == (0, ""), errors
    assert str(folder / "export" / "saved_model") in output
    return folder


def test_training_leaves_the_run_folder_of_the_design(run_folder):
    assert {path.name for path in run_folder.iterdir()} == {
        ".lock",
        "checkpoints",
        "config.json",
        "dataset.json",
        "export",
        "metrics.jsonl",
        "report.html",
        "samples",
        "tensorboard",
    }
    lines = (run_folder / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == [2, 4]
    assert (run_folder / "samples" / "step_000004.png").is_file()
    assert list((run_folder / "tensorboard").glob("events*"))
    config = json.loads((run_folder / "config.json").read_text())
    assert config["data"]["image_size"] == 28
    assert config["optimizers"]["beta_1"] == 0.5


def test_config_runs_it_again_to_the_same_images(run_folder, tmp_path):
    code, _, errors = _run(
        "train",
        f"--config={run_folder / 'config.json'}",
        f"--output_dir={tmp_path / 'again'}",
    )
    assert (code, errors) == (0, "")
    image = "samples/step_000004.png"
    again = (tmp_path / "again" / image).read_bytes()
    assert again == (run_folder / image).read_bytes()


def test_dry_run_prints_the_resolved_settings_and_writes_nothing(tmp_path):
    folder = tmp_path / "run"
    code, output, errors = _run(
        "train", "--dry_run", "--width=5", f"--output_dir={folder}"
    )
    assert (code, errors) == (0, "")
    config = json.loads(output)
    assert config["model"]["width"] == 5
    assert config["optimizers"]["generator_learning_rate"] == 8e-4
    assert config["run"]["precision"] != "auto"
    assert config["data"]["image_size"] == 28
    assert config["schedule"]["steps"] == 4500
    assert not folder.exists()


def test_neither_model_nor_dataset_means_the_five_minutes():
    config = json.loads(_run("train", "--dry_run")[1])
    longer = json.loads(_run("train", "--dry_run", "--steps=9000")[1])
    assert longer["schedule"].pop("steps") == 9000
    paper = json.loads(_run("train", "--dry_run", "--model=dcgan")[1])
    assert config["schedule"].pop("steps") == 4500
    assert paper["schedule"].pop("steps") == 5000
    assert longer == config
    for rate in ("generator_learning_rate", "discriminator_learning_rate"):
        assert config["optimizers"].pop(rate) > 2e-4
        assert paper["optimizers"].pop(rate) == 2e-4
    assert config == paper


def test_export_again_is_equal_and_needs_overwrite(run_folder, tmp_path):
    flags = [f"--run_dir={run_folder}", f"--output_dir={tmp_path / 'out'}"]
    texts = {"author": "Ada", "license": "MIT", "model_version": "1.2"}
    flags += [f"--{name}={text}" for name, text in texts.items()]
    code, output, errors = _run("export", *flags, anew=True)
    assert (code, errors) == (0, "")
    file = (tmp_path / "out" / "generator_float32.tflite").read_bytes()
    fields = tflite_metadata.read_tflite_metadata(file).fields
    texts["version"] = texts.pop("model_version")
    assert {name: fields[name] for name in texts} == texts
    # What the training looked at is what is exported.
    sampled = Sampler(tmp_path / "out").sample(np.arange(64, dtype=np.int64))
    seen = np.asarray(Image.open(run_folder / "samples" / "step_000004.png"))
    difference = images.grid(sampled)[..., 0].astype(int) - seen
    assert np.abs(difference).max() <= 1
    code, _, errors = _run("export", *flags)
    assert code == 2
    assert "must not exist without `overwrite`" in errors
    assert len(errors.splitlines()) == 1


def test_sample_writes_the_grid_of_the_seeds(run_folder, tmp_path):
    model = f"--model={run_folder / 'export'}"
    grids = []
    for count, seed in ((4, 0), (2, 1)):
        path = tmp_path / f"{count}.png"
        code, _, errors = _run(
            "sample",
            model,
            f"--count={count}",
            f"--seed={seed}",
            "--columns=1",
            f"--output={path}",
            anew=count == 4,
        )
        assert (code, errors) == (0, "")
        grids.append(np.asarray(Image.open(path)).astype(int))
    assert grids[0].shape == (4 * 30 + 2, 32)
    # Seeds 1 and 2 are the second and third of the first grid.
    assert np.abs(grids[0][30:92] - grids[1]).max() <= 1


def test_walk_and_inversion_are_written_and_named(run_folder, tmp_path):
    model = f"--model={run_folder / 'export'}"
    walk = tmp_path / "walk.gif"
    code, output, errors = _run(
        "sample", model, f"--walk={walk}", "--walk_frames=2", "--seeds=3,9,4"
    )
    assert (code, errors) == (0, "") and str(walk) in output
    assert Image.open(walk).size == (9 * 28, 9 * 28)
    digit = 255 * np.eye(50, 40, dtype=np.uint8)[..., np.newaxis]
    images.write_png(tmp_path / "digit.png", digit)
    code, output, errors = _run(
        "sample",
        model,
        f"--invert={tmp_path / 'digit.png'}",
        "--invert_steps=3",
        f"--output={tmp_path / 'found.png'}",
    )
    assert (code, errors) == (0, "")
    found = json.loads((tmp_path / "found.json").read_text())
    assert len(found["latents"]) == 8
    assert f"{found['mean_squared_error']:.4f}" in output
    assert Image.open(tmp_path / "found.png").size == (62, 32)
    for flags, expected in (
        (["--label=bag"], "--labels is for a model that is trained"),
        ([f"--invert={walk.parent / 'found.json'}"], "--invert must be an im"),
    ):
        code, _, errors = _run("sample", model, *flags)
        assert code == 2 and expected in errors
        assert len(errors.splitlines()) == 1


def test_an_upsampler_says_how_and_enlarges_an_image_of_any_size(tmp_path):
    code, output, errors = _run(
        "train",
        "--model=upsampler",
        "--steps=2",
        f"--output_dir={tmp_path / 'run'}",
        "--width=4",
        "--batch_size=8",
    )
    assert (code, errors) == (0, ""), errors
    assert "run/export --input=image.png" in output
    model = f"--model={tmp_path / 'run' / 'export'}"
    grey = np.arange(30, dtype=np.uint8).reshape(5, 6, 1)
    images.write_png(tmp_path / "small.png", grey)
    small, large = tmp_path / "small.png", tmp_path / "large.png"
    code, output, errors = _run(
        "sample",
        model,
        f"--upscale={small}",
        "--upscale_times=2",
        f"--output={large}",
    )
    assert (code, errors) == (0, ""), errors
    assert f"24 x 20 pixels, from 6 x 5: {large}" in output
    enlarged = np.asarray(Image.open(large)).reshape(5, 4, 6, 4)
    np.testing.assert_allclose(enlarged.mean((1, 3)), grey[..., 0], atol=6)
    for flags, expected in (
        ([], "`tfgan-sample --input` gives them"),
        ([f"--upscale={large}", f"--output={large}"], "must not be the image"),
        ([f"--upscale={tmp_path}"], "must name a new folder"),
        ([f"--input={tmp_path / 'run' / 'config.json'}"], "must be an image"),
    ):
        code, _, errors = _run("sample", model, *flags)
        assert code == 2 and expected in errors, errors
        assert len(errors.splitlines()) == 1


@pytest.mark.parametrize(
    ("binary", "flags", "expected"),
    [
        ("train", ["--stepps=3"], "stepps"),
        ("train", ["--steps=many"], "--steps"),
        ("train", ["--steps=0"], "`steps` must be at least 1. Received: 0."),
        ("train", ["--model=dcgna"], "Did you mean dcgan?"),
        ("train", ["--image_size=30"], "28, 32, 64, 128. Received: 30x30."),
        ("train", ["--loss=hing"], "non_saturating"),
        ("train", ["somewhere"], "Received: somewhere."),
        ("train", ["--config=no/such.json"], "no/such.json"),
        ("train", ["--dataset=./no_such_folder"], "no_such_folder"),
        ("export", ["--run_dir=x"], "--output_dir must be given"),
        ("export", ["--run_dir=x", "--output_dir=y"], "must hold config.json"),
        ("sample", [], "--model must be given"),
        ("sample", ["--model=x", "--output=grid.gif"], "must end in .png"),
        ("sample", ["--model=no/such"], "tfgan-export wrote"),
        ("sample", ["--model=x", "--walk=a.mp4"], "must end in .gif or .png"),
        ("sample", ["--model=x", "--walk_stops=3"], "is for --walk."),
        (
            "sample",
            ["--model=x", "--walk=a", "--upscale=b"],
            "one at a time",
        ),
        (
            "sample",
            ["--model=x", "--upscale=b", "--seed=3"],
            "random latents",
        ),
        ("sample", ["--model=x", "--upscale=b", "--output=b.gif"], "in .png"),
        ("sample", ["--model=x", "--upscale_times=2"], "is for --upscale."),
        ("sample", ["--model=x", "--full_size"], "--full_size is for --input."),
        ("sample", ["--model=x", "--input=b", "--seeds=3"], "random latents"),
        ("sample", ["--model=x", "--input=b", "--count=3"], "a grid of sam"),
        ("sample", ["--model=x", "--input=no/such"], "does not exist"),
        ("sample", ["--model=x", "--input=."], "must name a new folder"),
        ("sample", ["--model=x", "--seeds=1,x"], "--seeds must be integers"),
        (
            "sample",
            ["--model=pix2pix-grey2colour"],
            "Received: an export of pix2pix, which takes images.",
        ),
        (
            "sample",
            ["--model=dcgan-mnist", f"--input={__file__}"],
            "Received: an export of dcgan, which takes latents.",
        ),
        ("sample", ["--model=x", f"--seed={2**63}"], "--seed + --count - 1"),
    ],
)
def test_bad_input_ends_with_one_line_and_2(
    binary, flags, expected, tmp_path, monkeypatch
):
    monkeypatch.setenv("PYTHONPATH", os.getcwd())
    monkeypatch.chdir(tmp_path)
    code, _, errors = _run(binary, *flags)
    assert code == 2, errors
    assert expected in errors
    assert len(errors.splitlines()) == 1
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("binary", ["train", "export", "sample"])
def test_help_names_the_flags_and_ends_with_0(binary):
    code, output, errors = _run(binary, "--help", anew=True)
    assert (code, errors) == (0, "")
    assert output.startswith(f"Usage: tfgan-{binary} ")


@pytest.fixture
def folder_with_a_broken_file(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "pictures"
    random = np.random.default_rng(0)
    for name in ("cats/a.png", "cats/b.jpg", "dogs/c.png"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = random.integers(0, 256, (50, 40, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(path)
    (folder / "dogs" / "broken.png").write_text("no picture")
    return folder


def test_folder_is_trained_on_and_its_broken_file_is_named(
    folder_with_a_broken_file, tmp_path
):
    flags = [f"--dataset={folder_with_a_broken_file}", "--image_size=32"]
    run = tmp_path / "run"
    code, output, errors = _run(
        "train", *flags, "--steps=2", f"--output_dir={run}", *SMALL
    )
    assert (code, errors) == (0, "")
    assert "broken.png" in output
    spec = json.loads((run / "dataset.json").read_text())
    assert spec["class_names"] == ["cats", "dogs"]
    assert (spec["height"], spec["channels"]) == (32, 3)
    code, _, errors = _run("train", *flags, "--strict_data", "--dry_run")
    assert code == 2
    assert "broken.png" in errors
    assert len(errors.splitlines()) == 1


def test_not_a_number_ends_the_run_and_says_where(tmp_path):
    code, _, errors = _run(
        "train",
        "--discriminator_learning_rate=1e30",
        "--steps=50",
        f"--output_dir={tmp_path}",
        *SMALL,
    )
    assert code == 3
    assert "at step" in errors and "--discriminator_learning_rate" in errors
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize(
    ("binary", "flag"), [("train", "--model=help"), ("zoo", "list")]
)
def test_a_reader_that_has_enough_is_no_error(binary, flag):
    ours = subprocess.Popen(
        [sys.executable, "-m", f"tfgan_zoo.cli.{binary}", flag],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    ours.stdout.close()
    _, errors = ours.communicate(timeout=300)
    assert (ours.returncode, errors) == (141, "")
