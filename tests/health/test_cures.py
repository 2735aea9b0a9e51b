"""Cures: flags that there are, the cause's own first, none that is set."""

import dataclasses
import re

import pytest

from tfgan_zoo import config as configs
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.health import KINDS, Facts
from tfgan_zoo.health.cures import cures

SETTINGS = {
    "plain": {},
    "minimax": {"loss": "minimax"},
    "uneven": {
        "generator_learning_rate": 1e-6,
        "discriminator_learning_rate": 1e-2,
    },
    "unbounded": {"loss": "wasserstein"},
    "clipped": {"constraint": "weight_clipping", "batch_size": 4},
    "noisy": {"instance_noise": 1.0, "feature_matching": 1.0},
    "half": {"precision": "mixed_float16"},
}


def _values(flags):
    pairs = [flag.removeprefix("--").split("=", 1) for flag in flags.split()]
    types = {name: kinds[0] for name, kinds, _ in configs.settings()}
    return {name: types[name](value) for name, value in pairs}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("name", KINDS)
def test_each_cure_is_a_training_that_differs(name, setting):
    before = dataclasses.replace(TrainConfig(), **SETTINGS[setting])
    facts = Facts(dataclasses.asdict(before))
    found = cures(name, facts)
    assert found
    for cure in found:
        assert cure.why.endswith(".")
        assert not re.search(r"[<>]", cure.flags)
        if cure.flags:
            after = dataclasses.replace(before, **_values(cure.flags))
            assert after != before
    assert len({(one.flags, one.why) for one in found}) == len(found)


@pytest.mark.parametrize(
    ("name", "setting", "flags"),
    [
        ("vanishing_gradients", "minimax", "--loss=non_saturating"),
        (
            "discriminator_too_strong",
            "uneven",
            "--generator_learning_rate=0.001 "
            "--discriminator_learning_rate=0.001",
        ),
        (
            "divergence",
            "unbounded",
            "--penalty=gradient_penalty --penalty_weight=10",
        ),
        (
            "discriminator_too_weak",
            "clipped",
            "--constraint=none --penalty=gradient_penalty --penalty_weight=10",
        ),
        ("blurred", "noisy", "--instance_noise=0"),
        ("non_finite", "half", "--precision=float32"),
        ("batch_norm_gap", "clipped", "--batch_size=64"),
    ],
)
def test_what_undoes_the_cause_comes_first(name, setting, flags):
    assert cures(name, Facts(SETTINGS[setting]))[0].flags == flags


def test_what_is_set_already_is_left_out():
    facts = Facts({"packing": 2})
    flags = [one.flags for one in cures("mode_collapse", facts)]
    assert "--packing=2" not in flags
    assert "--packing=2" in [
        one.flags for one in cures("mode_collapse", Facts())
    ]
