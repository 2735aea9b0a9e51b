"""Directions beside an export: written, read, used and refused."""

import base64
import json
import shutil

import numpy as np
import pytest
from bar_exports import AXES, NORMALS, write

import tfgan_zoo
from tfgan_zoo import directions
from tfgan_zoo.directions import Directions, Search, file
from tfgan_zoo.export import checksums
from tfgan_zoo.inputs import LatentPart

SEARCH = Search(
    measures=("slant",), components=1, factors=1, samples=200, trials=10
)


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bar")
    return write(folder, parts=[LatentPart("uniform", NORMALS)])


@pytest.fixture(scope="module")
def result(export):
    return directions.find(export, SEARCH)


@pytest.fixture(scope="module")
def edited(export, result, tmp_path_factory):
    """A copy of the export, with directions."""
    folder = tmp_path_factory.mktemp("edited") / "copy"
    return directions.write(result, export, folder)


@pytest.fixture(scope="module")
def generator(edited):
    return tfgan_zoo.load(edited)


def test_a_copy_has_directions_and_the_export_none(export, edited, result):
    checksums.check(edited, beside=file.NAME)
    assert file.PICTURE_NAME in checksums.read(edited)
    assert not (export / file.NAME).exists()
    model = json.loads((edited / "model.json").read_text())
    assert model["architecture"] == "bar"
    entry = model["directions"]
    assert entry["file"] == file.NAME
    names = [row["name"] for row in entry["directions"]]
    assert names == ["slant", "component_1", "factor_1"]
    for row, direction in zip(entry["directions"], result.directions):
        vector = base64.b64decode(row["vector_base64"])
        np.testing.assert_array_equal(
            np.frombuffer(vector, "<f4"), direction.vector
        )
        # Of uniform latents, in all directions.
        assert row["deviation"] == pytest.approx(np.sqrt(1.0 / 3.0))
        assert row["correlation"] == pytest.approx(
            direction.effect.correlation, abs=1e-4
        )


def test_an_export_gets_directions_in_its_place(tmp_path, result):
    folder = write(tmp_path / "export", parts=[LatentPart("uniform", NORMALS)])
    (folder / "notes.txt").write_text("mine")
    assert directions.write(result, folder) == folder
    listed = checksums.read(folder)
    assert file.NAME in listed and "notes.txt" not in listed
    assert (folder / "notes.txt").read_text() == "mine"
    again = directions.write(result, folder)  # in the place of the first
    checksums.check(again, beside=file.NAME)
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_a_copy_is_outside_the_export(tmp_path, result):
    folder = write(tmp_path / "export", parts=[LatentPart("uniform", NORMALS)])
    before = sorted(folder.rglob("*"))
    with pytest.raises(ValueError, match="must be outside the export"):
        directions.write(result, folder, folder / "copy")
    assert sorted(folder.rglob("*")) == before


def test_what_had_changed_is_not_passed_off_as_unchanged(tmp_path, result):
    folder = write(tmp_path / "export", parts=[LatentPart("uniform", NORMALS)])
    (folder / "notes.txt").write_text("mine")
    checksums.write(folder)
    (folder / "notes.txt").write_text("another's")
    copy = directions.write(result, folder, tmp_path / "copy")
    with pytest.raises(ValueError, match="notes.txt, which has another SHA"):
        checksums.check(copy)


def test_directions_are_by_name(generator, result):
    assert [*generator.directions] == ["slant", "component_1", "factor_1"]
    assert "slant" in generator.directions and len(generator.directions) == 3
    slant = generator.directions["slant"]
    np.testing.assert_array_equal(slant, result.directions[0].vector)
    slant[:] = 0.0  # of the caller's own
    assert generator.directions["slant"].any()
    with pytest.raises(ValueError, match="read-only"):
        generator.directions.vectors[0] = 0.0
    with pytest.raises(
        ValueError, match=r"`direction` must be one of: slant, .*: slent"
    ):
        generator.directions["slent"]


def test_edits_are_steps_of_one_deviation(generator):
    slant = generator.directions["slant"]
    still = np.zeros([3, NORMALS], np.float32)
    moved = generator.edit(still, slant=[0.5, 0.0, -1.0])
    assert moved.dtype == np.float32
    expected = np.outer([0.5, 0.0, -1.0], slant) * np.sqrt(1.0 / 3.0)
    np.testing.assert_allclose(moved, expected, atol=1e-6)
    both = generator.edit(still, slant=0.5, factor_1=0.25)
    expected = 0.5 * slant + 0.25 * generator.directions["factor_1"]
    np.testing.assert_allclose(
        both, np.tile(expected * np.sqrt(1.0 / 3.0), (3, 1)), atol=1e-6
    )


def test_edits_keep_to_the_bounds_of_latents(generator):
    latents = generator.latents(range(50))
    moved = generator.edit(latents, slant=3.0)
    assert np.abs(moved).max() == 1.0
    np.testing.assert_array_equal(generator.edit(latents), latents)


def test_numbers_that_a_generator_cannot_bear_are_named(generator):
    latents = np.full([2, NORMALS], np.float32(3e38))
    latents[0] = 0.0
    received = r"Received: NaN, of inputs up to 3e\+38\."
    with pytest.raises(ValueError, match=received):
        generator(latents)


