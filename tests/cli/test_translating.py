"""What tfgan-sample makes of images, of generators made in a moment."""

import dataclasses
import os

import numpy as np
import pytest
import small_translators
from PIL import Image

from tfgan_zoo import images
from tfgan_zoo.cli import outputs, translating
from tfgan_zoo.cli.translating import Settings
from tfgan_zoo.export import api
from tfgan_zoo.export.translator import Translator

INPUT = Settings("--input")
RANDOM = np.random.default_rng(0)
HEIGHT, WIDTH, _ = small_translators.SHAPE


@pytest.fixture(scope="module")
def translator(tmp_path_factory):
    folder = tmp_path_factory.mktemp("colourist") / "export"
    api.export(small_translators.colourist(), folder)
    return Translator(folder)


@pytest.fixture(scope="module")
def enlarger(small_export):
    return Translator(small_export("upsampler").folder)


def _grey(height=HEIGHT, width=WIDTH):
    return RANDOM.integers(0, 256, (height, width), np.uint8)


def _pixels(path):
    return np.asarray(Image.open(path)).astype(int)


def _expected(grey):
    return small_translators.expected(grey[np.newaxis, ..., np.newaxis])[0]


def _translated(translator, path, settings=INPUT):
    output = path.with_name("output.png")
    translating.write(output, translator, path, settings)
    return _pixels(output)


def _rgba(grey):
    """Grey as colours, with what is transparent in its lower half."""
    rgba = np.stack([grey, grey, grey, np.full_like(grey, 255)], -1)
    rgba[HEIGHT // 2 :] = [10, 20, 30, 0]
    flat = np.where(rgba[..., 3] == 0, 255, grey)
    return Image.fromarray(rgba), flat.astype(np.uint8)


def test_an_image_of_the_generators_size_is_translated(
    translator, tmp_path, capsys
):
    grey, path = _grey(), tmp_path / "a.png"
    Image.fromarray(grey).save(path)
    made = _translated(translator, path)
    assert np.abs(made - _expected(grey)).max() <= 1
    output = tmp_path / "output.png"
    assert capsys.readouterr().out == (
        f"Translated to 12 x 8 pixels, from 12 x 8: {output}\n"
    )


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "16", "EXIF"])
def test_images_of_any_mode_are_taken(translator, tmp_path, mode):
    grey, path = _grey(), tmp_path / "a.png"
    expected = grey
    if mode == "RGBA":
        image, expected = _rgba(grey)
    elif mode == "P":
        image = Image.fromarray(grey).convert("P")
    elif mode == "16":
        image = Image.fromarray(grey.astype(np.uint16) * 257)
    else:
        image = Image.fromarray(np.stack([grey] * 3, -1))
    if mode == "EXIF":
        exif = Image.Exif()
        exif[0x0112] = 6  # upright when turned by a quarter
        image = image.transpose(Image.Transpose.ROTATE_90)
        image.save(path, exif=exif)
    else:
        image.save(path)
    made = _translated(translator, path)
    assert np.abs(made - _expected(expected)).max() <= 2


def test_other_proportions_get_white_around_them_which_is_cut_off(
    translator, tmp_path
):
    grey, path = _grey(16, 16), tmp_path / "a.png"
    Image.fromarray(grey).save(path)
    made = _translated(translator, path)
    assert made.shape == (8, 8, 3)
    small = np.asarray(Image.fromarray(grey).resize((8, 8), 1))
    white = np.full((8, 2), 255, np.uint8)
    placed = np.concatenate([white, small, white], 1)
    assert np.abs(made - _expected(placed)[:, 2:10]).max() <= 1


def test_full_size_keeps_an_images_size(translator, tmp_path):
    grey, path = _grey(16, 18), tmp_path / "a.png"
    Image.fromarray(grey).save(path)
    settings = dataclasses.replace(INPUT, full_size=True)
    made = _translated(translator, path, settings)
    padded = np.pad(grey, [(0, 0), (0, 2)], mode="edge")
    assert np.abs(made - _expected(padded)[:, :18]).max() <= 1


def test_an_enlarger_takes_images_at_their_size(enlarger, tmp_path, capsys):
    grey, path = _grey(5, 7), tmp_path / "a.png"
    Image.fromarray(grey).save(path)
    for times in (1, 2):
        settings = dataclasses.replace(INPUT, times=times)
        made = _translated(enlarger, path, settings)
        expected = enlarger.translate(grey[None, ..., None], times=times)
        np.testing.assert_array_equal(made, expected[0, ..., 0])
    assert "Enlarged to 28 x 20 pixels, from 7 x 5" in capsys.readouterr().out


