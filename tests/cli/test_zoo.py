"""tfgan-zoo as a command: what it prints, copies and refuses."""

import subprocess
import sys

import pytest

from tfgan_zoo.pretrained import names

pytestmark = pytest.mark.slow


def _run(*words):
    return subprocess.run(
        [sys.executable, "-m", "tfgan_zoo.cli.zoo", *words],
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_list_and_show_name_every_generator():
    listed = _run("list")
    assert listed.returncode == 0 and not listed.stderr
    assert names()
    for name in names():
        assert f"`{name}`" in listed.stdout
    shown = _run("show", names()[0])
    assert shown.stdout.startswith(f"# {names()[0]}\n")


def test_copy_is_whole_and_verified(tmp_path):
    name = names()[0]
    copied = _run("copy", name, f"--output={tmp_path / 'copy'}")
    assert copied.returncode == 0
    source = _run("path", name).stdout.strip()
    for folder in (source, tmp_path / "copy"):
        assert (tmp_path / "copy" / "card.json").read_bytes()
        assert (
            subprocess.run(
                ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder
            ).returncode
            == 0
        )
    again = _run("copy", name, f"--output={tmp_path / 'copy'}")
    assert again.returncode == 2 and "must not exist" in again.stderr


def test_verify_passes_all():
    verified = _run("verify")
    assert verified.returncode == 0
    assert len(verified.stdout.splitlines()) == len(names())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            (),
            "first word must be among: list, show, path, copy, verify, gallery",
        ),
        (("lst",), "Received: lst"),
        (("show",), "show takes one name. Received: none"),
        (("list", "conditional_gan-mnist"), "list takes no name"),
        (("path", "conditional_gan-mnits"), "such as conditional_gan-mnist"),
        (("copy", "conditional_gan-mnist"), "--output must be given"),
        (("list", "--output=x"), "--output is of copy and of gallery"),
        (("copy", "x", "--overwrite"), "--overwrite is of gallery"),
        (("gallery",), "--output must be given"),
        (("gallery", "conditional_gan-mnist"), "gallery takes no name"),
        (("verify", "nothing"), "must be the name of one that ships"),
    ],
)
def test_mistakes_are_a_line(words, says):
    finished = _run(*words)
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert finished.stderr.count("\n") == 1
    assert says in finished.stderr
