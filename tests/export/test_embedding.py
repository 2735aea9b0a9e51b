"""Buffers and files inside a TFLite file, which stays what it was."""

import zipfile

import flatbuffers
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as schema

from tfgan_zoo.export import embedding, runtime

DATA = bytes(range(1, 230))


@pytest.fixture(scope="module")
def plain():
    weights = tf.constant(np.linspace(-1, 1, 5 * 3).reshape(5, 3), tf.float32)

    @tf.function(input_signature=[tf.TensorSpec([1, 5], name="latents")])
    def serve(latents):
        return {"images": tf.nn.relu(latents @ weights) + 0.5}

    module = tf.Module()
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [serve.get_concrete_function()], module
    )
    return converter.convert()


def _buffers(content):
    """Returns content, and place modulo 16, of each buffer that has any."""
    model = schema.Model.GetRootAs(content, 0)
    buffers = [model.Buffers(i) for i in range(model.BuffersLength())]
    return [
        (buffer.DataAsNumpy().tobytes(), _start(buffer) % 16)
        for buffer in buffers
        if buffer.DataLength()
    ]


def _start(buffer):
    return buffer._tab.Vector(buffer._tab.Offset(4))


def _as_objects(content):
    """Returns a model as its schema's classes have it, all fields."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    return _plain(model)


def _plain(value):
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if hasattr(value, "__dict__"):
        return {name: _plain(item) for name, item in vars(value).items()}
    return value


def test_a_buffer_is_added_and_all_else_stays(plain):
    content = embedding.add_buffer(plain, "NOTE", DATA)
    before, after = _as_objects(plain), _as_objects(content)
    *old, added = after.pop("buffers")
    assert old == before.pop("buffers")
    assert bytes(added["data"]) == DATA
    *old, entry = after.pop("metadata")
    assert old == before.pop("metadata")
    assert entry == {"name": b"NOTE", "buffer": len(_all_buffers(plain))}
    assert after == before
    assert len(content) - len(plain) < len(DATA) + 300


def _all_buffers(content):
    return range(schema.Model.GetRootAs(content, 0).BuffersLength())


def test_buffers_keep_their_alignment(plain):
    before = _buffers(plain)
    after = _buffers(embedding.add_buffer(plain, "NOTE", DATA))
    assert after == [*before, (DATA, 0)]


def test_a_file_without_metadata_takes_a_buffer(plain):
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(plain, 0))
    model.metadata = None
    builder = flatbuffers.Builder(64)
    builder.Finish(model.Pack(builder), b"TFL3")
    content = bytes(builder.Output())
    assert embedding.read_buffer(content, "NOTE") == b""
    added = embedding.add_buffer(content, "NOTE", DATA)
    assert embedding.read_buffer(added, "NOTE") == DATA


def test_the_file_runs_as_before(plain):
    content = embedding.add_buffer(plain, "NOTE", DATA)
    content = embedding.append_files(content, {"labels.txt": b"cat\n"})
    interpreter = tf.lite.Interpreter(model_content=content)
    run = interpreter.get_signature_runner()
    latents = np.linspace(-1, 1, 5, dtype=np.float32)[None]
    np.testing.assert_array_equal(
        run(latents=latents)["images"],
        tf.lite.Interpreter(model_content=plain).get_signature_runner()(
            latents=latents
        )["images"],
    )
    assert runtime.minimum(content) == runtime.minimum(plain) != ""


def test_buffers_are_found_by_their_names(plain):
    content = embedding.add_buffer(plain, "ONE", b"first")
    content = embedding.add_buffer(content, "TWO", b"second")
    assert embedding.read_buffer(content, "ONE") == b"first"
    assert embedding.read_buffer(content, "TWO") == b"second"
    assert embedding.read_buffer(content, "THREE") == b""


def test_files_are_read_and_always_have_the_same_bytes(plain):
    files = {"labels.txt": "Katze\nBär\n".encode(), "empty": b""}
    content = embedding.append_files(plain, files)
    assert content.startswith(plain)
    assert embedding.read_files(content) == files
    assert embedding.read_files(plain) == {}
    assert content == embedding.append_files(plain, files)


def test_any_zip_program_reads_the_files(plain, tmp_path):
    path = tmp_path / "a.tflite"
    path.write_bytes(embedding.append_files(plain, {"labels.txt": b"cat\n"}))
    with zipfile.ZipFile(path) as archive:
        (entry,) = archive.infolist()
        # Readers in apps map the file, and unpack nothing.
        assert entry.compress_type == zipfile.ZIP_STORED
        assert entry.header_offset == len(plain)
        assert archive.read(entry) == b"cat\n"


def test_damaged_files_are_refused(plain):
    content = embedding.append_files(plain, {"labels.txt": b"cat\n"})
    damaged = content.replace(b"cat\n", b"cut\n")
    with pytest.raises(
        ValueError, match="must be a zip archive .* Received: a dam"
    ):
        embedding.read_files(damaged)
