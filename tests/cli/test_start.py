"""What happens to a command whose surroundings are unusual.

`tfgan-zoo list` needs no TensorFlow, and so shows in a fraction of a second
what all binaries share.
"""

import os
import signal
import subprocess
import sys
import time
from importlib import metadata

import pytest

from tfgan_zoo import stop_signals

LIST = f"{sys.executable} -m tfgan_zoo.cli.zoo list"
FULL = pytest.mark.skipif(
    not os.path.exists("/dev/full"), reason="there is no /dev/full here"
)


def _shell(line, **environment):
    """Runs a line of bash; returns exit code, output and errors."""
    finished = subprocess.run(
        ["bash", "-c", line],
        capture_output=True,
        encoding="latin-1",
        timeout=60,
        env={**os.environ, **environment},
    )
    return finished.returncode, finished.stdout, finished.stderr


@pytest.mark.parametrize(
    ("redirection", "code"),
    [(">&-", 0), ("2>&-", 0), (">&- 2>&-", 0), ("<&-", 0)],
)
def test_closed_streams_are_no_error(redirection, code):
    assert _shell(f"{LIST} {redirection}")[::2] == (code, "")


def test_closed_stderr_leaves_the_output_and_the_exit_code():
    code, output, _ = _shell(f"{LIST} 2>&-")
    assert code == 0 and "dcgan-mnist" in output
    assert _shell(f"{LIST} --nope 2>&-") == (2, "", "")


@FULL
def test_full_device_is_one_line():
    code, _, errors = _shell(f"{LIST} > /dev/full")
    assert code == 2 and "No space left" in errors
    assert errors.count("\n") == 1
    assert _shell(f"{LIST} --nope 2> /dev/full") == (2, "", "")


@FULL
@pytest.mark.parametrize("redirection", ["> /dev/full", "1< /dev/null"])
def test_output_that_cannot_be_written_is_named(redirection):
    code, _, errors = _shell(f"{LIST} {redirection}")
    assert code == 2
    assert errors.startswith("Error: Standard output cannot be written to (")
    # Another error is shown as it is.
    _, _, errors = _shell(f"{LIST} nope {redirection}")
    assert errors == "Error: list takes no name. Received: nope.\n"


def test_help_to_a_reader_that_has_gone_ends_quietly():
    line = f"{LIST} --help | true; exit ${{PIPESTATUS[0]}}"
    assert _shell(line) == (141, "", "")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_text_beyond_the_encoding_is_escaped(encoding, tmp_path):
    name = "größe-花\udcff"
    code, output, errors = _shell(
        f"{sys.executable} -m tfgan_zoo.cli.zoo copy dcgan-mnist --output=$NAME"
        " || true",
        PYTHONIOENCODING=encoding,
        NAME=os.fsencode(tmp_path / name),
    )
    assert code == 0 and "Traceback" not in errors
    assert "\\u82b1" in output


PROGRAM = """
import os, signal, sys
sys.argv[0] = "tfgan-test"
import tfgan_zoo.cli
from tfgan_zoo.cli import app, start
def main():
    {0}
app.run(main, "tfgan-test", "")
"""


# KILL is replaced by a call that sends a signal to the process itself.
SWALLOWED = """try: KILL
    except BaseException: print("swallowed")"""
WHEN = {
    "import": f"""
import os, sys
sys.argv[0] = "tfgan-test"
import tfgan_zoo.cli
if True:
    {SWALLOWED}
""",
    "TensorFlow's import": PROGRAM.format(
        f"stack = start.ending_at_once(); stack.__enter__()\n    {SWALLOWED}"
    ),
    "work": PROGRAM.format("KILL"),
    "a call that makes it another error": PROGRAM.format(
        """try: KILL
    except BaseException: raise KeyError("step")"""
    ),
    "unwinding": PROGRAM.format(
        """try: KILL
    finally:
        KILL
        print("a second signal did not end it")"""
    ),
    "Python's end": PROGRAM.format(
        "import atexit; atexit.register(lambda: KILL)"
    ),
}


