"""Makes folders of icons, and the data sets of them that are embedded.

    pip install "resvg-py==0.5.*"
    python tools/icons.py icons --size=64 --embed

It fetches npm packages by `npm pack` and writes, as PNG over white:
- icons/drawings_64/A and B: the same icon as a black drawing and in colour,
  both by Fluent Emoji, for `--dataset=pairs:icons/drawings_64`;
- icons/mixed_64/A and B: those, and lines made of the icons of Noto and
  Twemoji beside these icons, so that a generator learns to colour drawings of
  other hands as well, for `--dataset=pairs:icons/mixed_64 --source=edges`;
- icons/fluent_64, noto_64, twemoji_64: all icons of a set in colour, for
  `--dataset=icons/noto_64`, or two of them for `--dataset=unpaired:`;
- icons/smileys_64: round faces of Fluent Emoji and Noto, each in two versions;
  the classes are these four styles, in all of which the same faces are;
- icons/animals_64: animals from the front, of these four and of Twemoji;
- icons/emoji_64: all icons of these five sets but flags; the classes are groups
  such as food_drink: they say what is in a picture, which a style, a matter of
  shades and outlines at this size, does not;
- icons/faces_64: round faces, cats and monkeys of Twemoji and EmojiOne, whose
  artists drew none of the smileys;
- icons/CREDITS.txt: artists and licences.

Variants of skin tone are left out, and what a package hides as out of date.
Each folder is divided into `train` and `test` by a hash of an icon's name, so
that an icon held out of one set is held out of all. `--embed`, at 64 pixels,
also writes emoji_drawings.npz and smileys.npz to tfgan_zoo/data/files. The
same packages and libraries give the same bytes.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import resvg_py
import tensorflow as tf
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tfgan_zoo import images, sources
from tfgan_zoo.data import embedded
from tfgan_zoo.random import StepRandom
from tools import icon_sets
from tools.splits import split_of

DRAWN, COLOURED = "fluent-emoji-high-contrast", "fluent-emoji-flat"
OTHERS = ("noto", "twemoji")
STYLES = {
    "fluent": "fluent-emoji",
    "fluent_flat": COLOURED,
    "noto": "noto",
    "noto_blobs": "noto-v1",
}
EMOJI = (*STYLES.values(), "twemoji")
FACES = ("twemoji", "emojione")
_LINES_SEED, _LINES_AT_ONCE = 5, 64

Icons = dict[str, Image.Image]


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


def render_set(folder: Path, name: str, size: int, mode: str) -> Icons:
    """Returns the icons of a set by name, as `render` makes them.

    Args:
        folder: where its package lies, or is fetched to.
        name: of the set.
        size: of the square icons, px.
        mode: "L" or "RGB".
    """
    documents = icon_sets.read_set(folder, name)
    return {icon: render(text, size, mode) for icon, text in documents.items()}


def write_pairs(
    folder: Path, drawings: Icons, colours: Icons, *, prefix: str = ""
) -> None:
    """Writes A, drawings, and B, the icons of the same names in colour."""
    write_folder(folder / "A", drawings, prefix=prefix)
    paired = {name: colours[name] for name in drawings}
    write_folder(folder / "B", paired, prefix=prefix)


def write_folder(
    folder: Path, icons: Icons, *, label: str = "", prefix: str = ""
) -> None:
    """Writes PNG files to `train` and `test`, or their subfolders `label`."""
    for name, image in icons.items():
        path = folder / split_of(name) / label / f"{prefix}{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path)


def write_groups(
    folder: Path, sets: dict[str, Icons], groups: dict[str, str]
) -> None:
    """Writes the icons of all sets by group, without flags.

    Args:
        folder: where `train` and `test` go.
        sets: icons by the set's name, which their files begin with.
        groups: by the icon's name.
    """
    for group in sorted({*groups.values()} - {icon_sets.FLAGS}):
        for name, icons in sets.items():
            chosen = {
                icon: image
                for icon, image in icons.items()
                if groups.get(icon) == group
            }
            write_folder(folder, chosen, label=group, prefix=f"{name}-")


def make_lines(colours: Icons) -> Icons:
    """Returns lines of icons as if drawn by hand, each in its style."""
    names, lines = list(colours), []
    for start in range(0, len(names), _LINES_AT_ONCE):
        batch = names[start : start + _LINES_AT_ONCE]
        pixels = np.stack([np.asarray(colours[name]) for name in batch])
        rng = StepRandom(_LINES_SEED, tf.constant(start), len(batch))
        made = sources.make(sources.EDGES, images.from_uint8(pixels), rng)
        lines += list(images.to_uint8(made).numpy()[..., 0])
    return {name: Image.fromarray(line) for name, line in zip(names, lines)}


def embed_drawings(drawings: Icons, colours: Icons) -> None:
    """Writes the embedded file of pairs."""
    pixels = np.stack([np.asarray(icon) for icon in drawings.values()])
    paired = [(name, colours[name]) for name in drawings]
    _embed("emoji_drawings", paired, {"sources": pixels[..., None]})


def embed_smileys(faces: dict[str, Icons]) -> None:
    """Writes the embedded file of faces, labelled by style."""
    labelled = [
        (label, icon)
        for label, icons in enumerate(faces.values())
        for icon in icons.items()
    ]
    labels, named = zip(*labelled)
    arrays = {
        "labels": np.array(labels, np.uint8),
        "class_names": np.array([*faces]),
    }
    _embed(embedded.SMILEYS, list(named), arrays)


def _embed(
    dataset: str,
    named: list[tuple[str, Image.Image]],
    arrays: dict[str, Any],
) -> None:
    path = embedded.path(dataset)
    np.savez_compressed(
        path,
        images=np.stack([np.asarray(image) for _, image in named]),
        **arrays,
        is_test=np.array([split_of(name) == "test" for name, _ in named]),
    )
    print(f"{path}: {len(named):,} images, {path.stat().st_size:,} bytes")


def make(folder: Path, size: int, *, is_embedded: bool) -> None:
    """Writes the folders, and the embedded files if asked to."""
    packages = folder / "packages"
    groups = icon_sets.read_groups(packages)
    sets = {
        name: render_set(packages, name, size, "RGB")
        for name in dict.fromkeys((*EMOJI, *FACES))
    }
    colours = sets[COLOURED]
    drawings = {
        name: drawing
        for name, drawing in render_set(packages, DRAWN, size, "L").items()
        if name in colours
    }
    faces = {
        style: {
            icon: image
            for icon, image in sets[name].items()
            if icon_sets.is_face(icon, groups)
        }
        for style, name in STYLES.items()
    }
    mixed = folder / f"mixed_{size}"
    write_folder(folder / f"fluent_{size}", colours)
    write_pairs(folder / f"drawings_{size}", drawings, colours)
    write_pairs(mixed, drawings, colours, prefix="fluent-")
    for name in OTHERS:
        write_folder(folder / f"{name}_{size}", sets[name])
        lines = make_lines(sets[name])
        write_pairs(mixed, lines, sets[name], prefix=f"{name}-")
    for style, icons in faces.items():
        write_folder(folder / f"smileys_{size}", icons, label=style)
    for subject, names, belongs in (
        ("animals", EMOJI, icon_sets.is_animal),
        ("faces", FACES, icon_sets.is_any_face),
    ):
        for name in names:
            chosen = {
                icon: image
                for icon, image in sets[name].items()
                if belongs(icon, groups)
            }
            path = folder / f"{subject}_{size}"
            write_folder(path, chosen, prefix=f"{name}-")
    emoji = {name: sets[name] for name in EMOJI}
    write_groups(folder / f"emoji_{size}", emoji, groups)
    credits = [icon_sets.credit(packages, name) for name in (DRAWN, *sets)]
    (folder / "CREDITS.txt").write_text("\n".join([*credits, ""]), "utf-8")
    for path in sorted(folder.glob(f"*_{size}")):
        print(f"{path}: {len([*path.rglob('*.png')]):,} images")
    if is_embedded:
        embed_drawings(drawings, colours)
        embed_smileys(faces)


def main() -> None:
    """Writes what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="where the folders go")
    parser.add_argument("--size", type=int, default=64, help="of icons, px")
    parser.add_argument("--embed", action="store_true", help="at 64 px")
    options = parser.parse_args()
    make(options.folder, options.size, is_embedded=options.embed)


if __name__ == "__main__":
    main()
