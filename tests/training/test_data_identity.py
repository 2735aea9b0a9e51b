"""A run goes on with the data it began with, wherever they are."""

import dataclasses
import json

import pytest
from image_folders import Opener, save, write_run

from tfgan_zoo.config import TrainConfig
from tfgan_zoo.models.dcgan import RECIPE
from tfgan_zoo.training import building, examining, resuming, workers
from tfgan_zoo.training.data_identity import DataIdentity
from tfgan_zoo.training.run_folder import RunFolder

CONFIG = TrainConfig(steps=10, image_size=4, channels=3).resolve(RECIPE)


class Training:
    """Opens a run folder with a folder of images."""

    def __init__(self, root):
        self.images = Opener(root / "images", root / "cache")
        self.folder = RunFolder(root / "run")
        self.lines = []

    def __call__(self, *, dataset=None, **fields):
        class_names = None
        if self.folder.dataset.is_file():
            class_names = self.folder.read_spec().class_names
        examples = self.images(class_names=class_names, **fields)
        config = dataclasses.replace(
            CONFIG, dataset=dataset or str(self.images.root)
        )
        self.lines.clear()
        resuming.open_run(
            self.folder,
            config,
            DataIdentity.of(examples),
            resume=True,
            log=self.lines.append,
        )
        return examples

    def forget_fingerprint(self, **changes):
        """Makes dataset.json one of the first version."""
        described = json.loads(self.folder.dataset.read_text()) | changes
        for name in ("fingerprint", "unordered", "class_counts", "path"):
            del described[name]
        self.folder.dataset.write_text(json.dumps(described))


@pytest.fixture
def training(tmp_path):
    for number in range(3):
        save(tmp_path / "images" / "cat" / f"{number}.png", number)
        save(tmp_path / "images" / "dog" / f"{number}.png", 100 + number)
    training = Training(tmp_path)
    training()
    return training


def test_data_that_moved_and_are_renamed_go_on(training):
    root = training.images.root
    (root.parent / "elsewhere").mkdir()
    training.images.root = root.rename(root.parent / "elsewhere" / "pets")
    training()
    assert training.lines == []
    assert training.folder.read_config().dataset.endswith("elsewhere/pets")
    assert training.folder.data_path() == str(training.images.root.resolve())


@pytest.mark.parametrize("path", ["images", "./images/", "x/../images"])
def test_a_relative_path_is_kept_as_given_and_absolute(
    training, path, monkeypatch
):
    root = training.images.root
    (root.parent / "x").mkdir()
    monkeypatch.chdir(root.parent)
    training(dataset=path)
    assert training.folder.read_config().dataset == path
    monkeypatch.chdir("/")
    assert training.folder.data_path() == str(root.resolve())


def _more(root):
    save(root / "cat" / "9.png", 9)


def _fewer(root):
    (root / "dog" / "0.png").unlink()


def _others(root):
    save(root / "cat" / "0.png", 50)


def _between_classes(root):
    (root / "cat" / "2.png").rename(root / "dog" / "9.png")


def _renamed_file(root):
    (root / "cat" / "0.png").rename(root / "cat" / "9.png")


def _renamed_class(root):
    (root / "dog").rename(root / "wolf")


def _another_class(root):
    save(root / "cow" / "1.png", 9)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_more, "examples: 6 -> 7; of class cat 3 -> 4"),
        (_fewer, "examples: 6 -> 5; of class dog 3 -> 2"),
        (_others, "the same number of examples with other content, in"),
        (_between_classes, "other content; of class cat 3 -> 2, dog 3 -> 4"),
        (_renamed_file, "the same examples in another order"),
        (_renamed_class, "class_names: with wolf"),
        (_another_class, "class_names: with cow"),
    ],
)
def test_other_data_are_refused_with_what_differs(training, change, named):
    before = training.folder.dataset.read_text()
    change(training.images.root)
    with pytest.raises(ValueError, match="the data it began with") as caught:
        training()
    assert named in str(caught.value)
    assert training.folder.dataset.read_text() == before


def test_images_of_another_size_are_refused(training):
    with pytest.raises(ValueError, match="height: 4 -> 5; width: 4 -> 5"):
        training(image_size=5)


def test_system_folders_and_runs_among_the_data_change_nothing(training):
    save(training.images.root / "cat" / "@eaDir" / "thumb.jpg")
    write_run(training.images.root / "runs" / "mine")
    training()


def test_a_run_of_the_first_version_gets_a_fingerprint_once(training):
    training.forget_fingerprint()
    training()
    assert len(training.lines) == 1 and "fingerprint" in training.lines[0]
    training()
    assert training.lines == []
    _others(training.images.root)
    with pytest.raises(ValueError, match="other content"):
        training()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"name": "flowers"}, "name: flowers -> images"),
        ({"examples": 7}, "examples: 7 -> 6"),
        ({"height": 8}, "height: 8 -> 4"),
    ],
)
def test_a_run_of_the_first_version_compares_name_and_number(
    training, changes, named
):
    training.forget_fingerprint(**changes)
    with pytest.raises(ValueError, match=named):
        training()


