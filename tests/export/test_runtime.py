"""Which runtimes read a TFLite file, as the file itself says."""

import flatbuffers
import numpy as np
import pytest
from tensorflow.lite.python import schema_py_generated as schema

from tfgan_zoo.export import runtime
from tfgan_zoo.pretrained import sources


def _file(**metadata):
    model = schema.ModelT()
    model.version = 3
    model.buffers = [schema.BufferT()]
    model.metadata = []
    for name, text in metadata.items():
        buffer, entry = schema.BufferT(), schema.MetadataT()
        # The converter fills up with zeros.
        buffer.data = np.frombuffer(text.encode().ljust(16, b"\0"), np.uint8)
        model.buffers.append(buffer)
        entry.name, entry.buffer = name, len(model.buffers) - 1
        model.metadata.append(entry)
    builder = flatbuffers.Builder(64)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2.17.0", "2.17"),
        ("2.7.0", "2.7"),
        ("2.10.0", "2.10"),
        ("2.3.0", "2.7"),  # signatures are newer than the operators
        ("1.14.0", "2.7"),
        ("3.0.0", "3.0"),
    ],
)
def test_minimum_is_that_of_the_newest_operator(written, expected):
    content = _file(other="9.9.9", min_runtime_version=written)
    assert runtime.minimum(content) == expected


@pytest.mark.parametrize("metadata", [{}, {"other": "2.0"}])
def test_minimum_may_be_unknown(metadata):
    assert runtime.minimum(_file(**metadata)) == ""


def test_files_that_ship_run_on_the_oldest_runtime():
    paths = sorted(sources.GENERATORS.glob("*/*.tflite"))
    assert paths
    found = {runtime.minimum(path.read_bytes()) for path in paths}
    assert found == {runtime.OLDEST}
