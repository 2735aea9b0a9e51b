"""Files of a SavedModel that are no files, damaged, or another model's."""

import os
import shutil
import stat

import numpy as np
import pytest
import tensorflow as tf
from hostile_models import GRAPH, require_refused, state
from tensorflow.core.framework import types_pb2
from tensorflow.core.protobuf import trackable_object_graph_pb2

from tfgan_zoo import untrusted
from tfgan_zoo.untrusted import checksums, regular_files

INDEX = "variables/variables.index"
DATA = "variables/variables.data-00000-of-00001"
FILES = (GRAPH, INDEX, DATA)
# Of TensorFlow's checkpoints of objects.
OBJECTS = "_CHECKPOINTABLE_OBJECT_GRAPH"


def _link_outside(path, scratch):
    outside = scratch / "outside"
    shutil.move(path, outside)
    path.symlink_to(outside)


def _link_inside(path, scratch):
    del scratch
    inside = path.with_name("inside")
    path.rename(inside)
    path.symlink_to(inside.name)


def _dangling_link(path, scratch):
    path.unlink()
    path.symlink_to(scratch / "nowhere")


def _link_to_itself(path, scratch):
    del scratch
    path.unlink()
    path.symlink_to(path.name)


def _link_to_a_device(path, scratch):
    del scratch
    path.unlink()
    path.symlink_to("/dev/zero")


def _fifo(path, scratch):
    del scratch
    path.unlink()
    os.mkfifo(path)


def _device(path, scratch):
    del scratch
    path.unlink()
    try:
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only the superuser makes devices")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "replace",
    [
        _link_outside,
        _link_inside,
        _dangling_link,
        _link_to_itself,
        _link_to_a_device,
        _fifo,
        _device,
    ],
)
def test_what_is_no_regular_file_is_refused_unread(hostile, name, replace):
    """A reader of a FIFO would wait for ever."""
    replace(hostile.folder / name, hostile.scratch)
    require_refused(hostile, "A model must consist of regular files, without")


@pytest.mark.parametrize("name", ["variables", "assets", "assets.extra"])
def test_a_linked_folder_is_refused(hostile, name):
    folder = hostile.folder / name
    outside = hostile.scratch / name
    if folder.exists():
        shutil.move(folder, outside)
    else:
        outside.mkdir()
    folder.symlink_to(outside)
    require_refused(hostile, f"without links.*{name}: which is a link")


def test_a_further_shard_that_is_a_link_is_refused(hostile):
    """An index may name shards that no other file tells of."""
    shard = hostile.folder / "variables/variables.data-00001-of-00002"
    shard.symlink_to("/etc/hostname")
    require_refused(hostile, "without links")


def test_a_folder_that_the_caller_links_to_is_loaded(hostile):
    link = hostile.scratch / "latest"
    link.symlink_to(hostile.folder)
    assert untrusted.load(link).signatures


@pytest.mark.parametrize("name", FILES)
def test_a_folder_in_place_of_a_file_is_refused(hostile, name):
    (hostile.folder / name).unlink()
    (hostile.folder / name).mkdir()
    require_refused(hostile, "Received: ")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(hostile, name):
    (hostile.folder / name).unlink()
    require_refused(hostile, "without saved_model.pb|variables are damaged")


def test_no_folder_is_refused(hostile):
    shutil.rmtree(hostile.folder)
    with pytest.raises(ValueError, match="A model must be a SavedModel"):
        untrusted.load(hostile.folder)


def test_thousands_of_files_are_refused(hostile):
    folder = hostile.folder / "variables"
    for number in range(1001):
        (folder / f"{number}").touch()
    require_refused(hostile, "hold 1,000 files at most")


def test_a_huge_graph_is_refused_unread(hostile, monkeypatch):
    size = (hostile.folder / GRAPH).stat().st_size
    monkeypatch.setattr(regular_files, "MAX_GRAPH_BYTES", size)
    untrusted.load(hostile.folder)
    monkeypatch.setattr(regular_files, "MAX_GRAPH_BYTES", size - 1)
    require_refused(hostile, f"of {size - 1:,} bytes at most")


PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:1],
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1],
        lambda content: PNG,
        lambda content: b"\0" * len(content),
        lambda content: b"\xff" * len(content),
        lambda content: content[::-1],
    ],
    ids=["empty", "byte", "half", "cut", "png", "zeros", "ones", "reversed"],
)
def test_a_damaged_file_is_refused(hostile, name, damage):
    path = hostile.folder / name
    path.write_bytes(damage(path.read_bytes()))
    require_refused(hostile, "A model must .* damaged")


@pytest.mark.parametrize("length", [0, 3, 4, 511, 512, 513, 5000])
def test_a_checksum_is_that_of_every_byte(length):
    content = np.random.RandomState(length).bytes(length)
    expected = 0xFFFFFFFF
    for byte in content:
        expected ^= byte
        for _ in range(8):
            expected = expected >> 1 ^ (0x82F63B78 if expected & 1 else 0)
    expected ^= 0xFFFFFFFF
    rotated = (expected >> 15 | expected << 17) & 0xFFFFFFFF
    assert checksums.masked(content) == (rotated + 0xA282EAD8) & 0xFFFFFFFF


def _varint(number):
    text = b""
    while number >= 0x80:
        text += bytes([number & 0x7F | 0x80])
        number >>= 7
    return text + bytes([number])


@pytest.mark.parametrize("length", [2**31 - 1, 2**47, 2**60, 2**64 - 1])
def test_a_string_that_claims_any_length_is_not_made(hostile, length):
    """TensorFlow's own reader ends the process."""
    folder = hostile.folder / "variables"
    shutil.rmtree(folder)
    text = b"x" * 300
    _write(hostile, **{OBJECTS: text})
    data = folder / "variables.data-00000-of-00001"
    content = data.read_bytes()
    assert content.startswith(_varint(len(text)))
    claim = _varint(length)
    data.write_bytes(claim + content[2 : len(content) - len(claim) + 2])
    require_refused(hostile, "is of another length")


@pytest.mark.parametrize("name", FILES)
def test_random_damage_is_refused_or_harmless(hostile, name):
    """Nothing but ValueError, whatever byte is another."""
    path = hostile.folder / name
    content = path.read_bytes()
    random = np.random.RandomState(0)
    for _ in range(40):
        damaged = bytearray(content)
        for place in random.randint(len(content), size=random.randint(1, 4)):
            damaged[place] = random.randint(256)
        path.write_bytes(bytes(damaged))
        before = state(hostile.folder.parent)
        try:
            untrusted.load(hostile.folder)
        except ValueError as error:
            assert str(error).startswith("A model must ")
        assert state(hostile.folder.parent) == before


def test_a_flipped_bit_of_the_weights_is_noticed(hostile):
    path = hostile.folder / DATA
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    path.write_bytes(bytes(content))
    require_refused(hostile, "whose variables are damaged")


def _saved(model, **variables):
    """Replaces the weights by others, of the names of its attributes."""
    shutil.rmtree(model.folder / "variables")
    checkpoint = tf.train.Checkpoint(**variables)
    checkpoint.write(str(model.folder / "variables" / "variables"))


SCALE = np.arange(4, dtype=np.float32)
SHIFT = np.ones([1, 4], np.float32)


@pytest.mark.parametrize(
    ("received", "variables"),
    [
        ("without", {}),
        ("without", {"scale": SCALE}),
        ("without", {"other": SCALE, "names": SHIFT}),
        ("is not float32", {"scale": SCALE[:3], "shift": SHIFT}),
        ("is not float32", {"scale": SCALE, "shift": SHIFT[0]}),
        ("is not float32", {"scale": SCALE.astype("f8"), "shift": SHIFT}),
        ("is not float32", {"scale": SCALE.astype("i4"), "shift": SHIFT}),
    ],
)
def test_weights_of_another_model_are_refused(hostile, received, variables):
    _saved(hostile, **{k: tf.Variable(v) for k, v in variables.items()})
    require_refused(hostile, f"variables are damaged .*({received}|instead of)")


