"""Cures: flags that there are, the cause's own first, none that is set."""

import dataclasses
import re

import pytest

from tfgan_zoo.config import TrainConfig
from tfgan_zoo.health import PROBLEMS, Facts
from tfgan_zoo.health.cures import cures
from tfgan_zoo.settings import list_settings

SETTINGS = {
    "plain": {},
    "points": {"dataset": "ring8", "loss": "wasserstein"},
    "few": {"latent_dim": 1},
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
    types = {one.name: one.types[0] for one in list_settings(TrainConfig)}
    return {name: types[name](value) for name, value in pairs}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("name", PROBLEMS)
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


def test_rates_are_high_beside_the_model_s_own():
    own = {
        "generator_learning_rate": 1e-3,
        "discriminator_learning_rate": 5e-3,
    }
    high = {**own, "generator_learning_rate": 1e-1}
    back = "--generator_learning_rate=0.001 --discriminator_learning_rate=0.005"
    half = (
        "--generator_learning_rate=0.0005 --discriminator_learning_rate=0.0025"
    )
    for name in ("mode_collapse", "oscillation", "divergence"):
        assert cures(name, Facts(high, usual=own))[0].flags == back
        flags = [one.flags for one in cures(name, Facts(own, usual=own))]
        assert back not in flags and half in flags


def test_points_have_their_own_cure():
    facts = [Facts({"dataset": name}) for name in ("ring8", "mnist")]
    points, images = (cures("oscillation", one)[0].flags for one in facts)
    assert "--penalty_weight=0.02" in points and "--beta_1=0 " in points
    assert "--penalty_weight=1" in images and "--beta_1" not in images


def test_few_latents_are_the_first_cause_of_images_alike():
    few = cures("partial_mode_collapse", Facts({"latent_dim": 2}))
    assert few[0].flags == "--latent_dim=64"
    flags = [one.flags for one in cures("partial_mode_collapse", Facts())]
    assert "--latent_dim=64" not in flags


def test_what_is_set_already_is_left_out():
    facts = Facts({"packing": 2})
    flags = [one.flags for one in cures("mode_collapse", facts)]
    assert "--packing=2" not in flags
    assert "--packing=2" in [
        one.flags for one in cures("mode_collapse", Facts())
    ]
