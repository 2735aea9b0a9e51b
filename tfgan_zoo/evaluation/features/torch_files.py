"""Reads the tensors of a file of PyTorch's, without PyTorch.

`torch.save` wrote such files up to PyTorch 1.5: pickles of a magic number, a
version, the writer's sizes, the object and the keys of its storages, and then
each storage, as a count and its values. A pickle may call any function by its
name; these may name tensors, their storages and a dictionary alone.
"""

from __future__ import annotations

import collections
import pickle
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from tfgan_zoo.messages import error_text

_MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
_VERSION = 1001
# What a pickle may name, beside the function that makes a tensor.
_DICTIONARY = ("collections", "OrderedDict")
_TENSOR = ("torch._utils", "_rebuild_tensor_v2")
_DTYPES = {("torch", "FloatStorage"): "<f4", ("torch", "LongStorage"): "<i8"}
_LENGTH_BYTES = 8


class _Storage(NamedTuple):
    """Values of a file, of which tensors are parts."""

    key: str
    dtype: str
    length: int


class _Tensor(NamedTuple):
    """A tensor, before its storage has been read; numbers are of values."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def read_tensors(path: Path) -> dict[str, np.ndarray]:
    """Reads a dictionary of tensors, such as a `state_dict`.

    Args:
        path: of a file in the format of PyTorch 1.5 or earlier.

    Returns:
        float32 or int64 arrays, by name.

    Raises:
        ValueError: it is no such file, is damaged, or holds anything else.
        OSError: it cannot be read.
    """
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            return _read(file, size)
    except OSError:
        raise
    # A damaged pickle raises any error.
    except Exception as error:  # noqa: BLE001
        raise ValueError(
            "A file of PyTorch's weights must hold named tensors alone, as "
            f"PyTorch up to 1.5 wrote them. Received: {path} "
            f"({error_text(error)})."
        ) from None


def _read(file: BinaryIO, size: int) -> dict[str, np.ndarray]:
    if (_unpickle(file), _unpickle(file)) != (_MAGIC_NUMBER, _VERSION):
        raise ValueError("another format")
    if not _unpickle(file)["little_endian"]:
        raise ValueError("another order of bytes")
    tensors = _unpickle(file)
    if not isinstance(tensors, collections.OrderedDict) or not all(
        isinstance(name, str) and isinstance(tensor, _Tensor)
        for name, tensor in tensors.items()
    ):
        raise ValueError("an object that is no dictionary of tensors")
    storages = {each.storage.key: each.storage for each in tensors.values()}
    keys = _unpickle(file)
    if set(keys) != set(storages):
        raise ValueError("storages of other tensors")
    arrays = {key: _read_storage(file, storages[key], size) for key in keys}
    if file.tell() != size:
        raise ValueError(f"{size - file.tell():,} bytes too many")
    return {name: _to_array(tensor, arrays) for name, tensor in tensors.items()}


class _Unpickler(pickle.Unpickler):
    """Of what a file of tensors consists of, and no more."""

    def find_class(self, module: str, name: str) -> Any:
        known = {
            _DICTIONARY: collections.OrderedDict,
            # A bound method has no attributes that a pickle could set.
            _TENSOR: self._rebuild_tensor,
            **_DTYPES,
        }
        if (module, name) not in known:
            raise ValueError(f"which names {module}.{name}")
        return known[module, name]

    def persistent_load(self, pid: Any) -> _Storage:
        _, dtype, key, _, length, _ = pid
        if dtype not in _DTYPES.values() or type(length) is not int:
            raise ValueError("a storage of another kind")
        return _Storage(str(key), dtype, length)

    def _rebuild_tensor(
        self,
        storage: _Storage,
        offset: int,
        shape: tuple[int, ...],
        strides: tuple[int, ...],
        *_: object,
    ) -> _Tensor:
        return _Tensor(storage, offset, shape, strides)


def _unpickle(file: BinaryIO) -> Any:
    return _Unpickler(file).load()


def _read_storage(file: BinaryIO, storage: _Storage, size: int) -> np.ndarray:
    length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
    values_bytes = length * np.dtype(storage.dtype).itemsize
    if length != storage.length or values_bytes > size - file.tell():
        raise ValueError(f"{length:,} values of {storage.length:,}")
    return np.frombuffer(file.read(values_bytes), storage.dtype)


def _to_array(tensor: _Tensor, arrays: dict[str, np.ndarray]) -> np.ndarray:
    """Returns a part of a storage; NumPy refuses what lies outside of it."""
    values = arrays[tensor.storage.key]
    size = values.itemsize
    return np.ndarray(
        tensor.shape,
        values.dtype,
        values,
        tensor.offset * size,
        tuple(stride * size for stride in tensor.strides),
    )
