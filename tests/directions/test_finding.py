"""Directions of a generator whose directions are known, and what they do."""

import re

import numpy as np
import pytest
from bar_exports import AXES, NORMALS

from tfgan_zoo import directions
from tfgan_zoo.directions import Search, finding
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.inputs import LatentPart

SEARCH = Search(
    measures=("brightness", "slant", "stroke_width"),
    components=1,
    factors=3,
    samples=1000,
    trials=40,
)


@pytest.fixture(scope="module")
def result(bar_export):
    return directions.find(bar_export(), SEARCH)


def _by_name(result):
    return {direction.name: direction for direction in result.directions}


@pytest.mark.parametrize(("name", "axis"), [("slant", 1), ("stroke_width", 2)])
def test_named_directions_are_those_that_draw(result, name, axis):
    direction = _by_name(result)[name]
    assert direction.vector.dtype == np.float32
    assert np.linalg.norm(direction.vector) == pytest.approx(1.0, abs=1e-6)
    assert direction.vector @ AXES[axis] > 0.99
    assert direction.effect.correlation > 0.98
    assert direction.accuracy > 0.9


def test_brightness_is_that_of_light_and_width(result):
    # Twice as wide is twice as bright: 4 pixels by 0.4, with 0.5 and 0.08.
    expected = 0.08 / 0.4 * AXES[0] + 0.5 / 4.0 * AXES[2]
    direction = _by_name(result)["brightness"]
    cosine = direction.vector @ expected / np.linalg.norm(expected)
    assert cosine > 0.99


def test_effects_are_in_the_units_of_the_measures(result):
    effect = _by_name(result)["slant"].effect
    # The shear is 0.1 a step; of a bar as high as wide the angle is less.
    assert effect.change == pytest.approx(np.degrees(np.arctan(0.1)), rel=0.05)
    deviation = result.trial.deviations["slant"]
    assert effect.changes["slant"] == pytest.approx(effect.change / deviation)
    assert abs(effect.changes["stroke_width"]) < 0.1
    assert effect.class_kept is None


def test_factors_are_those_that_the_first_layer_stretches(result):
    for number in range(3):
        vector = _by_name(result)[f"factor_{number + 1}"].vector
        assert abs(vector @ AXES[number]) > 0.9999
    second = _by_name(result)["factor_2"]
    assert second.effect.target == "slant"
    assert second.effect.change > 0.0


def test_component_moves_the_images_most(result):
    component = _by_name(result)["component_1"]
    assert component.effect.target == "component_1"
    assert component.effect.correlation > 0.9
    # A bar that leans changes more pixels than a lighter or a wider one.
    assert abs(component.vector @ AXES[1]) > 0.9


def test_independent_directions_leave_the_other_measure(bar_export):
    search = Search(
        measures=("brightness",),
        independent=("stroke_width",),
        components=0,
        factors=0,
        samples=1000,
        trials=40,
    )
    result = _by_name(directions.find(bar_export(), search))
    assert [*result] == ["brightness"]
    assert result["brightness"].vector @ AXES[0] > 0.99
    assert abs(result["brightness"].effect.changes["stroke_width"]) < 0.05
    # Of what is left of it, 0.16 of light beside 0.125 of width.
    share = 1.0 - np.arctan2(0.125, 0.16) / np.pi
    assert result["brightness"].accuracy == pytest.approx(share, abs=0.08)


def test_classes_are_compared_within(bar_export):
    folder = bar_export(num_classes=3)
    result = _by_name(directions.find(folder, SEARCH))
    # The label changes brightness much more than latents do.
    assert result["slant"].vector @ AXES[1] > 0.99
    assert result["slant"].accuracy > 0.9
    assert result["brightness"].accuracy > 0.9
    assert abs(result["factor_1"].vector @ AXES[0]) > 0.9999


def test_categories_are_held_and_uniform_latents_bounded(bar_export):
    parts = (
        LatentPart("one_hot", 3),
        LatentPart("uniform", 3),
        LatentPart("normal", NORMALS),
    )
    folder = bar_export(parts)
    result = directions.find(folder, SEARCH)
    sampler = Sampler(folder)
    for direction in result.directions:
        assert not direction.vector[:3].any()
    slant = _by_name(result)["slant"]
    # The first eight values draw: five uniform or normal ones of them move.
    expected = AXES[1].copy()
    expected[:3] = 0.0
    expected[3:6] /= 3.0  # as the variance of uniform ones
    moved = np.concatenate([expected, np.zeros(6)])[: sampler.latents_spec.size]
    cosine = slant.vector @ moved / np.linalg.norm(moved)
    assert cosine > 0.97


