"""Counts the files of the package that an image passes on its way.

    python tools/count_files.py

The way begins in a folder of images and leads through the cache, one training
step with its files, the export and the web page. A file counts if one of its
functions takes or returns pixels: an array, a tensor, a data set or a Pillow
image whose last axes are the image's height, width and channels; the bytes of
an image file; or its path. Containers count by what they hold. Python is
traced, nested calls in other threads included; of the page's modules those
count that name pixels.

Parts that such an image does not need are not on the way: repairing a damaged
JPEG, or the page's parts for generators that take images.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "tfgan_zoo"
# A size that nothing else in a training has by chance.
_SIDE, _CHANNELS = 28, 3
_SHAPE = (_SIDE, _SIDE, _CHANNELS)
_FILES = 16
_ARRAYS = frozenset(
    ("ndarray", "EagerTensor", "Tensor", "SymbolicTensor", "KerasTensor")
)
_COMPREHENSIONS = ("<listcomp>", "<setcomp>", "<dictcomp>")
_IMAGE_BYTES = (b"\x89PNG", b"\xff\xd8\xff")
_MOST_MEMBERS = 8
_PARTS_FOR_IMAGE_INPUTS = (
    "drawing.js",
    "paper.js",
    "picture.js",
    "pictures.js",
    "strokes.js",
)
_PAGE_PIXELS = re.compile(r"pixels|ImageData|images", re.IGNORECASE)


class Trace:
    """Collects the files whose functions take or return pixels."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self._prefix = f"{PACKAGE}{os.sep}"

    def __call__(self, frame: FrameType, event: str, value: Any) -> None:
        code = frame.f_code
        # Comprehensions have frames up to Python 3.11 alone.
        if event not in ("call", "return") or code.co_name in _COMPREHENSIONS:
            return
        path = code.co_filename
        if not path.startswith(self._prefix) or path in self.files:
            return
        if event == "call":
            names = code.co_varnames[: _count_arguments(code)]
            values = [frame.f_locals.get(name) for name in names]
        else:
            values = [value]
        if any(holds_pixels(value) for value in values):
            name = getattr(code, "co_qualname", code.co_name)
            self.files[path] = name


def _count_arguments(code: Any) -> int:
    variadic = bool(code.co_flags & 4) + bool(code.co_flags & 8)
    return code.co_argcount + code.co_kwonlyargcount + variadic


def holds_pixels(value: Any, depth: int = 2) -> bool:
    """Whether a value is an image, a batch of them, a file, or holds such."""
    if isinstance(value, (str, os.PathLike)):
        path = os.fspath(value)
        return path.endswith(".png") and os.path.isfile(path)
    if isinstance(value, bytes):
        return value.startswith(_IMAGE_BYTES)
    if type(value).__module__.startswith("PIL."):
        return hasattr(value, "getpixel")
    if isinstance(value, Mapping):
        members = list(value.values())
    elif isinstance(value, (tuple, list)):
        members = list(value)
    elif hasattr(value, "element_spec"):  # a data set
        members = _flat(value.element_spec)
        return any(_is_shape(member.shape) for member in members)
    else:
        kind = type(value)
        is_array = kind.__name__ in _ARRAYS
        # The descriptions of tensors that `untrusted` has hold no pixels.
        is_array = is_array and not kind.__module__.startswith("tfgan_zoo")
        return is_array and _is_shape(value.shape)
    return depth > 0 and any(
        holds_pixels(member, depth - 1) for member in members[:_MOST_MEMBERS]
    )


def _flat(element_spec: Any) -> list[Any]:
    import tensorflow as tf

    return tf.nest.flatten(element_spec, expand_composites=True)


def _is_shape(shape: Any) -> bool:
    """Whether it is [H, W, C] or that with leading axes."""
    try:
        return tuple(shape)[-3:] == _SHAPE
    except (TypeError, ValueError):
        return False


def _walk_the_way(folder: Path) -> None:
    import numpy as np
    from PIL import Image

    images = folder / "images"
    images.mkdir()
    values = np.random.default_rng(0).integers(0, 256, [_FILES, 40, 40, 3])
    for number, pixels in enumerate(values.astype(np.uint8)):
        Image.fromarray(pixels).save(images / f"{number}.png")
    from absl import flags

    from tfgan_zoo.cli import train
    from tfgan_zoo.export import web

    run = folder / "run"
    flags.FLAGS(
        [
            "train",
            f"--dataset={images}",
            f"--output_dir={run}",
            "--model=dcgan",
            f"--image_size={_SIDE}",
            "--steps=1",
            "--batch_size=8",
            "--width=4",
        ]
    )
    train.main()
    web.write(run / "export", folder / "page")


def _keep_functions_whole() -> None:
    """Keeps AutoGraph from rewriting functions, which hides their files."""
    from tensorflow.python.autograph.core import config

    rule = config.DoNotConvert("tfgan_zoo")
    config.CONVERSION_RULES = (rule, *config.CONVERSION_RULES)


def _page_modules() -> Iterator[Path]:
    for path in sorted((PACKAGE / "export" / "page").glob("*.js")):
        if path.name in _PARTS_FOR_IMAGE_INPUTS:
            continue
        if _PAGE_PIXELS.search(path.read_text()):
            yield path


def main() -> None:
    """Prints the files, each with the first function, and their number."""
    sys.path.insert(0, str(ROOT))
    _keep_functions_whole()
    trace = Trace()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        threading.setprofile(trace)
        sys.setprofile(trace)
        try:
            _walk_the_way(Path(folder))
        finally:
            sys.setprofile(None)
            threading.setprofile(None)
    files = {Path(path): name for path, name in trace.files.items()}
    files.update(dict.fromkeys(_page_modules(), "(page)"))
    for path, name in sorted(files.items()):
        print(f"{path.relative_to(ROOT)}  {name}")
    print(f"{len(files)} files")


if __name__ == "__main__":
    main()
