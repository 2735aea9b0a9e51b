"""Runs commands, git's among them, whose failure is a ValueError."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def run(
    *command: str | Path,
    folder: Path,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Returns what a command prints; files that it writes have usual modes.

    Raises:
        ValueError: it is not there or fails, after its output went to stderr.
    """
    words = [str(word) for word in command]
    try:
        finished = subprocess.run(
            words,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            umask=0o022,
        )
    except OSError as error:
        raise ValueError(
            f"A command must run. Received: {words[0]} ({error.strerror})."
        ) from None
    if finished.returncode:
        sys.stderr.write(finished.stdout + finished.stderr)
        raise ValueError(
            f"A command must succeed. Received: exit code "
            f"{finished.returncode} from {' '.join(words[:4])}."
        )
    return finished.stdout


def git(root: Path, *arguments: str | Path) -> str:
    """Returns what git prints in the repository at `root`."""
    return run("git", *arguments, folder=root)
