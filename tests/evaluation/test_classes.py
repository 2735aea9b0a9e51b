"""What a classifier says, against slow formulas and cases worked by hand."""

import math

import numpy as np
import pytest

from tfgan_zoo.evaluation.classes import (
    classifier_score,
    intra_class_frechet_distance,
    label_accuracy,
    modes,
)
from tfgan_zoo.evaluation.frechet import FewSamplesWarning, frechet_distance

NONE = np.zeros([0], np.int64)


def _logits(seed, number=60, classes=5):
    return 2.0 * np.random.RandomState(seed).standard_normal((number, classes))


def _slow_score(logits):
    """exp(E KL(p(y|x) || p(y))), row by row."""
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    marginal = shares.mean(axis=0)
    divergences = [np.sum(p * np.log(p / marginal)) for p in shares]
    return math.exp(np.mean(divergences))


def test_score_of_a_classifier_that_is_never_sure_is_one():
    assert classifier_score(np.full([20, 10], 3.0)) == pytest.approx(1.0)


def test_score_of_a_single_class_is_one():
    logits = np.tile([50.0, 0.0, 0.0], [20, 1])
    assert classifier_score(logits) == pytest.approx(1.0)


def test_score_of_sure_and_equal_shares_is_the_number_of_classes():
    logits = np.tile(50.0 * np.eye(10), [7, 1])
    assert classifier_score(logits) == pytest.approx(10.0)


def test_score_is_worked_by_hand():
    # (3/4, 1/4) and the reverse: exp(3/4 log 3/2 + 1/4 log 1/2) = 1.1397535
    logits = np.log([[0.75, 0.25], [0.25, 0.75]])
    assert classifier_score(logits) == pytest.approx(1.1397535)


def test_score_is_that_of_the_slow_formula():
    logits = _logits(0)
    score = classifier_score(logits)
    assert 1.1 < score < 4.9
    assert score == pytest.approx(_slow_score(logits), rel=1e-9)


def test_score_of_splits_is_the_mean_of_theirs():
    logits = _logits(1, number=62)
    parts = np.split(logits, [16, 32, 47])
    expected = np.mean([_slow_score(part) for part in parts])
    score = classifier_score(logits, splits=4)
    assert score == pytest.approx(expected, rel=1e-9)
    assert score < classifier_score(logits) - 0.01


def test_score_of_a_split_a_row_is_one():
    assert classifier_score(_logits(2), splits=60) == pytest.approx(1.0)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("offset", [-1000.0, 1000.0])
def test_score_of_large_logits_is_stable(offset):
    logits = _logits(3)
    expected = classifier_score(logits)
    assert classifier_score(logits + offset) == pytest.approx(expected)
    sure = np.tile(2000.0 * np.eye(4) - 1000.0, [5, 1])
    assert classifier_score(sure) == pytest.approx(4.0)


@pytest.mark.parametrize("splits", [0, -1, 61])
def test_splits_beyond_the_rows_are_refused(splits):
    message = f"`splits` .* between 1 and the 60 rows. Received: {splits}."
    with pytest.raises(ValueError, match=message):
        classifier_score(_logits(0), splits=splits)


@pytest.mark.parametrize(
    ("logits", "message"),
    [
        (np.zeros([5]), r"`logits` .*\[N, D\]. Received: \(5,\)"),
        (np.zeros([0, 5]), "the 0 rows"),
        (np.array([[0.0, np.nan], [1.0, 1.0]]), "`logits` .* 1 of 2 rows"),
    ],
)
def test_what_are_no_logits_is_refused(logits, message):
    with pytest.raises(ValueError, match=message):
        classifier_score(logits)


def test_label_accuracy_is_the_share_of_labels_that_agree():
    asked_for = np.array([0, 1, 2, 3, 4])
    assert label_accuracy(asked_for, asked_for) == 1.0
    assert label_accuracy(np.array([0, 1, 2, 4, 3]), asked_for) == 0.6
    assert label_accuracy((asked_for + 1) % 5, asked_for) == 0.0


@pytest.mark.parametrize(
    ("predicted", "asked_for", "message"),
    [
        ([1, 2], [1, 2, 3], r"`predicted` must be 3 .* shape \(2,\)"),
        ([1.0, 2.0], [1, 2], "`predicted` .* integers .* float64"),
        ([1, 2], [1, -2], "`asked_for` .* at least 0"),
        (NONE, NONE, "a label or more. Received: 0."),
    ],
)
def test_labels_that_do_not_fit_are_refused(predicted, asked_for, message):
    with pytest.raises(ValueError, match=message):
        label_accuracy(np.array(predicted), np.array(asked_for))


def test_equal_shares_of_all_modes_have_no_divergence():
    assert modes(np.repeat(np.arange(6), 4), 6) == (6, pytest.approx(0.0))


