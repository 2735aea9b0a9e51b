"""The settings of a run: checked where they enter, completed by a recipe."""

import re
import subprocess
import sys

import pytest

from tfgan_zoo import augment, constraints, latents, losses, penalties
from tfgan_zoo import config as configs
from tfgan_zoo.config import SUBJECTS, Recipe, TrainConfig
from tfgan_zoo.layers import batch, similarity
from tfgan_zoo.settings import list_settings


def test_resolve_takes_from_the_recipe_only_what_was_left_open():
    recipe = Recipe("a paper", steps=11, batch_size=3, beta_1=0.25)
    config = TrainConfig(steps=7).resolve(recipe)
    assert (config.steps, config.batch_size, config.beta_1) == (7, 3, 0.25)
    assert config.make_recipe("a paper") == Recipe(
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
        ("sample_bits", 7, ValueError, "`sample_bits` must be between 8 and"),
        ("beta_1", 1.5, ValueError, "`beta_1` must be between 0.0 and 1.0"),
        ("beta_1", float("nan"), ValueError, "Received: nan"),
        ("steps", "many", TypeError, "`steps` must be of type int"),
        ("steps", True, TypeError, "`steps` must be of type int"),
        ("model", None, TypeError, "`model` must be of type str"),
        ("precision", "half", ValueError, "float32, mixed_bfloat16"),
        ("precision", "FLOAT32", ValueError, r"FLOAT32. Did you mean float32"),
        ("value_range", "5,1", ValueError, "`value_range` must be two numbers"),
        ("generator_learning_rate", -1.0, ValueError, "at least 0.0"),
    ],
)
def test_bad_value_is_refused_with_its_rule(setting, value, error, rule):
    with pytest.raises(error, match=rule):
        TrainConfig(**{setting: value})


def test_a_recipe_has_no_open_settings():
    with pytest.raises(TypeError, match="`steps` must be of type int.*None"):
        Recipe("", steps=None)
    with pytest.raises(TypeError, match="`paper` must be of type str"):
        Recipe(3)


def test_changes_name_each_setting_that_differs():
    before, after = TrainConfig(), TrainConfig(seed=3, steps=5)
    assert configs.describe_changes(before, after) == {
        "seed": "0 -> 3",
        "steps": "None -> 5",
    }


def test_every_setting_belongs_to_one_subject_and_has_help():
    by_subject = [
        setting.name
        for declaring in SUBJECTS.values()
        for setting in list_settings(declaring)
    ]
    settings = list_settings(TrainConfig)
    assert sorted(by_subject) == sorted(one.name for one in settings)
    for setting in settings:
        assert setting.rules.help.endswith("."), setting.name
        assert setting.rules.help[0].isupper(), setting.name
        assert not setting.rules.default_text.endswith("."), setting.name
        if setting.rules.needs is not None:
            assert setting.rules.needs[0] in by_subject


def test_docstrings_have_every_setting_with_its_help():
    for declaring in (Recipe, TrainConfig):
        text = " ".join(declaring.__doc__.split())
        for setting in list_settings(declaring):
            assert f"{setting.name}: {setting.rules.help}" in text


def test_help_names_every_choice_of_an_axis():
    # The names need TensorFlow, for which `--help` does not wait.
    axes = {
        "loss": losses.names(),
        "penalty": penalties.names(),
        "constraint": constraints.names(),
        "augmentation": augment.names(),
        "latents": latents.names(),
        "batch_feature": [*similarity.SIMILARITIES, *batch.names()],
    }
    rules = {one.name: one.rules for one in list_settings(Recipe)}
    for setting, names in axes.items():
        for name in names:
            if not name.startswith("batch_similarity_"):
                assert re.search(rf"\b{name}\b", rules[setting].help), name


def test_a_recipe_is_imported_with_four_other_modules():
    code = "import sys, tfgan_zoo.recipe; print(*sys.modules)"
    output = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = {name for name in output.split() if name.startswith("tfgan_zoo.")}
    names -= {"tfgan_zoo.recipe", "tfgan_zoo.version"}
    assert names == {
        "tfgan_zoo.checks",
        "tfgan_zoo.messages",
        "tfgan_zoo.settings",
        "tfgan_zoo.translation_settings",
    }
