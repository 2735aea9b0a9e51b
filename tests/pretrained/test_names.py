"""Names of generators that ship: with versions, and chosen by task and data."""

import json
import subprocess
import sys

import pytest

import tfgan_zoo
from tfgan_zoo import pretrained
from tfgan_zoo.pretrained import cards, sources

_LIST = """
import sys
import tfgan_zoo
names = tfgan_zoo.list_generators("enlarge", "fashion_mnist")
assert "tensorflow" not in sys.modules
print(names[0], tfgan_zoo.path("upsampler-photos-v1"))
"""


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """Three versions of a generator, of folders in any order, and another."""
    versions = {"a-mnist": 1, "a-mnist-v10": 10, "a-mnist-v2": 2, "b-mnist": 1}
    for folder, version in versions.items():
        (tmp_path / folder).mkdir()
        card = {"name": folder[:7], "version": version}
        (tmp_path / folder / "card.json").write_text(json.dumps(card))
    monkeypatch.setattr(sources, "GENERATORS", tmp_path)
    return tmp_path


def test_a_name_is_that_of_the_newest_version(shipped):
    assert sources.names() == ["a-mnist", "b-mnist"]
    assert sources.folder("a-mnist") == shipped / "a-mnist-v10"
    for name, folder in [
        ("a-mnist-v1", "a-mnist"),
        ("a-mnist-v2", "a-mnist-v2"),
        ("a-mnist-v10", "a-mnist-v10"),
        ("b-mnist", "b-mnist"),
        ("b-mnist-v1", "b-mnist"),
    ]:
        assert sources.folder(name) == shipped / folder
        assert sources.resolve_name(name) == shipped / folder
        assert sources.locate(name) == shipped / folder
    assert len(sources.folders()) == 4


def _is_line_of_versions(error, received):
    return str(error.value) == (
        "The version of a-mnist must be one that ships: a-mnist-v1, "
        f"a-mnist-v2, a-mnist-v10. Received: {received}."
    )


@pytest.mark.parametrize(
    "name", [f"a-mnist-v{end}" for end in ("3", "0", "01", "9" * 300)]
)
@pytest.mark.parametrize(
    "resolve",
    [
        sources.path,
        sources.resolve_name,
        cards.read,
        pretrained.load,
        pretrained.load_start,
    ],
)
def test_a_version_that_does_not_ship_is_a_line(shipped, resolve, name):
    with pytest.raises(ValueError) as error:
        resolve(name)
    assert _is_line_of_versions(error, name)


@pytest.mark.parametrize("end", ["-v", "-v-1", "-v1.0", "-V1", "-v1\n"])
def test_what_is_no_version_is_another_name(shipped, end):
    with pytest.raises(ValueError, match="must be the name of one that ships"):
        sources.path(f"a-mnist{end}")


@pytest.mark.parametrize("end", ["", "-v1", "-v01"])
def test_what_no_longer_ships_is_said_so_wherever_a_name_is_taken(end):
    name = f"dcgan-cifar10{end}"
    last = (
        " that ships, such as r3gan_projection-cifar10{}; `tfgan-zoo list` "
        f"shows those that ship. Received: {name}, which no longer ships."
    )
    for resolve, first, instead in (
        (sources.folder, "A generator must be the name of one", ""),
        (
            sources.resolve_name,
            "A generator must be the name of one",
            ", a folder that tfgan-export wrote, or hf://owner/name",
        ),
        (
            pretrained.load_start,
            "`start_from` must be a generator",
            ", the folder of a run, of an export or of GAN.save, or "
            "hf://owner/name",
        ),
    ):
        with pytest.raises(ValueError) as error:
            resolve(name)
        assert str(error.value) == first + last.format(instead)


def test_other_unknown_names_are_not_said_to_have_shipped(shipped):
    with pytest.raises(ValueError) as error:
        sources.folder("b-mnits-v1")
    assert str(error.value) == (
        "A generator must be the name of one that ships, such as b-mnist or "
        "a-mnist; `tfgan-zoo list` shows those that ship. "
        "Received: b-mnits-v1."
    )


