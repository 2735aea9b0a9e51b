"""Trained generators from a folder and from an address, and what is wrong."""

import hashlib
import http.server
import io
import re
import shutil
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import small_translators
import tensorflow as tf
from PIL import Image
from small_exports import NAMES
from small_translators import colourist

from tfgan_zoo import archives, downloads, memory, pretrained
from tfgan_zoo.export import api
from tfgan_zoo.pretrained import sources


@pytest.fixture(scope="module")
def export(small_export):
    """The folder of a small export, with three classes or without."""

    def make(num_classes=0):
        name = "conditional_gan" if num_classes else "dcgan"
        return small_export(name).folder

    return make


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server of the files in a folder, which may cut them short."""
    folder = tmp_path / "served"
    folder.mkdir()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.close_connection = True
            path = folder / self.path.rpartition("/")[-1]
            if not path.is_file():
                self.send_error(404)
                return
            content = path.read_bytes()
            is_cut = self.path.startswith("/cut/")
            self.send_response(200)
            if self.path.startswith("/chunks/"):
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
                return  # without the chunk that ends it
            is_odd = self.path.startswith("/odd/")
            length = "x" if is_odd else str(len(content))
            self.send_header("Content-Length", length)
            self.end_headers()
            self.wfile.write(content[: len(content) // 2 if is_cut else None])

        def log_message(self, *_):
            pass

    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    # A server of this test has no certificate.
    monkeypatch.setattr(sources, "_SCHEME", "http://127.0.0.1")
    yield folder, f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    served.server_close()


def _zip(folder, path, inner=""):
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.rglob("*"):
            if file.is_file():
                name = Path(inner) / file.relative_to(folder)
                archive.write(file, name.as_posix())
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_generator_is_called_with_latents_and_with_seeds(export):
    generator = pretrained.load(export())
    latents = generator.latents([3, 4])
    assert latents.shape == (2, 16)
    painted = generator(latents)
    assert painted.shape == (2, *generator.spec.image_shape)
    assert painted.dtype == np.float32
    sampled = generator.sample([3, 4])
    assert sampled.dtype == np.uint8
    expected = np.clip(np.round((painted + 1.0) * 127.5), 0, 255)
    np.testing.assert_allclose(sampled, expected, atol=1.0)
    np.testing.assert_array_equal(generator.sample(4), sampled[1:])
    truncated = generator.latents(range(100), truncation=0.5)
    assert 0.4 < np.abs(truncated).max() <= 0.5


def test_classes_are_named_or_numbered(export):
    generator = pretrained.load(str(export(3)))
    assert generator.num_classes == 3
    assert generator.spec.class_names == NAMES
    assert generator.spec.image_shape == (28, 28, 1)
    by_name = generator.sample([1, 2], "sandal")
    np.testing.assert_array_equal(by_name, generator.sample([1, 2], 1))
    both = generator.sample([1, 2], ["Bag, large", "T-shirt/top"])
    np.testing.assert_array_equal(both, generator.sample([1, 2], [2, 0]))
    for wrong in ("hat", ["sandal", "hat"], 3, [0, 1, 2]):
        with pytest.raises(ValueError, match=r"`labels` must.*Received: "):
            generator.sample([1, 2], wrong)


@pytest.mark.parametrize("seeds", [[0.5], "one", [[1, 2]], None])
def test_seeds_are_integers(export, seeds):
    generator = pretrained.load(export())
    with pytest.raises(ValueError, match=r"`seeds` must be integers \[N\]"):
        generator.sample(seeds)


def test_many_latents_are_painted_by_batches(export):
    generator = pretrained.load(export())
    latents = generator.latents(range(150))
    sizes = []
    serve = generator._model._serve
    generator._model._serve = lambda latents: (
        sizes.append(len(latents)) or serve(latents=latents)
    )
    painted = generator(latents)
    assert sizes == [64, 64, 22]
    np.testing.assert_allclose(painted[100:], generator(latents[100:]), 0, 1e-5)


def test_truncated_samples_are_those_of_any_batch(export):
    generator = pretrained.load(export())
    together = generator.sample(range(70), truncation=0.7)
    expected = generator(generator.latents(range(70), truncation=0.7))
    expected = np.clip(np.round((expected + 1.0) * 127.5), 0, 255)
    np.testing.assert_allclose(together, expected, atol=1.0)
    alone = generator.sample(66, truncation=0.7)
    np.testing.assert_allclose(alone[0], together[66].astype(int), atol=1.0)


@pytest.mark.parametrize(
    "convert",
    [
        np.float64,
        np.float16,
        tf.constant,
        np.ndarray.tolist,
        lambda rows: tf.cast(rows, tf.float64),
        lambda rows: [*rows],
    ],
)
def test_latents_may_be_any_numbers(export, convert):
    generator = pretrained.load(export())
    latents = np.round(generator.latents([3, 4]), 1)
    painted = generator(convert(latents))
    np.testing.assert_allclose(painted, generator(latents), atol=0.02)


@pytest.mark.parametrize(
    ("latents", "says"),
    [
        (np.zeros([2, 15]), r"must be [N, 16]. Received: [2, 15]"),
        (np.zeros([16]), r"must be [N, 16]. Received: [16]"),
        (np.zeros([1, 1, 16]), r"Received: [1, 1, 16]"),
        (0.5, r"Received: []"),
        (np.zeros([1, 16], bool), "numbers [N, 16]. Received: bool [1, 16]"),
        (np.zeros([1, 16], complex), "Received: complex128 [1, 16]"),
        ([["1"] * 16], "numbers [N, 16]. Received: <U1 [1, 16]"),
        ([[None] * 16], "numbers [N, 16]. Received: object [1, 16]"),
        (None, "numbers [N, 16]. Received: object []"),
        ([[0.0] * 16, [0.0]], "Received: rows of several lengths"),
        ([[np.nan] * 16], "finite numbers. Received: nan"),
        ([[np.inf] * 16], "finite numbers. Received: inf"),
        ([[1e39] * 16], "finite numbers. Received: 1e+39"),
    ],
)
def test_latents_of_another_kind_are_a_line(export, latents, says):
    generator = pretrained.load(export())
    with pytest.raises(ValueError, match=re.escape(says)):
        generator(latents)


@pytest.mark.parametrize(
    "labels",
    [
        1.0,
        1.5,
        True,
        [True, 1],
        b"1",
        [None, 1],
        np.eye(3)[[1, 2]],
        np.eye(3)[1][:2],
        [[1], [2]],
        [[1], [2, 3]],
        [[]],
        np.zeros([0, 2]),
        {1, 2},
        np.nan,
        -1,
        2**40,
    ],
    ids=str,
)
def test_labels_are_integers_or_names(export, labels):
    generator = pretrained.load(export(3))
    for call in (
        lambda: generator.sample([1, 2], labels),
        lambda: generator(np.zeros([2, 16]), labels),
    ):
        with pytest.raises(ValueError, match="`labels` must.*Received: "):
            call()


def test_no_seeds_and_no_latents_make_no_images(export):
    generator = pretrained.load(export(3))
    for labels in (None, [], 2):
        samples = generator.sample([], labels)
        assert (samples.shape, samples.dtype) == ((0, 28, 28, 1), np.uint8)
        painted = generator(np.zeros([0, 16]), labels)
        assert (painted.shape, painted.dtype) == ((0, 28, 28, 1), np.float32)
    assert generator.latents([]).shape == (0, 16)


def test_samples_beyond_memory_are_refused(export, monkeypatch):
    generator = pretrained.load(export())
    monkeypatch.setattr(memory, "_total_bytes", lambda: 100 * 28 * 28)
    assert len(generator.sample(range(100))) == 100
    with pytest.raises(MemoryError, match="in parts.*Received: 101 rows"):
        generator.sample(range(101))
    with pytest.raises(MemoryError, match="Received: 5,000 rows"):
        generator.latents(range(5000))


@pytest.mark.parametrize("truncation", ["1", [1.0], np.zeros(2), 1j, True])
def test_truncation_is_a_number(export, truncation):
    generator = pretrained.load(export())
    with pytest.raises(ValueError, match="above 0 and at most 4.0. Received"):
        generator.sample([0], truncation=truncation)


@pytest.mark.parametrize("source", [None, 3, b"dcgan", ["dcgan"], True])
def test_a_source_is_a_text_or_a_path(source):
    with pytest.raises(TypeError, match="`source` must be a name, a path or"):
        pretrained.load(source)


def test_home_folder_of_a_source_is_understood(export, monkeypatch):
    folder = export()
    monkeypatch.setenv("HOME", str(folder.parent))
    for source in (f"~/{folder.name}", Path("~") / folder.name):
        assert pretrained.load(source).folder == folder


def _write_bad_archives(folder):
    (folder / "wrong.zip").write_bytes(b"another file")
    (folder / "no.zip").write_bytes(b"no archive")
    contents = {
        "other": ["readme.txt"],
        "two": ["a/saved_model/x", "b/saved_model/x"],
        "locked": ["saved_model/x"],
        "large": ["saved_model/x"],
    }
    for name, files in contents.items():
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
            for file in files:
                archive.writestr(file, 1000 * "content")
    # The flag of an encrypted file, in its own and in the archive's list.
    locked = bytearray((folder / "locked.zip").read_bytes())
    locked[locked.index(b"PK\x03\x04") + 6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (folder / "locked.zip").write_bytes(locked)


def test_archive_of_other_names_is_refused_and_leaves_nothing(
    export, server, tmp_path
):
    folder, address = server
    _zip(export(), folder / "one.zip")
    with zipfile.ZipFile(folder / "one.zip", "a") as archive:
        archive.writestr("../../outside.txt", "x")
    digest = hashlib.sha256((folder / "one.zip").read_bytes()).hexdigest()
    cache = tmp_path / "in" / "cache"
    with pytest.raises(ValueError, match="tfgan-export wrote. .*outside.txt"):
        pretrained.load(f"{address}/one.zip", sha256=digest, cache_dir=cache)
    assert not list(tmp_path.rglob("outside.txt"))
    assert not list(cache.iterdir())


def test_archive_is_kept_once_by_all_who_ask_at_a_time(
    export, server, tmp_path
):
    folder, address = server
    digest = _zip(export(), folder / "one.zip")
    cache = tmp_path / "cache"

    def find(_):
        return sources.locate(
            f"{address}/one.zip", sha256=digest, cache_dir=cache
        )

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(find, range(8)))
    assert found == 8 * [cache / digest]
    assert [one.name for one in cache.iterdir()] == [digest]


def test_emptied_cache_is_filled_again(export, server, tmp_path):
    folder, address = server
    digest = _zip(export(), folder / "one.zip")
    (tmp_path / digest).mkdir()
    generator = pretrained.load(
        f"{address}/one.zip", sha256=digest, cache_dir=tmp_path
    )
    assert generator.folder == tmp_path / digest


def test_a_path_is_a_folder_and_a_text_may_be_a_name(
    export, tmp_path, monkeypatch
):
    name = pretrained.names()[0]
    shutil.copytree(export(), tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert sources.locate(Path(name)) == Path(name)
    assert sources.locate(f"./{name}") == Path(name)
    assert sources.locate(name) == sources.folder(name)


@pytest.mark.parametrize("inner", ["", "dcgan"])
def test_archive_is_downloaded_once(export, server, tmp_path, inner):
    folder, address = server
    digest = _zip(export(), folder / "one.zip", inner)
    cache = tmp_path / "cache"
    loaded = [
        pretrained.load(f"{address}/one.zip", sha256=digest, cache_dir=cache)
    ]
    (folder / "one.zip").unlink()
    loaded += [
        pretrained.load(
            f"{address}/one.zip", sha256=digest.upper(), cache_dir=cache
        )
    ]
    np.testing.assert_array_equal(loaded[0].sample(7), loaded[1].sample(7))
    assert [one.name for one in cache.iterdir()] == [digest]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("cut/one.zip", r"must be downloaded whole. Received: [\d,]+ of"),
        ("chunks/one.zip", "must be downloaded whole. Received: a part"),
        ("none.zip", "must be within reach.*404"),
        ("no one.zip", "must be within reach.*control characters"),
        ("önë.zip", "must be within reach"),
        ("wrong.zip", "must have the SHA-256 .*Received: [0-9a-f]{64}"),
        ("no.zip", "Received: no zip archive"),
        ("odd/wrong.zip", "must have the SHA-256 .*Received: [0-9a-f]{64}"),
        ("other.zip", "Received: none, by saved_model/"),
        ("two.zip", "Received: 2 of them, by saved_model/"),
        ("locked.zip", "Received: .*encrypted"),
        ("large.zip", "Received: one of more than 6,999 bytes"),
    ],
)
def test_bad_downloads_are_a_line_and_leave_nothing(
    export, server, tmp_path, monkeypatch, name, says
):
    folder, address = server
    digest = _zip(export(), folder / "one.zip")
    _write_bad_archives(folder)
    if name == "large.zip":
        monkeypatch.setattr(archives, "MAX_BYTES", 6_999)
    if (folder / name).is_file() and name != "wrong.zip":
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    cache = tmp_path / "cache"
    with pytest.raises(ValueError, match=says):
        pretrained.load(f"{address}/{name}", sha256=digest, cache_dir=cache)
    assert not list(cache.iterdir())


def test_server_out_of_reach_is_a_line(tmp_path):
    with pytest.raises(ValueError, match="must be within reach"):
        downloads.download("http://127.0.0.1:9/x", tmp_path / "x", "")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("source", "sha256", "says"),
    [
        ("http://example.org/a.zip", "0" * 64, "must begin with https://"),
        ("https://example.org/a.zip", "", "needs `sha256`"),
        ("https://example.org/a.zip", "0" * 63, "needs `sha256`"),
        ("https://example.org/a.zip", "z" * 64, "needs `sha256`"),
        ("https://example.org/a.zip", None, "needs `sha256`"),
        ("dcgan", "0" * 64, "`sha256` is of an https address"),
        ("no such one", "", "must be the name of one that ships"),
        ("äöü", "", "`tfgan-zoo list` shows those that ship. Received: äöü"),
    ],
)
def test_what_cannot_be_found_says_why(source, sha256, says):
    with pytest.raises(ValueError, match=says):
        pretrained.load(source, sha256=sha256)


def test_unknown_names_bring_the_nearest(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "GENERATORS", tmp_path)
    for name in ("dcgan-mnist", "wgan-mnist", "acgan-mnist"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "card.json").write_text("{}")
    assert sources.names() == ["acgan-mnist", "dcgan-mnist", "wgan-mnist"]
    with pytest.raises(ValueError, match="such as dcgan-mnist.*: dcgan-mnits"):
        sources.path("dcgan-mnits")
    for name in (3, ["dcgan-mnist"], None):
        with pytest.raises(TypeError, match="must be a text. Received: "):
            sources.path(name)
    assert sources.path("dcgan-mnist").endswith("dcgan-mnist/saved_model")


def test_an_upsampler_takes_small_images(small_export):
    generator = pretrained.load(small_export("upsampler").folder)
    painted = generator(np.zeros([2, 5, 7, 1], np.float32))
    assert painted.shape == (2, 10, 14, 1)
    assert np.abs(painted).max() <= 1.0
    assert generator(np.zeros([0, 5, 7, 1])).shape == (0, 10, 14, 1)
    for asked in (generator.sample, generator.latents):
        with pytest.raises(ValueError, match="takes images, see `translate`"):
            asked([1])


@pytest.mark.parametrize(
    ("small", "says"),
    [
        (np.zeros([5, 7, 1]), "must be [N, H, W, 1]. Received: [5, 7, 1]"),
        (np.zeros([2, 5, 7, 3]), "Received: [2, 5, 7, 3]"),
        (np.zeros([2, 0, 7, 1]), "Received: [2, 0, 7, 1]"),
        (np.full([2, 5, 7, 1], 255, np.uint8), "from 255 to 255"),
        (np.full([2, 5, 7, 1], np.nan), "finite"),
    ],
)
def test_small_images_of_another_kind_are_a_line(small_export, small, says):
    generator = pretrained.load(small_export("upsampler").folder)
    with pytest.raises(ValueError, match=re.escape(says)):
        generator(small)


@pytest.fixture(scope="module")
def translating(tmp_path_factory):
    folder = tmp_path_factory.mktemp("colourist") / "export"
    api.export(colourist(), folder)
    return pretrained.load(folder)


def test_a_translator_takes_arrays_and_pictures(translating):
    sources = np.arange(2 * 96, dtype=np.uint8).reshape(2, 8, 12, 1)
    expected = small_translators.expected(sources).astype(int)
    made = translating.translate(sources)
    assert made.dtype == np.uint8 and np.abs(made - expected).max() <= 1
    assert translating.metadata.task == "translate"
    (alone,) = made[:1]
    picture = Image.fromarray(sources[0, ..., 0])
    colours = Image.merge("RGB", [picture] * 3)
    for one in (
        sources[0],
        sources[0, ..., 0],
        tf.constant(sources[0]),
        picture,
        colours,
    ):
        np.testing.assert_array_equal(translating.translate(one), alone)
    several = translating.translate([colours, sources[1]])
    np.testing.assert_array_equal(several, made)
    clear = Image.new("RGBA", (12, 8), (0, 0, 0, 0))
    white = np.full([8, 12, 1], 255, np.uint8)
    np.testing.assert_array_equal(
        translating.translate(clear), translating.translate(white)
    )
    exif = Image.Exif()
    exif[0x0112] = 6
    content = io.BytesIO()
    turned = picture.transpose(Image.Transpose.ROTATE_90)
    turned.save(content, "PNG", exif=exif)
    upright = translating.translate(Image.open(content))
    np.testing.assert_array_equal(upright, alone)


def test_an_upsampler_translates_twice(small_export):
    generator = pretrained.load(small_export("upsampler").folder)
    small = np.full([5, 7, 1], 100, np.uint8)
    assert generator.translate(small).shape == (10, 14, 1)
    assert generator.translate(small[None], times=2).shape == (1, 20, 28, 1)


@pytest.mark.parametrize(
    ("images", "received"),
    [
        ("drawing.png", "Received: 'drawing.png'"),
        (np.zeros([1, 8, 12, 1]), r"Received: float64 \[1, 8, 12, 1\]"),
        (np.zeros([8, 12, 3], np.uint8), r"Received: uint8 \[8, 12, 3\]"),
        (np.zeros([1, 8, 9, 1], np.uint8), "multiples of 4. Received: 8 x 9"),
        ([], "Received: a list of none"),
        ([Image.new("L", (4, 4)), Image.new("L", (4, 8))], "all of one size"),
        (Image.new("I", (4, 4)), "8 bits a sample. Received: I"),
    ],
)
def test_images_that_a_translator_does_not_take_are_a_line(
    translating, images, received
):
    with pytest.raises((ValueError, TypeError), match=received) as error:
        translating.translate(images)
    assert "\n" not in str(error.value)


def test_images_are_for_translators(export):
    with pytest.raises(ValueError, match="this one takes latents"):
        pretrained.load(export()).translate(np.zeros([28, 28, 1], np.uint8))
