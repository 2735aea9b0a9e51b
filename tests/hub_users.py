"""Users of the Hub: each has caches and a token, and shares a server."""

import re
import shutil

import binaries
import hub_server
import pytest

NOWHERE = "http://127.0.0.1:9"


class User:
    """Runs binaries and scripts with caches and a token of their own."""

    def __init__(self, folder, hub, token=""):
        self.folder = folder
        self._environment = {
            "HF_ENDPOINT": hub.address,
            "HF_HOME": str(folder / "hf"),
            "HF_HUB_DISABLE_XET": "1",  # a protocol of its own
            "HF_TOKEN": token,
            "XDG_CACHE_HOME": str(folder / "cache"),
        }

    def run(self, binary, *flags, **environment):
        return binaries.start(
            binary, *flags, environment={**self._environment, **environment}
        ).finish()

    def run_script(self, text, **environment):
        (script := self.folder / "script.py").write_text(text)
        return binaries.Process(
            {"script": str(script)},
            [str(script)],
            self.folder,
            {**self._environment, **environment},
        ).finish()


@pytest.fixture(scope="module")
def hub():
    server = hub_server.Hub()
    yield server
    server.close()


def make_user(tmp_path_factory, hub, token):
    return User(tmp_path_factory.mktemp("user"), hub, token)


@pytest.fixture(scope="module")
def ada(tmp_path_factory, hub):
    """Who pushes."""
    return make_user(tmp_path_factory, hub, "hf_ada")


@pytest.fixture(scope="module")
def bob(tmp_path_factory, hub):
    """Who loads what others have pushed."""
    return make_user(tmp_path_factory, hub, "hf_bob")


@pytest.fixture
def stranger(tmp_path, hub):
    """Somebody without a token and with empty caches."""
    (folder := tmp_path / "stranger").mkdir()
    return User(folder, hub)


@pytest.fixture(scope="module")
def export_to_push(small_export, tmp_path_factory):
    """The folder of an export of a GAN with classes, and a private file."""
    folder = tmp_path_factory.mktemp("exports") / "export"
    shutil.copytree(small_export("conditional_gan").folder, folder)
    (folder / "notes.txt").write_text("not for others")
    return folder


def require_line(finished, text):
    """Checks that a command has ended with a line that holds a text."""
    assert finished.returncode == 2
    assert re.search(text, finished.stderr), finished.stderr
    assert finished.stderr.startswith("Error: ")
    assert finished.stderr.count("\n") == 1
