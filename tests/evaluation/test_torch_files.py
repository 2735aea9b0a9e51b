"""Files of PyTorch's weights: what is read, and what is refused."""

import collections
import pickle
import sys
import types

import numpy as np
import pytest

from tfgan_zoo.evaluation.features import torch_files

MAGIC_NUMBER, VERSION = 0x1950A86A20F9469CFC6C, 1001


class FloatStorage:
    """Values, as a pickle of PyTorch's refers to them."""

    def __init__(self, key, values):
        self.key, self.values = key, np.asarray(values, "<f4")


def _rebuild_tensor_v2(*arguments):
    return arguments


class Tensor:
    """A tensor whose pickle is that of PyTorch's."""

    def __init__(self, storage, offset, shape, strides):
        self.arguments = (storage, offset, shape, strides, False, {})

    def __reduce__(self):
        return _rebuild_tensor_v2, self.arguments


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj):
        if not isinstance(obj, FloatStorage):
            return None
        kind = FloatStorage
        return ("storage", kind, obj.key, "cpu", len(obj.values), None)


@pytest.fixture(autouse=True)
def torch(monkeypatch):
    """What a pickle names lies in modules of PyTorch's."""
    package, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    for module, kind in ((package, FloatStorage), (utils, _rebuild_tensor_v2)):
        monkeypatch.setattr(kind, "__module__", module.__name__)
        setattr(module, kind.__name__, kind)
        monkeypatch.setitem(sys.modules, module.__name__, module)


def _write(path, tensors, storages, *, little_endian=True, end=b""):
    with path.open("wb") as file:
        sizes = {"little_endian": little_endian}
        for content in (MAGIC_NUMBER, VERSION, sizes, tensors):
            _Pickler(file, 2).dump(content)
        pickle.dump([storage.key for storage in storages], file, 2)
        for storage in storages:
            file.write(len(storage.values).to_bytes(8, "little"))
            file.write(storage.values.tobytes())
        file.write(end)
    return path


def _named(**tensors):
    return collections.OrderedDict(tensors)


STORAGE = FloatStorage("1", range(6))
EMPTY = FloatStorage("2", [])
MATRIX = Tensor(STORAGE, 0, (2, 3), (3, 1))


def test_parts_of_storages_are_read(tmp_path):
    other = FloatStorage("2", [7.0])
    tensors = _named(
        matrix=MATRIX,
        transposed=Tensor(STORAGE, 0, (3, 2), (1, 3)),
        tail=Tensor(STORAGE, 4, (2,), (1,)),
        scalar=Tensor(other, 0, (), ()),
    )
    path = _write(tmp_path / "a.pth", tensors, [other, STORAGE])
    arrays = torch_files.read_tensors(path)
    matrix = np.arange(6.0).reshape(2, 3)
    assert list(arrays) == ["matrix", "transposed", "tail", "scalar"]
    np.testing.assert_array_equal(arrays["matrix"], matrix)
    np.testing.assert_array_equal(arrays["transposed"], matrix.T)
    np.testing.assert_array_equal(arrays["tail"], [4.0, 5.0])
    assert arrays["scalar"] == 7.0 and arrays["scalar"].dtype == np.float32


class Command:
    """What a hostile pickle runs."""

    def __reduce__(self):
        return print, ("run",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (_named(a=Command()), "which names builtins.print|__builtin__.print"),
        (Command(), "print"),
        ({"a": MATRIX}, "no dictionary of tensors"),
        (_named(a=1.0), "no dictionary of tensors"),
        (_named(a=Tensor(STORAGE, 4, (3,), (1,))), "strides"),
        (_named(a=Tensor(STORAGE, -1, (3,), (1,))), "strides"),
        (_named(a=Tensor(STORAGE, 0, (3,), (-1,))), "strides"),
        (
            _named(a=Tensor(FloatStorage("3", []), 0, (0,), (1,))),
            "of other tensors",
        ),
    ],
)
def test_other_content_is_refused(tmp_path, capsys, content, message):
    path = _write(tmp_path / "a.pth", content, [STORAGE])
    with pytest.raises(ValueError, match=f"named tensors alone.*{message}"):
        torch_files.read_tensors(path)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("length", [0, 10, 40, 200, -30, -1])
def test_a_file_that_is_cut_is_refused(tmp_path, length):
    path = _write(tmp_path / "a.pth", _named(a=MATRIX), [STORAGE])
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ValueError, match="named tensors alone"):
        torch_files.read_tensors(path)


def test_other_formats_are_refused(tmp_path):
    path = tmp_path / "a.pth"
    tensors = _named(a=MATRIX)
    for options, message in (
        ({"little_endian": False}, "another order of bytes"),
        ({"end": b"x"}, "1 bytes too many"),
    ):
        _write(path, tensors, [STORAGE], **options)
        with pytest.raises(ValueError, match=message):
            torch_files.read_tensors(path)
    path.write_bytes(pickle.dumps(1, 2) * 2)
    with pytest.raises(ValueError, match="another format"):
        torch_files.read_tensors(path)


def test_a_storage_of_another_length_is_refused(tmp_path):
    long = FloatStorage("1", range(7))
    path = _write(tmp_path / "a.pth", _named(a=MATRIX), [long])
    with pytest.raises(ValueError, match="7 values of 6"):
        torch_files.read_tensors(path)
