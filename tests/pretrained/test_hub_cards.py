"""Addresses of the Hub, and the model cards that are pushed to it."""

import json
import re

import pytest

from tfgan_zoo import pretrained
from tfgan_zoo.pretrained import hub

_COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("address", "name", "revision"),
    [
        ("hf://ada/small", "ada/small", None),
        ("hf://a/B_c-d.e", "a/B_c-d.e", None),
        ("hf://ada/small@v1.0", "ada/small", "v1.0"),
        ("hf://ada/small@refs/pr/1", "ada/small", "refs/pr/1"),
        (f"hf://ada/small@{_COMMIT}", "ada/small", _COMMIT),
    ],
)
def test_addresses_are_parsed(address, name, revision):
    repository = hub.parse(address)
    assert (repository.name, repository.revision) == (name, revision)
    assert str(repository) == address


@pytest.mark.parametrize(
    "end",
    [
        "",
        "ada",
        "ada/",
        "/small",
        "a/b/c",
        "ada/../small",
        "ada/a..b",
        "ada/a--b",
        "ada/-a",
        "ada/small.git",
        "ada/sm all",
        "ada/smäll",
        f"ada/{97 * 'a'}",
        "ada/small@",
        "ada/small@/x",
        "ada/small@x/",
        "ada/small@a//b",
        "ada/small@../../x",
        "ada/small@a\nb",
        "ada/small@a@b",
    ],
)
def test_other_addresses_are_refused(end):
    with pytest.raises(ValueError, match="must be hf://owner/name or"):
        hub.parse(f"hf://{end}")


@pytest.mark.parametrize("repo", ["small", "hf://ada/small", 3, None])
def test_a_repository_to_push_to_has_an_owner(repo):
    with pytest.raises(ValueError, match="`repo` must be owner/name. Rece"):
        pretrained.push_to_hub("dcgan-mnist", repo)


def test_metadata_is_left_out_of_a_card():
    assert hub.without_metadata("---\na: b\n---\n\n# Card\n---\n") == (
        "# Card\n---\n"
    )
    assert hub.without_metadata("# Card\n\n---\na\n---\n").startswith("# Card")


@pytest.fixture(scope="module")
def library():
    """The Hub's library."""
    return pytest.importorskip(
        "huggingface_hub", reason="needs the extra hub: huggingface_hub"
    )


def make_card(generator, library, **values):
    """Returns the metadata of a card, and its page."""
    import yaml  # with huggingface_hub

    from tfgan_zoo.pretrained import hub_cards

    text = hub_cards.make(
        generator,
        hub.Repository("ada/small", "v1"),
        **{"picture": None, "license_id": None, **values},
        library=library,
    )
    _, front, page = text.split("---\n", 2)
    return yaml.safe_load(front), page


def test_card_of_a_generator_that_ships_has_its_scores(library):
    generator = pretrained.load("dcgan-mnist")
    front, page = make_card(generator, library)
    (model,) = front.pop("model-index")
    assert front == {
        "datasets": ["ylecun/mnist"],
        "library_name": "tfgan_zoo",
        "license": "apache-2.0",
        "pipeline_tag": "unconditional-image-generation",
        "tags": ["gan", "litert", "tensorflow", "dcgan"],
    }
    (results,) = model["results"]
    assert model["name"] == "small"
    assert results["dataset"]["split"] == "test"
    metrics = {each["type"]: each for each in results["metrics"]}
    expected = generator.card["scores"]["frechet_distance"]["value"]
    distance = metrics["frechet_distance"]
    assert distance["value"] == pytest.approx(expected, rel=1e-5)
    assert distance["name"] == "Frechet distance by the network digits"
    assert page.startswith("\n# small\n\n![Samples of seeds from 0 on]")
    assert 'tfgan_zoo.load("hf://ada/small@v1")' in page
    assert 'snapshot_download("ada/small", revision="v1")' in page
    assert "| Frechet distance | 30.95 +- 0.4 |" in page
    assert "## What fails" in page


def test_card_of_a_translator_takes_images(library):
    generator = pretrained.load("upsampler-fashion_mnist")
    front, page = make_card(generator, library, license_id="mit")
    assert front["pipeline_tag"] == "image-to-image"
    assert front["license"] == "mit"
    assert "tfgan-sample --model=hf://ada/small@v1 --input=image.png" in page
    assert "generator.translate(image)" in page
    assert 'model.signatures["translate"]' in page


def test_scores_of_a_training_are_in_the_card_and_losses_are_not(
    small_export, library
):
    folder = small_export("dcgan").folder
    generator = pretrained.load(folder)
    front, page = make_card(generator, library)
    assert "model-index" not in front
    assert "`tfgan-evaluate --model=hf://ada/small@v1` measures some" in page
    metrics = {"generator_loss": 1.5, "kernel_distance": 0.25}
    generator.metadata.metrics.update(metrics)
    front, page = make_card(generator, library)
    ((result,),) = (each["results"] for each in front["model-index"])
    assert [each["value"] for each in result["metrics"]] == [0.25]
    assert "| kernel distance | 0.25 |" in page and "loss" not in page
    assert re.search("^## Limits$", page, re.MULTILINE)


def test_a_damaged_card_is_a_line(small_export, library):
    generator = pretrained.load(small_export("dcgan").folder)
    generator.card = json.loads('{"scores": {}, "picture": "x.png"}')
    with pytest.raises(ValueError, match="must be as it was written. Received"):
        make_card(generator, library)
