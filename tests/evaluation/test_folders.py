"""Folders of images, as what samples are compared with and as samples."""

import dataclasses
import json

import numpy as np
import pytest
from image_folders import save

from tfgan_zoo.cli import evaluating
from tfgan_zoo.data import DataRequest, DatasetSpec
from tfgan_zoo.evaluation import choice, generators, samples
from tfgan_zoo.evaluation import reference as references
from tfgan_zoo.evaluation.reference import ReferenceRequest, load_reference
from tfgan_zoo.evaluation.settings import Settings
from tfgan_zoo.training import trained_gan

ORDER = ("0", "1", "10", "2")


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def _compared(root, **fields):
    request = DataRequest(str(root), image_size=28, channels=1, **fields)
    settings = Settings(("frechet_distance",), count=10, repeats=1)
    return load_reference(
        ReferenceRequest(request, "digits"), settings, log=lambda _: None
    )


@pytest.mark.parametrize(
    ("fields", "split", "count"),
    [
        ({}, "test", 3),
        ({"split": "train"}, "train", 4),
        ({"split": "valid"}, "valid", 2),
    ],
)
def test_a_folder_of_splits_gives_its_test_images(
    tmp_path, fields, split, count
):
    for name, images in (("train", 4), ("valid", 2), ("Testing", 3)):
        for number in range(images):
            save(tmp_path / "set" / name / f"{number}.png", number)
    found, said, _ = _compared(tmp_path / "set", **fields)
    assert said["split"] == split
    assert found.real.count == count


@pytest.mark.parametrize(
    ("names", "split", "count"),
    [
        (("train", "valid"), "validation", 3),
        (("train", "dev", "test"), "test", 4),
        (("test",), "test", 2),
        (("train",), "train", 2),
    ],
)
def test_real_images_are_of_a_split_that_is_held_out_if_there_is_one(
    tmp_path, names, split, count
):
    for more, name in enumerate(names):
        for number in range(2 + more):
            save(tmp_path / "set" / name / f"{number}.png", number)
    if names == ("test",):  # The training images are elsewhere.
        (tmp_path / "set" / "train").mkdir()
    found, said, _ = _compared(tmp_path / "set")
    assert said["split"] == split
    assert found.real.count == count


@pytest.mark.parametrize("count", [1, 5])
def test_few_real_images_leave_out_the_metrics_of_neighbours(tmp_path, count):
    """`precision` and `recall` want the fifth neighbour of each."""
    for number in range(count):
        save(tmp_path / "set" / f"{number}.png", number)
    request = DataRequest(str(tmp_path / "set"), image_size=28, channels=1)
    settings = Settings(None, count=10, repeats=1)
    found, _, _ = load_reference(
        ReferenceRequest(request, "digits"), settings, lambda _: None
    )
    assert found.real.count == count
    with pytest.raises(ValueError, match=f"at least 6 .*Received: {count} re"):
        choice.require_count("precision_recall", 10, found)


def test_a_folder_without_splits_is_all_to_train(tmp_path):
    save(tmp_path / "set" / "train" / "1.png")
    save(tmp_path / "set" / "ship" / "1.png")
    _, said, spec = _compared(tmp_path / "set")
    assert said["split"] == "train"
    assert spec.class_names == ("ship", "train")


def test_real_images_have_the_labels_of_the_model(tmp_path):
    for name in ORDER:
        save(tmp_path / "set" / name / "1.png", int(name))
    _, _, spec = _compared(tmp_path / "set", class_names=ORDER)
    assert spec.class_names == ORDER


def test_samples_in_folders_have_the_labels_that_they_are_called_by(tmp_path):
    """By the one rule of labels: a name goes before a number."""
    for name in ORDER:
        save(tmp_path / "made" / name / "1.png", int(name))
    spec = DatasetSpec("set", 8, 8, 1, ORDER)
    fixed = samples.from_folder(tmp_path / "made", spec, lambda _: None)
    greys = fixed.images[:, 0, 0, 0]
    assert [ORDER[label] for label in fixed.labels] == list(map(str, greys))


def test_a_run_knows_where_its_images_are_from_any_folder(
    tmp_path, monkeypatch
):
    run = tmp_path / "run"
    run.mkdir()
    (tmp_path / "faces").mkdir()
    described = {"path": str(tmp_path / "faces"), "fingerprint": "a1"}
    (run / "dataset.json").write_text(json.dumps(described))
    _restored(monkeypatch, dataset="./faces")
    model = evaluating.model_of_run(run, "newest", None)
    assert model.dataset == str(tmp_path / "faces")
    assert model.fingerprint == "a1"
    (tmp_path / "faces").rmdir()
    model = evaluating.model_of_run(run, "newest", None)
    assert model.dataset == "./faces"


