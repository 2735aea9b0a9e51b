"""tfgan-zoo as a command: what it prints, copies and refuses."""

import re
import shutil
from pathlib import Path

import binaries
import pytest

from tfgan_zoo.export import checksums
from tfgan_zoo.pretrained import names, sources

pytestmark = pytest.mark.slow


def _run(*words):
    return binaries.run("zoo", *words)


def test_list_and_show_name_every_generator():
    listed = binaries.run_anew("zoo", "list")
    assert listed.returncode == 0 and not listed.stderr
    assert names()
    for name in names():
        assert f"\n{name}: " in "\n" + listed.stdout
    shown = _run("show", names()[0])
    assert shown.stdout.startswith(f"# {names()[0]}\n")


def test_list_is_filtered_by_task_and_data():
    chosen = _run("list", "--task=enlarge", "--dataset=photos")
    assert chosen.returncode == 0 and not chosen.stderr
    assert chosen.stdout.startswith("upsampler-photos: Enlarges photographs")
    assert chosen.stdout.count("\n") == 3
    assert _run("list", "--dataset=mnist").stdout.count("-mnist: ") > 3


def test_a_list_of_none_is_a_line():
    nothing = _run("list", "--task=enlarge", "--dataset=mnist")
    assert (nothing.returncode, nothing.stderr) == (0, "")
    assert nothing.stdout == (
        "No generator that ships has both --task=enlarge and --dataset=mnist.\n"
    )


def test_a_name_with_a_version_is_the_same_generator():
    for word in ("path", "show"):
        first = _run(word, "dcgan-mnist-v1")
        assert first.returncode == 0
        assert first.stdout == _run(word, "dcgan-mnist").stdout


def test_cache_is_listed_and_emptied(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    packed = tmp_path / "tfgan_zoo" / f"mnist-28x28x1-{'0' * 32}.examples"
    packed.parent.mkdir()
    packed.write_bytes(bytes(1234))
    listed = _run("cache")
    assert listed.returncode == 0 and not listed.stderr
    assert "mnist" in listed.stdout and "1.23 kB" in listed.stdout
    emptied = _run("cache", "--empty")
    assert emptied.stdout.startswith("Removed 1 file, 1.23 kB")
    assert not packed.exists()


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (("list", "--empty"), "--empty and --downloads are for cache."),
        (("cache", "--downloads"), "--downloads needs --empty."),
        (("cache", "name"), "cache takes no name."),
    ],
)
def test_cache_flags_out_of_place_are_refused(words, rule):
    refused = _run(*words)
    assert refused.returncode == 2 and rule in refused.stderr


def test_copy_is_whole_and_verified(tmp_path):
    name = names()[0]
    copied = _run("copy", name, f"--output={tmp_path / 'copy'}")
    assert copied.returncode == 0
    source = Path(_run("path", name).stdout.strip())
    for folder in (source, tmp_path / "copy"):
        assert (folder / "card.json").is_file()
        checksums.check(folder)
    again = _run("copy", name, f"--output={tmp_path / 'copy'}")
    assert again.returncode == 2 and "must not exist" in again.stderr


def test_verify_passes_all():
    verified = _run("verify")
    assert verified.returncode == 0
    expected = [f"{folder.name}: unchanged" for folder in sources.folders()]
    assert verified.stdout.splitlines() == expected


_VERIFY = """
from pathlib import Path
from tfgan_zoo.cli import zoo
from tfgan_zoo.pretrained import sources
sources.GENERATORS = Path("generators")
zoo.run()
"""


def test_verify_names_all_that_are_not_as_they_were(tmp_path):
    (script := tmp_path / "verify.py").write_text(_VERIFY)
    folder, tmp_path = tmp_path, tmp_path / "generators"
    whole = names()[0]
    for copy in ("changed", "shortened", "unlisted", "whole", "whole-v2"):
        shutil.copytree(sources.folder(whole), tmp_path / copy)
    with open(tmp_path / "changed" / "samples.png", "ab") as file:
        file.write(b"x")
    listed = tmp_path / "shortened" / checksums.NAME
    lines = listed.read_text().splitlines(keepends=True)
    listed.write_text("".join(line for line in lines if "_model" not in line))
    (tmp_path / "unlisted" / checksums.NAME).unlink()
    verified = binaries.run_script(script, "verify", cwd=folder)
    assert verified.returncode == 2
    assert re.fullmatch(
        r"Error: changed: .*samples\.png.* shortened: .*list all files.* "
        rf"unlisted: .*{checksums.NAME}.*\n",
        verified.stderr,
    )
    assert verified.stdout == ("whole: unchanged\nwhole-v2: unchanged\n")


@pytest.mark.parametrize("word", ["show", "path", "copy", "verify"])
def test_a_folder_is_no_name_and_the_rule_names_none(word, tmp_path):
    shutil.copytree(sources.folder("mlp-mnist"), tmp_path / "copy")
    flags = [f"--output={tmp_path / 'x'}"] if word == "copy" else []
    refused = _run(word, tmp_path / "copy", *flags)
    assert refused.returncode == 2 and not refused.stdout
    assert "or a folder" not in refused.stderr
    assert refused.stderr.endswith(f"Received: {tmp_path / 'copy'}.\n")


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
        (("list", "--output=x"), "--output is for copy and gallery"),
        (("copy", "x", "--overwrite"), "--overwrite is for gallery"),
        (("gallery",), "--output must be given"),
        (("gallery", "conditional_gan-mnist"), "gallery takes no name"),
        (
            ("list", "--task=draw"),
            "`task` must be one of: enlarge, generate, translate. "
            "Received: draw.",
        ),
        (("list", "--dataset=mnits"), "Did you mean mnist?"),
        (("show", "x", "--task=enlarge"), "--task and --dataset are for list"),
        (
            ("path", "dcgan-mnist-v99"),
            "The version of dcgan-mnist must be one that ships: "
            "dcgan-mnist-v1. Received: dcgan-mnist-v99.",
        ),
        (("list", "--dataset="), "Received: ''."),
        (("show", ""), "shows those that ship. Received: ''."),
        (("verify", "nothing"), "must be the name of one that ships"),
        (
            ("copy", "dcgan-cifar10-v1", "--output=x"),
            "Received: dcgan-cifar10-v1, which no longer ships.",
        ),
    ],
)
def test_mistakes_are_a_line(words, says):
    finished = _run(*words)
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert finished.stderr.count("\n") == 1
    assert says in finished.stderr
