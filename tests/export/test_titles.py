"""What pages call generators and data: words, no paths."""

import pytest

from tfgan_zoo.export import titles


@pytest.mark.parametrize(
    ("dataset", "title"),
    [
        ("fashion_mnist", "Fashion-MNIST"),
        ("cifar10/plain", "CIFAR-10"),
        ("photos_64", "photos"),
        ("/home/me/My-cats_128x192/", "My cats"),
        (r"C:\me\dogs 32px", "dogs"),
        ("pairs:pairs", ""),
        ("pairs:~/data/mixed_128", ""),
        ("unpaired:~/photos_64,./paintings/", "photos and paintings"),
        ("unpaired:A,B", ""),
        ("catch_22", "catch"),
        ("1900", "1900"),
        ("", ""),
    ],
)
def test_data_are_called_by_words(dataset, title):
    assert titles.data_title(dataset) == title


def _model(dataset, task="translate", kind="image"):
    return {"dataset": dataset, "task": task, "inputs": [{"kind": kind}]}


@pytest.mark.parametrize(
    ("model", "title"),
    [
        (_model("mnist", "generate", "latents"), "Images like those of MNIST"),
        (_model("data", "generate", "latents"), "Generated images"),
        (_model("pairs:day_night"), "Translate images: day night"),
        (_model("pairs:pairs"), "Translate images"),
        (_model("unpaired:a/photos,a/paintings"), "From photos to paintings"),
        (_model("unpaired:A,B"), "Translate images"),
        (_model("photos_64", "enlarge"), "Enlarge images: photos"),
    ],
)
def test_a_page_is_called_by_its_task_and_data(model, title):
    assert titles.describe(model, None)["title"] == title


def test_a_card_says_it_better():
    card = {"makes": "Enlarges photos.", "data": {"name": "photographs"}}
    assert titles.describe(_model("photos_64", "enlarge"), card) == {
        "title": "Enlarges photos",
        "data_title": "photographs",
    }
    for broken in ({}, {"makes": "A.", "data": "b"}, {**card, "makes": 1}):
        with pytest.raises(ValueError, match="A card must say what"):
            titles.describe(_model("photos_64"), broken)