def test_a_run_of_the_first_version_refuses_another_place(training, tmp_path):
    """While the old one is still there."""
    training.forget_fingerprint()
    training.images.root = tmp_path / "else" / "images"
    for name in ("cat", "dog"):
        for number in range(3):
            save(training.images.root / name / f"{number}.png", 9)
    with pytest.raises(ValueError, match="dataset: .*else/images"):
        training()


def test_a_run_keeps_the_order_of_classes_that_it_began_with(tmp_path):
    """Which the first version took from the names as texts."""
    for number in (0, 1, 2, 10):
        save(tmp_path / "images" / str(number) / "x.png", number)
    training = Training(tmp_path)
    order = ("0", "1", "10", "2")
    began = training.images(class_names=order)
    resuming.open_run(
        training.folder, CONFIG, DataIdentity.of(began), resume=True
    )
    training.forget_fingerprint()
    examples = training()
    assert examples.spec.class_names == order
    assert training.folder.read_spec().class_names == order
    assert examples.fingerprint == began.fingerprint
    training()


def test_building_gives_classes_the_numbers_of_the_run(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for number in (2, 10):
        save(tmp_path / "images" / str(number) / "x.png", number)
    config = TrainConfig(dataset=str(tmp_path / "images"), image_size=28)
    folder = RunFolder(tmp_path / "run")
    examples = building.load_data(config, print, folder=folder)
    assert examples.spec.class_names == ("2", "10")
    spec = dataclasses.replace(examples.spec, class_names=("10", "2"))
    identity = DataIdentity(spec, examples.content)
    resuming.open_run(folder, config, identity, resume=True)
    examples = building.load_data(config, print, folder=folder)
    assert examples.spec.class_names == ("10", "2")


def test_workers_agree_on_the_data_and_not_on_their_path(monkeypatch):
    monkeypatch.setattr(workers.strategies, "worker_count", lambda _: 2)
    sums = []

    def have_all(strategy, number):
        sums.append(number)
        return True

    monkeypatch.setattr(workers, "_have_all", have_all)
    for dataset, fingerprint in (("a", "1"), ("b/a", "1"), ("a", "2")):
        config = TrainConfig(dataset=dataset)
        workers.check_agreement(None, config, 3, fingerprint=fingerprint)
    first, moved, others = sums[:3], sums[3:6], sums[6:]
    assert first == moved
    assert [a == b for a, b in zip(first, others)] == [True, False, True]


def test_held_out_images_are_the_test_split_with_the_trainings_labels(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("train/cat", "train/dog", "test/dog"):
        save(tmp_path / "set" / name / "1.png")
    config = dataclasses.replace(
        CONFIG, dataset=str(tmp_path / "set"), split="train"
    )
    held_out = examining.load_held_out(config, ("cat", "dog"))
    assert held_out.read([0])["label"].tolist() == [1]
    on_test = dataclasses.replace(config, split="test")
    assert examining.load_held_out(on_test, ("cat", "dog")) is None
    # A training goes on without its folder, once it has read it.
    (tmp_path / "set").rename(tmp_path / "gone")
    assert examining.load_held_out(config, ("cat", "dog")) is None


@pytest.mark.parametrize(
    ("class_names", "name", "content"),
    [
        (("cat", "dog"), "test/1.png", b""),
        (("cat", "dog"), "test/zebra/1.png", b""),
        (("cat", "dog"), "test/cat/1.png", b"no image"),
    ],
)
def test_held_out_images_without_the_trainings_labels_are_left_out(
    tmp_path, monkeypatch, class_names, name, content
):
    """As those of a competition, of a further class, or a damaged file."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for path in ("train/cat/1.png", "train/dog/1.png", name):
        save(tmp_path / "set" / path)
    if content:
        (tmp_path / "set" / name).write_bytes(content)
    config = dataclasses.replace(
        CONFIG, dataset=str(tmp_path / "set"), split="train"
    )
    assert examining.load_held_out(config, class_names) is None


def test_a_run_goes_on_with_its_images_from_another_working_folder(
    training, monkeypatch
):
    root = training.images.root
    monkeypatch.chdir(root.parent)
    training(dataset="images")
    config = training.folder.read_config()
    assert resuming.locate_data(training.folder, config) == config
    monkeypatch.chdir("/")
    lines = []
    found = resuming.locate_data(training.folder, config, lines.append)
    assert found.dataset == str(root.resolve())
    assert "as images is not here" in lines[0]
    # Another word is what the user wants, or a slip that must be reported.
    other = dataclasses.replace(config, dataset="imags")
    assert resuming.locate_data(training.folder, other) == other


def test_a_run_that_has_begun_and_lost_its_dataset_json_is_refused(training):
    training.folder.dataset.unlink()
    training()  # nothing is trained yet
    training.folder.dataset.unlink()
    (training.folder.checkpoints / "step_000001").mkdir(parents=True)
    with pytest.raises(ValueError, match="must keep its dataset.json"):
        training()


def test_check_data_refuses_and_writes_nothing(training):
    before = training.folder.dataset.read_bytes()
    save(training.images.root / "cat" / "9.png", 9)
    identity = DataIdentity.of(training.images())
    with pytest.raises(ValueError, match="6 -> 7"):
        resuming.check_data(training.folder, CONFIG, identity, print)
    assert training.folder.dataset.read_bytes() == before
