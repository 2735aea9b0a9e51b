"""Cards and `model.json` of unknown origin: what is refused, and why."""

import json
import os
import shutil

import pytest

from tfgan_zoo import pretrained
from tfgan_zoo.export import checksums, manifest, web
from tfgan_zoo.export.card import read_card


@pytest.fixture
def folder(tmp_path):
    """An export whose card may be changed, as nothing lists its hash."""
    source = pretrained.path("acgan-mnist")
    shutil.copytree(source, tmp_path / "export" / "saved_model")
    return tmp_path / "export"


def _path(folder):
    return folder / "saved_model" / "assets.extra" / "tfgan_zoo.json"


def _change(folder, **changes):
    card = json.loads(_path(folder).read_text())
    _path(folder).write_text(json.dumps({**card, **changes}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("architecture", 3),
        ("architecture", "x" * 201),
        ("architecture", "a\0"),
        ("architecture", "a\x1b[2J"),
        ("latent_name", "latents\n"),
        ("latent_distribution", "normal\x9b2J"),
        ("image_shape", "28"),
        ("image_shape", [28, 28]),
        ("image_shape", [28, 28, 2]),
        ("image_shape", [28, 28, True]),
        ("image_shape", [28.0, 28, 1]),
        ("image_shape", [0, 28, 1]),
        ("image_shape", [4097, 28, 1]),
        ("image_shape", [10**400, 28, 1]),
        ("image_shape", None),
        ("latent_name", ["latents"]),
        ("latent_shape", []),
        ("latent_shape", [[100]]),
        ("latent_dim", "100"),
        ("latent_dim", 1e308),
        ("latent_dim", -100),
        ("latent_dim", 101),
        ("latent_distribution", None),
        ("num_classes", 10.0),
        ("num_classes", -1),
        ("num_classes", 9),
        ("num_classes", 10**9),
        ("class_names", "ab"),
        ("class_names", [1] * 10),
        ("class_names", ["x" * 201] * 10),
        ("dataset", {}),
        ("training_steps", "1"),
        ("training_steps", float("nan")),
        ("recipe", []),
        ("recipe", {"data_dir": 3}),
        ("versions", None),
        ("metrics", [1]),
    ],
)
def test_value_that_no_generator_has_is_named(folder, field, value):
    _change(folder, **{field: value})
    names = "latent_dim|class_names" if value in (101, 9) else field
    with pytest.raises(ValueError, match=f"`({names})` of a model's card"):
        read_card(folder / "saved_model")


@pytest.mark.parametrize(
    "content",
    ["", "[]", "3", "{}", "[" * 100_000, '{"a": 1' + "0" * 5000 + "}"],
)
def test_card_that_is_none_is_named(folder, content):
    _path(folder).write_text(content)
    with pytest.raises(ValueError, match="A model's card must"):
        read_card(folder / "saved_model")


def test_card_is_read_with_a_byte_order_mark(folder):
    text = _path(folder).read_text()
    _path(folder).write_text("\ufeff" + text, encoding="utf-8")
    assert read_card(folder / "saved_model") == json.loads(text)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"image_shape": [32, 32, 1]}, r"28, 28, 1\) instead of .*32, 32, 1"),
        ({"image_shape": [28, 28, 3]}, r"28, 28, 1\) instead of .*28, 28, 3"),
        ({"image_shape": [2]}, "instead of float32"),
        ({"latent_shape": [64], "latent_dim": 64}, r"100\) instead of .*64"),
        ({"latent_name": "noise"}, "takes labels, latents"),
        ({"num_classes": 0}, "takes labels, latents"),
    ],
)
def test_card_of_another_model_is_refused_with_what_differs(
    folder, changes, message
):
    _change(folder, **changes)
    with pytest.raises(ValueError, match=f"that its card describes.*{message}"):
        pretrained.load(folder)


def test_card_of_an_upsampler_fits_no_generator(folder):
    other = pretrained.path("upsampler-fashion_mnist")
    shutil.copy(f"{other}/assets.extra/tfgan_zoo.json", _path(folder))
    with pytest.raises(ValueError, match="that its card describes"):
        pretrained.load(folder)