@pytest.fixture
def folder(tmp_path):
    """Two images, one of them in a folder, and what is none."""
    folder = tmp_path / "drawings"
    (folder / "more").mkdir(parents=True)
    Image.fromarray(_grey()).save(folder / "a.png")
    Image.fromarray(_grey()).save(folder / "more" / "b.webp", lossless=True)
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff no image")
    (folder / "notes.txt").write_text("no image")
    return folder


def test_a_folder_gives_a_folder_of_the_same_names(
    translator, folder, tmp_path, capsys
):
    Image.fromarray(_grey()).save(folder / "a.bmp")
    output = tmp_path / "pictures"
    translating.write(output, translator, folder, INPUT)
    names = [path for path in output.rglob("*") if path.is_file()]
    assert {str(path.relative_to(output)) for path in names} == {
        "a.png",
        "more/b.png",
    }
    # The first of two that would have one name.
    for name in ("a.bmp", "more/b.webp"):
        source = np.asarray(Image.open(folder / name).convert("L"))
        made = _pixels((output / name).with_suffix(".png"))
        assert np.abs(made - _expected(source)).max() <= 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Left out a.png: a.png is the output of a.bmp"
    assert lines[1].startswith("Left out broken.jpg: ")
    assert lines[2:] == [f"Translated 2 images: {output}"]


def test_a_folder_without_an_image_is_an_error(translator, folder, tmp_path):
    for name in ("a.png", "more/b.webp"):
        os.remove(folder / name)
    with pytest.raises(ValueError, match=f"can be read. Received: {folder}"):
        translating.write(tmp_path / "out", translator, folder, INPUT)
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_translated_is_a_line(translator, enlarger, tmp_path):
    text, path = tmp_path / "a.txt", tmp_path / "a.png"
    text.write_text("no image")
    Image.fromarray(_grey()).save(path)
    upscale = dataclasses.replace(INPUT, flag="--upscale")
    for model, source, settings, message in (
        (translator, text, INPUT, f"must be an image. Received: {text}"),
        (enlarger, text, upscale, f"--upscale must be an image.*{text}"),
        (translator, path, upscale, "enlarges; --input .*task is translate"),
        (
            translator,
            path,
            dataclasses.replace(INPUT, times=2),
            "--upscale_times above 1 is for .* that enlarges.*: 2, for a",
        ),
    ):
        with pytest.raises(ValueError, match=message) as error:
            translating.write(tmp_path / "b.png", model, source, settings)
        assert "\n" not in str(error.value)
    assert not (tmp_path / "b.png").exists()


def test_outputs_are_new(tmp_path):
    image, folder = tmp_path / "a.png", tmp_path / "drawings"
    images.write_png(image, np.zeros([2, 2, 1], np.uint8))
    folder.mkdir()

    def output(given, path):
        return outputs.translation_path("--input", str(given), path, "t.png")

    assert str(output(image, None)) == "t.png"
    assert output(image, str(tmp_path / "b.png")) == tmp_path / "b.png"
    assert output(folder, str(tmp_path / "new/")) == tmp_path / "new"
    assert output(folder, str(folder)) == folder  # which is empty
    for given, path, message in (
        (image, str(image), "must not be the image"),
        (image, str(tmp_path / "b.jpg"), "must end in .png"),
        (folder, None, "must name a new folder"),
        (folder, str(tmp_path), "a new folder or an empty one"),
        (tmp_path / "none.png", None, "does not exist"),
    ):
        with pytest.raises((ValueError, OSError), match=message):
            output(given, path)


def test_thin_lines_of_large_drawings_are_kept(
    translator, tmp_path, monkeypatch
):
    drawing, path = np.full((800, 1200), 255, np.uint8), tmp_path / "a.png"
    drawing[:, 300:304] = 0  # a thirtieth of a pixel, when shrunk
    Image.fromarray(drawing).save(path)
    # The share of the source in red is 0.9, of its surroundings 0.1.
    photo = _translated(translator, path)[..., 0]
    metadata = dataclasses.replace(
        translator.metadata, recipe={"source": "edges"}
    )
    monkeypatch.setattr(translator, "metadata", metadata)
    lines = _translated(translator, path)[..., 0]
    assert photo.min() > 200 and lines.min() < 160
    assert (lines[:, 6:] == 255).all()
