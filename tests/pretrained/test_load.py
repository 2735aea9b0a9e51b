"""Trained generators from a folder and from an address, and what is wrong."""

import hashlib
import http.server
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest
from small_exports import NAMES

from tfgan_zoo import downloads, pretrained
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
        def do_GET(self):
            path = folder / self.path.lstrip("/").removeprefix("cut/")
            if not path.is_file():
                self.send_error(404)
                return
            content = path.read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            is_cut = self.path.startswith("/cut/")
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
        ("none.zip", "must be within reach.*404"),
        ("wrong.zip", "must have the SHA-256 .*Received: [0-9a-f]{64}"),
        ("no.zip", "Received: no zip archive"),
        ("other.zip", "Received: one without saved_model/"),
    ],
)
def test_bad_downloads_are_a_line_and_leave_nothing(
    export, server, tmp_path, name, says
):
    folder, address = server
    digest = _zip(export(), folder / "one.zip")
    (folder / "wrong.zip").write_bytes(b"another file")
    (folder / "no.zip").write_bytes(b"no archive")
    with zipfile.ZipFile(folder / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "something else")
    if name in ("no.zip", "other.zip"):
        content = (folder / name).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
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
        ("dcgan", "0" * 64, "`sha256` is of an https address"),
        ("no such one", "", "must be the name of one that ships"),
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
    assert sources.path("dcgan-mnist").endswith("dcgan-mnist/saved_model")


def test_an_upsampler_takes_small_images(small_export):
    generator = pretrained.load(small_export("upsampler").folder)
    painted = generator(np.zeros([2, 5, 7, 1], np.float32))
    assert painted.shape == (2, 10, 14, 1)
    assert np.abs(painted).max() <= 1.0
    for asked in (generator.sample, generator.latents):
        with pytest.raises(ValueError, match="paints small_images"):
            asked([1])
