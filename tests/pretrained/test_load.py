"""Trained generators from a folder and from an address, and what is wrong."""

import hashlib
import http.server
import shutil
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tfgan_zoo import archives, downloads, pretrained
from tfgan_zoo.pretrained import sources


@pytest.fixture(scope="module")
def export(small_export):
    """The folder of a small export."""
    return small_export("dcgan").folder


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


@pytest.mark.parametrize("source", [None, 3, b"dcgan", ["dcgan"], True])
def test_a_source_is_a_text_or_a_path(source):
    with pytest.raises(TypeError, match="`source` must be a name, a path or"):
        pretrained.load(source)


def test_home_folder_of_a_source_is_understood(export, monkeypatch):
    monkeypatch.setenv("HOME", str(export.parent))
    for source in (f"~/{export.name}", Path("~") / export.name):
        assert pretrained.load(source).folder == export


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
    _zip(export, folder / "one.zip")
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
    digest = _zip(export, folder / "one.zip")
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
    digest = _zip(export, folder / "one.zip")
    (tmp_path / digest).mkdir()
    generator = pretrained.load(
        f"{address}/one.zip", sha256=digest, cache_dir=tmp_path
    )
    assert generator.folder == tmp_path / digest


def test_a_path_is_a_folder_and_a_text_may_be_a_name(
    export, tmp_path, monkeypatch
):
    name = pretrained.names()[0]
    shutil.copytree(export, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert sources.locate(Path(name)) == Path(name)
    assert sources.locate(f"./{name}") == Path(name)
    assert sources.locate(name) == sources.folder(name)


@pytest.mark.parametrize("inner", ["", "dcgan"])
def test_archive_is_downloaded_once(export, server, tmp_path, inner):
    folder, address = server
    digest = _zip(export, folder / "one.zip", inner)
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
    digest = _zip(export, folder / "one.zip")
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
    # What replaced a generator is named before names that look like its own.
    (tmp_path / "some_gan-smileys_128").mkdir()
    (tmp_path / "some_gan-smileys_128" / "card.json").write_text("{}")
    gone = "such as some_gan-smileys_128; .*_64, which no longer ships"
    with pytest.raises(ValueError, match=gone):
        sources.path("dcgan-noto_emoji_64")
    for name in (3, ["dcgan-mnist"], None):
        with pytest.raises(TypeError, match="must be a text. Received: "):
            sources.path(name)
    assert sources.path("dcgan-mnist").endswith("dcgan-mnist/saved_model")
