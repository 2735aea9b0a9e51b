"""Runs the notebooks, to see that they run or to keep their outputs.

    python tools/notebooks.py            # all of them; nothing is written
    python tools/notebooks.py --write notebooks/draw_to_picture.ipynb

Each runs in a kernel of its own, in an empty folder and with an empty cache.
A cell fails if it raises, if its command fails, or if it warns. With --write
the notebook is written with its outputs, in which paths of this machine and
what TensorFlow's C++ code logs are left out.

The first two cells are written here: the title, with a badge that opens the
notebook in Colab if setup.py has the `url` of a repository on GitHub; and the
installation, which is from there or from the checkout.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
TIMEOUT_S = 600
METADATA = {
    "kernelspec": {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}
INSTALLATION = """\
import importlib.util
import os

if importlib.util.find_spec("tfgan_zoo") is None:
    %pip install -q "{requirement}"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # TensorFlow logs less
"""
# What TensorFlow's C++ code logs at its start.
CHATTER = re.compile(
    r"^(WARNING: All log messages before absl|[IWE]\d{4} \d\d:\d\d:"
    r"|To enable the following instructions"
    r"|INFO: Created TensorFlow Lite).*\n?",
    re.MULTILINE,
)
_WARNING = re.compile("Warning: ")
_FAILED = "assert not globals().get('_exit_code'), f'exit code {_exit_code}'"


def repository(setup: str) -> str:
    """Returns the repository's address on GitHub, empty if it has none yet.

    Args:
        setup: text of setup.py.
    """
    match = re.search(r'^    url="(https://github\.com/.+?)/?"', setup, re.M)
    return match.group(1) if match else ""


def title(source: str, name: str, url: str) -> str:
    """Returns the first cell, with a badge if there is an address."""
    heading = source[source.index("# ") :]
    if not url:
        return heading
    page = url.replace("https://github.com", "github")
    image = "https://colab.research.google.com/assets/colab-badge.svg"
    target = (
        f"https://colab.research.google.com/{page}/blob/main/notebooks/{name}"
    )
    return f"[![Open in Colab]({image})]({target})\n\n{heading}"


def installation(source: str, url: str) -> str:
    """Returns the second cell, with the extras that it asked for."""
    match = re.search(r"\[[\w,-]+\]", source)
    extras = match.group() if match else ""
    requirement = f"tfgan_zoo{extras} @ git+{url}" if url else f"..{extras}"
    return INSTALLATION.format(requirement=requirement).rstrip()


class Cleaner:
    """Takes out of texts what is of this machine alone.

    Args:
        folders: their paths, with what is shown instead.
    """

    def __init__(self, folders: dict[Path, str]) -> None:
        self._folders = {
            re.compile(rf"(?<![\w.~]){re.escape(path)}(?![\w-])/?"): shown
            for folder, shown in folders.items()
            for path in (str(folder.resolve()), str(folder))
        }

    def __call__(self, text: str) -> str:
        text = CHATTER.sub("", text.replace("\r\n", "\n"))
        for path, shown in self._folders.items():
            text = path.sub(shown, text)
        return text

    def clean(self, cell: Any) -> None:
        """Cleans the outputs of a cell, and removes those that are empty."""
        for output in cell.outputs:
            data = output.get("data", {})
            if output.output_type == "stream":
                output.text = self(output.text)
            for kind in data:
                if kind.startswith("text/"):
                    data[kind] = self(data[kind])
            if {"image/png", "image/jpeg"} <= set(data):  # Pillow's
                del data[max("image/png", "image/jpeg", key=_size_in(data))]
        cell.outputs = [
            output
            for output in cell.outputs
            if output.output_type != "stream" or output.text.strip()
        ]


def _size_in(data: dict[str, str]) -> Callable[[str], int]:
    return lambda kind: len(data[kind])


def run(notebook: Any, folder: Path) -> None:
    """Runs the cells, which get their outputs.

    Raises:
        RuntimeError: a cell fails, or warns.
    """
    work, cache = folder / "work", folder / "cache"
    work.mkdir()
    shown = {work: "", cache: "~/.cache/", ROOT: "", Path.home(): "~/"}
    cleaner = Cleaner(shown)
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT_S,
        kernel_name="python3",
        resources={"metadata": {"path": str(work)}},
        record_timing=False,
        coalesce_streams=True,
    )
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {
        "PATH": path,
        "XDG_CACHE_HOME": str(cache),
        "TQDM_DISABLE": "1",  # bars, which are for those who wait
    }
    # What libraries log is among the outputs as well.
    with client.setup_kernel(env=environment, stderr=subprocess.DEVNULL):
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                _run_cell(client, cell, index)
                cleaner.clean(cell)
                _require_no_warning(cell)


def _run_cell(client: NotebookClient, cell: Any, index: int) -> None:
    # A command that fails raises nothing in its cell.
    check = nbformat.v4.new_code_cell(_FAILED)
    try:
        client.execute_cell(cell, index)
        client.execute_cell(check, index, store_history=False)
        client.nb.cells[index] = cell  # which the check has replaced
    except (CellExecutionError, CellTimeoutError) as error:
        shown = "".join(
            output.text
            for output in cell.outputs
            if output.output_type == "stream"
        )
        raise RuntimeError(f"{cell.source}\n{shown}\n{error}") from error


def _require_no_warning(cell: Any) -> None:
    for output in cell.outputs:
        text = output.get("text", "")
        if output.get("name") == "stderr" or _WARNING.search(text):
            raise RuntimeError(
                f"A cell warns:\n{cell.source}\nReceived:\n{text}"
            )


def read(path: Path) -> Any:
    """Returns a notebook.

    Raises:
        RuntimeError: it is none, or does not begin with title and
            installation.
        OSError: it cannot be read.
    """
    text = path.read_bytes().decode("utf-8", "replace")
    try:
        notebook = nbformat.reads(text, as_version=4)
        kinds = [cell.cell_type for cell in notebook.cells[:2]]
        is_whole = kinds == ["markdown", "code"]
        is_whole = is_whole and "# " in notebook.cells[0].source
    except (nbformat.reader.NotJSONError, ValueError, AttributeError):
        is_whole = False
    if not is_whole:
        raise RuntimeError(
            "A notebook must be JSON that begins with a cell of a title and "
            f"one of code. Received: {path}."
        )
    return notebook


def process(path: Path, *, write: bool) -> None:
    """Runs a notebook and, if asked to, writes it with its outputs.

    Raises:
        RuntimeError: see `run`; or it is no notebook with a title.
        OSError: it cannot be read or written.
    """
    notebook = read(path)
    url = repository((ROOT / "setup.py").read_text("utf-8"))
    first, second = notebook.cells[:2]
    first.source = title(first.source, path.name, url)
    second.source = installation(second.source, url)
    with tempfile.TemporaryDirectory() as folder:
        run(notebook, Path(folder))
    notebook.metadata = nbformat.from_dict(METADATA)
    nbformat.validate(notebook)
    if write:
        # Whole, or not at all.
        partial = path.with_name(f".partial-{path.name}")
        nbformat.write(notebook, partial)
        partial.replace(path)


def _processor_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main(arguments: list[str] | None = None) -> None:
    """Runs the notebooks that are named, or exits with 1 where one fails."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--write", action="store_true", help="keeps outputs")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all")
    options = parser.parse_args(arguments)
    for path in options.notebooks:
        if not path.is_file():
            parser.error(f"A notebook must be a file. Received: {path}.")
    for path in options.notebooks or sorted(NOTEBOOKS.glob("*.ipynb")):
        started, before = time.monotonic(), _processor_s()
        try:
            process(path, write=options.write)
        except (OSError, RuntimeError) as error:
            sys.exit(f"{path.name} failed.\n{error}")
        print(
            f"{path.name}: {time.monotonic() - started:.0f} s, "
            f"{_processor_s() - before:.0f} s of processor time",
            flush=True,
        )


if __name__ == "__main__":
    main()
