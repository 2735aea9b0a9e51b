"""The export that a binary adds files to."""

from __future__ import annotations

from pathlib import Path

from tfgan_zoo.pretrained import sources
from tfgan_zoo.pretrained.hub import addresses


def locate(model: str, output: Path | None, what: str) -> Path:
    """Returns the folder of an export.

    Args:
        model: the value of --model: a run folder, an export, the name of a
            generator that ships, or an address on the Hub.
        output: the value of --output, a folder for a copy, if any.
        what: it is to get, for messages, such as "directions".

    Raises:
        FileNotFoundError: a run has no export.
        ValueError: the generator ships or is on the Hub, so that only a copy
            can get anything, and there is no `output`.
    """
    export = _export(model, what)
    if output is None and _is_read_only(model, export):
        raise ValueError(
            "--output must name a new folder for a generator that ships or is "
            f"on the Hub. Received: no --output, with {model}."
        )
    return export


def _export(model: str, what: str) -> Path:
    folder = sources.resolve_name(model)
    if not (folder / "config.json").is_file():
        return folder
    export = folder / "export"
    if not export.is_dir():
        raise FileNotFoundError(
            f"A run must have its export to get {what}; tfgan-export "
            f"--run_dir={model} --output_dir={export} writes it. "
            f"Received: {model}, without export."
        )
    return export


def _is_read_only(model: str, export: Path) -> bool:
    ships = export.resolve().parent == sources.GENERATORS.resolve()
    return ships or addresses.is_address(model)
