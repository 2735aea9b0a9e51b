"""Scores by the network imagenet in the cards of generators of colour."""

import json
from pathlib import Path

import pytest

from tfgan_zoo.pretrained import cards, pages
from tools.pretraining import imagenet, scoring, translating

PROTOCOL = {
    "model": "folder",
    "dataset": "data",
    "split": "test",
    "samples": 50,
    "repeats": 3,
    "real_images": 40,
    "features": {"name": "imagenet"},
}


def _content(**scores):
    return {
        "protocol": dict(PROTOCOL),
        "scores": {
            name: {"value": value, "standard_error": 0.004}
            for name, value in scores.items()
        },
    }


def test_samples_are_scored_beside_the_data_sets_network(monkeypatch):
    def run_command(name, *flags):
        assert name == "evaluate"
        assert {"--features=imagenet", "--count=50"} <= set(flags)
        (output,) = (
            flag.partition("=")[2] for flag in flags if "output" in flag
        )
        content = _content(kernel_distance=0.793, precision=0.5)
        Path(output).write_text(json.dumps(content), "utf-8")

    monkeypatch.setattr(scoring, "run_command", run_command)
    card = cards.read("r3gan_projection-cifar10")
    scores = dict(card["scores"])
    imagenet.add_scores(card, Path("folder"), samples=50)
    assert card["scores"] == scores
    part = card["imagenet"]
    assert part["protocol"]["model"] == "r3gan_projection-cifar10"
    assert part["protocol"]["dataset"] == "cifar10"
    page = pages.page(card)
    assert "3 times 50 samples against 40 images of the test split." in page
    assert "| kernel distance x 1,000 | 793 +- 4 |\n" in page
    assert "| precision | 0.5 +- 0.004 |\n" in page


def test_translations_are_scored_beside_their_sources(monkeypatch):
    content = _content(l1=3.0, kernel_distance=0.2)
    content["scores"]["kernel_distance"]["baseline"] = 0.9
    content["protocol"] |= {"baseline": "source", "repeats": 1}
    monkeypatch.setattr(
        translating, "evaluate", lambda folder, features: (content, None)
    )
    card = cards.read("pix2pix-emoji_drawings")
    imagenet.add_scores(card, Path("folder"))
    assert list(card["imagenet"]["scores"]) == ["kernel_distance"]
    page = pages.page(card)
    assert "50 outputs against 40 images" in page
    assert "| kernel distance x 1,000 | 200 +- 4 | 900 |\n" in page


@pytest.mark.parametrize("reason", ["grey", "by this network"])
def test_other_cards_stay_as_they_are(reason):
    card = cards.read(
        "dcgan-mnist" if reason == "grey" else "r3gan_projection-cifar10"
    )
    if reason != "grey":
        card["protocol"]["features"] = {"name": "imagenet"}
    before = json.dumps(card)
    imagenet.add_scores(card, Path("folder"))
    assert json.dumps(card) == before


@pytest.mark.parametrize(
    ("dataset", "expected"),
    [
        ("smileys", {"--split=train+test", "--count=5000", "--repeats=3"}),
        ("mnist", {"--reference"}),
    ],
)
def test_data_without_a_network_are_compared_with_what_was_trained_on(
    tmp_path, monkeypatch, dataset, expected
):
    (tmp_path / "model.json").write_text('{"num_classes": 0}')
    given = []

    def run_command(name, *flags):
        given.extend(flags)
        (tmp_path / "evaluation.json").write_text(json.dumps(_content()))

    monkeypatch.setattr(scoring, "run_command", run_command)
    config = {"dataset": dataset, "split": "train+test"}
    scoring.evaluate(tmp_path, tmp_path, config)
    named = {"--model", "--metrics", "--output", "--features"}
    others = {flag for flag in given if flag.partition("=")[0] not in named}
    assert others == expected
    assert ("--features=imagenet" in given) == (dataset == "smileys")