def test_directions_that_move_nothing_are_left_out(bar_export):
    search = Search(
        measures=("slant", "symmetry"),
        components=0,
        factors=0,
        samples=400,
        trials=20,
        min_correlation=0.9,
    )
    never = {"constant": lambda images: np.ones(len(images))}
    lines = []
    result = directions.find(
        bar_export(), search, others=never, log=lines.append
    )
    assert [*_by_name(result)] == ["slant"]
    assert result.left_out["constant"] == 0.0
    assert result.left_out["symmetry"] < 0.9
    first, line = lines
    assert first == "Sampling 400 images"
    assert line.startswith("slant: +") and ", separator " in line
    assert re.search(r", also symmetry [+-]0\.\d\d sd$", line)


def test_own_measures_get_directions(bar_export):
    search = Search(
        measures=(), components=0, factors=0, samples=1000, trials=20
    )
    own = {"light": lambda images: images.max((1, 2, 3)) / 255.0}
    result = _by_name(directions.find(bar_export(), search, others=own))
    assert result["light"].vector @ AXES[0] > 0.99
    assert result["light"].effect.change == pytest.approx(0.08, rel=0.1)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"measures": ("slent",)}, "`measures` must be one of.*slent"),
        ({"measures": ("warmth",)}, "`measures` must be one of.*warmth"),
        ({"independent": ("hat",)}, "`independent` must be one of.*hat"),
    ],
)
def test_unknown_names_are_refused(bar_export, settings, message):
    with pytest.raises(ValueError, match=message):
        directions.find(bar_export(), Search(**settings))


def test_there_must_be_something_to_measure(bar_export):
    search = Search(measures=(), components=0, samples=100, trials=10)
    with pytest.raises(ValueError, match="something to be named by"):
        directions.find(bar_export(), search)


@pytest.mark.parametrize(
    "name",
    [
        *("slant", "classes", "component_1", "factor_7"),
        *("", "a\nb", "a b", "lambda", 1),
    ],
)
def test_an_own_measure_needs_a_name_of_its_own(bar_export, name):
    own = {name: lambda images: images.mean((1, 2, 3))}
    message = f"name of its own.* Received: {re.escape(repr(name))}"
    with pytest.raises(ValueError, match=message):
        directions.find(bar_export(), SEARCH, others=own)


def test_an_own_measure_must_be_a_function(bar_export):
    with pytest.raises(ValueError, match="hold functions. Received: 5"):
        directions.find(bar_export(), SEARCH, others={"light": 5})


@pytest.mark.parametrize(
    "settings", [{"classes": True}, {"independent": ("classes",)}], ids=str
)
def test_classes_need_a_classifier(bar_export, settings):
    search = Search(samples=100, trials=10, **settings)
    with pytest.raises(ValueError, match="need a classifier of such images"):
        directions.find(bar_export(), search)


def test_a_name_alone_is_no_list_of_names():
    with pytest.raises(ValueError, match="several names.*Received: 'slant'"):
        Search(measures="slant")


def test_changes_are_in_deviations_of_the_many_samples(bar_export):
    export = bar_export()
    few = Search(measures=("slant",), factors=0, samples=1000, trials=10)
    result = directions.find(export, few)
    many = result.trial.deviations["slant"]
    of_trials = result.trial.readings.values["slant"].std()
    assert many != pytest.approx(of_trials, rel=1e-3)
    effect = result.directions[0].effect
    assert effect.changes["slant"] == pytest.approx(effect.change / many)


@pytest.mark.parametrize(
    "settings",
    [
        {"samples": 99},
        {"trials": 9},
        {"components": -1},
        {"factors": 65},
        {"min_correlation": 1.1},
        {"seed": -1},
    ],
)
def test_settings_out_of_range_are_refused(settings):
    (name,) = settings
    with pytest.raises(ValueError, match=f"`{name}` must be .* Received"):
        Search(**settings)


def test_points_have_no_directions(small_sampler):
    with pytest.raises(ValueError, match="generators of images.*of points"):
        finding.find_directions(small_sampler("toy"), SEARCH, others={})
