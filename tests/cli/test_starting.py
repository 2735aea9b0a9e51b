"""tfgan-train --start_from: what is taken, what is said, what is refused."""

from __future__ import annotations

import json
import shutil

import binaries
import pytest

from tfgan_zoo.pretrained import sources

pytestmark = pytest.mark.slow

SMALL = ["--model=mlp", "--width=8", "--latent_dim=8", "--batch_size=8"]
SMALL += ["--loss=hinge", "--checkpoint_every=2", "--sample_every=100"]


def _train(*flags):
    finished = binaries.run("train", *flags)
    return finished.returncode, finished.stdout, finished.stderr


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("starting") / "source"
    code, _, errors = _train("--steps=2", f"--output_dir={folder}", *SMALL)
    assert (code, errors) == (0, "")
    return folder


def test_a_training_goes_on_from_a_run_by_its_settings(source, tmp_path):
    folder = tmp_path / "run"
    flags = [f"--start_from={source}", f"--output_dir={folder}", "--steps=2"]
    flags += ["--checkpoint_every=2", "--batch_size=16"]
    code, output, errors = _train(*flags)
    assert (code, errors) == (0, "")
    line = (
        f"Starts from {source}, step 2: generator 100.0 %, discriminator "
        "100.0 %."
    )
    assert line in output.splitlines()
    config = json.loads((folder / "config.json").read_text())
    assert config["model"]["model"] == "mlp"
    assert config["model"]["width"] == config["model"]["latent_dim"] == 8
    assert config["objective"]["loss"] == "hinge"
    assert config["schedule"]["batch_size"] == 16
    assert config["start"]["start_from"] == str(source)
    assert len(config["start"]["start_fingerprint"]) == 64
    # The source is not looked for again.
    moved = source.rename(source.with_name("moved"))
    try:
        code, output, errors = _train(*flags)
    finally:
        moved.rename(source)
    assert (code, errors) == (0, "")
    assert "Already at step 2 of 2." in output


def test_a_generator_that_ships_is_a_start(tmp_path):
    code, output, errors = _train(
        "--start_from=dcgan-mnist",
        f"--output_dir={tmp_path / 'run'}",
        "--dry_run",
    )
    assert code == 0
    assert json.loads(output)["model"]["width"] == 48
    assert "Note: Starts from dcgan-mnist: generator 100.0 %" in errors


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """The flags of a run that began with a generator that ships."""
    folder = tmp_path_factory.mktemp("begun") / "run"
    flags = [f"--output_dir={folder}", "--steps=1", "--batch_size=8"]
    flags += ["--sample_every=100", "--start_from={}"]
    code, _, errors = _train(*_fill(flags, "mlp-mnist"))
    assert (code, errors) == (0, "")
    return flags


def _fill(flags, start):
    return [flag.format(start) for flag in flags]


def test_a_run_goes_on_from_its_start_by_another_name(begun, tmp_path):
    (copy := tmp_path / "copy").symlink_to(sources.folder("mlp-mnist"))
    for name in ("mlp-mnist-v1", copy):
        code, output, errors = _train(*_fill(begun, name))
        assert (code, errors) == (0, "")
        assert "Already at step 1 of 1." in output
    code, output, errors = _train(*_fill(begun, "mlp-mnist-v1"), "--dry_run")
    start = json.loads(output)["start"]
    assert start["start_from"] == "mlp-mnist"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("wgan-mnist", "Received: start_from: mlp-mnist -> wgan-mnist, in"),
        (
            "mlp-mnist-v2",
            "Error: The version of mlp-mnist must be one that ships: "
            "mlp-mnist-v1. Received: mlp-mnist-v2.\n",
        ),
        ("mlp-mnits", "Error: `start_from` must be a generator that ships"),
    ],
)
def test_a_run_does_not_go_on_from_another_start(begun, name, error):
    code, output, errors = _train(*_fill(begun, name))
    assert (code, output) == (2, "")
    assert error in errors and len(errors.splitlines()) == 1


def test_a_name_whose_weights_have_changed_is_another_start(begun, tmp_path):
    """The fingerprint decides, as a name's newest version may have changed."""
    (folder,) = (flag[13:] for flag in begun if "output_dir" in flag)
    changed = tmp_path / "run"
    shutil.copytree(folder, changed)
    config = json.loads((changed / "config.json").read_text())
    flags = [f"--output_dir={changed}", *begun[1:]]
    both = ("mlp-mnist", "mlp-mnist-v1")
    for before, now in (both, both[::-1]):
        config["start"] |= {"start_from": before, "start_fingerprint": "0" * 64}
        (changed / "config.json").write_text(json.dumps(config))
        code, _, errors = _train(*_fill(flags, now))
        assert code == 2
        assert f"Received: start_from: {before} -> {now}, in" in errors
        # The same command goes on, whatever its name means now.
        code, output, errors = _train(*_fill(flags, before))
        assert (code, errors) == (0, "")
        assert "Already at step 1 of 1." in output


@pytest.mark.parametrize(
    ("flags", "error"),
    [
        (
            ["--start_from=dcgan-mnits"],
            "`start_from` must be a generator that ships, such as dcgan-mnist",
        ),
        (
            ["--start_from=dcgan-cifar10"],
            "such as r3gan_projection-cifar10, the folder of a run",
        ),
        (["--start_from=."], "Received: ., which is none."),
        (
            ["--freeze_discriminator=1"],
            "`freeze_discriminator` needs a trained discriminator",
        ),
        (
            ["--start_from={source}", "--width=16"],
            "must fit a tenth of its generator",
        ),
        (
            ["--start_from={source}", "--start_checkpoint=best"],
            "must hold a whole checkpoint",
        ),
        (
            ["--start_from={source}", "--freeze_discriminator=3"],
            "`freeze_discriminator` must be at most 2",
        ),
    ],
)
def test_a_bad_start_is_refused_in_one_line(flags, error, source, tmp_path):
    flags = [flag.format(source=source) for flag in flags]
    folder = tmp_path / "run"
    finished = binaries.run(
        "train", *flags, f"--output_dir={folder}", cwd=tmp_path
    )
    assert finished.returncode == 2
    assert error in finished.stderr
    assert len(finished.stderr.splitlines()) == 1
    assert not folder.exists()
