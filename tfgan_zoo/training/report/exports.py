"""What a run's export folder holds, and what its model card says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tfgan_zoo import json_files
from tfgan_zoo.training.report import tables, text

_CARD = Path("saved_model", "assets.extra", "tfgan_zoo.json")
_REPORT = "export_report.md"


def of_folder(folder: Path, *, is_linked: bool = True) -> str:
    """Returns HTML that tells of an export, "" where there is none.

    Args:
        folder: of the export.
        is_linked: whether it lies beside the page, which can name its report.
    """
    if not folder.is_dir():
        return ""
    rows = "".join(
        f"<tr><th><code>{text.escaped(path.name)}</code></th>"
        f"<td>{text.size(_size(path))}</td></tr>"
        for path in sorted(folder.iterdir())
        if not path.name.startswith(".")
    )
    link = ""
    if is_linked and (folder / _REPORT).is_file():
        address = text.escaped(f"{folder.name}/{_REPORT}")
        link = (
            f'<p><a href="{address}">{address}</a> tells how near the files '
            "are to each other, and how fast.</p>"
        )
    return (
        f'<div class="halves"><div><table class="pairs">{rows}</table>{link}'
        f"</div><div>{_card(folder / _CARD)}</div></div>"
    )


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(entry.stat().st_size for entry in path.rglob("*"))
    return path.stat().st_size


def _card(path: Path) -> str:
    try:
        card = json_files.read_object(path, "A model's card")
    except (OSError, ValueError):
        return ""
    rows = {
        "Architecture": card.get("architecture"),
        "Paper": _part(card, "recipe").get("paper"),
        "Trained on": card.get("dataset"),
        "Generator steps": card.get("training_steps"),
        "Takes": _inputs(card),
        "Images": _shape(card.get("image_shape")),
        "Classes it is asked for": card.get("num_classes") or "none",
        **_part(card, "versions"),
    }
    numbers = {
        name: text.number(value)
        for name, value in _part(card, "metrics").items()
        if isinstance(value, (int, float))
    }
    known = {name: value for name, value in rows.items() if value is not None}
    return (
        f"<h3>The model card says</h3>{tables.pairs(known)}"
        "<details><summary>Its last losses and scores</summary>"
        f"{tables.pairs(numbers)}</details>"
    )


def _part(card: dict[str, Any], name: str) -> dict[str, Any]:
    part = card.get(name)
    return part if isinstance(part, dict) else {}


def _inputs(card: dict[str, Any]) -> str | None:
    specs = card.get("inputs")
    if not isinstance(specs, list) or not specs:
        return None
    return ", ".join(
        f"{spec.get('name')} {_shape(spec.get('shape')) or ''}".strip()
        for spec in specs
        if isinstance(spec, dict)
    )


def _shape(shape: Any) -> str | None:
    if not isinstance(shape, list):
        return None
    return " × ".join(str(size) for size in shape)
