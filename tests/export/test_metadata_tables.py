"""TFLite Model Metadata as a flatbuffer: written, read, and as others do."""

import base64

import pytest

from tfgan_zoo.export import metadata_tables

# Written by the classes of tflite-support 0.4.4. It has what exports do not
# use: a locale, audio, and no outputs.
OTHERS = base64.b64decode("""
HAAAAE0wMDEUACAAHAAYABQAEAAMAAgAAAAEABQAAAAcAAAAJAAAACgAAAAsAAAAtAEAALgB
AADAAQAABQAAADEuMC4wAAAAAwAAAE1JVAABAAAAQQAAAAEAAAAQAAAADAAMAAAAAAAIAAQA
DAAAAAgAAAAIAAAAAAAAAAIAAACYAAAAGAAAAAAAEgAQAAwAAAAAAAgAAAAAAAQAEgAAAAwA
AABEAAAAVAAAAAEAAAAQAAAADAAQAAwAAAALAAQADAAAAAwAAAAAAAADDAAAAAIAAABlbgAA
CgAAAGxhYmVscy50eHQAAFz///8MAAAAAAAABAQABAAEAAAABgAAAGxhYmVscwAAEAAYABQA
AAAQAAwACAAEABAAAAAUAAAAMAAAAFwAAACMAAAArAAAAJD///8IAAAADAAAAAEAAAAAAAAA
AgAAAAAAf0MAAIA/AQAAAAQAAADM////CAAAAAAAAAHE////CAAAAAwAAAABAAAAAAAAQAEA
AAAAAP9C9P///xAAAAAAAAACCAAMAAsABAAIAAAAEAAAAAAAAAEIAAwACAAEAAgAAAAgAAAA
QAAAAAIAAAAUAAAABAAAAAYAAABoZWlnaHQAAAUAAABiYXRjaAAAAAYAAABwaG90b3MAAAEA
AAAyAAAABQAAAEdyw7xuAAAADQAAAENvbG91ciBpbWFnZXMAAAA=
""")
FILE = {"name": "labels.txt", "type": "TENSOR_VALUE_LABELS"}
IMAGE = {
    "name": "photos",
    "dimension_names": ["batch", "height"],
    "content": {
        "content_properties_type": "ImageProperties",
        "content_properties": {
            "color_space": "RGB",
            "default_size": {"width": 64, "height": 32},
        },
    },
    "process_units": [
        {
            "options_type": "NormalizationOptions",
            "options": {"mean": [127.5], "std": [2.0]},
        }
    ],
    "stats": {"max": [255.0, 1.0], "min": [0.0]},
}
LABELS = {
    "name": "labels",
    "content": {
        "content_properties_type": "FeatureProperties",
        "content_properties": {},
    },
    "associated_files": [FILE],
}
MODEL = {
    "name": "Colour images",
    "description": "Grün",
    "version": "2",
    "author": "A",
    "license": "MIT",
    "min_parser_version": "1.0.0",
    "subgraph_metadata": [{"input_tensor_metadata": [IMAGE, LABELS]}],
}


def test_what_others_write_is_read():
    (graph,) = MODEL["subgraph_metadata"]
    audio = {**LABELS, "content": {"content_properties_type": "NONE"}}
    expected = {"input_tensor_metadata": [IMAGE, audio]}
    assert {*graph} == {*expected}
    read = metadata_tables.decode(OTHERS)
    assert read["subgraph_metadata"][0].pop("output_tensor_metadata") == []
    assert read == {**MODEL, "subgraph_metadata": [expected]}


def test_what_is_written_is_read():
    assert metadata_tables.decode(metadata_tables.encode(MODEL)) == MODEL


def test_empty_fields_are_left_out():
    content = metadata_tables.encode({"name": "a", "author": ""})
    assert metadata_tables.decode(content) == {"name": "a"}


def test_text_that_has_no_encoding_is_written():
    content = metadata_tables.encode({"name": "a\udcff"})
    assert metadata_tables.decode(content) == {"name": "a?"}


def test_unknown_fields_are_refused():
    content = {
        "content_properties_type": "ImageProperties",
        "content_properties": {"default_size": {"depth": 1}},
    }
    graph = {"input_tensor_metadata": [{"content": content}]}
    with pytest.raises(ValueError, match="ImageSize must .* Received: depth"):
        metadata_tables.encode({"subgraph_metadata": [graph]})


@pytest.mark.parametrize("length", [0, 8, 100, 300, 500])
def test_damaged_metadata_are_refused(length):
    with pytest.raises(ValueError, match="must be a flatbuffer of the type"):
        metadata_tables.decode(OTHERS[:length])


def test_another_flatbuffer_is_refused():
    with pytest.raises(ValueError, match="another identifier"):
        metadata_tables.decode(OTHERS.replace(b"M001", b"TFL3"))
