"""Makes folders of patches of photographs, to learn to colourise and enlarge.

    python tools/photos.py photos --size=64
    python tools/photos.py photos --size=64 --flowers=flower_photos

It fetches the packages in photos.json, of Debian 12, by `apt-get download`,
unpacks them by `dpkg`, and writes, as PNG:
- photos/photos_64: patches of the photos listed there, each photo shrunk to
  several sizes, so that a patch is anything between a whole view and a detail;
- photos/colour_64, with `--flowers`: these, and the middle square of each image
  in a folder of folders, such as TensorFlow's archive flower_photos;
- photos/CREDITS.txt: photographers and licences of the photos listed.

Each of these photos is public domain, CC0 or CC BY by the copyright file of its
package. The file is read again: if it says anything else, nothing is written.
They were chosen by eye: no renders, no abstract images. Of endless-sky-data
those from morguefile.com are left out, whose terms are more than the copyright
file says, and those that fit a pattern there only by how their name begins.

Each folder is divided into `train` and `test` by a hash of a photo's path, so
that no photo is in both. The same packages and libraries give the same bytes.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageOps, ImageStat

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.splits import hash_of, split_of

LISTED = Path(__file__).with_suffix(".json")
FREE = ("CC0", "CC0-1.0", "CC-BY-4.0", "public-domain")
LANCZOS = Image.Resampling.LANCZOS
# A photo is shrunk to at most so many sizes, of which the smallest has a patch
# as its shorter side; each is so many times the last, and at most so large
# beside the original, as the pixels of a camera or a JPEG file are soft.
SIZES, STEP, SHARP = 8, 1.4, 0.8
# Of each size of a photo, at most so many patches.
MOST = 64
# Standard deviations of the 256 grey levels: below the first a patch is left
# out, below the second two of three are, else there would be many skies.
FLAT, FAINT = 8.0, 24.0


class Photo(NamedTuple):
    """A photo that is listed.

    Attributes:
        package: of Debian, with its version behind `=`.
        path: in the package.
        source: path in the package's sources, as its copyright file has it.
        photographer: as the copyright file says.
        licence: as the copyright file says.
    """

    package: str
    path: str
    source: str
    photographer: str
    licence: str


def list_photos() -> list[Photo]:
    """Returns the photos in photos.json."""
    return [
        Photo(
            f"{name}={package['version']}",
            package["path"].format(photo),
            package["source"].format(photo),
            group["photographer"],
            group["licence"],
        )
        for name, package in json.loads(LISTED.read_text("utf-8")).items()
        for group in package["photos"]
        for photo in group["names"]
    ]


def unpack(folder: Path, package: str) -> Path:
    """Returns the folder of a package's files, which it fetches if need be.

    Raises:
        ValueError: if the package cannot be fetched.
    """
    root, partial = folder / package, folder / "partial"
    if root.exists():
        return root
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)

    def run(*command: str) -> None:
        subprocess.run(command, cwd=partial, check=True)

    try:
        run("apt-get", "download", package)
        (file,) = partial.glob("*.deb")
        run("dpkg", "-x", file.name, ".")
    except (OSError, subprocess.CalledProcessError) as error:
        raise ValueError(
            "`apt-get` and `dpkg` of Debian 12 must fetch and unpack "
            f"{package}. Received: {error}"
        ) from error
    file.unlink()
    return partial.rename(root)


def licence_of(notice: str, source: str) -> str:
    """Returns the short name of a file's licence, "" if none is stated.

    Args:
        notice: text in Debian's machine-readable format, in which the last
            paragraph that fits a file counts.
        source: path of the file in the sources of the package.
    """
    licence = ""
    for paragraph in re.split(r"\n\s*\n", notice):
        fields = dict(
            re.findall(r"^(Files|License):(.*(?:\n[ \t].*)*)", paragraph, re.M)
        )
        patterns = fields.get("Files", "").split()
        if any(fnmatch.fnmatchcase(source, pattern) for pattern in patterns):
            licence = fields.get("License", "").split("\n")[0].strip()
    return licence


def check_licence(photo: Photo, root: Path) -> None:
    """Compares a photo's licence with the copyright file of its package.

    Raises:
        ValueError: if they differ, or the licence is none of `FREE`.
    """
    name = photo.package.split("=")[0]
    notice = root / "usr/share/doc" / name / "copyright"
    stated = licence_of(notice.read_text("utf-8"), photo.source)
    if stated != photo.licence or stated not in FREE:
        raise ValueError(
            f"{notice} must state {photo.licence} for {photo.source}, one of "
            f"{', '.join(FREE)}. Received: {stated or 'none'}."
        )


def credit(photos: list[Photo]) -> str:
    """Returns a line for each photographer, with licence and photos."""
    names: dict[str, list[str]] = {}
    for photo in photos:
        key = f"{photo.photographer}, {photo.licence}, from {photo.package}"
        names.setdefault(key, []).append(Path(photo.path).stem)
    lines = [f"{key}: {', '.join(names[key])}" for key in names]
    return "\n".join([*lines, "All were shrunk and cut.\n"])


def flowers_in(folder: Path) -> list[str]:
    """Returns the paths of the images in a folder of folders, relative to it.

    Raises:
        ValueError: if there are none.
    """
    paths = [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.glob("*/*"))
        if path.suffix.lower() in (".jpg", ".jpeg", ".png")
    ]
    if not paths:
        raise ValueError(
            "`--flowers` must be a folder of folders of JPEG or PNG files. "
            f"Received: {folder}."
        )
    return paths


def read(path: Path) -> Image.Image:
    """Returns an image file as RGB, the right way up."""
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


def _starts(extent: int, size: int) -> list[int]:
    # Neighbours share a third of their side at most.
    count = 1 + (extent - size) * 3 // (size * 2)
    if count == 1:
        return [(extent - size) // 2]
    return [index * (extent - size) // (count - 1) for index in range(count)]


def cut(name: str, photo: Image.Image, size: int) -> dict[str, Image.Image]:
    """Returns patches of a photo by name, from whole views to details.

    Args:
        name: of the photo. Hashes of the patches' names, which begin with it,
            decide which are left out where there are too many.
        photo: RGB, of any size.
        size: height and width of a patch, px.
    """
    patches: dict[str, Image.Image] = {}
    for power in range(SIZES):
        side = int(size * STEP**power)
        scale = side / min(photo.size)
        if scale > SHARP:
            break
        width, height = (round(extent * scale) for extent in photo.size)
        shrunk = photo.resize((width, height), LANCZOS)
        found = {}
        for top in _starts(height, size):
            for left in _starts(width, size):
                key = f"{name}_{side}_{top}_{left}"
                patch = shrunk.crop((left, top, left + size, top + size))
                contrast = ImageStat.Stat(patch.convert("L")).stddev[0]
                thinned = contrast < FAINT and hash_of(key) % 3
                if contrast >= FLAT and not thinned:
                    found[key] = patch
        kept = sorted(found, key=hash_of)[:MOST]
        patches.update({key: found[key] for key in kept})
    return patches


def write(folder: Path, path: str, patches: dict[str, Image.Image]) -> None:
    """Writes the patches of a photo as PNG, all to `train` or to `test`."""
    target = folder / split_of(path)
    target.mkdir(parents=True, exist_ok=True)
    for name, patch in patches.items():
        patch.save(target / f"{name}.png")


def make(folder: Path, size: int, flowers: Path | None) -> None:
    """Writes the folders.

    Raises:
        ValueError: if a package, a licence, the size or `flowers` is unfit.
    """
    if not 8 <= size <= 256:
        raise ValueError(f"`--size` must be 8 to 256 px. Received: {size}.")
    squares = flowers_in(flowers) if flowers else []
    photos, packages = list_photos(), folder / "packages"
    for photo in photos:
        check_licence(photo, unpack(packages, photo.package))
    (folder / "CREDITS.txt").write_text(credit(photos), "utf-8")
    kinds = ["photos", "colour"] if flowers else ["photos"]
    targets = [folder / f"{kind}_{size}" for kind in kinds]
    for photo in photos:
        file = packages / photo.package / photo.path
        patches = cut(file.stem, read(file), size)
        for target in targets:
            write(target, photo.path, patches)
    for path in squares:
        assert flowers is not None
        square = ImageOps.fit(read(flowers / path), (size, size), LANCZOS)
        write(targets[-1], path, {path.replace("/", "_"): square})
    for target in targets:
        for split in ("train", "test"):
            count = len(list((target / split).iterdir()))
            print(f"{target / split}: {count:,} images")


def main() -> None:
    """Writes the folders that are asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="where the folders go")
    parser.add_argument("--size", type=int, default=64, help="of patches, px")
    parser.add_argument("--flowers", type=Path, help="a folder of folders")
    options = parser.parse_args()
    try:
        make(options.folder, options.size, options.flowers)
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
