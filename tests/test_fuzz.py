"""The fuzzer finds what is planted, and does the same again by its seed."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import planted_accidents
import pytest

from tools.fuzzing import damage, integrity, material, snapshot, values
from tools.fuzzing.inputs import Place
from tools.fuzzing.subjects import common, flags
from tools.fuzzing.subjects.every import SUBJECTS

ROOT = Path(__file__).resolve().parents[1]
GENERATOR = ROOT / "tfgan_zoo/pretrained/generators/mlp-mnist"
CONFIG = {"model": "dcgan", "steps": 4, "width": 2, "beta_1": 0.5}
SOUND = ("sound", "sound file", "refused", "obedient")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Kinds of failure by planted accident."""
    folder = tmp_path_factory.mktemp("planted")
    script = Path(planted_accidents.__file__)
    command = [sys.executable, str(script), str(folder)]
    finished = subprocess.run(
        command, capture_output=True, text=True, check=True
    )
    return json.loads(finished.stdout)


@pytest.mark.parametrize("name", SOUND)
def test_nothing_is_found_when_all_is_well(found, name):
    assert found[name] == []


@pytest.mark.parametrize("binary", flags.BINARIES)
def test_flags_are_read_wherever_a_binary_defines_them(binary):
    command = [sys.executable, "-m", f"tfgan_zoo.cli.{binary}", "--help"]
    finished = subprocess.run(command, capture_output=True, text=True)
    documented = re.findall(r"^  --(?:\[no\])?(\w+)", finished.stdout, re.M)
    # As the fuzzer itself, this process must have no flags yet.
    script = (
        "from tools.fuzzing.subjects.flags import flags_of\n"
        f"print(*(flag.name for flag in flags_of({binary!r})))"
    )
    command = [sys.executable, "-c", script]
    read = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    assert len(documented) >= 3
    assert set(documented) <= set(read)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("traceback", "traceback: KeyError"),
        ("hang", "hang: "),
        ("deaf", "hang: "),
        ("crash", "signal 6: "),
        ("exit code", "exit code 1: "),
        ("two lines", "not one line of error: "),
        ("short", "error that says too little: "),
        ("obscure", "obscure error (object is not): "),
        ("long", "error of more than "),
        ("half picture", "file that is not whole: tfgan-x: .png"),
        ("half lines", "file that is not whole: tfgan-x: .jsonl"),
        ("half export", "file that is not whole: tfgan-x: "),
        ("left over", "half-made file left: "),
        ("outside", "wrote to its inputs or outside: "),
        ("inputs", "wrote to its inputs or outside: "),
    ],
)
def test_an_accident_is_found_when_it_is_planted(found, name, kind):
    (only,) = found[name]
    assert only.startswith(kind)


def test_failures_are_counted_when_there_are_some(found):
    accidents = set(planted_accidents.ACTIONS) - set(SOUND)
    assert found["failures"] == [str(len(accidents))]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Material that took no training."""
    folder = tmp_path_factory.mktemp("material")
    for name in common.EXPORTS:
        run = folder / "runs" / name
        shutil.copytree(
            GENERATOR,
            run / "export",
            ignore=shutil.ignore_patterns("*.tflite", "*.data-*"),
        )
        for part in ("config.json", "dataset.json"):
            (run / part).write_text(json.dumps(CONFIG))
        lines = [json.dumps({"step": n, "loss": 0.5}) for n in range(3)]
        (run / "metrics.jsonl").write_text("\n".join(lines))
    material.write_pictures(folder / "pictures")
    material.write_arrays(folder / "arrays")
    return folder


def _make(subject, made, folder, seed):
    (folder / "in").mkdir(parents=True)
    place = Place(random.Random(seed), folder, made)
    tried = SUBJECTS[subject](place)
    return tried.text, snapshot.take(folder)


# Those of flags ask the binaries what they have, in a fork.
@pytest.mark.parametrize("subject", sorted({*SUBJECTS} - {"flags"}))
def test_inputs_are_the_same_when_the_seed_is(tmp_path, made, subject):
    once, again, others = (
        [
            _make(subject, made, tmp_path / name / str(seed), f"{first}/{seed}")
            for seed in range(6)
        ]
        for name, first in (("a", 0), ("b", 0), ("c", 1))
    )
    assert once == again
    assert once != others


def test_flags_are_the_same_when_the_seed_is():
    flags = [
        values.Flag("steps", "integer"),
        values.Flag("loss", "string"),
        values.Flag("trust", "bool"),
        values.Flag("beta_1", "float"),
    ]
    once, again, others = (
        [values.format_flag(rng, flag) for flag in flags * 20]
        for rng in map(random.Random, (0, 0, 1))
    )
    assert once == again
    assert once != others
    assert all(text.startswith(("--", "--no")) for text in once)


def test_forged_values_depend_on_the_seed_alone_and_are_json():
    """Lists that inputs shared grew, and at last held themselves."""
    before = repr(damage.ODD_VALUES)
    for seed in range(1000):
        forged = damage.forge(random.Random(seed), [[], {}, [{}]])
        forged = damage.forge(random.Random(seed), forged)
        json.dumps(forged)
    assert repr(damage.ODD_VALUES) == before


def test_damage_changes_nearly_all_files_it_gets():
    content = bytes(range(256)) * 4
    rng = random.Random(0)
    damaged = [damage.scramble(rng, content) for _ in range(100)]
    assert sum(one != content for one in damaged) > 90
    forged = [damage.forge(rng, CONFIG) for _ in range(100)]
    assert sum(one != CONFIG for one in forged) > 90
    assert CONFIG["steps"] == 4  # it works on copies


@pytest.mark.parametrize(
    ("name", "content", "is_whole"),
    [
        ("x.json", b"{}", True),
        ("x.json", b"{", False),
        ("x.html", b"<html></html>\n", True),
        ("x.html", b"<html>", False),
        ("x.tflite", b"\0\0\0\0TFL3", True),
        ("x.tflite", b"", False),
        ("x.npz", b"PK", False),
        ("x.tfrecord", b"", True),
        ("x.tfrecord", (5).to_bytes(8, "little") + bytes(4 + 5 + 4), True),
        ("x.tfrecord", (5).to_bytes(8, "little") + bytes(4 + 5), False),
        ("x.jsonl", b"{}\n{}\n", True),
        ("x.unknown", b"", True),
    ],
)
def test_a_file_is_whole_when_it_can_be_read(tmp_path, name, content, is_whole):
    (tmp_path / name).write_bytes(content)
    assert (integrity.find_fault(tmp_path / name) == "") == is_whole
