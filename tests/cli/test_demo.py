"""tfgan-demo, and tfgan-export's files and page, as commands."""

import signal
import subprocess
import sys
import urllib.request

import binaries
import pytest


def _assert_refused(finished, line, folder):
    assert finished.returncode == 2
    assert line in finished.stderr
    assert finished.stderr.count("\n") == 1
    assert list(folder.iterdir()) == []


@pytest.mark.slow
def test_demo_serves_the_page_until_it_is_stopped(small_export, tmp_path):
    folder = small_export("dcgan").folder
    demo = [sys.executable, "-m", "tfgan_zoo.cli.demo"]
    process = subprocess.Popen(
        [*demo, f"--model={folder}", "--port=0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    try:
        address = process.stdout.readline().split()[0]
        for name, start in {
            "": b"<!doctype html>",
            "app.js": b"//",
            "model.json": b"{",
            "litert/litert_wasm_internal.wasm.gz": b"\x1f\x8b",
        }.items():
            with urllib.request.urlopen(address + name, timeout=30) as answer:
                assert answer.read().startswith(start)
                kind = answer.headers["Content-Type"]
            assert name != "app.js" or kind == "text/javascript"
    finally:
        # Not SIGINT, which what is run in the background ignores.
        process.terminate()
        said, errors = process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    assert (said, errors) == ("", "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("flags", "line"),
    [
        (["--tflite=int4"], "`tflite` must be one of: float32, float16"),
        (["--tflite_batch_size=0"], "--tflite_batch_size=0"),
    ],
)
def test_bad_exports_end_in_a_line(tmp_path, flags, line):
    flags = ["--run_dir=r", "--output_dir=o", *flags]
    finished = binaries.run("export", *flags, cwd=tmp_path)
    _assert_refused(finished, line, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("flags", "line"),
    [
        (["--output=s/", "--shard=one"], "--shard must be as 3/8"),
        (["--output=s/", "--seeds=1,2"], "--seeds is not for shards"),
        (["--output=s/", "--columns=2"], "--columns is for a grid"),
        (["--shard=1/2"], "--shard is for an --output that ends in a slash"),
    ],
)
def test_bad_shards_end_in_a_line(small_export, tmp_path, flags, line):
    folder = small_export("dcgan").folder
    flags = [f"--model={folder}", *flags]
    finished = binaries.run("sample", *flags, cwd=tmp_path)
    _assert_refused(finished, line, tmp_path)
