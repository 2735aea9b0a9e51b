"""Arrays that are no images, or not whole."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np

from tools.fuzzing import damage
from tools.fuzzing.inputs import Input, Place, command
from tools.fuzzing.subjects import common

_SHAPES: tuple[tuple[int, ...], ...] = (
    (),
    (0,),
    (3,),
    (28, 28),
    (28, 28, 1),
    (1, 28, 28, 1),
    (2, 28, 28, 1),
    (20, 28, 28),
    (20, 28, 28, 3),
    (20, 28, 28, 4),
    (20, 1, 28, 28),
    (20, 0, 0, 1),
    (0, 28, 28, 1),
    (20, 32, 32, 3),
    (20, 5, 7, 1),
    (4, 5, 28, 28, 1),
    (20, 2),
    (20, 3),
)
_TYPES: tuple[str, ...] = (
    "u1",
    "i1",
    "u2",
    "i4",
    "i8",
    "f2",
    "f4",
    "f8",
    ">f4",
    "?",
    "c8",
)
_TYPES += ("U3", "S3", "M8[s]", "O", "V4")
_HEADERS = (
    b"{'descr': '|u1', 'fortran_order': False, 'shape': (20, 28, 28, 1), }",
    b"{'descr': '|u1', 'fortran_order': True, 'shape': (2, 28, 28, 1), }",
    b"{'descr': '|u1', 'fortran_order': False, 'shape': (999999999999, 28), }",
    b"{'descr': '|u1', 'fortran_order': False, 'shape': (-1, 28, 28, 1), }",
    b"{'descr': '<q9', 'fortran_order': False, 'shape': (1,), }",
    b"{'descr': '|u1'}",
    b"[1, 2, 3]",
    b"{" * 3000,
)


def make(place: Place) -> Input:
    """Makes an evaluation of an odd file of arrays."""
    rng = place.random
    suffix = rng.choice((".npy", ".npz"))
    content = _file(place, suffix)
    if rng.random() < 0.3:
        content = damage.scramble(rng, content)
    (place.inputs / f"images{suffix}").write_bytes(content)
    data = rng.choice(("fashion_mnist_10k", "fashion_mnist_10k", "ring8"))
    moment = ("--count=20", "--repeats=1")
    if rng.random() < 0.8:
        given = (f"--images=in/images{suffix}", f"--dataset={data}")
        return command("evaluate", *given, *moment)
    # Where a picture is expected.
    common.copy_export(place, "images")
    given = ("--model=in/export", f"--invert=in/images{suffix}")
    return command("sample", *given, "--invert_steps=2")


def _file(place: Place, suffix: str) -> bytes:
    rng = place.random
    chance = rng.random()
    if chance < 0.2:
        names = ("images", "packed") if suffix == ".npz" else ("images", "text")
        name = f"{rng.choice(names)}{suffix}"
        return (place.material / "arrays" / name).read_bytes()
    if chance < 0.3:
        header = rng.choice(_HEADERS)
        size = len(header).to_bytes(2, "little")
        content = b"\x93NUMPY\x01\x00" + size + header + b"\0" * 500
        return content if suffix == ".npy" else _zipped({"images": content})
    packed = io.BytesIO()
    if suffix == ".npy":
        np.save(packed, _array(place), allow_pickle=True)
        return packed.getvalue()
    keys = rng.choice(("images", "images labels", "arr_0", "x y", ""))
    arrays: dict[str, Any] = {key: _array(place) for key in keys.split()}
    np.savez(packed, **arrays)
    return packed.getvalue()


def _zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return packed.getvalue()


def _array(place: Place) -> np.ndarray:
    rng = place.random
    shape = rng.choice(_SHAPES)
    random = np.random.default_rng(rng.randrange(2**31))
    values = random.standard_normal(shape) * rng.choice((0, 1, 100, 1e30))
    if rng.random() < 0.2:
        values = np.full(shape, rng.choice((np.nan, np.inf, 0, 255, 256)))
    with np.errstate(all="ignore"):
        try:
            return np.asarray(values).astype(rng.choice(_TYPES))
        except (TypeError, ValueError):
            return np.asarray(values)
