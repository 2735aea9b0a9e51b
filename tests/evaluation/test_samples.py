"""Where samples come from: generators, arrays, folders."""

import contextlib
import math
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tfgan_zoo import data
from tfgan_zoo.data import DatasetSpec
from tfgan_zoo.evaluation import image_files
from tfgan_zoo.evaluation.samples import (
    Generator,
    from_file,
    from_folder,
)

SPEC = DatasetSpec("clothes", 8, 8, 1, ("hat", "shoe"))


def _echo(seeds, labels):
    images = np.zeros([len(seeds), 1, 2, 1], np.uint8)
    images[:, 0, 0, 0] = seeds % 251
    if labels is not None:
        images[:, 0, 1, 0] = labels
    return images


def _all(source, **how):
    chunks = list(source.chunks(**how))
    images = np.concatenate([one.images for one in chunks])
    return images, [one.labels for one in chunks]


def test_generator_draws_each_seed_once_and_labels_in_turn():
    seen = []

    def draw(seeds, labels):
        seen.extend(seeds.tolist())
        return _echo(seeds, labels)

    source = Generator(draw, (1, 2, 1), 3)
    images, labels = _all(source, seed=0, first=2500, count=2500)
    assert seen == list(range(2500, 5000))
    whole = np.concatenate(labels)
    np.testing.assert_array_equal(whole, np.arange(2500) % 3)
    np.testing.assert_array_equal(images[:, 0, 1, 0], whole)


def test_seeds_of_another_seed_are_others():
    seen = []

    def draw(seeds, labels):
        seen.append(seeds)
        return _echo(seeds, labels)

    source = Generator(draw, (1, 2, 1))
    for seed in (0, 1):
        _all(source, seed=seed, first=0, count=100)
    assert not np.intersect1d(*seen).size


def test_nan_of_a_generator_is_named():
    def draw(seeds, labels):
        points = np.zeros([len(seeds), 2], np.float32)
        points[3, 1] = np.nan
        return points

    with pytest.raises(ValueError, match="NaN or infinity in 1 of 10"):
        _all(Generator(draw, (2,)), seed=0, first=0, count=10)


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.full([2, 4, 4, 3], 7, np.uint8), 7),
        (np.full([2, 4, 4], 7, np.uint8), 7),
        (np.full([2, 4, 4, 1], -1.0, np.float32), 0),
        (np.full([2, 4, 4, 1], [-0.5], np.float64), 64),
        (np.full([2, 4, 4, 1], [-0.25], np.float16), 96),
        (np.full([2, 4, 4, 1], [-0.5], ">f4"), 64),
        (np.asfortranarray(np.full([2, 4, 5, 3], 7, np.uint8)), 7),
    ],
)
def test_array_is_read_in_any_usual_form(tmp_path, array, expected):
    np.save(tmp_path / "a.npy", array)
    read = from_file(tmp_path / "a.npy")
    assert read.images.dtype == np.uint8
    assert read.images.ndim == 4
    assert (read.images == expected).all()
    assert read.labels is None


@pytest.mark.parametrize("shape", [(6, 4, 1), (6, 4, 3)])
def test_single_image_is_one_image(tmp_path, shape):
    image = np.arange(math.prod(shape), dtype=np.uint8).reshape(shape)
    np.save(tmp_path / "one.npy", image)
    found = from_file(tmp_path / "one.npy").images
    np.testing.assert_array_equal(found, image[np.newaxis])


def _npy(shape, content=b"", *, descr="|u1"):
    header = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}}}"
    head = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little")
    return head + header.encode("latin-1") + content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUMPY",
        b"\x93NUMPY\x09\x00\x00\x00",
        _npy("(2, 4, 4, 1)"),
        _npy("(2, 4, 4, 1)", bytes(31)),
        _npy("(1000000, 1000000, 4, 3)", bytes(64)),
        _npy("(-1, 4, 4, 1)", bytes(64)),
        _npy("(2, 4, 4, True)", bytes(64)),
        _npy("(2, 4, 4, 1.0)", bytes(64)),
        _npy("'abc'", bytes(64)),
        _npy("(" * 9000, bytes(64)),
        _npy("(0, 4, 4, 1)"),
        _npy("(2, 0, 4, 1)"),
        _npy("(2, 4, 4, 1)", bytes(64), descr="|O"),
        _npy("(2, 4, 4, 1)", bytes(640), descr="<c16"),
        _npy("(2, 4, 4, 1)", bytes(640), descr="<M8[s]"),
        _npy("(2, 4, 4, 1)", bytes(64), descr="|V0"),
        _npy("(2, 4, 4, 1)", bytes(64), descr="nonsense"),
        _npy("(2, 4, 4, 1)", bytes(640), descr=[("a", "<f4")]),
    ],
    ids=lambda content: repr(content[10:60]),
)
@pytest.mark.parametrize("kind", ["npy", "npz"])
def test_damaged_array_is_a_line(tmp_path, content, kind):
    path = tmp_path / f"a.{kind}"
    if kind == "npy":
        path.write_bytes(content)
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("images.npy", content)
    with pytest.raises(ValueError, match=f"Received: .*|{path.name} must be"):
        from_file(path)


def test_truncated_npz_is_a_line(tmp_path):
    path = tmp_path / "a.npz"
    np.savez_compressed(path, images=np.zeros([3, 4, 4, 1], np.uint8))
    content = path.read_bytes()
    for length in range(0, len(content), 9):
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match=r"must be an \.npy array"):
            from_file(path)
    for place in range(40, len(content), 9):  # in the middle, a byte is another
        changed = bytearray(content)
        changed[place] ^= 0xFF
        path.write_bytes(changed)
        with contextlib.suppress(ValueError):
            from_file(path)


