"""The README's examples, run beside a small runs/demo: fewer steps, samples."""

import re
import subprocess
import sys
from pathlib import Path

import binaries
import pytest

from tfgan_zoo.pretrained import sources

FEWER = {"evaluate": ["--count=300", "--repeats=2"]}
README = Path(__file__).resolve().parents[1] / "README.md"


def _blocks(language):
    pattern = rf"```{language}\n(.*?)```"
    return re.findall(pattern, README.read_text(), re.DOTALL)


def _commands(prefix):
    lines = "\n".join(_blocks("sh")).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.startswith(prefix)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme")
    small = ["--steps=2", "--width=4", "--output_dir=runs/demo"]
    _run_binary("train", small, folder)
    return folder


def _run(command, folder):
    finished = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert finished.returncode == 0, finished.stderr


def _run_binary(binary, flags, folder):
    finished = binaries.run(binary, *flags, cwd=folder)
    assert finished.returncode == 0, finished.stderr


@pytest.mark.slow
@pytest.mark.parametrize("index", range(4))
def test_python_example_runs(demo, index):
    blocks = _blocks("python")
    assert len(blocks) == 4
    script = demo / f"block_{index}.py"
    steps = "steps_per_epoch=100"
    assert (steps in blocks[index]) == ("gan.fit" in blocks[index])
    script.write_text(blocks[index].replace(steps, "steps_per_epoch=2"))
    if "ai_edge_litert" in blocks[index]:
        pytest.importorskip(
            "ai_edge_litert", reason="ai-edge-litert has no wheel here"
        )
        # Which is to do without TensorFlow.
        _run([sys.executable, script], demo)
    else:
        finished = binaries.run_script(script, cwd=demo)
        assert finished.returncode == 0, finished.stderr
    if "first.png" in blocks[index]:
        assert (demo / "first.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
@pytest.mark.parametrize("binary", ["sample", "export", "evaluate", "zoo"])
def test_command_runs(demo, binary):
    commands = _commands(f"tfgan-{binary}")
    assert commands
    for command in commands:
        _, *flags = command.partition("#")[0].split()
        _run_binary(binary, [*flags, *FEWER.get(binary, [])], demo)


def test_linked_files_are_there():
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README.read_text())
    assert len(links) > 5
    missing = [link for link in links if not (README.parent / link).exists()]
    assert missing == []


def test_generators_that_it_recommends_ship():
    table = README.read_text().partition("| for | take |")[2]
    names = re.findall(r"`([\w-]+)`", table.partition("```sh")[0])
    assert len(names) > 7
    for name in names:
        assert sources.find(name), name


def test_it_fits_in_300_lines():
    assert README.read_text().count("\n") <= 300
