"""Where the refinement starts: probable labels and categories first."""

import numpy as np

from tfgan_zoo.encoders import prediction
from tfgan_zoo.encoders.prediction import Prediction
from tfgan_zoo.inputs import LatentPart, latents_input

SPEC = latents_input([LatentPart("normal", 2), LatentPart("one_hot", 3)])
LATENTS = np.array([[0.5, -1.0, 0.1, 0.6, 0.3]], np.float32)


def test_the_most_probable_labels_and_categories_come_first():
    labels = np.array([[0.2, 0.75, 0.05]], np.float32)
    starts = prediction.choose_starts(Prediction(LATENTS, labels), SPEC, 4)
    # 0.45, 0.225, 0.12 and 0.075, which all are probable.
    assert starts.labels.tolist() == [[1, 1, 0, 1]]
    assert starts.latents[0, :, 2:].argmax(1).tolist() == [1, 2, 1, 0]
    np.testing.assert_array_equal(np.sum(starts.latents[0, :, 2:], 1), 1.0)
    expected = np.tile(LATENTS[0, :2], (4, 1))
    np.testing.assert_array_equal(starts.latents[0, :, :2], expected)


def test_improbable_choices_give_way_to_other_latents():
    latents = np.array([[0.5, -1.0, 0.0, 1.0, 0.0]], np.float32)
    starts = prediction.choose_starts(Prediction(latents), SPEC, 3)
    assert starts.labels is None
    assert starts.latents[0, :, 2:].argmax(1).tolist() == [1, 1, 1]
    np.testing.assert_array_equal(starts.latents[0, 0], latents[0])
    others = starts.latents[0, 1:, :2] - latents[0, :2]
    assert 0.0 < np.abs(others).min() and np.abs(others).max() < 1.5
    again = prediction.choose_starts(Prediction(latents), SPEC, 3)
    np.testing.assert_array_equal(again.latents, starts.latents)


def test_labels_can_be_restricted():
    labels = np.array([[0.0, 1.0, 0.0]], np.float32)
    starts = prediction.choose_starts(
        Prediction(LATENTS, labels), SPEC, 2, labels=[0, 2]
    )
    assert sorted(starts.labels[0].tolist()) == [0, 2]


def test_bounded_latents_stay_within():
    spec = latents_input([LatentPart("uniform", 4)])
    edge = np.ones([1, 4], np.float32)
    starts = prediction.choose_starts(Prediction(edge), spec, 8)
    assert np.abs(starts.latents).max() == 1.0
    assert starts.latents.min() < 1.0