def test_folders_are_meant_where_no_version_ships(
    shipped, tmp_path, monkeypatch
):
    (here := tmp_path / "here").mkdir()
    monkeypatch.chdir(here)
    for name in ("a-mnist-v2", "a-mnist-v3"):
        (here / name).mkdir()
    assert sources.resolve_name("a-mnist-v2") == shipped / "a-mnist-v2"
    assert sources.resolve_name("./a-mnist-v2").resolve() == here / "a-mnist-v2"
    assert sources.resolve_name("a-mnist-v3").resolve() == here / "a-mnist-v3"


def test_every_card_has_its_version():
    for folder in sources.folders():
        card = json.loads((folder / "card.json").read_text("utf-8"))
        name = f"{card['name']}-v{card['version']}"
        assert folder.name in (name, card["name"])
        assert sources.folder(name) == folder


def test_both_names_load_the_same_files():
    generator = tfgan_zoo.load("dcgan-mnist-v1")
    assert generator.folder == tfgan_zoo.load("dcgan-mnist").folder
    assert generator.card["version"] == 1
    start = pretrained.load_start("dcgan-mnist-v1")
    newest = pretrained.load_start("dcgan-mnist")
    assert start.weights.fingerprint() == newest.weights.fingerprint()


def test_generators_are_listed_by_task_and_data():
    listed = tfgan_zoo.list_generators
    assert listed() == pretrained.names()
    of_tasks = [listed(task) for task in ("generate", "translate", "enlarge")]
    assert sorted(sum(of_tasks, [])) == pretrained.names()
    for name in of_tasks[1]:
        assert cards.read(name)["task"] == "translate"
    assert "cut-noto2fluent" in of_tasks[1]
    assert "dcgan-mnist" in listed(dataset="mnist")
    assert all(name.endswith("-mnist") for name in listed(dataset="mnist"))
    assert listed(task="enlarge", dataset="mnist") == []


@pytest.mark.parametrize(
    ("dataset", "names"),
    [
        (
            "emoji_drawings",
            ["pix2pix-emoji_drawings", "pix2pix-emoji_drawings_128"],
        ),
        ("emoji_drawings_128", ["pix2pix-emoji_drawings_128"]),
        ("photos", ["upsampler-photos"]),
        ("smileys", ["r3gan-smileys"]),
        ("noto2fluent", ["cut-noto2fluent"]),
    ],
)
def test_data_are_named_as_in_the_names_with_a_size_or_without(dataset, names):
    assert tfgan_zoo.list_generators(dataset=dataset) == names


def test_every_generator_is_listed_by_its_own_data():
    for name in pretrained.names():
        data = name.split("-", 1)[1]
        assert name in tfgan_zoo.list_generators(dataset=data)


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        (
            {"task": "enlarg"},
            r"^`task` must be one of: enlarge, generate, translate\. "
            r"Received: enlarg\. Did you mean enlarge\?$",
        ),
        (
            {"dataset": "imagenet", "task": "generate"},
            r"^`dataset` must be one of: cifar10, emoji_drawings, "
            r"emoji_drawings_128, fashion_mnist, grey2colour, mnist, "
            r"noto2fluent, photos, smileys\. Received: imagenet\.$",
        ),
        ({"dataset": "fashion_mnist_10k"}, r"Did you mean fashion_mnist\?$"),
        ({"task": 3}, r"Received: 3\."),
        ({"task": ""}, r"Received: ''\.$"),
        ({"dataset": " "}, r"Received: ' '\.$"),
        ({"dataset": ["mnist"]}, r"Received: \['mnist'\]\."),
    ],
)
def test_unknown_tasks_and_data_are_a_line_with_those_there_are(choice, says):
    with pytest.raises(ValueError, match=says):
        tfgan_zoo.list_generators(**choice)


def test_names_need_no_tensorflow():
    finished = subprocess.run(
        [sys.executable, "-c", _LIST], capture_output=True, text=True
    )
    assert finished.stderr == ""
    name, path = finished.stdout.split()
    assert name == "upsampler-fashion_mnist"
    assert path == tfgan_zoo.path("upsampler-photos")
