"""What GPUs take of a file: by the rule, and by a browser's WebGPU."""

import base64
import json

import numpy as np
import pytest
import tensorflow as tf
from browsers import needs_browser

from tfgan_zoo.export import gpus
from tfgan_zoo.pretrained import sources

LABELS = tf.TensorSpec([1], tf.int32)
MAPS = tf.TensorSpec([1, 4, 4, 8], tf.float32)
RANDOM = np.random.default_rng(0)
TABLE = RANDOM.normal(size=(300, 8)).astype(np.float32)  # stored in 16 bits
KERNEL = RANDOM.normal(size=(4, 4, 8, 8)).astype(np.float32)


def _look_up(labels):
    return tf.gather(TABLE, labels)


def _transposed(maps):
    return tf.nn.conv2d_transpose(maps, KERNEL, [1, 8, 8, 8], 2)


def _transposed_relu(maps):
    return tf.nn.relu(_transposed(maps) + KERNEL[0, 0, 0])


def _repeat_edge(maps):
    return tf.pad(maps, [[0, 0], [1, 1], [1, 1], [0, 0]], "SYMMETRIC")


def _reflect(maps):
    return tf.pad(maps, [[0, 0], [1, 1], [1, 1], [0, 0]], "REFLECT")


def _pad_white(maps):
    return tf.pad(maps, [[0, 0], [1, 1], [1, 1], [0, 0]], constant_values=1.0)


def _repeat(maps):
    return tf.repeat(maps, 2, axis=1)


def _enlarge(maps):
    return tf.nn.depth_to_space(tf.concat([maps] * 16, -1), 4)


def _row(maps):
    return tf.nn.relu(maps)[:, 0]


def _converter(function, spec):
    concrete = tf.function(function).get_concrete_function(spec)
    return tf.lite.TFLiteConverter.from_concrete_functions(
        [concrete], tf.Module()
    )


def _convert(function, spec, in_16_bits=False):
    converter = _converter(function, spec)
    if in_16_bits:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
    return converter.convert()


CASES = {
    "transposed convolution": (_transposed, MAPS, False, ()),
    "transposed convolution with ReLU": (
        _transposed_relu,
        MAPS,
        False,
        ("1 TRANSPOSE_CONV of version 4",),
    ),
    "look-up": (_look_up, LABELS, False, ()),
    "look-up in 16 bits": (
        _look_up,
        LABELS,
        True,
        ("1 GATHER of values stored in 16 bits",),
    ),
    "reflection": (_reflect, MAPS, False, ()),
    "repeated edge": (
        _repeat_edge,
        MAPS,
        False,
        ("1 MIRROR_PAD that repeats the edge",),
    ),
    "repeated rows": (
        _repeat,
        MAPS,
        False,
        ("2 RESHAPE of 5 dimensions", "1 TILE of 5 dimensions"),
    ),
    "four times as large": (_enlarge, MAPS, False, ()),
    "a row": (_row, MAPS, False, ("1 STRIDED_SLICE that drops a dimension",)),
}


@pytest.fixture(scope="module", params=CASES)
def case(request):
    function, spec, in_16_bits, refused = CASES[request.param]
    return _convert(function, spec, in_16_bits), refused


def test_what_gpus_refuse_is_named(case):
    content, refused = case
    assert gpus.divide(content).refused == refused


@needs_browser
def test_a_browsers_gpu_takes_as_many(case, gpu_page):
    content, _ = case
    assert gpus.divide(content).taken == gpu_page.run(content).taken


def test_padding_that_gpus_get_wrong_is_refused():
    content = _convert(_pad_white, MAPS)
    assert gpus.divide(content) == gpus.GpuOperators(
        0, ("1 PADV2 of version 1",)
    )


def test_bytes_at_the_ends_of_integers_are_refused():
    converter = _converter(lambda maps: tf.nn.tanh(maps + 1.0), MAPS)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: [
        [RANDOM.normal(size=(1, 4, 4, 8)).astype(np.float32)]
    ]
    converter.inference_output_type = tf.uint8
    division = gpus.divide(converter.convert())
    assert division.refused == ("1 QUANTIZE from integers to integers",)


def _reports():
    for path in sorted(sources.GENERATORS.glob("*/export_report.json")):
        for report in json.loads(path.read_text("utf-8"))["files"]:
            yield path.parent, report


SHIPPED = [
    pytest.param(*each, id=f"{each[0].name}-{each[1]['variant']}")
    for each in _reports()
]


@pytest.mark.parametrize(("folder", "report"), SHIPPED)
def test_gpus_take_all_of_what_ships(folder, report):
    total = sum(report["operators"].values())
    content = (folder / report["file"]).read_bytes()
    assert gpus.divide(content) == gpus.GpuOperators(total, ())
    assert (report["gpu_operators"], report["not_on_gpus"]) == (total, [])


@needs_browser
@pytest.mark.parametrize(("folder", "report"), SHIPPED)
def test_a_browsers_gpu_takes_what_the_reports_say(folder, report, gpu_page):
    content = (folder / report["file"]).read_bytes()
    if report["variant"] != "float16":
        run = gpu_page.run(content)
        assert (run.taken, run.refused) == (report["gpu_operators"], ())
        return
    model = json.loads((folder / "model.json").read_text("utf-8"))
    (about,) = (f for f in model["files"] if f["file"] == report["file"])
    run = gpu_page.run(content, _test_inputs(model, about))
    assert (run.taken, run.refused) == (report["gpu_operators"], ())
    generated = np.round((run.images + 1.0) * 127.5)
    apart = generated - _pixels(model["test_vector"]["pixels_base64"])
    assert np.abs(apart).max() <= 1


def _test_inputs(model, about):
    vector = model["test_vector"]
    if "input_pixels_base64" in vector:
        spec = model["inputs"][0]
        values = _pixels(vector["input_pixels_base64"]) / 127.5 - 1.0
        vector = {spec["name"]: values.reshape(spec["shape"])}
    return {
        name: np.asarray([vector[name]], tensor["dtype"])
        for name, tensor in about["inputs"].items()
    }


def _pixels(text):
    return np.frombuffer(base64.b64decode(text), np.uint8).astype(float)
