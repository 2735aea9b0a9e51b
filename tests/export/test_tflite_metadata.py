"""What exported TFLite files say of themselves."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from small_exports import NAMES, small

from tfgan_zoo import images
from tfgan_zoo.export import (
    checksums,
    exporter,
    tensor_metadata,
    tflite,
    tflite_metadata,
)
from tfgan_zoo.export.metadata import read_metadata
from tfgan_zoo.export.tflite_settings import TFLiteSettings
from tfgan_zoo.inputs import LatentPart, latents_input
from tfgan_zoo.pretrained import sources

ROOT = Path(__file__).resolve().parents[2]
PIXELS = ("float32", "uint8", "int8_uint8")
FEATURES = {
    "content_properties_type": "FeatureProperties",
    "content_properties": {},
}


@pytest.fixture(scope="module")
def conditional(tmp_path_factory):
    gan, metadata = small("conditional_gan")
    metadata = dataclasses.replace(
        metadata,
        dataset="/home/somebody/pictures/wild_birds",
        training_steps=1500,
        recipe={"paper": "Mirza & Osindero 2014"},
        versions={"tfgan_zoo": "0.1", "tensorflow": "2.99"},
    )
    settings = TFLiteSettings(
        ("float32",), author="Ada", license="MIT", model_version="1.2"
    )
    folder = tmp_path_factory.mktemp("conditional") / "export"
    return exporter.export(gan, metadata, folder, tflite_files=settings)


@pytest.fixture(scope="module")
def enlarging(small_export):
    return small_export("upsampler", PIXELS)


def _read(export, variant="float32"):
    return tflite_metadata.read_tflite_metadata(
        export.tflite(variant).read_bytes()
    )


def _tensors(export, variant="float32"):
    (graph,) = _read(export, variant).fields["subgraph_metadata"]
    return {
        tensor["name"]: tensor
        for tensors in graph.values()
        for tensor in tensors
    }


def test_a_model_says_what_it_is(conditional):
    fields = _read(conditional).fields
    (report,) = conditional.reports
    assert fields["name"] == "Images like those of wild birds"
    assert fields["description"] == (
        "A generator of the architecture conditional_gan (Mirza & Osindero "
        "2014), trained on wild birds for 1,500 steps. Numbers: weights of 32 "
        f"bits. It needs TFLite {report.minimum_runtime} or newer, or LiteRT. "
        "Written by tfgan_zoo 0.1 and tensorflow 2.99."
    )
    texts = ("author", "license", "version", "min_parser_version")
    assert [fields[name] for name in texts] == ["Ada", "MIT", "1.2", "1.0.0"]
    # The path of a data set may be private.
    assert b"somebody" not in conditional.tflite().read_bytes()


def test_what_nobody_said_is_left_out(enlarging):
    fields = _read(enlarging).fields
    assert {*fields} == {
        "name",
        "description",
        "min_parser_version",
        "subgraph_metadata",
    }
    assert fields["name"] == "Enlarge images"
    assert fields["description"].startswith(
        "A generator of the architecture upsampler. Numbers: weights of 32 "
    )


def test_classes_have_their_names(conditional):
    metadata = _read(conditional)
    labels = _tensors(conditional)["labels"]
    assert labels["stats"] == {"max": [2.0], "min": [0.0]}
    (file,) = labels["associated_files"]
    assert file["type"] == "TENSOR_VALUE_LABELS"
    text = metadata.files[file["name"]].decode()
    assert tuple(text.splitlines()) == NAMES


def test_tensors_come_in_the_order_of_the_file(conditional):
    (graph,) = _read(conditional).fields["subgraph_metadata"]
    interpreter = tflite.Interpreter(conditional.tflite().read_bytes())
    shapes = {
        name: tensor["shape"] for name, tensor in interpreter.inputs().items()
    }
    details = interpreter._interpreter.get_input_details()
    assert [list(detail["shape"]) for detail in details] == [
        shapes[tensor["name"]] for tensor in graph["input_tensor_metadata"]
    ]
    assert {tuple(shape) for shape in shapes.values()} == {(1,), (1, 16)}


def test_latents_have_a_range_where_they_are_bounded(conditional):
    assert _tensors(conditional)["latents"] == {
        "name": "latents",
        "description": "16 random numbers: 16 normal.",
        "content": FEATURES,
    }
    _, metadata = small("conditional_gan")
    parts = [LatentPart("uniform", 12), LatentPart("one_hot", 4)]
    described = tensor_metadata.describe_input(
        latents_input(parts), None, metadata
    )
    assert described["stats"] == {"max": [1.0], "min": [-1.0]}
    assert described["description"].endswith(": 12 uniform, 4 one_hot.")


@pytest.mark.parametrize(
    ("variant", "high"),
    [("float32", 1.0), ("uint8", 255.0), ("int8_uint8", 255.0)],
)
def test_images_say_their_range_size_and_colours(enlarging, variant, high):
    tensors = _tensors(enlarging, variant)
    low = 0.0 if high == 255.0 else -1.0
    for name, side in (("small_images", 14), ("images", 28)):
        assert tensors[name]["stats"] == {"max": [high], "min": [low]}
        assert tensors[name]["content"] == {
            "content_properties_type": "ImageProperties",
            "content_properties": {
                "color_space": "GRAYSCALE",
                "default_size": {"width": side, "height": side},
            },
        }
        assert f"{side} x {side} pixels, grey" in tensors[name]["description"]


def _normalize(tensor, values):
    (unit,) = tensor["process_units"]
    assert unit["options_type"] == "NormalizationOptions"
    (mean,), (std,) = unit["options"]["mean"], unit["options"]["std"]
    return (values - mean) / std


@pytest.mark.parametrize("variant", PIXELS)
def test_an_app_that_follows_the_metadata_gets_the_image(enlarging, variant):
    """It normalises, then quantises where the file says how, and back."""
    tensors = _tensors(enlarging, variant)
    pixels = np.random.default_rng(0).integers(0, 256, (1, 14, 14, 1))
    run = tflite.Interpreter(enlarging.tflite(variant).read_bytes())
    (source,) = run._run.get_input_details().values()
    (output,) = run._run.get_output_details().values()
    fed = _quantize(_normalize(tensors["small_images"], pixels), source)
    made = run(small_images=fed.astype(source["dtype"]))
    shown = _normalize(tensors["images"], _dequantize(made, output))
    rows = {"small_images": images.from_uint8(pixels.astype(np.uint8)).numpy()}
    expected = images.to_uint8(run.images(rows)).numpy()
    assert np.ptp(expected) > 20
    # In 8 bits, 0 stands for a value between two pixels: half a level each way.
    limit = 2.0 if variant == "int8_uint8" else 1.01
    assert np.abs(shown - expected).max() <= limit


def _quantize(values, details):
    scale, zero = details["quantization"]
    return np.round(values / scale + zero) if scale else values


def _dequantize(values, details):
    scale, zero = details["quantization"]
    values = values.astype(np.float64)
    return (values - zero) * scale if scale else values


def test_points_are_no_images(small_export):
    export = small_export("toy")
    assert _tensors(export)["images"] == {
        "name": "images",
        "description": "A point of 2 numbers.",
        "content": FEATURES,
    }
    assert _read(export).fields["name"] == "Generated points"


@pytest.mark.parametrize(
    ("name", "class_names", "expected"),
    [
        ("acgan-mnist", ("a\nb", "c\udcff", "\t"), [b"a b\nc?\n\n"]),
        ("acgan-mnist", (), []),
        ("dcgan-mnist", ("a", "b"), []),
    ],
)
def test_a_name_of_a_class_that_may_be_chosen_is_a_line(
    name, class_names, expected
):
    metadata = read_metadata(sources.folder(name) / "saved_model")
    metadata = dataclasses.replace(metadata, class_names=class_names)
    assert [*tensor_metadata.label_files(metadata).values()] == expected


def test_hashes_and_sizes_are_of_the_files_with_metadata(conditional):
    checksums.check(conditional.folder)
    (report,) = conditional.reports
    content = conditional.tflite().read_bytes()
    assert report.size_bytes == len(content)
    assert tflite_metadata.read_tflite_metadata(content) is not None
    model = json.loads((conditional.folder / "model.json").read_text())
    (file,) = model["files"]
    assert file["bytes"] == len(content)
    assert file["minimum_runtime"] == report.minimum_runtime
    assert report.minimum_runtime


def test_a_file_without_metadata_has_none():
    signature = [tf.TensorSpec([1])]
    function = tf.function(tf.nn.relu, signature).get_concrete_function()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function])
    assert tflite_metadata.read_tflite_metadata(converter.convert()) is None


@pytest.mark.parametrize("name", ["author", "license", "model_version"])
def test_texts_are_texts(name):
    with pytest.raises(
        TypeError, match=f"`{name}` must be a text. Received: 3"
    ):
        TFLiteSettings(**{name: 3})


@pytest.mark.parametrize(
    "text",
    ["a\nb", "a\tb", "\x1b[31m", "a\u202eb", "a\u2066b", "a\udc80", " ", "a\0"],
)
@pytest.mark.parametrize("name", ["author", "license", "model_version"])
def test_texts_are_printable_lines(name, text):
    message = f"`{name}` must be one line of printable text, not blank, of at "
    with pytest.raises(ValueError, match=message) as error:
        TFLiteSettings(**{name: text})
    assert str(error.value).endswith(f"Received: {text!r}.")
    assert str(error.value).isprintable()


def test_texts_have_200_characters_at_most():
    settings = TFLiteSettings(author="Z\u00fc" * 100)
    assert len(settings.author) == 200
    with pytest.raises(ValueError, match="at most 200 characters. Received: "):
        TFLiteSettings(author="a" * 201)


def test_the_lines_of_the_page_run(tmp_path, monkeypatch, capsys):
    page = (ROOT / "docs" / "mobile.md").read_text("utf-8")
    section = page.partition("## Metadata in the files")[2]
    code = section.partition("```python\n")[2].partition("```")[0]
    monkeypatch.chdir(tmp_path)
    gan, _ = small("conditional_gan")
    values = {"gan": gan}
    exec(code, values)
    # Labels without names are numbers.
    assert capsys.readouterr().out.endswith("Ada Lovelace []\n")
    assert values["metadata"].fields["license"] == "Apache-2.0"
