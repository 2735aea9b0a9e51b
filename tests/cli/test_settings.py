"""The flags of settings, and those that have no effect."""

import pytest

from tfgan_zoo.cli import settings
from tfgan_zoo.config import Recipe, TrainConfig


@pytest.mark.parametrize(
    ("config", "name", "reason"),
    [
        ({"penalty": "none"}, "penalty_weight", "--penalty=none"),
        ({"penalty": "r1"}, "penalty_weight", None),
        ({"constraint": "none"}, "constraint_limit", "--constraint=none"),
        ({"augmentation": "none"}, "ada_target", "--augmentation=none"),
        ({"augmentation": "diffaugment"}, "ada_images", "=diffaugment"),
        ({"augmentation": "ada"}, "ada_images", None),
        ({"augmentation": "ada"}, "diffaugment_policy", "--augmentation=ada"),
        ({"augmentation": "diffaugment"}, "diffaugment_policy", None),
        ({"instance_noise": 0.0}, "instance_noise_steps", "noise=0.0"),
        ({"instance_noise": 0.1}, "instance_noise_steps", None),
        ({"evaluate_every": 0}, "evaluate_count", "--evaluate_every=0"),
        ({"evaluate_every": 5}, "evaluate_count", None),
        ({"penalty": "none"}, "steps", None),
    ],
)
def test_a_setting_without_effect_is_listed(config, name, reason, monkeypatch):
    monkeypatch.setattr(settings, "read_flags", lambda: {name: "x"})
    config = TrainConfig(**config).resolve(Recipe("paper"))
    lines = settings.list_ineffective(config)
    if reason is None:
        assert lines == []
    else:
        (line,) = lines
        assert line.startswith(f"--{name} has no effect with --")
        assert line.endswith(f"{reason}.")
