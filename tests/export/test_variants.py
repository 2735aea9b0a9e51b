"""Every architecture in every TFLite variant: converts, runs, and agrees."""

import base64
import dataclasses
import json

import numpy as np
import pytest
import tensorflow as tf
from browsers import needs_browser
from small_exports import small

from tfgan_zoo import models
from tfgan_zoo.export import comparison, exporter, inputs, tflite
from tfgan_zoo.export.loading import load
from tfgan_zoo.export.variants import VARIANTS
from tools import gpu_operators

ALL = tuple(VARIANTS)
OF_POINTS = tuple(name for name in ALL if not VARIANTS[name].uses_uint8)
# Half a level of 255 is rounding's.
_LIMITS = {"float32": 1e-5, "float16": 5e-3, "uint8": 5e-3 + 0.5 / 127.5}


# One architecture of each generator: a loss leaves no trace in a file.
_CONVERTED = {
    (models.get(name).generator, models.get(name).conditional): name
    for name in reversed(models.names())
}
# One of each kind; the others take `make fast` minutes.
_FAST = ("dcgan", "pix2pix", "r3gan_projection", "toy")


@pytest.fixture(
    scope="module",
    params=[
        name if name in _FAST else pytest.param(name, marks=pytest.mark.slow)
        for name in sorted(_CONVERTED.values())
    ],
)
def export(request, small_export):
    names = OF_POINTS if request.param == "toy" else ALL
    return small_export(request.param, names)


def test_reports_say_what_the_files_do(export):
    """Measured here anew, on inputs that the export has not seen."""
    card = json.loads((export.folder / "model.json").read_text())
    gan, _ = small(card["architecture"])
    rows = inputs.sample_inputs(gan, 32, seed=3)
    loaded = tf.saved_model.load(str(export.saved_model))
    serve = loaded.signatures["serving_default"]
    expected = serve(**{n: tf.constant(v) for n, v in rows.items()})
    expected = expected["images"].numpy()
    assert np.ptp(expected) > 0.5
    scale = 1.0 if expected.ndim == 4 else np.abs(expected).max()
    for report in export.reports:
        content = (export.folder / report.file).read_bytes()
        run = tflite.Interpreter(content)
        apart = np.abs(run.images(rows) - expected) / scale
        limit = _LIMITS.get(report.variant)
        if limit:
            assert np.quantile(apart, 0.999) <= limit
            assert apart.max() <= 10 * limit
        assert 127.5 * apart.mean() <= 4.0
        said = report.differences
        assert 127.5 * apart.mean() == pytest.approx(
            said.mean_of_255, rel=0.5, abs=0.05
        )
        assert run.not_on_phones() == []
        uses_uint8 = VARIANTS[report.variant].uses_uint8
        assert run.inputs() == {
            name: {
                "shape": [1, *values.shape[1:]],
                "dtype": "uint8"
                if uses_uint8 and values.ndim == 4
                else values.dtype.name,
            }
            for name, values in rows.items()
        }
        dtype = "uint8" if uses_uint8 else "float32"
        assert run.outputs()["images"]["dtype"] == dtype


def test_every_export_is_loaded_without_trust(export):
    load(export.folder)


