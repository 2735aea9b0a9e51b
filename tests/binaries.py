"""Runs the binaries as their users do, without waiting for TensorFlow.

A process that has imported it forks for every command, so that one costs what
it does and not the seconds of an import. What matters at the very start of a
process, such as what TensorFlow logs there, needs `run_anew`.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

TIMEOUT_SECONDS = 300
_SERVER = Path(__file__).with_name("binary_server.py")


def run_anew(binary, *flags, cwd=None) -> subprocess.CompletedProcess:
    """Runs a binary in a fresh process."""
    return subprocess.run(
        [sys.executable, "-m", f"tfgan_zoo.cli.{binary}", *map(str, flags)],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=TIMEOUT_SECONDS,
    )


class Process:
    """A running fork of a process that has TensorFlow imported.

    Attributes:
        pid: the number of the process.
    """

    def __init__(self, program, arguments, cwd=None, environment=None):
        self._arguments = arguments
        self._folder = tempfile.TemporaryDirectory()
        self.pid = _ask(
            {
                **program,
                "arguments": arguments,
                "cwd": str(cwd or os.getcwd()),
                "environment": {**os.environ, **(environment or {})},
                "folder": self._folder.name,
            }
        )

    def send_signal(self, number) -> None:
        # Until `finish` it is at least a zombie, whose number nobody else has.
        os.kill(self.pid, number)

    def finish(self) -> subprocess.CompletedProcess:
        """Waits for its end."""
        with self._folder as folder:
            code = _ask({"pid": self.pid, "seconds": TIMEOUT_SECONDS})
            if code is None:
                self.send_signal(signal.SIGKILL)
                raise subprocess.TimeoutExpired(
                    self._arguments, TIMEOUT_SECONDS
                )
            output, errors = (
                Path(folder, name).read_text("utf-8")
                for name in ("stdout", "stderr")
            )
        return subprocess.CompletedProcess(
            self._arguments, code, output, errors
        )


def start(binary, *flags, cwd=None, environment=None) -> Process:
    """Starts a binary in a fork of a process that has TensorFlow imported.

    Args:
        binary: such as "sample", of tfgan-sample.
        *flags: as on a command line.
        cwd: its working folder, by default this process's.
        environment: variables beside this process's own.
    """
    arguments = [f"tfgan-{binary}", *map(str, flags)]
    return Process({"binary": binary}, arguments, cwd, environment)


def run(binary, *flags, cwd=None) -> subprocess.CompletedProcess:
    """Starts a binary, see `start`, and waits for its end."""
    return start(binary, *flags, cwd=cwd).finish()


def run_script(path, *flags, cwd=None) -> subprocess.CompletedProcess:
    """Runs a Python file as `run` does a binary."""
    arguments = [str(path), *map(str, flags)]
    return Process({"script": str(path)}, arguments, cwd).finish()


def _ask(request):
    server = _server()
    server.stdin.write(json.dumps(request) + "\n")
    server.stdin.flush()
    answer = server.stdout.readline()
    if not answer:
        raise RuntimeError("The server of binaries ended.")
    return json.loads(answer)


@functools.cache
def _server() -> subprocess.Popen:
    server = subprocess.Popen(
        [sys.executable, str(_SERVER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.terminate)
    return server