def test_edited_latents_make_edited_images(generator):
    latents = np.zeros([1, NORMALS], np.float32)
    left, right = (
        generator(generator.edit(latents, slant=step)) for step in (-2, 2)
    )
    np.testing.assert_allclose(left, right[:, :, ::-1], atol=0.05)
    assert np.abs(left - right).max() > 0.5


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ({"hat": 1.0}, "`direction` must be one of: slant"),
        ({"slant": [1.0, 2.0]}, r"`slant` must be one step, or \[3\]"),
        ({"slant": "far"}, "`slant` must be numbers"),
        ({"slant": np.nan}, "`slant` must be finite"),
    ],
)
def test_wrong_steps_are_refused(generator, steps, message):
    latents = np.zeros([3, NORMALS], np.float32)
    with pytest.raises(ValueError, match=message):
        generator.edit(latents, **steps)
    with pytest.raises(ValueError, match=r"`latents` must be \[N, 8\]"):
        generator.edit(latents[:, :2], slant=1.0)


def test_generators_without_directions_say_so(export):
    generator = tfgan_zoo.load(export)
    for use in (
        lambda: generator.directions,
        lambda: generator.edit(np.zeros([1, NORMALS]), slant=1.0),
    ):
        with pytest.raises(ValueError, match="Directions need.*tfgan-dir"):
            use()
    translator = tfgan_zoo.load("upsampler-fashion_mnist")
    with pytest.raises(ValueError, match="Directions are for.*takes images"):
        translator.directions  # noqa: B018


def test_directions_must_be_of_the_export(tmp_path, edited, export):
    other = write(tmp_path / "other", parts=[LatentPart("normal", 9)])
    path = other / file.NAME
    path.write_bytes((edited / file.NAME).read_bytes())
    with pytest.raises(ValueError, match="must list all files.*without dir"):
        tfgan_zoo.load(other).directions  # noqa: B018
    checksums.write(other)
    with pytest.raises(ValueError, match="the generator's 9 latents.*of 8"):
        tfgan_zoo.load(other).directions  # noqa: B018


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"x" * 100, b"PK\x05\x06" + bytes(18)]
)
def test_damaged_files_are_refused(tmp_path, content):
    path = tmp_path / file.NAME
    path.write_bytes(content)
    with pytest.raises(ValueError, match="must be in a file of arrays"):
        file.read(path, 4)


def test_files_of_other_arrays_are_refused(tmp_path):
    path = tmp_path / file.NAME
    for arrays in (
        {"names": np.array(["a"])},
        {"names": np.array(["a"]), "vectors": np.ones([1, 4])},
        {"names": np.array(["a"]), "vectors": np.float32(1)},
        {"names": np.array(["a"] * 2), "vectors": AXES[:2]},
        {"names": np.array(["a\nb"]), "vectors": AXES[:1]},
        {"names": np.array([1]), "vectors": np.full([1, 4], np.nan)},
        {"names": np.array([None]), "vectors": AXES[:1]},
        {"names": np.array([["a"]]), "vectors": AXES[:1]},
        {"names": np.array([b"a"]), "vectors": AXES[:1]},
        {"names": np.array(["a"]), "vectors": AXES[:1].astype(complex)},
    ):
        np.savez(path, **arrays)
        with pytest.raises(ValueError, match="must be in a file of arrays"):
            file.read(path, 4)


def test_directions_are_read_as_they_were_written(tmp_path):
    path = tmp_path / file.NAME
    file.write(path, Directions(["slant", "größe"], AXES[:2]))
    read = file.read(path, NORMALS)
    assert repr(read) == "<Directions: slant, größe>"
    np.testing.assert_array_equal(read.vectors, AXES[:2])


def test_nothing_is_written_where_it_cannot_be(tmp_path, export, result):
    existing = tmp_path / "mine"
    existing.mkdir()
    (existing / "letter.txt").write_text("dear")
    with pytest.raises(FileExistsError, match="must not exist"):
        directions.write(result, export, existing)
    with pytest.raises(FileExistsError, match="must be an export"):
        directions.write(result, export, existing, overwrite=True)
    with pytest.raises(FileNotFoundError, match="tfgan-export wrote"):
        directions.write(result, existing)
    assert [path.name for path in existing.iterdir()] == ["letter.txt"]


def test_links_in_an_export_are_not_copied(tmp_path, result):
    folder = write(tmp_path / "export", parts=[LatentPart("uniform", NORMALS)])
    secret = tmp_path / "secret"
    secret.write_text("key")
    (folder / "link").symlink_to(secret)
    with pytest.raises(ValueError, match="regular file, and no link"):
        directions.write(result, folder, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("is_copied", [False, True])
def test_an_interruption_while_files_are_written_changes_nothing(
    edited, result, tmp_path, monkeypatch, is_copied
):
    folder = tmp_path / "export"
    shutil.copytree(edited, folder)
    before = {
        path: path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }

    def interrupt(*_):
        assert any(
            path.is_dir() and path != folder for path in tmp_path.iterdir()
        )  # The copy that is written aside.
        raise KeyboardInterrupt

    monkeypatch.setattr(checksums, "write_hashes", interrupt)
    output = tmp_path / "copy" if is_copied else None
    with pytest.raises(KeyboardInterrupt):
        directions.write(result, folder, output)
    assert [*tmp_path.iterdir()] == [folder]
    after = {
        path: path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    assert after == before
