"""Metadata and `model.json` of unknown origin: what is refused, and why."""

import json
import os
import shutil

import pytest

from tfgan_zoo import pretrained
from tfgan_zoo.export import checksums, manifest, web
from tfgan_zoo.export.metadata import read_metadata

LABELS = {"name": "labels", "kind": "label", "shape": []}
IMAGE = {"name": "images", "kind": "image", "shape": [28, 28, 1]}


def _latents(size=100, **changes):
    parts = [{"distribution": "normal", "size": size}]
    spec = {"name": "latents", "kind": "latents", "shape": [size]}
    return {**spec, "parts": parts, **changes}


def _part(distribution):
    return {"distribution": distribution, "size": 100}


@pytest.fixture
def folder(tmp_path):
    """An export whose metadata may be changed, as nothing lists its hash."""
    source = pretrained.path("acgan-mnist")
    shutil.copytree(source, tmp_path / "export" / "saved_model")
    return tmp_path / "export"


@pytest.fixture
def model(folder):
    source = pretrained.path("acgan-mnist")
    shutil.copy(f"{source}/../model.json", folder / "model.json")
    return folder / "model.json"


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
        ("image_shape", "28"),
        ("image_shape", [28, 28]),
        ("image_shape", [28, 28, 2]),
        ("image_shape", [28, 28, True]),
        ("image_shape", [28.0, 28, 1]),
        ("image_shape", [0, 28, 1]),
        ("image_shape", [4097, 28, 1]),
        ("image_shape", [10**400, 28, 1]),
        ("image_shape", None),
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
    name = "class_names" if value == 9 else field
    with pytest.raises(ValueError, match=f"`{name}` of a model's metadata"):
        read_metadata(folder / "saved_model")


# What no generator takes, and what the message says of it.
BAD_INPUTS = [
    ({"inputs": 3}, "`inputs` must be a list"),
    ({"inputs": [_latents(), LABELS, LABELS, LABELS]}, "`inputs` must be a l"),
    ({"inputs": []}, "must be one of kind latents"),
    ({"inputs": [3, LABELS]}, "An input must be an object with name, kind"),
    ({"inputs": [{"name": "latents"}, LABELS]}, "An input must be an object"),
    ({"inputs": [_latents()]}, "have a label where `num_classes` is above 0"),
    ({"inputs": [LABELS, _latents()]}, "must be one of kind latents"),
    ({"inputs": [_latents(), _latents()]}, "must be one of kind latents"),
    ({"inputs": [IMAGE, LABELS]}, "must be one of kind latents"),
    ({"inputs": [_latents(name="labels"), LABELS]}, "have different names"),
    ({"inputs": [_latents(name="a\x1b"), LABELS]}, "`name` must be a short"),
    ({"inputs": [_latents(name=["a"]), LABELS]}, "`name` must be a short"),
    ({"inputs": [_latents(name="a" * 201), LABELS]}, "`name` must be a sho"),
    ({"inputs": [_latents(kind="noise"), LABELS]}, "`kind` must be one of"),
    ({"inputs": [_latents(kind={}), LABELS]}, "`kind` must be one of"),
    ({"inputs": [_latents(shape="100"), LABELS]}, "must have the shape"),
    ({"inputs": [_latents(shape=[[100]]), LABELS]}, "must have the shape"),
    ({"inputs": [_latents(shape=[1e308]), LABELS]}, "must have the shape"),
    ({"inputs": [_latents(shape=[101]), LABELS]}, "101 values together"),
    ({"inputs": [_latents(shape=[-100]), LABELS]}, "must have the shape"),
    ({"inputs": [_latents(parts=[]), LABELS]}, "100 values together"),
    ({"inputs": [_latents(parts="x"), LABELS]}, "`parts` must be a list"),
    ({"inputs": [_latents(parts=[7]), LABELS]}, "A latent part must be an ob"),
    ({"inputs": [_latents(-100), LABELS]}, "`size` must be an integer from 1"),
    ({"inputs": [_latents(10**9), LABELS]}, "`size` must be an integer"),
    (
        {"inputs": [_latents(parts=[_part("cauchy")]), LABELS]},
        "`distribution` must be one of",
    ),
    (
        {"inputs": [_latents(parts=[_part(["normal"])]), LABELS]},
        "`distribution` must be one of",
    ),
    ({"task": "paint"}, "`task` must be one of generate, translate, enlarge"),
    ({"task": ["generate"]}, "`task` must be one of generate"),
    ({"task": "enlarge"}, "must be one of kind image"),
]