@pytest.mark.parametrize("number", stop_signals.STOP_SIGNALS)
@pytest.mark.parametrize("when", WHEN)
def test_a_signal_ends_with_its_number_and_at_most_a_line(number, when):
    kill = f"os.kill(os.getpid(), {int(number)})"
    finished = subprocess.run(
        [sys.executable, "-c", WHEN[when].replace("KILL", kill)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert finished.returncode == 128 + number
    assert finished.stdout == ""
    is_told = number == signal.SIGINT and when in (
        "work",
        "a call that makes it another error",
    )
    assert finished.stderr == ("Interrupted.\n" if is_told else "")


def test_a_signal_at_any_time_leaves_no_traceback():
    for milliseconds in range(60, 400, 60):
        process = subprocess.Popen(
            [sys.executable, "-m", "tfgan_zoo.cli.zoo", "list"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        time.sleep(milliseconds / 1000)
        process.terminate()
        _, errors = process.communicate(timeout=60)
        assert process.returncode in (0, 143, -signal.SIGTERM)
        assert errors == ""


@pytest.mark.parametrize("flag", ["--help=x", "--help", "-h"])
def test_help_is_shown_whatever_is_behind_it(flag):
    code, output, errors = _shell(f"{LIST} {flag}")
    assert (code, errors) == (0, "") and "tfgan-zoo show NAME" in output


def test_a_flagfile_that_is_missing_is_one_plain_line(tmp_path):
    code, _, errors = _shell(f"{LIST} --flagfile={tmp_path}/missing")
    assert code == 2 and errors.startswith("Error: Unable to open flagfile:")
    assert "missing" in errors and errors.count("\n") == 1


def test_too_little_address_space_is_one_line_and_no_traceback():
    """TensorFlow would end the process without a word."""
    code, output, errors = _shell(
        f"ulimit -v 1500000; {sys.executable} -m tfgan_zoo.cli.train --dry_run"
    )
    assert (code, output) == (2, "")
    assert errors.startswith("Error: Out of memory. TensorFlow needs 2 GiB")
    assert "limited to 1.4 GiB" in errors and errors.count("\n") == 1


def test_python_without_docstrings_is_one_line():
    code, output, errors = _shell(
        f"{sys.executable} -m tfgan_zoo.cli.sample --model=dcgan-mnist",
        PYTHONOPTIMIZE="2",
    )
    assert (code, output) == (2, "") and errors.count("\n") == 1
    assert errors.startswith("Error: TensorFlow needs the docstrings")


def test_an_error_in_a_destructor_prints_nothing():
    program = PROGRAM.replace("def main", "{1}\ndef main").format(
        "Broken()",
        "class Broken:\n    def __del__(self): raise KeyError",
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, timeout=60
    )
    assert (finished.returncode, finished.stderr) == (0, b"")


def test_what_a_shell_ignores_stays_ignored():
    code, output, errors = _shell(
        f"trap '' INT; {sys.executable} -c \"$PROGRAM\"",
        PROGRAM=PROGRAM.format(
            f"os.kill(os.getpid(), {int(signal.SIGINT)}); print('on')"
        ),
    )
    assert (code, output, errors) == (0, "on\n", "")


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        ("ValueError('`x` must be 1.')", 2, "Error: `x` must be 1."),
        ("MemoryError()", 2, "Error: Out of memory."),
        ("OSError()", 2, "Error: OSError"),
        ("KeyError('step')", 1, "Internal error: KeyError: 'step' (--debug"),
        (
            "ValueError('a' * 9_000)",
            2,
            f"Error: {'a' * 800} [...] {'a' * 800}\n",
        ),
        ('ValueError("a\\x1b[2J\\x9bb")', 2, "Error: a?[2J?b"),
    ],
)
def test_an_error_of_any_kind_is_a_line(error, code, line):
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(f"raise {error}")],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert finished.returncode == code
    assert finished.stderr.startswith(line)
    assert finished.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "is_imported"), [("tfgan-train", False), ("train.py", True)]
)
def test_a_command_imports_one_keras(name, is_imported):
    # Keras 3 comes with TensorFlow from 2.16 on.
    program = (
        f"import sys; sys.argv = [{name!r}]\n"
        "import tfgan_zoo.cli, tensorflow, tfgan_zoo.backend\n"
        "print('keras.src.backend.common' in sys.modules)\n"
    )
    environment = {**os.environ}
    environment.pop("TF_USE_LEGACY_KERAS", None)
    finished = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
    )
    version = tuple(map(int, metadata.version("tensorflow").split(".")[:2]))
    expected = str(is_imported and version >= (2, 16))
    assert finished.stdout.split() == [expected]