def test_weights_are_found_by_the_names_of_their_owners(hostile):
    _saved(
        hostile,
        shift=tf.Variable(SHIFT),
        odd=tf.Variable(1.0),
        scale=tf.Variable(SCALE + 1.0),
    )
    signature = untrusted.load(hostile.folder).signatures["serving_default"]
    made = signature(latents=tf.ones([1, 4]))["images"]
    np.testing.assert_array_equal(made, [[2.5, 3.5, 4.5, 5.5]])


def test_weights_without_owners_are_refused(hostile):
    """As TensorFlow 1 wrote them."""
    shutil.rmtree(hostile.folder / "variables")
    _write(hostile, scale=SCALE, shift=SHIFT)
    require_refused(hostile, "without an object graph")


def _write(model, **tensors):
    (model.folder / "variables").mkdir(exist_ok=True)
    tf.raw_ops.SaveV2(
        prefix=str(model.folder / "variables" / "variables"),
        tensor_names=[*tensors],
        shape_and_slices=[""] * len(tensors),
        tensors=[*map(tf.constant, tensors.values())],
    )


def _owners(key="scale", child=1):
    """An object graph of a root with a variable."""
    owners = trackable_object_graph_pb2.TrackableObjectGraph()
    root, scale = owners.nodes.add(), owners.nodes.add()
    root.children.add(node_id=child, local_name="scale")
    root.children.add(node_id=1, local_name="shift")
    scale.attributes.add(name="VARIABLE_VALUE", checkpoint_key=key)
    return owners.SerializeToString()


@pytest.mark.parametrize(
    "owners",
    [
        b"no message",
        b"",
        _owners("nowhere"),
        _owners("../../victim"),
        _owners(child=1000),
        _owners(child=-1),
        _owners(),  # one variable in place of two
        _owners(OBJECTS),
    ],
    ids=[
        "garbage",
        "empty",
        "no such key",
        "key of another file",
        "no such object",
        "object below all",
        "one for two",
        "key of itself",
    ],
)
def test_owners_that_are_lies_are_refused(hostile, owners):
    shutil.rmtree(hostile.folder / "variables")
    _write(hostile, scale=SCALE, shift=SHIFT, **{OBJECTS: owners})
    require_refused(hostile, "variables are damaged")


def _declare(model, shape, dtype=tf.float32):
    for one in model.objects.nodes:
        if one.WhichOneof("kind") == "variable":
            one.variable.dtype = dtype.as_datatype_enum
            one.variable.shape.CopyFrom(tf.TensorShape(shape).as_proto())
    model.write()


@pytest.mark.parametrize(
    ("rule", "shape"),
    [
        ("have variables of fixed shapes", [None, 4]),
        ("have variables of fixed shapes", None),
        ("make tensors that fit into memory", [2**30, 4]),
    ],
)
def test_what_variables_claim_is_not_made(hostile, rule, shape):
    _declare(hostile, shape)
    require_refused(hostile, f"A model must {rule}")


@pytest.mark.parametrize(
    ("rule", "size"),
    [
        ("have whole weights.*instead of 4,", 2**20),
        ("have 268,435,456 weights at most", 2**28),
        ("have 268,435,456 weights at most", 2**62),
    ],
)
def test_a_variable_that_nothing_reads_is_not_made(hostile, rule, size):
    hostile.objects.nodes[0].children.add(
        node_id=len(hostile.objects.nodes), local_name="unread"
    )
    number = len(hostile.objects.nodes)
    variable = hostile.objects.nodes.add().variable
    variable.dtype = types_pb2.DT_FLOAT
    variable.shape.dim.add(size=size)
    hostile.wrapper.signature.input_arg.add(
        name="unread", type=types_pb2.DT_RESOURCE
    )
    name = hostile.wrapper.signature.name
    hostile.objects.concrete_functions[name].bound_inputs.append(number)
    hostile.write()
    require_refused(hostile, f"A model must {rule}")


@pytest.mark.parametrize("dtype", [tf.string, tf.variant, tf.resource])
def test_a_variable_of_no_numbers_is_refused(hostile, dtype):
    _declare(hostile, [4], dtype)
    require_refused(hostile)
