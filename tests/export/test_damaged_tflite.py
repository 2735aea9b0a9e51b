"""TFLite files that are none, are cut, damaged, or made to exhaust."""

import io
import random
import struct
import tracemalloc
import zipfile
from pathlib import Path

import flatbuffers
import pytest

from tfgan_zoo.export import embedding, metadata_tables
from tfgan_zoo.export.flatbuffer_reader import STRING, UINT, Span, read
from tfgan_zoo.export.tflite_metadata import read_tflite_metadata
from tfgan_zoo.pretrained import sources

# With labels.txt behind it, and without.
NAMES = ("conditional_gan-mnist", "upsampler-fashion_mnist")
TABLES = {
    "Root": {"number": UINT, "data": Span(2), "leaves": ["Leaf"]},
    "Leaf": {"text": STRING},
}


def _content(name):
    return (sources.folder(name) / "generator_int8.tflite").read_bytes()


@pytest.fixture(scope="module", params=NAMES)
def content(request):
    return _content(request.param)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"A text, and no model.\n",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        bytes(1000),
        b"\x04\0\0\0TFL3",
        b"\xff\xff\xff\xffTFL3" + bytes(100),
    ],
)
def test_what_is_no_tflite_file_is_refused(content):
    message = (
        "^A TFLite file must be a whole flatbuffer of the type TFL3. "
        rf"Received: {len(content):,} bytes, [a-z ]+\.$"
    )
    with pytest.raises(ValueError, match=message):
        read_tflite_metadata(content)


@pytest.mark.parametrize("content", ["a.tflite", Path("a.tflite"), None, 3])
def test_content_must_be_bytes(content):
    with pytest.raises(TypeError, match="must be bytes. Received: "):
        read_tflite_metadata(content)


def test_whole_files_are_read(content):
    metadata = read_tflite_metadata(content)
    assert metadata.fields["license"] == "Apache-2.0"


