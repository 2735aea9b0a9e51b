"""Files of Keras models, checked before Keras sees them.

Such a file names the classes and functions that Keras builds the model of,
and may carry Python bytecode. Keras 2 runs it as it loads an HDF5 file, and
`safe_mode` of the newer format looks at `Lambda` layers alone. Here the
configuration is read as data first, and may name what is on a list alone.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py

from tfgan_zoo import json_files
from tfgan_zoo.evaluation.features.keras_configs import (
    count_layers,
    find_foreign,
)
from tfgan_zoo.messages import list_some

ENDINGS = (".keras", ".h5", ".hdf5")
_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"
_CONTENT = {_CONFIG, _WEIGHTS, "metadata.json"}
_MODEL_CONFIG = "model_config"
MAX_BYTES = 4 << 30
# Keras stores weights as they are; what is many times its file is a bomb.
_MOST_TIMES, _ALWAYS_BYTES = 10, 1 << 24
_MOST_LINKS = 100_000
# EfficientNet-B7 has 814; a hundred take about a second.
_MOST_LAYERS = 3000


def require_harmless(path: Path) -> int:
    """Checks a file of Keras before it is loaded.

    Args:
        path: of a file of Keras 2, HDF5 or .keras.

    Returns:
        How many values it holds, more than which no model of it has.

    Raises:
        ValueError: it is damaged, or holds more than Keras' own layers.
        OSError: it cannot be read.
    """
    config, values = _read_config(path)
    foreign = find_foreign(config)
    if foreign:
        raise ValueError(
            "A file of Keras must be of Keras 2 and hold Keras' own layers and "
            "arithmetic alone, as others run Python code of whoever made it; "
            f"--trust loads it all the same. Received: {path}, which holds "
            f"{list_some(foreign)}."
        )
    layers = count_layers(config)
    if layers > _MOST_LAYERS:
        raise _damaged(path, f"of {layers:,} layers")
    return values


def _read_config(path: Path) -> tuple[Any, int]:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise _damaged(path, "which is not a regular file")
    if status.st_size > MAX_BYTES:
        raise _damaged(path, f"of {status.st_size:,} bytes")
    # Keras looks at the name first, and at the content then.
    is_zip = path.suffix == ".keras" and zipfile.is_zipfile(path)
    try:
        most = min(MAX_BYTES, _MOST_TIMES * status.st_size + _ALWAYS_BYTES)
        text, values = (_from_zip if is_zip else _from_hdf5)(path, most)
        config = json_files.parse(text)
    # h5py raises errors of any kind for damaged files.
    except Exception as error:  # noqa: BLE001
        raise _damaged(path, f"({error})") from None
    if not isinstance(config, dict):
        raise _damaged(path, f"whose config is a {type(config).__name__}")
    return config, values


def _from_zip(path: Path, most: int) -> tuple[str | bytes, int]:
    with zipfile.ZipFile(path) as packed:
        members = packed.infolist()
        names = [member.filename for member in members]
        if len(set(names)) < len(names) or not {*names} <= _CONTENT:
            raise ValueError(f"files must be among {', '.join(_CONTENT)}")
        # What is read of a member is never more than it declares.
        size = sum(member.file_size for member in members)
        if size > most:
            raise ValueError(f"{size:,} bytes when unpacked")
        if packed.getinfo(_CONFIG).file_size > json_files.MAX_BYTES:
            raise ValueError("a huge config")
        with h5py.File(io.BytesIO(packed.read(_WEIGHTS)), "r") as file:
            values = _require_plain(file, most)
        return packed.read(_CONFIG), values


def _from_hdf5(path: Path, most: int) -> tuple[str | bytes, int]:
    with h5py.File(path, "r") as file:
        values = _require_plain(file, most)
        if _MODEL_CONFIG not in file.attrs:
            raise ValueError("no config, as in a file of weights alone")
        return file.attrs[_MODEL_CONFIG], values


def _require_plain(file: h5py.File, most: int) -> int:
    """Checks that a file reads no other ones, and its size when read.

    Returns:
        The number of its values.
    """
    size, values = 0, 0
    for count, dataset in enumerate(_datasets(file)):
        if dataset.external or dataset.is_virtual:
            raise ValueError("data in other files")
        size += dataset.nbytes
        values += dataset.size or 0
        if size > most or count > _MOST_LINKS:
            raise ValueError(f"more than {most:,} bytes when read")
    return values


def _datasets(file: h5py.File) -> Iterator[h5py.Dataset]:
    """Yields a file's datasets; each group is looked at once."""
    waiting, seen = [file["/"]], set()
    while waiting:
        group = waiting.pop()
        # Groups may hold each other.
        address = h5py.h5o.get_info(group.id).addr
        if address in seen:
            continue
        seen.add(address)
        for name in group:
            link = group.get(name, getlink=True)
            if not isinstance(link, h5py.HardLink):
                raise ValueError("links to elsewhere")
            member = group[name]
            if isinstance(member, h5py.Group):
                waiting.append(member)
            elif isinstance(member, h5py.Dataset):
                yield member


def _damaged(path: Path, how: str) -> ValueError:
    return ValueError(
        f"A feature network must be a whole file of Keras. Received: {path} "
        f"{how}."
    )