@pytest.fixture
def model(folder):
    source = pretrained.path("acgan-mnist")
    shutil.copy(f"{source}/../model.json", folder / "model.json")
    return folder / "model.json"


@pytest.mark.parametrize(
    "change",
    [
        lambda model: model.update(latents=3),
        lambda model: model["latents"].update(shape="100"),
        lambda model: model["latents"].update(parts=[{"size": "1"}]),
        lambda model: model.pop("image_shape"),
        lambda model: model.update(num_classes="10"),
        lambda model: model.update(files={}),
        lambda model: model["files"][0].update(file="../model.tflite"),
        lambda model: model["files"][0].update(file="/etc/passwd"),
        lambda model: model["files"][0].update(file=".."),
        lambda model: model["files"][0].update(file="index.html"),
        lambda model: model["files"][0].update(file="generator.js"),
        lambda model: model["files"][0].update(file="model.json"),
        lambda model: model["files"][0].update(file="a\x1b.tflite"),
        lambda model: model["latents"].update(parts=[]),
        lambda model: model["latents"]["parts"][0].update(size=10**9),
        lambda model: model["latents"]["parts"][0].update(size=-100),
        lambda model: model.update(num_classes=10**9),
        lambda model: model.update(num_classes=-1),
        lambda model: model["files"][0].update(inputs={}),
        lambda model: model["files"][0].update(variant=["float32"]),
        lambda model: model["files"].append(None),
    ],
)
def test_model_json_of_wrong_values_is_named(model, change):
    content = json.loads(model.read_text())
    assert web.read_model(model.parent) == content
    change(content)
    model.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="model.json must be what tfgan-exp"):
        web.read_model(model.parent)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"x\n",
        b"\0" * 100,
        b"0" * 64 + b"  a\x1b\n",
        b"\xe2\x80\xa8",
    ],
)
def test_damaged_list_of_hashes_is_a_line(folder, content):
    (folder / checksums.NAME).write_bytes(content)
    with pytest.raises(ValueError, match="SHA256SUMS must list") as error:
        pretrained.load(folder)
    assert str(error.value).isprintable()


@pytest.mark.skipif(not hasattr(os, "SEEK_HOLE"), reason="no sparse files")
def test_list_of_hashes_that_takes_for_ever_is_a_line(folder):
    """A large file of no blocks, and a file again and again."""
    with open(folder / "sparse", "wb") as file:
        file.truncate(2**40)
    listed = folder / checksums.NAME
    listed.write_text(f"{'0' * 64}  sparse\n")
    with pytest.raises(ValueError, match="SHA256SUMS must list up to 1,000"):
        checksums.check(folder)
    (folder / "sparse").unlink()
    checksums.write(folder)
    checksums.check(folder)
    line = listed.read_text().splitlines()[0]
    listed.write_text(f"{line}\n" * 2)
    with pytest.raises(ValueError, match="each once.*, with saved_model"):
        checksums.check(folder)


@pytest.mark.parametrize("target", ["/etc/hostname", "model.json", "nothing"])
def test_link_in_place_of_a_tflite_file_is_not_copied(model, tmp_path, target):
    """What a page shows may be published."""
    content = json.loads(model.read_text())
    (entry, *_) = content["files"]
    (model.parent / entry["file"]).symlink_to(target)
    with pytest.raises(ValueError, match="must be a regular file, and no l"):
        manifest.copy_file(model.parent, entry, tmp_path)
    assert not (tmp_path / entry["file"]).exists()


def test_list_of_hashes_that_is_huge_is_a_line(folder):
    with open(folder / checksums.NAME, "wb") as file:
        file.truncate(2**30)
    with pytest.raises(ValueError, match="1,073,741,824 bytes"):
        checksums.check(folder)


def test_list_of_hashes_that_is_a_pipe_is_a_line(folder):
    os.mkfifo(folder / checksums.NAME)
    with pytest.raises(ValueError, match="must hold the list of its files"):
        checksums.check(folder)


def test_run_folder_is_told_where_its_export_is(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"wrote\. Received: "):
        read_card(tmp_path)
    (tmp_path / "export" / "saved_model").mkdir(parents=True)
    with pytest.raises(FileNotFoundError, match=r"wrote, such as .*export\. "):
        read_card(tmp_path)