def test_array_that_is_large_when_unpacked_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.npz"
    np.savez_compressed(path, images=np.zeros([3, 400, 400, 1], np.uint8))
    monkeypatch.setattr(image_files, "MAX_BYTES", 479_999)
    with pytest.raises(ValueError, match="an array of 480,000 bytes"):
        from_file(path)
    monkeypatch.setattr(image_files, "MAX_BYTES", 480_000)
    assert len(from_file(path).images) == 3


@pytest.mark.parametrize("label", [-1, 2**31, 2**63 - 1])
def test_labels_out_of_range_are_refused(tmp_path, label):
    path = tmp_path / "a.npz"
    images = np.zeros([2, 4, 4, 1], np.uint8)
    np.savez(path, images=images, labels=np.array([0, label]))
    with pytest.raises(ValueError, match=f"of at least 0 and .*{label}"):
        from_file(path)


def test_pipe_in_place_of_images_is_a_line(tmp_path):
    os.mkfifo(tmp_path / "pipe.npy")
    for path in (tmp_path / "pipe.npy", Path("/dev/zero")):
        with pytest.raises(ValueError, match="not a regular file"):
            from_file(path)


def test_labels_come_with_an_npz(tmp_path):
    images = np.zeros([3, 4, 4, 1], np.uint8)
    path = tmp_path / "a.npz"
    np.savez(path, images=images, labels=np.array([2, 0, 1]))
    read = from_file(path)
    assert read.labels.tolist() == [2, 0, 1]
    assert read.num_classes == 3


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.full([2, 4, 4, 1], np.nan), "NaN or infinity in 2 of 2"),
        (np.full([2, 4, 4, 1], 255.0), r"in \[-1, 1\]. Received: 255 to 255"),
        (np.full([2, 4, 4, 1], 0.5), r"some must be below 0"),
        (np.zeros([2, 4, 4, 1], np.int64), "must be uint8"),
        # What the file holds is said, and all the digits that matter.
        (np.zeros([2, 3, 4, 4]), r"float64 of shape \(2, 3, 4, 4\) in"),
        (np.linspace(-1, 1.0001, 32).reshape(2, 4, 4), "-1 to 1.0001 in"),
        (np.zeros([0], np.float16), r"\[N, H, W, C\].*\(0,\)"),
        (np.zeros([0, 4, 4, 1], np.float32), "one or more"),
        (np.zeros([2, 0, 4, 1], np.float32), "one or more"),
        (np.zeros([2, 16], np.uint8), r"\[N, H, W, C\]"),
        (np.zeros([2, 4, 4, 4], np.uint8), "C 1 or 3"),
    ],
)
def test_what_is_no_image_is_refused(tmp_path, array, message):
    np.save(tmp_path / "a.npy", array)
    with pytest.raises(ValueError, match=message):
        from_file(tmp_path / "a.npy")


def test_a_file_that_is_no_array_is_refused(tmp_path):
    (tmp_path / "a.npy").write_text("no array")
    with pytest.raises(ValueError, match=r"\.npy array.*a\.npy"):
        from_file(tmp_path / "a.npy")
    np.savez(tmp_path / "b.npz", pictures=np.zeros(3))
    with pytest.raises(ValueError, match="with `images`"):
        from_file(tmp_path / "b.npz")


def test_an_array_of_objects_is_not_unpickled(tmp_path):
    np.save(tmp_path / "a.npy", np.array([{}]), allow_pickle=True)
    with pytest.raises(ValueError, match=r"must be an \.npy array"):
        from_file(tmp_path / "a.npy")


def _folder(root, names):
    for number, name in enumerate(names):
        (root / name).mkdir(parents=True)
        for index in range(3):
            pixels = np.full([12, 12], 40 * number + index, np.uint8)
            Image.fromarray(pixels).save(root / name / f"{index}.png")
    return root


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize("names", [("shoe", "hat"), ("1", "0")])
def test_subfolders_called_as_the_classes_are_labels(tmp_path, names):
    read = from_folder(_folder(tmp_path / "a", names), SPEC, print)
    assert read.images.shape == (6, 8, 8, 1)
    by_value = dict(zip(read.images[:, 0, 0, 0] // 40, read.labels))
    assert by_value == {0: 1, 1: 0}


def test_other_subfolders_are_no_labels(tmp_path):
    folder, lines = _folder(tmp_path / "a", ("x", "hat")), []
    read = from_folder(folder, SPEC, lines.append)
    assert read.labels is None
    assert len(read.images) == 6
    note = "no labels, as its folders are not called as the classes of the data"
    assert any(f"{note}: hat, x." in line for line in lines)
    lines.clear()
    from_folder(folder, DatasetSpec("any", 8, 8, 1), lines.append)
    assert not any(note in line for line in lines)


def test_damaged_files_are_named_and_left_out(tmp_path):
    folder = _folder(tmp_path / "a", ("hat",))
    (folder / "hat" / "broken.png").write_bytes(b"\x89PNG no more")
    lines = []
    read = from_folder(folder, SPEC, lines.append)
    assert len(read.images) == 3
    assert any("Skipped hat/broken.png" in line for line in lines)
    assert any("Skipped 1 of 4 images" in line for line in lines)


def test_a_folder_without_images_is_refused(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "notes.txt").write_text("no image")
    with pytest.raises(ValueError, match="at least one image"):
        from_folder(tmp_path / "a", SPEC, print)


def test_folder_of_damaged_and_odd_files_is_read(damaged_images):
    lines = []
    spec = data.DatasetSpec("any", 32, 32, 3)
    read = from_folder(damaged_images, spec, lines.append)
    assert len(read.images) == 25  # 8 sound and 17 odd ones
    assert sum("Skipped bad_" in line for line in lines) == 9
