from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow_datasets as tfds

from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import DataRequest, Examples, load_examples
from tfgan_zoo.data.tfds_source import choose_label
from tfgan_zoo.training import building


class Home:
    """A folder for TFDS, with a cache beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: list[str] = []

    def write(self, name: str, features: Any, examples: list[Any]) -> None:
        tfds.disable_progress_bar()
        tfds.dataset_builders.store_as_tfds_dataset(
            name=name,
            version="1.0.0",
            data_dir=self.folder,
            features=tfds.features.FeaturesDict(features),
            split_datasets={"train": list(enumerate(examples))},
            disable_shuffling=True,
        )

    def open(self, name: str, **fields: Any) -> Examples:
        fields = {"data_dir": str(self.folder), **fields}
        cache = str(self.folder.parent / "cache")
        request = DataRequest(name, cache_dir=cache, **fields)
        return load_examples(request, log=self.lines.append)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "tfds").mkdir()
    return Home(tmp_path / "tfds")


def image_feature(*shape: Any) -> Any:
    return tfds.features.Image(shape=shape, encoding_format="png")


def greys(examples: Examples) -> list[int]:
    images = examples.read(np.arange(len(examples)))["image"]
    return images[:, 0, 0, 0].tolist()


def test_tfds_with_labels_keeps_order_size_and_classes(home: Home) -> None:
    features = {
        "image": image_feature(6, 6, 1),
        "label": tfds.features.ClassLabel(names=["a", "b"]),
        "more": tfds.features.Text(),
    }
    home.write(
        "small",
        features,
        [
            {
                "image": np.full((6, 6, 1), i, np.uint8),
                "label": i % 2,
                "more": "x",
            }
            for i in range(150)
        ],
    )
    examples = home.open("small")
    assert examples.spec.image_shape == (6, 6, 1)
    assert examples.spec.class_names == ("a", "b")
    assert greys(examples) == list(range(150))
    labels = examples.read(np.arange(150))["label"]
    assert labels.tolist() == [0, 1] * 75
    home.lines.clear()
    assert greys(home.open("small:1.0.0", image_size=4)) == list(range(150))
    assert home.open("small", channels=3).spec.image_shape == (6, 6, 3)
    assert len(home.open("small", split="train[:10]")) == 10
    home.lines.clear()
    assert greys(home.open("small")) == list(range(150))
    assert home.lines == []  # From the cache.


def test_tfds_of_any_sizes_is_resized_and_unlabelled(home: Home) -> None:
    home.write(
        "sizes",
        {"image": image_feature(None, None, 3)},
        [{"image": np.full((5 + i, 90 - i, 3), i, np.uint8)} for i in range(5)],
    )
    examples = home.open("sizes")
    assert examples.spec.image_shape == (64, 64, 3)
    assert examples.spec.num_classes == 0
    assert greys(examples) == list(range(5))


def test_tfds_with_broken_images_skips_them(home: Home) -> None:
    good = np.full((6, 6, 1), 9, np.uint8)
    home.write(
        "broken",
        {"image": image_feature(6, 6, 1)},
        [{"image": good}, {"image": io.BytesIO(b"text")}, {"image": good}],
    )
    assert greys(home.open("broken")) == [9, 9]
    assert home.lines[-2].startswith("Skipped example 1: not an image")
    assert home.lines[-1] == "Skipped 1 of 3 images of broken."
    with pytest.raises(ValueError, match="must be readable.*example 1"):
        home.open("broken", strict=True)


@pytest.mark.parametrize(
    "features",
    [
        {"picture": tfds.features.Image()},
        {"image": tfds.features.Text()},
        {"image": tfds.features.Image(shape=(4, 4, 1), dtype=np.uint16)},
    ],
)
def test_tfds_without_8_bit_images_raises(home: Home, features: Any) -> None:
    ((name, feature),) = features.items()
    is_text = isinstance(feature, tfds.features.Text)
    value = "x" if is_text else np.zeros((4, 4, 1), feature.np_dtype)
    if feature.shape == (None, None, 3):
        value = np.zeros((4, 4, 3), np.uint8)
    home.write("other", features, [{name: value}])
    with pytest.raises(ValueError, match=f"feature `image`.* with: {name}"):
        home.open("other")


def test_tfds_of_an_unknown_split_lists_the_splits(home: Home) -> None:
    image = np.zeros((4, 4, 1), np.uint8)
    home.write("tiny", {"image": image_feature(4, 4, 1)}, [{"image": image}])
    with pytest.raises(ValueError, match="one of: train. Received: test"):
        home.open("tiny", split="test")


def test_tfds_when_not_prepared_says_what_to_do(home: Home) -> None:
    with pytest.raises(ValueError, match="`data_dir`.*`download`.*mnist"):
        home.open("mnist")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("mnst", "Similar names: .*mnist"),
        ("fashion_mnist_10", "Similar names: fashion_mnist_10k"),
        ("qqqqqqqq", "Received: qqqqqqqq.$"),
    ],
)
def test_tfds_of_an_unknown_name_lists_similar_ones(
    home: Home, name: str, hint: str
) -> None:
    with pytest.raises(ValueError, match=f"folder .* name in TFDS.*{hint}"):
        home.open(name)


@pytest.mark.parametrize("name", ["mnist:9.9.9", "cifar10_corrupted/none"])
def test_tfds_of_an_unknown_version_or_config_raises_in_one_line(
    home: Home, name: str
) -> None:
    with pytest.raises(ValueError, match=f"Received: {name}") as caught:
        home.open(name)
    assert "\n" not in str(caught.value)


def test_tfds_when_files_are_damaged_raises(home: Home) -> None:
    image = np.zeros((4, 4, 1), np.uint8)
    home.write("cut", {"image": image_feature(4, 4, 1)}, [{"image": image}])
    (file,) = home.folder.glob("cut/1.0.0/*.tfrecord*")
    file.write_bytes(file.read_bytes()[:-5])
    with pytest.raises(ValueError, match="must be whole. Received: cut"):
        home.open("cut")


def test_tfds_prints_nothing(
    home: Home,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    image = np.zeros((4, 4, 1), np.uint8)
    features = {
        "image": image_feature(4, 4, 1),
        "label": tfds.features.ClassLabel(names=["a", "b"]),
    }
    home.write("mute", features, [{"image": image, "label": 1}])
    capfd.readouterr()
    caplog.clear()
    home.open("mute")
    with pytest.raises(ValueError):
        home.open("mnist")
    assert capfd.readouterr() == ("", "")
    assert caplog.messages == []


CLASSES = tfds.features.ClassLabel(names=["a", "b"])


@pytest.mark.parametrize(
    ("features", "class_names", "line"),
    [
        ({"label": CLASSES, "coarse_label": CLASSES}, ("a", "b"), ""),
        (
            {"fine_label": CLASSES},
            ("a", "b"),
            "Taking `fine_label` for the labels, as there is no `label`.",
        ),
        (
            {"fine_label": CLASSES, "coarse_label": CLASSES},
            (),
            "No labels: there is no `label`, but `coarse_label`, `fine_label` "
            "to choose from.",
        ),
        (
            {"labels": tfds.features.Sequence(CLASSES)},
            (),
            "No labels: `labels` has several classes an image.",
        ),
        (
            {"label": tfds.features.Sequence(CLASSES)},
            (),
            "No labels: `label` is a Sequence, not one class an image.",
        ),
        (
            {"label": tfds.features.Scalar(np.int64), "attribute": CLASSES},
            ("a", "b"),
            "Taking `attribute` for the labels, as there is no `label`.",
        ),
        ({"text": tfds.features.Text()}, (), ""),
    ],
)
def test_tfds_says_which_feature_makes_the_labels(
    home: Home, features: Any, class_names: tuple[str, ...], line: str
) -> None:
    example = {
        name: [1] if isinstance(feature, tfds.features.Sequence) else 1
        for name, feature in features.items()
    }
    if "text" in example:
        example["text"] = "x"
    example["image"] = np.zeros((4, 4, 1), np.uint8)
    home.write(
        "named", {"image": image_feature(4, 4, 1), **features}, [example]
    )
    examples = home.open("named")
    assert examples.spec.class_names == class_names
    features = examples.read(np.arange(1))
    assert ("label" in features) == bool(class_names)
    assert features.get("label", [1]) == [1]
    said = [one for one in home.lines if not one.startswith("Packed")]
    assert said == ([f"named: {line}"] if line else [])
    assert examples.label_note == ("" if class_names else line)
    # A run that began without labels goes on without.
    assert home.open("named", class_names=()).spec.class_names == ()


def test_tfds_takes_the_label_that_the_data_set_names() -> None:
    features = {"fine": CLASSES, "coarse": CLASSES, "image": None}
    assert choose_label(features, ("image", "fine")).name == "fine"
    assert choose_label(features, ("image", "image")).name is None


def test_tfds_without_labels_is_refused_by_what_needs_them(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    features = {"image": image_feature(28, 28, 1)}
    features |= {"fine_label": CLASSES, "coarse_label": CLASSES}
    image = np.zeros((28, 28, 1), np.uint8)
    example = {"image": image, "fine_label": 1, "coarse_label": 0}
    home.write("two", features, [example])
    config = TrainConfig(dataset="two", data_dir=str(home.folder))
    assert len(building.load_data(config, print)) == 1
    config = dataclasses.replace(config, model="acgan")
    with pytest.raises(ValueError, match="acgan needs .*`coarse_label`, `fine"):
        building.load_data(config, print)


def test_tfds_content_is_the_same_under_any_name_and_size(home: Home) -> None:
    images = [np.full((6, 6, 1), i, np.uint8) for i in range(3)]
    examples = [{"image": image} for image in images]
    home.write("one", {"image": image_feature(6, 6, 1)}, examples)
    content = home.open("one").content
    assert home.open("one:1.0.0", image_size=4).content == content
    home.write("other", {"image": image_feature(6, 6, 1)}, examples[::-1])
    other = home.open("other").content
    assert other.fingerprint != content.fingerprint
    assert other.unordered == content.unordered