@pytest.mark.parametrize("lost", [1, 2, 3, 17, 64, 1000, 20_000])
def test_a_file_without_its_last_bytes_is_refused(content, lost):
    with pytest.raises(ValueError, match="cut or damaged") as error:
        read_tflite_metadata(content[:-lost])
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9])
def test_the_first_part_of_a_file_is_refused(content, share):
    with pytest.raises(ValueError, match="cut or damaged"):
        read_tflite_metadata(content[: int(len(content) * share) // 16 * 16])


def test_files_that_metadata_name_must_be_there():
    content = _content(NAMES[0])
    model = content[: content.rindex(b"PK\3\4")]
    with pytest.raises(ValueError, match=r"Received: .* without labels\.txt\."):
        read_tflite_metadata(model)
    other = embedding.append_files(model, {"other.txt": b"a"})
    with pytest.raises(ValueError, match=r"Received: .* without labels\.txt\."):
        read_tflite_metadata(other)


def test_damaged_bytes_raise_no_other_error(content):
    """The first 4 kB hold the metadata, the last 300 bytes labels.txt."""
    rng = random.Random(0)
    refused = 0
    for _ in range(600):
        damaged = bytearray(content)
        for _ in range(rng.randint(1, 8)):
            place = rng.choice([rng.randrange(4096), -rng.randint(1, 300)])
            damaged[place] = rng.randrange(256)
        try:
            read_tflite_metadata(bytes(damaged))
        except ValueError as error:
            refused += 1
            assert str(error).isprintable()
    assert 100 < refused < 600


def _pack(files, method):
    stream = io.BytesIO(_content(NAMES[1]))
    with zipfile.ZipFile(stream, "a", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def test_compressed_files_are_read_unless_damaged():
    text = b"".join(b"%d\n" % number for number in range(200))
    content = _pack({"a.txt": text}, zipfile.ZIP_DEFLATED)
    assert read_tflite_metadata(content).files == {"a.txt": text}
    damaged = bytearray(content)
    damaged[content.rindex(b"PK\3\4") + 35] = 255
    with pytest.raises(ValueError, match="Received: a damaged one"):
        read_tflite_metadata(bytes(damaged))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_files_compressed_otherwise_are_refused(method):
    with pytest.raises(ValueError, match="Received: one compressed by "):
        read_tflite_metadata(_pack({"a.txt": b"a"}, method))


@pytest.mark.parametrize(
    ("count", "size"), [(1000, 1000), (1001, 1), (2, 500_001)]
)
def test_files_are_limited(count, size):
    files = {f"{number}.txt": bytes(size) for number in range(count)}
    content = _pack(files, zipfile.ZIP_DEFLATED)
    if count == 1000:
        assert read_tflite_metadata(content).files == files
        return
    with pytest.raises(ValueError, match=r"at most 1,000 files and 1,000,000"):
        read_tflite_metadata(content)


def test_files_that_declare_less_than_they_hold_take_no_memory():
    content = _pack({"a.txt": bytes(50_000_000)}, zipfile.ZIP_DEFLATED)
    content = content.replace(struct.pack("<I", 50_000_000), b"\5\0\0\0")
    tracemalloc.start()
    with pytest.raises(ValueError, match="Received: a damaged one"):
        read_tflite_metadata(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def _shared(text, count):
    """Returns a root whose `count` leaves are one, with one text."""
    vtable = struct.pack("<5H", 10, 8, 0, 0, 4) + bytes(2)
    root = struct.pack("<iI", len(vtable), 4) + struct.pack("<I", count)
    before = 8 + len(vtable) + len(root)
    leaf = before + 4 * count + 8
    offsets = [leaf - before - 4 * number for number in range(count)]
    return b"".join(
        [
            struct.pack("<I", 8 + len(vtable)) + b"TEST",
            vtable,
            root,
            struct.pack(f"<{count}I", *offsets),
            struct.pack("<HHHH", 6, 8, 4, 0),
            struct.pack("<iII", 8, 4, len(text)) + text,
        ]
    )


def _read(content, limit):
    return read(content, TABLES, "Root", identifier=b"TEST", limit=limit)


def test_values_that_are_shared_count_each_time():
    content = _shared(b"four", 3)
    assert _read(content, 1000) == {"leaves": [{"text": "four"}] * 3}
    # Of the root 9 numbers; of each leaf 7 and the text.
    needed = 9 + 3 * (7 + 4)
    assert _read(content, needed)
    with pytest.raises(ValueError, match=f"^more than {needed - 1:,} values$"):
        _read(content, needed - 1)


def test_offsets_that_lead_out_are_refused():
    content = _shared(b"four", 3)
    for length in range(8, len(content)):
        with pytest.raises(ValueError, match="^cut or damaged$"):
            _read(content[:length], 1000)


def _vector(builder, table, count):
    builder.StartVector(4, count, 4)
    for _ in range(count):
        builder.PrependUOffsetTRelative(table)
    return builder.EndVector()


def _finish(builder, fields, identifier):
    """Writes a root of vectors, by their slots."""
    builder.StartObject(1 + max(fields))
    for slot, vector in fields.items():
        builder.PrependUOffsetTRelativeSlot(slot, vector, 0)
    builder.Finish(builder.EndObject(), identifier)
    return bytes(builder.Output())


def _many_graphs(count):
    """Returns metadata of so many graphs, which are one, with its name."""
    builder = flatbuffers.Builder(0)
    name = builder.CreateString("a" * 100)
    builder.StartObject(1)
    builder.PrependUOffsetTRelativeSlot(0, name, 0)
    graphs = _vector(builder, builder.EndObject(), count)
    return _finish(builder, {3: graphs}, b"M001")


def test_metadata_are_limited():
    graphs = metadata_tables.decode(_many_graphs(9000))["subgraph_metadata"]
    assert graphs == [{"name": "a" * 100}] * 9000
    shared = _many_graphs(10_000)
    assert len(shared) < 50_000
    with pytest.raises(ValueError, match="more than 1,000,000 values"):
        metadata_tables.decode(shared)
    large = metadata_tables.encode({"name": "a"}) + bytes(1_000_000)
    with pytest.raises(ValueError, match="bytes, more than 1,000,000"):
        metadata_tables.decode(large)


def _model(count, index):
    """Returns a model whose buffers are one, and metadata in `index`."""
    builder = flatbuffers.Builder(0)
    builder.StartObject(1)
    buffers = _vector(builder, builder.EndObject(), count)
    builder.StartObject(2)
    builder.PrependUint32Slot(1, index, 0)
    entries = _vector(builder, builder.EndObject(), 1)
    return _finish(builder, {4: buffers, 6: entries}, b"TFL3")


def test_buffers_that_metadata_name_must_be_there():
    assert read_tflite_metadata(_model(3, 2)) is None
    with pytest.raises(ValueError, match="cut or damaged"):
        read_tflite_metadata(_model(3, 3))


def test_models_are_limited():
    with pytest.raises(ValueError, match="more than 1,000,000 values"):
        read_tflite_metadata(_model(250_000, 0))
