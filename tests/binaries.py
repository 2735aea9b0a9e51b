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


def run(binary, *flags, cwd=None) -> subprocess.CompletedProcess:
    """Runs a binary in a fork of a process that has TensorFlow imported.

    Args:
        binary: such as "sample", of tfgan-sample.
        *flags: as on a command line.
        cwd: its working folder, by default this process's. Its environment is
            this process's as well.
    """
    server = _server()
    arguments = [f"tfgan-{binary}", *map(str, flags)]
    with tempfile.TemporaryDirectory() as folder:
        request = {
            "binary": binary,
            "arguments": arguments,
            "cwd": str(cwd or os.getcwd()),
            "environment": dict(os.environ),
            "folder": folder,
            "seconds": TIMEOUT_SECONDS,
        }
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        answer = server.stdout.readline()
        if not answer:
            raise RuntimeError("The server of binaries ended.")
        code = json.loads(answer)
        if code is None:
            raise subprocess.TimeoutExpired(arguments, TIMEOUT_SECONDS)
        output, errors = (
            Path(folder, name).read_text("utf-8")
            for name in ("stdout", "stderr")
        )
    return subprocess.CompletedProcess(arguments, code, output, errors)


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
