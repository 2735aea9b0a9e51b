"""Addresses of the Hub, and the model cards that are pushed to it."""

import dataclasses
import json
import re

import pytest

from tfgan_zoo import pretrained
from tfgan_zoo.cli import path_flags
from tfgan_zoo.pretrained.hub import addresses, card_metadata, commits, pushes

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
    repository = addresses.parse(address)
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
        addresses.parse(f"hf://{end}")


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("https://huggingface.co/ada/small", "hf://ada/small"),
        ("http://www.hf.co/ada/small/?x=1#y", "hf://ada/small"),
        ("https://hf.co/ada/small/tree/v1/saved_model", "hf://ada/small@v1"),
        ("https://huggingface.co/ada/small/commit/abc", "hf://ada/small@abc"),
        ("HF://ada/small@v1", "hf://ada/small@v1"),
        ("hf://ada/small/", "hf://ada/small"),
    ],
)
def test_what_is_taken_for_an_address_is_answered_by_one(address, meant):
    assert addresses.is_address(address)
    with pytest.raises(ValueError, match=f", here {meant}. Received: "):
        pretrained.load(address)
    parser = path_flags.PathParser(may_be_address=False, may_be_on_hub=True)
    assert parser.parse(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "https://huggingface.co/ada/small/resolve/main/export.zip",
        "https://huggingface.co/datasets/ada/small",
        "https://huggingface.co.example/ada/small",
        "huggingface.co/ada/small",
        "ada/small",
    ],
)
def test_what_may_be_something_else_is_no_address(address):
    assert not addresses.is_address(address)


@pytest.mark.parametrize("repo", ["small", "hf://ada/small", 3, None])
def test_a_repository_to_push_to_has_an_owner(repo):
    with pytest.raises(ValueError, match="`repo` must be owner/name. Rece"):
        pretrained.push_to_hub("dcgan-mnist", repo)


def test_arguments_of_a_push_are_checked_by_type():
    with pytest.raises(TypeError, match="`model` must be a name or a path"):
        pretrained.push_to_hub(3, "ada/small")
    with pytest.raises(ValueError, match="`license` must be .* Received: 3."):
        pretrained.push_to_hub("dcgan-mnist", "ada/small", license=3)


def test_metadata_is_left_out_of_a_card():
    assert addresses.without_metadata("---\na: b\n---\n\n# Card\n---\n") == (
        "# Card\n---\n"
    )
    assert addresses.without_metadata("# Card\n\n---\na\n---\n").startswith(
        "# Card"
    )


@pytest.fixture(scope="module")
def library():
    """The Hub's library."""
    return pytest.importorskip(
        "huggingface_hub", reason="needs the extra hub: huggingface_hub"
    )


def make_card(generator, library, **values):
    """Returns the metadata of a card, and its page."""
    import yaml  # with huggingface_hub

    from tfgan_zoo.pretrained.hub import cards

    text = cards.make(
        generator,
        addresses.Repository("ada/small", "v1"),
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
    assert "\n## Data\n\nTrained on MNIST" in page
    assert "Licence of the data: CC BY-SA 3.0.\n" in page


def test_card_of_a_translator_takes_images(library):
    generator = pretrained.load("upsampler-fashion_mnist")
    front, page = make_card(generator, library, license_id="mit")
    assert front["pipeline_tag"] == "image-to-image"
    assert front["license"] == "mit"
    assert "tfgan-sample --model=hf://ada/small@v1 --input=image.png" in page
    assert "generator.translate(image)" in page
    assert 'model.signatures["translate"]' in page
    assert "tf.image.resize" not in page  # it takes any size
    names = {
        each["type"]: each["name"]
        for each in front["model-index"][0]["results"][0]["metrics"]
    }
    assert names["psnr"] == "PSNR"
    assert names["kernel_distance"].startswith("kernel distance by the networ")


def test_code_for_a_translator_brings_images_to_its_size(library):
    _, page = make_card(pretrained.load("pix2pix-emoji_drawings"), library)
    assert "tf.cast(tf.image.resize(image, [64, 64]), tf.uint8)\n" in page


def test_scores_of_a_training_are_in_the_card_and_losses_are_not(
    small_export, library
):
    folder = small_export("dcgan").folder
    generator = pretrained.load(folder)
    front, page = make_card(generator, library)
    assert "model-index" not in front
    assert "`tfgan-evaluate --model=hf://ada/small@v1` measures some" in page
    metrics = {"generator_loss": 1.5, "kernel_distance": 0.25}
    metrics |= {"recall": float("nan"), "psnr": float("inf")}
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


def test_names_of_classes_and_data_are_shown_as_they_are(small_export, library):
    generator = pretrained.load(small_export("conditional_gan").folder)
    names = ("*a*", "<b>", "c | d", "e\nf", "`g`", "no: #x")
    generator.metadata = dataclasses.replace(
        generator.metadata,
        class_names=names,
        num_classes=len(names),
        dataset="/home/ada/`a`: #*b*",
        metrics={"recall": 0.5},
    )
    front, page = make_card(generator, library)
    assert r"Classes: \*a\*, \<b\>, c \| d, e?f, \`g\`, no: #x." in page
    assert "steps on `'a': #*b*`." in page and "/home" not in page
    (result,) = front["model-index"][0]["results"]
    assert result["dataset"] == {"name": "`a`: #*b*", "type": "`a`: #*b*"}
    many = dataclasses.replace(
        generator.metadata, class_names=("a",) * 1000, num_classes=1000
    )
    generator.metadata = many
    assert ", a and 900 more.\n" in make_card(generator, library)[1]


@pytest.mark.parametrize(
    ("dataset", "name"),
    [
        ("mnist", "mnist"),
        ("/home/ada/cats/", "cats"),
        ("C:\\Users\\ada\\cats", "cats"),
        ("pairs:/home/ada/maps", "maps"),
        ("pairs:maps", "maps"),
        ("unpaired:/home/ada/horses,zebras", "horses and zebras"),
        ("/home/ada/a, b", "a, b"),
        ("..", "unknown"),
    ],
)
def test_data_are_named_without_their_folders(dataset, name):
    assert card_metadata.dataset_name(dataset) == name


@pytest.mark.parametrize(
    ("num_classes", "columns"),
    [(0, None), (1, 8), (2, 8), (3, 6), (10, 10), (16, 16), (17, None)],
)
def test_columns_of_the_picture_have_a_class_each(num_classes, columns):
    assert pushes._columns(num_classes) == columns


@pytest.mark.parametrize(
    ("path", "is_outdated"),
    [
        ("generator_int8.tflite", True),
        ("card.json", True),
        ("saved_model/variables/x", True),
        ("app/model.tflite", False),
        ("notes/card.json", False),
        ("config.json", False),
    ],
)
def test_a_push_removes_files_of_pushes_only(path, is_outdated):
    assert commits._is_outdated(path) == is_outdated
