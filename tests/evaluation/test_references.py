"""Distances and scores, against what other libraries say of the same."""

import functools
import json

import pytest
from evaluation.reference import record

from tfgan_zoo.evaluation.classes import classifier_score
from tfgan_zoo.evaluation.frechet import frechet_distance
from tfgan_zoo.evaluation.kernel import kernel_distance
from tfgan_zoo.evaluation.neighbours import neighbourhood

CONSTANTS = json.loads(record.CONSTANTS.read_text("utf-8"))
FEW = "ignore:A Frechet distance of 256 features"
# What is recorded of 2,000 rows and fewer is one block.
WHOLE = 2000

all_features = pytest.mark.parametrize("name", record.NAMES)
features = functools.lru_cache(maxsize=None)(record.random_features)


def _recorded(score, name):
    return CONSTANTS[score][name]


@pytest.mark.filterwarnings(FEW)
@pytest.mark.parametrize(
    ("library", "rel"),
    [
        ("pytorch-fid", 1e-6),
        ("torch-fidelity", 1e-6),
        ("tensorflow-gan float64", 1e-6),
        ("tensorflow-gan float32", 1e-5),
    ],
)
@all_features
def test_frechet_distance_is_that_of_other_libraries(name, library, rel):
    expected = _recorded("frechet", name)[library]
    assert frechet_distance(*features(name)) == pytest.approx(expected, rel=rel)


@pytest.mark.parametrize("library", ["torch-fidelity", "tensorflow-gan"])
@all_features
def test_kernel_distance_of_one_block_is_that_of_others(name, library):
    expected = _recorded("kid", name)[library]
    found = kernel_distance(*features(name), block_size=WHOLE)
    assert found.value == pytest.approx(expected, rel=1e-9)


@all_features
def test_kernel_distance_of_blocks_and_its_error_are_those_of_tf_gan(name):
    expected = _recorded("kid", name)["tensorflow-gan blocks"]
    size = expected["max_block_size"]
    found = kernel_distance(*features(name), block_size=size)
    assert found.value == pytest.approx(expected["value"], rel=1e-9)
    assert found.standard_error == pytest.approx(expected["std"], rel=1e-9)


@pytest.mark.parametrize("nearest", record.NEAREST)
@all_features
def test_neighbourhood_is_that_of_prdc(name, nearest):
    found = neighbourhood(
        *features(name), recall_nearest=nearest, coverage_nearest=nearest
    )
    expected = _recorded("prdc", name)["prdc"][str(nearest)]
    assert found._asdict() == pytest.approx(expected, abs=1e-12)


def test_neighbourhood_of_two_k_takes_each_from_its_own():
    three, five = (_recorded("prdc", "pixels")["prdc"][k] for k in "35")
    found = neighbourhood(*features("pixels"))
    assert found.precision == pytest.approx(three["precision"], abs=1e-12)
    assert found.recall == pytest.approx(three["recall"], abs=1e-12)
    assert found.density == pytest.approx(five["density"], abs=1e-12)
    assert found.coverage == pytest.approx(five["coverage"], abs=1e-12)


@pytest.mark.parametrize("library", ["torch-fidelity", "tensorflow-gan"])
def test_classifier_score_is_that_of_other_libraries(library):
    expected = _recorded("score", "logits")[library]
    score = classifier_score(record.random_logits())
    assert score == pytest.approx(expected, rel=1e-9)


def test_classifier_score_of_splits_is_that_of_torch_fidelity():
    expected = _recorded("score", "logits")["torch-fidelity splits"]
    score = classifier_score(record.random_logits(), splits=expected["splits"])
    assert score == pytest.approx(expected["value"], rel=1e-9)
