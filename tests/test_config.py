"""Settings: checked where they enter, and whole through JSON."""

import json

import pytest

from tfgan_zoo import config as configs
from tfgan_zoo.config import Recipe, TrainConfig


def test_config_is_the_same_after_json(tmp_path):
    config = TrainConfig(steps=7, beta_1=0.0, dataset="somewhere")
    path = tmp_path / "config.json"
    path.write_text(configs.to_json(config))
    assert configs.from_json(path) == config


def test_settled_takes_from_the_recipe_only_what_was_left_open():
    recipe = Recipe("a paper", steps=11, batch_size=3, beta_1=0.25)
    config = TrainConfig(steps=7).settled(recipe)
    assert (config.steps, config.batch_size, config.beta_1) == (7, 3, 0.25)
    assert config.recipe("a paper") == Recipe(
        "a paper", steps=7, batch_size=3, beta_1=0.25
    )


def test_whole_number_is_taken_for_a_rate():
    assert TrainConfig(beta_1=0).beta_1 == 0.0


@pytest.mark.parametrize(
    ("setting", "value", "error", "rule"),
    [
        ("steps", 0, ValueError, "`steps` must be at least 1. Received: 0."),
        ("seed", -1, ValueError, "`seed` must be at least 0"),
        ("channels", 2, ValueError, "`channels` must be one of: 1, 3. .*: 2"),
        ("beta_1", 1.5, ValueError, "`beta_1` must be between 0.0 and 1.0"),
        ("beta_1", float("nan"), ValueError, "Received: nan"),
        ("steps", "many", TypeError, "`steps` must be of type int"),
        ("steps", True, TypeError, "`steps` must be of type int"),
        ("precision", "half", ValueError, "float32, mixed_bfloat16"),
        ("precision", "FLOAT32", ValueError, r"FLOAT32. Did you mean float32"),
        ("generator_learning_rate", -1.0, ValueError, "at least 0.0"),
    ],
)
def test_bad_value_is_refused_with_its_rule(setting, value, error, rule):
    with pytest.raises(error, match=rule):
        TrainConfig(**{setting: value})


def test_unknown_setting_is_named_with_the_known_ones(tmp_path):
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"stepps": 3}))
    with pytest.raises(ValueError, match="steps.*Received: stepps"):
        configs.from_json(path)


@pytest.mark.parametrize("content", ["{", "[]", ""])
def test_file_that_holds_no_settings_is_refused(tmp_path, content):
    path = tmp_path / "config.json"
    path.write_text(content)
    with pytest.raises(ValueError, match="must be a JSON"):
        configs.from_json(path)


def test_differences_name_each_changed_setting():
    before, after = TrainConfig(), TrainConfig(seed=3, steps=5)
    assert configs.differences(before, after) == {
        "seed": "0 -> 3",
        "steps": "None -> 5",
    }
