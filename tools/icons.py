"""Makes folders of icons, and the embedded data set `emoji_drawings` of them.

    pip install "resvg-py==0.5.*"
    python tools/icons.py icons --size=64 --embed

It fetches the npm packages below by `npm pack` and writes, as PNG over white:
- icons/drawings_64/A and B: the same icon as a black drawing and in colour,
  both by Fluent Emoji, for `--dataset=pairs:icons/drawings_64`;
- icons/mixed_64/A and B: those, and lines made of the icons of Noto and
  Twemoji beside these icons, so that a generator learns to colour drawings of
  other hands as well, for `--dataset=pairs:icons/mixed_64 --source=edges`;
- icons/fluent_64, noto_64, twemoji_64: all icons of a set in colour, for
  `--dataset=icons/noto_64`, or two of them for `--dataset=unpaired:`.

Variants of skin tone are left out, and what a package hides as out of date.
Each folder is divided into `train` and `test` by a hash of an icon's name, so
that an icon held out of one set is held out of all. `--embed`, at 64 pixels,
also writes tfgan_zoo/data/files/emoji_drawings.npz. The same packages and
libraries give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import resvg_py
import tensorflow as tf
from PIL import Image

from tfgan_zoo import images, sources
from tfgan_zoo.data import embedded
from tfgan_zoo.random import StepRandom

DRAWN, COLOURED = "fluent-emoji-high-contrast", "fluent-emoji-flat"
VERSIONS = {DRAWN: "1.2.6", COLOURED: "1.2.6", "noto": "1.2.9"}
VERSIONS |= {"twemoji": "1.2.5", "lucide": "1.2.137"}
OTHERS = ("noto", "twemoji")
_LINES_SEED, _LINES_AT_ONCE = 5, 64
_TONE = re.compile(r"-(medium-)?(light|medium|dark)(-skin-tone)?(?=-|$)")
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" color="black"'
    ' width="1" height="1" viewBox="{left} {top} {width} {height}">'
    "{body}</svg>"
)


def read_set(folder: Path, name: str) -> dict[str, str]:
    """Returns the SVG documents of a set by name, in the order of the names.

    Args:
        folder: where its package lies, or is fetched to.
        name: a key of `VERSIONS`.
    """
    path = folder / f"iconify-json-{name}-{VERSIONS[name]}.tgz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        package = f"@iconify-json/{name}@{VERSIONS[name]}"
        subprocess.run(
            ["npm", "pack", "--silent", package], cwd=folder, check=True
        )
    with tarfile.open(path) as archive:
        file = archive.extractfile("package/icons.json")
        assert file is not None
        contents = json.load(file)
    icons = contents["icons"]
    box = {"left": 0, "top": 0, **{k: contents[k] for k in ("width", "height")}}
    return {
        icon: _SVG.format(**{**box, **icons[icon]})
        for icon in sorted(icons)
        if not icons[icon].get("hidden") and not _is_variant(icon, icons)
    }


def _is_variant(name: str, icons: dict[str, Any]) -> bool:
    # The tones are icons by themselves, and a traffic light is no tone.
    plain = _TONE.sub("", name)
    return plain != name and (plain in icons or "-skin-tone-" in name)


def render(document: str, size: int, mode: str) -> Image.Image:
    """Returns an icon over white, of size x size px, grey "L" or "RGB"."""
    encoded = resvg_py.svg_to_bytes(
        svg_string=document,
        width=size,
        height=size,
        background="white",
        skip_system_fonts=True,
    )
    return Image.open(io.BytesIO(bytes(encoded))).convert(mode)


def split_of(name: str) -> str:
    """Returns "test" of every tenth name, whatever the set, else "train"."""
    digest = hashlib.sha256(name.encode()).digest()
    return "test" if int.from_bytes(digest[:8], "big") % 10 == 0 else "train"


def write_pairs(
    folder: Path,
    drawings: dict[str, Image.Image],
    colours: dict[str, Image.Image],
    *,
    prefix: str = "",
) -> None:
    """Writes A, drawings, and B, the icons of the same names in colour."""
    write_folder(folder / "A", drawings, prefix=prefix)
    paired = {name: colours[name] for name in drawings}
    write_folder(folder / "B", paired, prefix=prefix)


def write_folder(
    folder: Path, icons: dict[str, Image.Image], *, prefix: str = ""
) -> None:
    """Writes `train` and `test` of PNG files."""
    for name, image in icons.items():
        path = folder / split_of(name) / f"{prefix}{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path)
    print(f"{folder}: {len(icons):,} icons")


def make_lines(colours: dict[str, Image.Image]) -> dict[str, Image.Image]:
    """Returns lines of icons as if drawn by hand, each in its style."""
    names, lines = list(colours), []
    for start in range(0, len(names), _LINES_AT_ONCE):
        batch = names[start : start + _LINES_AT_ONCE]
        pixels = np.stack([np.asarray(colours[name]) for name in batch])
        rng = StepRandom(_LINES_SEED, tf.constant(start), len(batch))
        made = sources.make(sources.EDGES, images.from_uint8(pixels), rng)
        lines += list(images.to_uint8(made).numpy()[..., 0])
    return {name: Image.fromarray(line) for name, line in zip(names, lines)}


def embed(
    drawings: dict[str, Image.Image], colours: dict[str, Image.Image]
) -> None:
    """Writes the embedded file of pairs."""
    path = embedded.path("emoji_drawings")
    sources = np.stack([np.asarray(icon) for icon in drawings.values()])
    np.savez_compressed(
        path,
        images=np.stack([np.asarray(colours[name]) for name in drawings]),
        sources=sources[..., None],
        is_test=np.array([split_of(name) == "test" for name in drawings]),
    )
    print(f"{path}: {len(drawings):,} pairs, {path.stat().st_size:,} bytes")


def main() -> None:
    """Writes the folders, and the embedded file if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="where the folders go")
    parser.add_argument("--size", type=int, default=64, help="of icons, px")
    parser.add_argument("--embed", action="store_true", help="at 64 px")
    options = parser.parse_args()
    folder, size = options.folder, options.size
    packages = folder / "packages"
    names = (DRAWN, COLOURED, *OTHERS)
    sets = {name: read_set(packages, name) for name in names}

    def rendered(name: str, mode: str = "RGB") -> dict[str, Image.Image]:
        return {
            icon: render(document, size, mode)
            for icon, document in sets[name].items()
        }

    colours = rendered(COLOURED)
    drawings = {
        name: drawing
        for name, drawing in rendered(DRAWN, "L").items()
        if name in colours
    }
    write_folder(folder / f"fluent_{size}", colours)
    write_pairs(folder / f"drawings_{size}", drawings, colours)
    write_pairs(folder / f"mixed_{size}", drawings, colours, prefix="fluent-")
    for name in OTHERS:
        icons = rendered(name)
        write_folder(folder / f"{name}_{size}", icons)
        lines = make_lines(icons)
        write_pairs(folder / f"mixed_{size}", lines, icons, prefix=f"{name}-")
    if options.embed:
        embed(drawings, colours)


if __name__ == "__main__":
    main()