def test_an_app_can_check_itself(export):
    """As docs/mobile.md says: by the test vector of model.json alone."""
    model = json.loads((export.folder / "model.json").read_text())
    vector = model["test_vector"]
    run = tflite.Interpreter(export.tflite().read_bytes())
    fed = {
        name: np.asarray([vector[name]], about["dtype"])
        for name, about in model["files"][0]["inputs"].items()
        if name in vector
    }
    if "input_pixels_base64" in vector:
        spec = model["inputs"][0]
        content = base64.b64decode(vector["input_pixels_base64"])
        pixels = np.frombuffer(content, np.uint8).reshape(1, *spec["shape"])
        fed[spec["name"]] = pixels.astype(np.float32) / 127.5 - 1.0
    image = run(**fed)[0]
    if "points" in vector:
        np.testing.assert_allclose(image, vector["points"], rtol=1e-4)
        return
    pixels = base64.b64decode(vector["pixels_base64"])
    expected = np.frombuffer(pixels, np.uint8).reshape(model["image_shape"])
    assert np.abs(np.round((image + 1) * 127.5) - expected).max() <= 1
    assert expected.std() > 10


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sagan"])
def test_full_width_has_the_operators_of_a_small_one(name, small_export):
    """Converters fold small constants, and leave large ones to the phone."""
    recipe = models.recipe(name)
    size = models.get(name).image_sizes[0]
    gan = models.get(name)((size, size, 1), num_classes=3, recipe=recipe)
    rows = inputs.sample_inputs(gan, 1, seed=0)
    content = tflite.convert(
        gan, VARIANTS["float32"], batch_size=1, calibration=rows
    )
    small_ones = small_export(name, ALL).reports[0].operators
    assert tflite.Interpreter(content).operators() == small_ones


FLOATS = ("float32", "float16", "uint8")


def test_gpus_take_all_operators_of_floats(export):
    table = (export.folder / "export_report.md").read_text()
    for report in export.reports:
        if report.variant in FLOATS:
            total = sum(report.operators.values())
            assert (report.gpu_operators, report.not_on_gpus) == (total, ())
            assert f"| {total} of {total} |" in table


@needs_browser
def test_webgpu_takes_them_and_makes_the_same_images(export, gpu_page):
    for report in export.reports:
        if report.variant not in FLOATS:
            continue
        content = (export.folder / report.file).read_bytes()
        interpreter = tflite.Interpreter(content)
        rows = gpu_operators.random_inputs(interpreter)
        run = gpu_page.run(content, rows)
        assert (run.taken, run.refused) == (report.gpu_operators, ())
        expected = interpreter(**rows).ravel().astype(np.float64)
        apart = np.abs(run.images - expected).max()
        assert apart <= 1e-3 * max(1.0, np.abs(expected).max())


def test_integers_are_everywhere_but_at_the_ends(export):
    for report in export.reports:
        if not report.variant.startswith("int8"):
            continue
        interpreter = tf.lite.Interpreter(
            model_content=(export.folder / report.file).read_bytes()
        )
        wide = [
            tensor["name"]
            for tensor in interpreter.get_tensor_details()
            if tensor["dtype"] == np.float32 and np.prod(tensor["shape"]) > 1
        ]
        tensors = [
            *interpreter.get_input_details(),
            *interpreter.get_output_details(),
        ]
        ends = [one for one in tensors if one["dtype"] == np.float32]
        assert len(wide) == len(ends), wide


def test_report_has_sizes_speed_and_memory(export):
    report = json.loads((export.folder / "export_report.json").read_text())
    by_name = {each["variant"]: each for each in report["files"]}
    assert set(by_name) == {each.variant for each in export.reports}
    for each in by_name.values():
        size = (export.folder / each["file"]).stat().st_size
        assert each["size_bytes"] == size
        measured = each["measured"]
        assert min(measured["milliseconds_per_image"].values()) > 0.0
        assert measured["load_milliseconds"] > 0.0
        assert measured["peak_megabytes"] > 0.0
    table = (export.folder / "export_report.md").read_text()
    assert all(each["file"] in table for each in by_name.values())


@pytest.mark.parametrize("batch_size", [3, 256])
def test_a_batch_makes_the_images_of_one(tmp_path, batch_size):
    gan, card = small("conditional_gan")
    settings = exporter.TFLiteSettings(("float32", "int8"), batch_size)
    done = exporter.export(gan, card, tmp_path / "e", tflite_files=settings)
    rows = inputs.sample_inputs(gan, batch_size, seed=5)
    run = tflite.Interpreter(done.tflite().read_bytes())
    assert run.batch_size == batch_size
    np.testing.assert_allclose(run(**rows), gan(*rows.values()), atol=1e-5)