def _restored(monkeypatch, **config):
    from types import SimpleNamespace

    found = SimpleNamespace(
        gan=SimpleNamespace(recipe=SimpleNamespace(ema_decay=1, latents="")),
        config=SimpleNamespace(
            **{
                "data_dir": None,
                "model": "dcgan",
                "split": None,
                "value_range": None,
                "sample_bits": None,
                **config,
            }
        ),
        spec=DatasetSpec("faces", 8, 8, 1),
        step=3,
    )
    monkeypatch.setattr(trained_gan, "load_trained_gan", lambda *_, **__: found)
    monkeypatch.setattr(generators, "of_gan", lambda *_: np.zeros)


@pytest.mark.parametrize(
    ("trained_on", "splits", "split"),
    [
        (None, ("train", "test"), "test"),
        ("train", ("train", "validation"), "validation"),
        ("test", ("train", "test"), "train"),
        ("TEST", ("train", "validation", "test"), "validation"),
        ("seg_test", ("train", "test"), "train"),
        ("train+test[:50%]", ("train", "test", "unlabelled"), "unlabelled"),
        ("train+test", ("train", "test"), "train"),
        ("val2017", ("train", "validation"), "train"),
    ],
)
def test_the_split_that_was_trained_on_is_not_the_one_held_out(
    trained_on, splits, split
):
    assert references.held_out(splits, trained_on) == split


def test_training_images_are_those_of_the_split_trained_on(tmp_path):
    for number, name in enumerate(("train", "test")):
        for place in range(8 + number):
            save(tmp_path / "set" / name / f"{place}.png", 20 * place)
    request = DataRequest(str(tmp_path / "set"), image_size=28, channels=1)
    wanted = ReferenceRequest(
        request, "digits", with_reference=True, trained_on="test"
    )
    settings = Settings(("frechet_distance",), count=9, repeats=1)
    found, said, _ = load_reference(wanted, settings, lambda _: None)
    assert (said["split"], found.real.count) == ("train", 8)
    assert found.training.count == 9


def test_training_images_are_not_scored_without_features():
    request = ReferenceRequest(
        DataRequest("pairs:x"), with_reference=True, with_sources=True
    )
    spec = DatasetSpec("x", 32, 32, 3, source_channels=1)
    with pytest.raises(ValueError, match="--reference needs a feature net"):
        references.network_for(request, spec)


@pytest.mark.parametrize(
    ("split", "trained_on", "expected"),
    [
        ("train", None, True),
        ("train", "seg_train", True),
        ("test", "train+test", True),
        ("letters", "letters", True),
        ("test", None, False),
        ("letters", "train", False),
        ("train[50%:]", "train[:50%]", False),
    ],
)
def test_a_split_that_was_trained_on_is_known(split, trained_on, expected):
    assert references.is_trained_on(split, trained_on) == expected


@pytest.mark.parametrize(
    ("given", "is_noted"),
    [(("set", "train", "old"), True), (("set", "test", "old"), False)],
)
def test_translations_of_training_images_are_noted(capsys, given, is_noted):
    source = samples.TranslatingGenerator(lambda *_: None, (2, 2, 1), (2, 2, 1))
    evaluating.Model(source, "set", None, {}, fingerprint="old").check_data(
        *given
    )
    printed = capsys.readouterr().out
    assert ("trained on these images, the split train" in printed) == is_noted


@pytest.mark.parametrize("names", [("y",), ("label", "y_train"), ("labels",)])
def test_arrays_of_an_npz_that_are_not_read_are_named(tmp_path, capsys, names):
    path = tmp_path / "samples.npz"
    further = {name: np.array([0, 1]) for name in names}
    np.savez(path, images=np.zeros((2, 4, 4), np.uint8), **further)
    spec = DatasetSpec("clothes", 4, 4, 1)
    evaluating.files_of_images(path, spec)
    printed = capsys.readouterr().out
    if names == ("labels",):
        assert not printed
    else:
        assert f"has no `labels`; what else it has is not read: {names[0]}" in (
            printed
        )


@pytest.mark.parametrize(
    ("given", "is_noted"),
    [
        (("set", "train", "new"), True),
        (("set", "train", "old"), False),
        (("set", "test", "new"), False),
        (("other", "train", "new"), False),
    ],
)
def test_images_that_changed_since_the_training_are_noted(
    capsys, given, is_noted
):
    model = evaluating.Model(None, "set", None, {}, fingerprint="old")
    model.check_data(*given)
    assert ("not the same as when" in capsys.readouterr().out) == is_noted
    # The fingerprint of more than these images says nothing of them.
    dataclasses.replace(model, split="train+test").check_data(*given)
    assert not capsys.readouterr().out
    dataclasses.replace(model, fingerprint=None).check_data(*given)
    assert not capsys.readouterr().out