@pytest.mark.parametrize(("changes", "message"), BAD_INPUTS)
def test_inputs_that_no_generator_takes_are_a_line(folder, changes, message):
    _change(folder, **changes)
    with pytest.raises(ValueError, match=f"{message}.*Received: ") as error:
        read_metadata(folder / "saved_model")
    assert str(error.value).isprintable()


@pytest.mark.parametrize(("changes", "message"), BAD_INPUTS)
def test_inputs_of_a_bad_model_json_are_a_line(model, changes, message):
    content = json.loads(model.read_text())
    model.write_text(json.dumps({**content, **changes}))
    with pytest.raises(ValueError, match=f"{message}.*model.json"):
        web.read_model(model.parent)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "3", "{}", "[" * 100_000, '{"a": 1' + "0" * 5000 + "}"],
)
def test_metadata_that_are_none_are_named(folder, content):
    _path(folder).write_text(content)
    with pytest.raises(ValueError, match="A model's metadata must"):
        read_metadata(folder / "saved_model")


def test_metadata_are_read_with_a_byte_order_mark(folder):
    text = _path(folder).read_text()
    _path(folder).write_text("\ufeff" + text, encoding="utf-8")
    assert read_metadata(folder / "saved_model").to_json() == text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"image_shape": [32, 32, 1]}, r"28, 28, 1\) instead of .*32, 32, 1"),
        ({"image_shape": [28, 28, 3]}, r"28, 28, 1\) instead of .*28, 28, 3"),
        ({"image_shape": [2]}, "instead of float32"),
        ({"inputs": [_latents(64), LABELS]}, r"100\) instead of .*64"),
        ({"inputs": [_latents(name="noise"), LABELS]}, "takes labels, latents"),
        (
            {"num_classes": 0, "inputs": [_latents()]},
            "takes labels, latents",
        ),
    ],
)
def test_metadata_of_another_model_are_refused_with_what_differs(
    folder, changes, message
):
    _change(folder, **changes)
    with pytest.raises(
        ValueError, match=f"that its metadata describe.*{message}"
    ):
        pretrained.load(folder)


def test_metadata_of_an_upsampler_fit_no_generator(folder):
    other = pretrained.path("upsampler-fashion_mnist")
    shutil.copy(f"{other}/assets.extra/tfgan_zoo.json", _path(folder))
    with pytest.raises(ValueError, match="that its metadata describe"):
        pretrained.load(folder)


@pytest.mark.parametrize(
    "change",
    [
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
        lambda model: model.update(num_classes=10**9),
        lambda model: model.update(num_classes=-1),
        lambda model: model["files"][0].update(inputs=[]),
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
    "inputs",
    [
        {},
        {"latents": 3, "labels": {"shape": [1]}},
        {"latents": {"shape": [1, 64]}, "labels": {"shape": [1]}},
        {"latents": {"shape": [1, 100]}},
        {"latents": {"shape": []}, "labels": {"shape": [1]}},
    ],
)
def test_files_that_take_other_inputs_are_a_line(model, inputs):
    content = json.loads(model.read_text())
    content["files"][1]["inputs"] = inputs
    model.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="must take its `inputs`, .*Received"):
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


def test_a_run_folder_is_refused_with_where_its_export_is(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"wrote\. Received: "):
        read_metadata(tmp_path)
    (tmp_path / "checkpoints").mkdir()
    command = f"; tfgan-export --run_dir={tmp_path} makes one of this run. Rec"
    with pytest.raises(FileNotFoundError, match=command):
        read_metadata(tmp_path)
    with pytest.raises(FileNotFoundError, match=command):
        web.read_model(tmp_path)
    (tmp_path / "export" / "saved_model").mkdir(parents=True)
    with pytest.raises(FileNotFoundError, match=r"wrote, such as .*export\. "):
        read_metadata(tmp_path)