@pytest.mark.parametrize("settings", [{"names": ("int4",)}, {"names": ()}])
def test_unknown_variants_are_named(settings):
    with pytest.raises(ValueError, match="`tflite` must"):
        exporter.TFLiteSettings(**settings)


@pytest.mark.parametrize("batch_size", [0, 257])
def test_batch_size_has_a_range(batch_size):
    with pytest.raises(ValueError, match="between 1 and 256"):
        exporter.TFLiteSettings(batch_size=batch_size)


def test_points_are_no_uint8(tmp_path):
    gan, card = small("toy")
    settings = exporter.TFLiteSettings(("int8_uint8",))
    with pytest.raises(ValueError, match="without uint8 and int8_uint8"):
        exporter.export(gan, card, tmp_path / "e", tflite_files=settings)


@pytest.mark.parametrize("name", ["sngan", "sngan_projection"])
def test_int8_bears_channels_of_scales_far_apart(name):
    gan, _ = small(name)
    generator = gan.ema_generator
    apart = np.geomspace(0.1, 30.0, 8).astype(np.float32)
    for conv in (generator.blocks[-1].second, generator.blocks[-1].shortcut):
        conv.kernel.assign(conv.kernel * apart)
    rows = inputs.sample_inputs(gan, 64, seed=3)
    for _ in range(60):  # the statistics follow
        generator(*rows.values(), training=True)
    before = [variable.numpy() for variable in generator.variables]

    def off():
        content = tflite.convert(
            gan, VARIANTS["int8"], batch_size=1, calibration=rows
        )
        output = tflite.Interpreter(content).images(rows)
        return 127.5 * np.abs(output - gan(*rows.values()).numpy()).mean()

    found = off()
    for variable, value in zip(generator.variables, before):
        np.testing.assert_array_equal(variable, value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(generator), "equalise", lambda self: None)
        without = off()
    assert 0.1 < found < 6.0
    assert without > 4.0 * found


def test_a_file_beyond_its_limit_is_refused_and_nothing_is_left(tmp_path):
    gan, card = small("dcgan")
    settings = exporter.TFLiteSettings(("int8",), mean_limit=0.01)
    with pytest.raises(
        comparison.ExportError, match="mean of at most 0.01 of 255"
    ):
        exporter.export(gan, card, tmp_path / "e", tflite_files=settings)
    assert list(tmp_path.iterdir()) == []


def _found(**values):
    zero = comparison.Differences(0.0, 0.0, 0.0)
    return dataclasses.replace(zero, **values)


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("float32", {"largest": 2e-4}),
        ("float32", {"most": 2e-5}),
        ("float16", {"largest": 6e-2}),
        ("float16", {"most": 6e-3}),
        ("float16", {"most": float("nan")}),
        ("dynamic", {"mean_of_255": 4.1}),
        ("int8", {"mean_of_255": float("nan")}),
    ],
)
def test_limits(name, bad):
    comparison.require("file", _found(), VARIANTS[name])
    with pytest.raises(comparison.ExportError, match="Received"):
        comparison.require("file", _found(**bad), VARIANTS[name])


def test_what_tflite_cannot_express_is_said_in_a_line():
    gan, _ = small("dcgan")
    first, *_ = gan.ema_generator.main_layers
    reshape = first.reshape
    first.reshape = lambda x: reshape(tf.math.bessel_i0e(x))
    rows = inputs.sample_inputs(gan, 1, seed=0)
    with pytest.raises(tflite.ConversionError, match="that TFLite has") as said:
        tflite.convert(gan, VARIANTS["float32"], batch_size=1, calibration=rows)
    assert "BesselI0e" in str(said.value) and "\n" not in str(said.value)


@pytest.mark.parametrize("limit", [float("nan"), float("inf"), -1.0, 256.0])
def test_a_mean_limit_is_one_of_pixels(limit):
    with pytest.raises(ValueError, match="`tflite_mean_limit` must be"):
        exporter.TFLiteSettings(("int8",), mean_limit=limit)
