"""Patches of photographs: licences, splits, scales."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tools import photos
from tools.splits import split_of

NOTICE = """Format: copyright-format-1.0/
Upstream-Name: photos

Files: *
Copyright: 2020, Everybody
License: CC-BY-SA-4.0

Files: land/*
Copyright: Various
License: public-domain
 Given away.

Files:
 land/city*
 land/sea1.jpg
Copyright: Somebody
License: CC0
Comment: Files: land/hill1.jpg

License: CC-BY-4.0
 Attribution.
"""
PHOTO = photos.Photo("views=1.0", "usr/{}.jpg", "land/sea1.jpg", "A", "CC0")


def picture(width: int, height: int, contrast: int = 110) -> Image.Image:
    """Returns blocks of three grey levels, `contrast` apart, with a tint."""
    rng = np.random.default_rng(0)
    shape = (height // 8 + 1, width // 8 + 1, 1)
    blocks = rng.choice([-contrast, 0, contrast], shape) + [128, 120, 136]
    pixels = np.kron(blocks, np.ones((8, 8, 1)))[:height, :width]
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize(
    ("source", "licence"),
    [
        ("other/sea1.jpg", "CC-BY-SA-4.0"),
        ("land/hill1.jpg", "public-domain"),
        ("land/sea1.jpg", "CC0"),
        ("land/city9-harbour.jpg", "CC0"),
    ],
)
def test_last_paragraph_that_fits_has_the_licence(
    source: str, licence: str
) -> None:
    assert photos.licence_of(NOTICE, source) == licence
    assert photos.licence_of(NOTICE.replace("Files: *\n", ""), "a.jpg") == ""


@pytest.mark.parametrize(
    ("listed", "stated", "received"),
    [
        ("CC0", "CC-BY-SA-4.0", "CC-BY-SA-4.0"),
        ("CC-BY-SA-4.0", "CC-BY-SA-4.0", "CC-BY-SA-4.0"),
        ("CC0", "", "none"),
    ],
)
def test_licences_that_are_not_free_are_refused(
    tmp_path: Path, listed: str, stated: str, received: str
) -> None:
    notice = tmp_path / "usr/share/doc/views/copyright"
    notice.parent.mkdir(parents=True)
    notice.write_text(NOTICE, "utf-8")
    photos.check_licence(PHOTO, tmp_path)
    text = NOTICE.replace("License: CC0", f"License: {stated}".strip())
    notice.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=f"Received: {received}.$"):
        photos.check_licence(PHOTO._replace(licence=listed), tmp_path)


def test_listed_photos_are_free_and_named_once() -> None:
    found = photos.list_photos()
    assert len(found) == 90
    assert {photo.licence for photo in found} == set(photos.FREE)
    assert len({Path(photo.path).stem for photo in found}) == 90
    credit = photos.credit(found)
    assert (
        "Jakub Mede, CC-BY-4.0, from lomiri-wallpapers-16.04=20.04." in credit
    )
    assert all(Path(photo.path).stem in credit for photo in found)
    assert sum(split_of(photo.path) == "test" for photo in found) == 9


def test_patches_are_whole_views_and_details_that_overlap_little() -> None:
    photo = picture(160, 100)
    patches = photos.cut("view", photo, 32)
    assert {patch.size for patch in patches.values()} == {(32, 32)}
    again = photos.cut("view", photo, 32)
    assert list(patches) == list(again)
    assert all(patches[name] == again[name] for name in patches)
    places: dict[int, set[tuple[int, int]]] = {}
    for name in patches:
        _, side, top, left = name.split("_")
        places.setdefault(int(side), set()).add((int(top), int(left)))
    assert list(places) == [32, 44, 62]  # 87 is over 4/5 of 100.
    assert places[32] == {(0, 9)}
    assert places[44] == {(6, 0), (6, 38)}
    assert {left for _, left in places[62]} == {0, 22, 44, 67}
    assert {top for top, _ in places[62]} == {0, 30}
    shrunk = photo.resize((51, 32), Image.Resampling.BOX)
    view = np.asarray(patches["view_32_0_9"], float)
    assert np.abs(view - np.asarray(shrunk)[:, 9:41]).mean() < 12


def test_flat_patches_are_left_out_and_faint_ones_thinned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(photos, "MOST", 10_000)

    def count(contrast: int) -> int:
        return len(photos.cut("view", picture(400, 400, contrast), 16))

    assert count(0) == 0
    every = count(110)
    assert 0.15 * every < count(20) < 0.5 * every


def test_no_size_of_a_large_photo_prevails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(photos, "MOST", 5)
    patches = photos.cut("view", picture(400, 300), 16)
    sides = [int(name.split("_")[1]) for name in patches]
    assert max(sides.count(side) for side in sides) == 5
    assert sides.count(16) < 5


def test_a_photo_is_in_one_split(tmp_path: Path) -> None:
    patches = photos.cut("view", picture(160, 100), 32)
    paths = [f"{index}.jpg" for index in range(400)]
    test = [path for path in paths if split_of(path) == "test"]
    assert 20 < len(test) < 60
    photos.write(tmp_path, test[0], patches)
    assert [split.name for split in tmp_path.iterdir()] == ["test"]
    names = {path.stem for path in (tmp_path / "test").iterdir()}
    assert names == set(patches)


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Returns a folder with a package of 30 photos that is unpacked."""
    root = tmp_path / "packages" / "views=1.0"
    notice = root / "usr/share/doc/views/copyright"
    notice.parent.mkdir(parents=True)
    notice.write_text(NOTICE, "utf-8")
    found = []
    for index in range(30):
        picture(60, 40).save(root / f"usr/{index}.png")
        source = f"land/city{index}.jpg"
        found.append(PHOTO._replace(path=f"usr/{index}.png", source=source))
    monkeypatch.setattr(photos, "list_photos", lambda: found)
    return tmp_path


def test_flowers_are_added_to_a_second_folder(packages: Path) -> None:
    for index in range(30):
        file = packages / "flowers" / "daisy" / f"{index}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        picture(90, 64).save(file)
    photos.make(packages, 16, packages / "flowers")
    for split in ("train", "test"):
        without = {
            file.name for file in (packages / f"photos_16/{split}").iterdir()
        }
        both = {
            file.name for file in (packages / f"colour_16/{split}").iterdir()
        }
        assert without
        added = both - without
        assert without < both
        assert all(name.startswith("daisy_") for name in added)
        for name in added:
            image = Image.open(packages / "colour_16" / split / name)
            assert (image.mode, image.size) == ("RGB", (16, 16))
    assert "A, CC0, from views=1.0: 0, 1, 2," in (
        packages / "CREDITS.txt"
    ).read_text("utf-8")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--size=4"], "`--size` must be 8 to 256 px. Received: 4."),
        (["--flowers=no"], "must be a folder of folders of JPEG or PNG files."),
    ],
)
def test_unfit_flags_are_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    flags: list[str],
    message: str,
) -> None:
    monkeypatch.setattr(sys, "argv", ["photos.py", str(tmp_path / "a"), *flags])
    with pytest.raises(SystemExit) as stopped:
        photos.main()
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "a").exists()


def test_a_package_that_cannot_be_fetched_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match="of Debian 12 must fetch and unpack"):
        photos.unpack(tmp_path, "views=1.0")
    assert not (tmp_path / "views=1.0").exists()
