"""config.json: whole through the file, and that of the first version too."""

import dataclasses
import json

import pytest

from tfgan_zoo.config import SUBJECTS, TrainConfig
from tfgan_zoo.models.dcgan import RECIPE
from tfgan_zoo.training import config_file

CONFIG = TrainConfig(dataset="somewhere", beta_1=0.0).resolve(RECIPE)


def _write(tmp_path, content):
    path = tmp_path / "config.json"
    path.write_text(content)
    return path


def test_settings_are_the_same_after_the_file(tmp_path):
    for config in (CONFIG, TrainConfig(steps=7)):
        path = _write(tmp_path, config_file.to_json(config))
        assert config_file.read(path) == config


def test_settings_are_written_by_subject():
    values = json.loads(config_file.to_json(CONFIG))
    assert list(values) == list(SUBJECTS)
    assert values["model"]["model"] == "dcgan"
    assert values["optimizers"]["beta_1"] == 0.0


def test_file_of_the_first_version_is_read(tmp_path):
    # Its settings had no subjects, and `model` was the architecture's name.
    flat = dataclasses.asdict(CONFIG)
    assert flat["model"] == "dcgan"
    path = _write(tmp_path, json.dumps(flat))
    assert config_file.read(path) == CONFIG
    del flat["sample_bits"]  # which the first runs did not have
    assert config_file.read(_write(tmp_path, json.dumps(flat))) == CONFIG


@pytest.mark.parametrize(
    ("values", "received"),
    [
        ({"stepps": 3}, "stepps"),
        ({"schedule": {"stepps": 3}}, "schedule.stepps"),
        ({"objective": {"steps": 3}}, "objective.steps"),
        ({"objective": 3}, "objective"),
    ],
)
def test_unknown_setting_is_named_with_the_known_ones(
    values, received, tmp_path
):
    path = _write(tmp_path, json.dumps(values))
    with pytest.raises(ValueError, match=f"steps.*Received: {received} in"):
        config_file.read(path)


def test_a_setting_is_refused_that_is_there_twice(tmp_path):
    values = {"steps": 3, "schedule": {"steps": 4}}
    path = _write(tmp_path, json.dumps(values))
    with pytest.raises(ValueError, match="once. Received: steps twice"):
        config_file.read(path)


@pytest.mark.parametrize("content", ["{", "[]", ""])
def test_file_that_holds_no_settings_is_refused(tmp_path, content):
    with pytest.raises(ValueError, match="must be a JSON"):
        config_file.read(_write(tmp_path, content))