def test_a_single_mode_is_log_k_from_uniform():
    found = modes(np.full([9], 3), 1000)
    assert found.reached == 1
    assert found.reverse_kl == pytest.approx(6.907755279)  # log 1000


def test_uneven_modes_are_worked_by_hand():
    # Shares 1/2, 1/4, 0, 1/4: log 2 / 2 + 2 * log 1 / 4 = 0.34657359.
    found = modes(np.array([0, 1, 0, 3]), 4)
    assert found == (3, pytest.approx(0.34657359))


def test_modes_of_no_samples_have_no_divergence():
    reached, reverse_kl = modes(NONE, 4)
    assert reached == 0
    assert math.isnan(reverse_kl)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ([0, 4, 1], "`numbers` must be below 4. Received: 4."),
        ([0, -1, 1], "`numbers` .* at least 0"),
        ([0.0, 1.0], "`numbers` .* integers .* float64"),
    ],
)
def test_numbers_of_no_mode_are_refused(numbers, message):
    with pytest.raises(ValueError, match=message):
        modes(np.array(numbers), 4)


def _features(seed, number):
    random = np.random.RandomState(seed)
    return random.standard_normal((number, 3)), random.randint(4, size=number)


def test_intra_class_distance_is_the_distance_within_each_class():
    real, real_labels = _features(0, 100)
    fake, fake_labels = _features(1, 150)
    fake += fake_labels[:, np.newaxis]
    found = intra_class_frechet_distance(real, real_labels, fake, fake_labels)
    assert list(found) == [0, 1, 2, 3]
    for label, distance in found.items():
        expected = frechet_distance(
            real[real_labels == label], fake[fake_labels == label]
        )
        assert distance == expected
        # Three coordinates apart by the label.
        assert distance == pytest.approx(3.0 * label**2, abs=1.5 + 2.5 * label)


def test_exchanged_classes_show_within_classes_alone():
    real, labels = _features(0, 400)
    real += 3.0 * labels[:, np.newaxis]
    assert frechet_distance(real, real) == pytest.approx(0.0, abs=1e-9)
    found = intra_class_frechet_distance(real, labels, real, 3 - labels)
    # Nine apart, three, three, nine, along each of the three coordinates.
    expected = {0: 243.0, 1: 27.0, 2: 27.0, 3: 243.0}
    assert found == pytest.approx(expected, rel=0.2)


def test_generated_classes_that_are_not_real_are_left_out():
    real, labels = _features(0, 100)
    found = intra_class_frechet_distance(
        real[labels < 2], labels[labels < 2], real, labels
    )
    assert found == pytest.approx({0: 0.0, 1: 0.0}, abs=1e-9)


@pytest.mark.parametrize(
    ("real", "fake", "message"),
    [
        ([0, 0, 1, 1], [0, 1, 2, 3], "2 real and 1 generated of class 1"),
        ([0, 1, 2, 3], [0, 0, 1, 1], "1 real and 2 generated of class 0"),
        ([0, 1, 1], [0, 0, 1, 1], "`real_labels` must be 4 integers"),
        ([0, 0, 1, 1], [0, 0, 1, 1.5], "`fake_labels` must be 4 integers"),
    ],
)
def test_labels_that_leave_no_class_are_refused(real, fake, message):
    features = np.arange(8.0).reshape(4, 2)
    with pytest.raises(ValueError, match=message):
        intra_class_frechet_distance(
            features, np.array(real), features, np.array(fake)
        )


@pytest.mark.parametrize(
    ("real", "fake", "message"),
    [
        ([0, 0, 1, 1], [0, 0, 0, 1], "2 real and 1 generated of class 1"),
        ([0, 0, 1, 1], [0, 0, 0, 0], "2 real and 0 generated of class 1"),
        ([0, 0, 0, 1], [0, 0, 1, 1], "1 real and 2 generated of class 1"),
    ],
)
@pytest.mark.filterwarnings("ignore:An? .*Frechet distance of")
def test_class_of_a_single_sample_is_left_out_and_said(real, fake, message):
    features = np.arange(8.0).reshape(4, 2)
    real, fake = np.array(real), np.array(fake)
    with pytest.warns(FewSamplesWarning, match=f"left out: {message}.$"):
        found = intra_class_frechet_distance(features, real, features, fake)
    own = features[real == 0], features[fake == 0]
    assert found == {0: pytest.approx(frechet_distance(*own))}


def test_classes_of_few_samples_are_said_once():
    random = np.random.RandomState(0)
    features = random.standard_normal((30, 8))
    labels = np.repeat([0, 1, 2], [4, 6, 20])
    message = (
        "An intra-class Frechet distance of 8 features needs more than 8 "
        "samples of each class and kind; it is too large for 2 of 3 classes, "
        "the smallest of which has 4."
    )
    with pytest.warns(FewSamplesWarning) as caught:
        intra_class_frechet_distance(features, labels, features, labels)
    assert [str(warning.message) for warning in caught] == [message]
