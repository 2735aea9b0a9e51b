"""The run folder: who may go on in it, and what its metrics keep."""

import dataclasses

import pytest

from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import DatasetSpec
from tfgan_zoo.models.dcgan import RECIPE
from tfgan_zoo.training.run_folder import RunFolder

SPEC = DatasetSpec("clothes", 28, 28, 1, ("coat", "bag"))
CONFIG = TrainConfig(steps=10, image_size=28, channels=1).settled(RECIPE)


@pytest.fixture
def folder(tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.open(CONFIG, SPEC, resume=True)
    return folder


def test_open_keeps_the_settings_and_the_spec(folder):
    assert folder.read_config() == CONFIG
    assert folder.read_spec() == SPEC


def test_same_settings_may_go_on(folder):
    folder.open(CONFIG, SPEC, resume=True)


def test_data_that_moved_may_go_on(folder):
    moved = dataclasses.replace(CONFIG, data_dir="elsewhere")
    folder.open(moved, SPEC, resume=True)
    assert folder.read_config().data_dir == "elsewhere"


def test_more_steps_may_go_on_and_are_kept(folder):
    folder.open(dataclasses.replace(CONFIG, steps=20), SPEC, resume=True)
    assert folder.read_config().steps == 20


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seed": 3}, "seed: 0 -> 3"),
        ({"beta_1": 0.9}, "beta_1: 0.5 -> 0.9"),
        ({"steps": 5}, "steps: 10 -> 5"),
    ],
)
def test_changed_setting_is_refused_by_name_and_nothing_changes(
    folder, change, named
):
    with pytest.raises(ValueError, match=named):
        folder.open(dataclasses.replace(CONFIG, **change), SPEC, resume=True)
    assert folder.read_config() == CONFIG


def test_run_is_refused_without_resume(folder):
    with pytest.raises(FileExistsError, match="must not hold a run"):
        folder.open(CONFIG, SPEC, resume=False)


def test_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(FileExistsError, match="new, empty or a run folder"):
        RunFolder(tmp_path).open(CONFIG, SPEC, resume=True)
    assert (tmp_path / "letter.txt").read_text() == "dear"


def test_metrics_after_a_step_are_forgotten_with_a_cut_line(folder):
    for step in (1, 2, 3):
        folder.append_metrics({"step": step, "loss": 0.5})
    with open(folder.metrics, "a") as file:
        file.write('{"step": 4, "lo')
    folder.forget_metrics_after(2)
    assert [line[:10] for line in folder.metrics.read_text().splitlines()] == [
        '{"step": 1',
        '{"step": 2',
    ]
    assert folder.last_metrics(1) == {"step": 1, "loss": 0.5}


def test_folder_without_a_run_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="must hold config.json"):
        RunFolder(tmp_path).read_config()
