"""Exports of the first version, without task and inputs, still load."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tfgan_zoo import pretrained
from tfgan_zoo.export import checksums, first_version, web
from tfgan_zoo.export.metadata import read_metadata
from tfgan_zoo.inputs import InputSpec, LatentPart

NORMAL = LatentPart("normal", 62)
CODES = (LatentPart("one_hot", 10), LatentPart("uniform", 2))
LATENTS = {"name": "latents", "shape": [74]}


def _metadata(content):
    """Returns the content of a file of the first version."""
    (spec, *_) = content.pop("inputs")
    del content["task"]
    parts = spec.get("parts", [{"distribution": ""}])
    return {
        **content,
        "latent_name": spec["name"],
        "latent_shape": spec["shape"],
        "latent_dim": int(np.prod(spec["shape"])),
        "latent_distribution": parts[0]["distribution"],
    }


def _model(content):
    (spec, *_) = content.pop("inputs")
    del content["task"]
    image = {"distribution": "image", "size": int(np.prod(spec["shape"]))}
    latents = {key: spec[key] for key in ("name", "shape")}
    parts = spec.get("parts", [image])
    return {**content, "latents": {**latents, "parts": parts}}


def _rewrite(path, change):
    path.write_text(json.dumps(change(json.loads(path.read_text()))))


@pytest.mark.parametrize(
    "name", ["infogan-mnist", "acgan-mnist", "upsampler-fashion_mnist"]
)
def test_exports_of_the_first_version_are_what_they_were(name, tmp_path):
    source = Path(pretrained.path(name)).parent
    folder = shutil.copytree(source, tmp_path / "export")
    (folder / "card.json").unlink()
    extra = folder / "saved_model/assets.extra/tfgan_zoo.json"
    _rewrite(extra, _metadata)
    _rewrite(folder / "model.json", _model)
    checksums.write(folder)
    new, old = (read_metadata(one / "saved_model") for one in (source, folder))
    assert old == new
    assert web.read_model(folder) == web.read_model(source)
    generator, expected = pretrained.load(folder), pretrained.load(source)
    if new.task == "enlarge":
        picture = np.zeros([1, 5, 4, 1], np.float32)
        np.testing.assert_array_equal(generator(picture), expected(picture))
        return
    np.testing.assert_array_equal(
        generator.sample([0, 1]), expected.sample([0, 1])
    )
    np.testing.assert_array_equal(
        generator.latents([0, 1]), expected.latents([0, 1])
    )


def test_codes_of_an_infogan_are_parts_of_its_latents():
    old = {
        "architecture": "infogan",
        "latent_name": "latents",
        "latent_shape": [74],
        "latent_distribution": "normal",
    }
    (spec,) = first_version.upgrade_metadata(old)["inputs"]
    assert [one["size"] for one in spec["parts"]] == [62, 10, 2]
    plain = first_version.upgrade_metadata({**old, "architecture": "dcgan"})
    assert [one["size"] for one in plain["inputs"][0]["parts"]] == [74]
    assert InputSpec("latents", "latents", (74,), (NORMAL, *CODES)).size == 74


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"latent_name": "a\n"}, "`name` must be a short text"),
        ({"latent_shape": []}, "`size` must be an integer"),
        ({"latent_shape": "100"}, "`size` must be an integer"),
        ({"latent_shape": [[100]]}, "`size` must be an integer"),
        ({"latent_shape": [-1]}, "`size` must be an integer"),
        ({"latent_shape": [64, 64, 1]}, "must have the shape"),
        ({"latent_distribution": "cauchy"}, "`distribution` must be one of"),
        ({"latent_distribution": ""}, "must have the shape"),
        ({"latent_distribution": None}, "`distribution` must be one of"),
        ({"architecture": "infogan", "latent_shape": [12]}, "`size` must be"),
    ],
)
def test_bad_files_of_the_first_version_are_a_line(tmp_path, changes, message):
    source = Path(pretrained.path("dcgan-mnist"))
    extra = tmp_path / "assets.extra" / "tfgan_zoo.json"
    extra.parent.mkdir()
    content = json.loads((source / "assets.extra/tfgan_zoo.json").read_text())
    extra.write_text(json.dumps({**_metadata(content), **changes}))
    with pytest.raises(ValueError, match=f"{message}.*Received: ") as error:
        read_metadata(tmp_path)
    assert str(error.value).isprintable()


def test_model_json_of_the_first_version_without_parts_is_a_line(tmp_path):
    source = Path(pretrained.path("dcgan-mnist")).parent / "model.json"
    content = _model(json.loads(source.read_text()))
    for latents in (LATENTS, {**LATENTS, "parts": 3}, 3, {}):
        path = tmp_path / "model.json"
        path.write_text(json.dumps({**content, "latents": latents}))
        with pytest.raises(ValueError, match="Received: .*model.json"):
            web.read_model(tmp_path)
